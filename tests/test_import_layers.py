"""The layers of ARCHITECTURE.md, held by walking the imports."""

import ast
import builtins
import graphlib
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "viz")
#: What imports on demand.
FRONT_DOORS = (*PACKAGES, "viz.graph")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imports(tree, module):
    """Yield (imported module, node) for each import under `tree`, at once or `Later`."""
    is_package = MODULES[module].name == "__init__.py"
    parents = module.split(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = parents[: len(parents) - node.level + is_package]
                base = ".".join([*here, base]).rstrip(".")
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield (submodule if submodule in MODULES else base), node
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Later":
            yield node.args[0].value, node


def for_types_alone(tree):
    """Return the nodes under `if TYPE_CHECKING:`, which never run."""
    return {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.unparse(test.test)
        for statement in test.body
        for node in ast.walk(statement)
    }


def test_the_pictures_have_no_import_for_types_alone():
    """That is a cycle too: neither file is understood without the other."""
    found = []
    for name, path in MODULES.items():
        if name.split(".")[0] == "viz" and name not in FRONT_DOORS:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            alone = for_types_alone(tree)
            found += [(name, m) for m, node in imports(tree, name) if id(node) in alone]
    # matplotlib's, which is no cycle, is the Axes that a plot gives.
    assert {m for name, m in found if name == "viz.plots.canvas"} == {
        "matplotlib.axes",
        "matplotlib.figure",
    }
    assert {name for name, _ in found} == {"viz.plots.canvas"}


@pytest.mark.parametrize("package", FRONT_DOORS)
def test_what_is_imported_on_demand_is_what_type_checkers_see(package):
    tree = ast.parse(MODULES[package].read_text(encoding="utf-8"))
    seen, table = {}, {}
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for one in node.body:
                names = {name.name for name in one.names}
                if one.module == package:  # modules
                    seen |= {f"{package}.{name}": set() for name in names}
                else:
                    seen[one.module] = seen.get(one.module, set()) | names
            table = ast.literal_eval(node.orelse[0].value.args[1])
    assert seen == {module: set(names.split()) for module, names in table.items()} != {}
    front_door = import_module(package)
    assert not [name for name in front_door.__all__ if not hasattr(front_door, name)]


def test_importing_the_packages_imports_little():
    """What a program does not use costs it nothing: to import all took as long as NumPy itself."""
    code = """
import linecache, sys
import autograd, nn, viz
unused = (
    "graphviz numpy.random ipaddress autograd.tracing autograd.generate autograd.numpy_meanings "
    "autograd.notes "
    "nn.activations nn.layers viz.graph"
)
for module in unused.split():
    assert module not in sys.modules, module
written = [name for name in linecache.cache if name.startswith("<autograd:")]
assert not written, written  # with the compiled core as without it
for home in "formats pages plots diagram stepping formulas flow graph engine".split():
    for module in [name for name in sys.modules if name.startswith("viz.")]:
        del sys.modules[module]
    __import__(f"viz.{home}")  # as the first of them
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_table_has_the_rows_of_nn_that_nothing_has_used_yet():
    code = (
        "import sys, nn, autograd\n"
        "assert 'nn.losses' not in sys.modules\n"
        "assert {'silu', 'hinge_error'} <= set(autograd.primitives())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_module_shares_its_name_with_a_public_function():
    """Python sets `viz.steps` to a module of that name as it imports it: no function any more."""
    shared = []
    for name in MODULES:
        package, _, own = name.rpartition(".")
        front_door = import_module(package) if package else None
        if own and package and not isinstance(getattr(front_door, own, None), ModuleType | None):
            shared.append(name)
    assert shared == []


@pytest.mark.parametrize("package", PACKAGES)
def test_import_star_hides_nothing_of_pythons_own(package):
    found = {}
    exec(f"from {package} import *", found)
    assert [n for n in found if hasattr(builtins, n) and not n.startswith("__")] == []
    assert [n for n in dir(import_module(package)) if not hasattr(import_module(package), n)] == []


def in_functions(tree):
    return {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }


def ours(name):
    return name.split(".")[0] in PACKAGES


@cache
def walked():
    """Return what each module imports of ours, and the imports inside functions.

    Read when a test asks: every process collects this file, and one runs it.
    """
    graph, inside = {}, []
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        skipped, inner = for_types_alone(tree), in_functions(tree)
        graph[name] = set()
        for imported, node in imports(tree, name):
            if ours(imported) and id(node) in inner:
                inside.append(f"{name}:{node.lineno} imports {imported}")
            elif ours(imported) and id(node) not in skipped:
                graph[name].add(imported)
    return graph, inside


@pytest.fixture
def graph():
    return walked()[0]


def test_the_walk_sees_the_packages(graph):
    assert "autograd.rows.table" in graph["autograd.value"]
    assert "autograd.rows.elementwise" in graph["autograd.rows.arithmetic"]
    assert len(graph) > 20


@pytest.mark.parametrize(
    ("package", "forbidden"), [("autograd", ("nn", "viz")), ("nn", ("viz",)), ("viz", ("nn",))]
)
def test_the_arrows_between_packages_go_one_way(graph, package, forbidden):
    wrong = [
        f"{module} imports {name}"
        for module, names in graph.items()
        if module.split(".")[0] == package
        for name in names
        if name.split(".")[0] in forbidden
    ]
    assert not wrong


def test_no_module_of_ours_is_imported_inside_a_function():
    """That would be a cycle in hiding."""
    _, inside_functions = walked()
    assert not inside_functions


@pytest.mark.parametrize("package", PACKAGES)
def test_no_cycle(graph, package):
    """The package's own __init__ imports all; nothing inside imports it back."""
    inside = {
        module: {name for name in names if name.split(".")[0] == package and name != module}
        for module, names in graph.items()
        if module.split(".")[0] == package
    }
    graphlib.TopologicalSorter(inside).prepare()  # raises CycleError, which names the cycle


def reach(module):
    found, todo = set(), [module]
    while todo:
        for name in walked()[0].get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


#: Each of these is built on the ones before it, and never the other way round.
ORDER = [
    "autograd.errors",
    "autograd.rows.op",
    "autograd.rows.elementwise",
    "autograd.rows.table",
    "autograd.symbol",
    "autograd.generate",
    "autograd.value",
]


def test_the_order_inside_the_engine():
    for i, module in enumerate(ORDER):
        assert not reach(module) & set(ORDER[i + 1 :]), f"{module} is built on a later layer"
        if i:
            assert ORDER[i - 1] in reach(module), f"{module} is not built on {ORDER[i - 1]}"


def test_the_engine_knows_nothing_of_the_trace(graph):
    """It stands above: with its folder and its line in `__init__` deleted all else runs."""
    wrong = [
        f"{module} imports {name}"
        for module, names in graph.items()
        if module.split(".")[0] == "autograd" and module != "autograd"
        for name in names
        if name.startswith("autograd.tracing") and not module.startswith("autograd.tracing")
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("module", "unknown"),
    [
        (
            "autograd.rows.op",
            {"autograd.node", "autograd.value", "autograd.tensor", "autograd.graph"},
        ),
        (
            "autograd.rows.table",
            {"autograd.node", "autograd.value", "autograd.tensor", "autograd.graph"},
        ),
        ("autograd.graph", {"autograd.value", "autograd.tensor", "autograd.rows.table"}),
        ("autograd.node", {"autograd.value", "autograd.tensor"}),
        ("autograd.functions", {"autograd.value", "autograd.tensor", "autograd.node"}),
        ("autograd.value", {"autograd.tensor"}),
        ("autograd.tensor", {"autograd.value"}),
        ("autograd.printers.latex", {"autograd.value", "autograd.tensor"}),
    ],
)
def test_what_a_layer_does_not_know(module, unknown):
    assert not reach(module) & unknown


def test_importing_the_engine_loads_neither_the_others_nor_heavy_libraries():
    code = (
        "import sys, autograd; "
        "print(*sorted({m.split('.')[0] for m in sys.modules} & "
        "{'nn', 'viz', 'matplotlib', 'sklearn', 'graphviz', 'pygraphviz', 'IPython', 'scipy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
