"""No list knows the rows: the whole table declared again under other names behaves the same.

In a process of its own every row is declared anew through the public functions, from nothing but
what the row says of itself. Operators and methods go to the new rows from then on. What each then
gives eager, traced, as LaTeX and in pictures is compared with what the old row gave before.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import (
    Tensor,
    Value,
    elementwise,
    latex,
    partial_latex,
    primitives,
    reduction,
    structural,
    trace,
)
from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction
from autograd.tracing.onnx import OnnxGraph

RULES = {
    Elementwise: ("scalar", "array", "d", "domain", "sample", "kinks"),
    Reduction: ("scalar", "array", "d", "tally", "empty"),
}
OLD = primitives()
TWINS = {}


def renamed(x):
    """Return a rule, or several, in which the rows that it calls by name are the new ones."""
    if isinstance(x, list | tuple):
        return [renamed(e) for e in x]
    if not isinstance(x, FunctionType):
        return x
    names = {name: TWINS.get(value.name, value) if hasattr(value, "on") else value
             for name, value in x.__globals__.items()}  # fmt: skip
    rule = FunctionType(x.__code__, names, x.__name__, x.__defaults__, x.__closure__)
    rule.__kwdefaults__ = x.__kwdefaults__
    return rule


def declare(row):
    facts = {name: vars(row)[name] for name in row.stated}
    if isinstance(row, Elementwise | Reduction):
        kind = Elementwise if isinstance(row, Elementwise) else Reduction
        rules = {name: getattr(row, name) for name in RULES[kind]}
        new = elementwise if kind is Elementwise else reduction
        return new(f"twin_{row.name}", **rules, **facts)
    rules = {name: getattr(row, name, None) for name in ("push", "scalar", "expects", "call")}
    partials = vars(row)["_partials"]
    return structural(
        f"twin_{row.name}", row.array, vjp=row.vjp, partials=partials, **rules, **facts
    )


def declare_all():
    for name, row in OLD.items():
        TWINS[name] = declare(row)
    for twin in TWINS.values():  # now that all are there, their rules can mean each other
        for rule in ("d", "tally", "vjp", "push", "_partials", "expand"):
            if vars(twin).get(rule) is not None:
                setattr(twin, rule, renamed(vars(twin)[rule]))


def plain(text):
    return re.sub(r"twin(_|\\_)", "", text)


STRUCTURAL = {
    "reshape": ({"shape": (6,)}, [(2, 3)]),
    "transpose": ({}, [(2, 3)]),
    "broadcast_to": ({"shape": (4, 2, 3)}, [(2, 3)]),
    "astype": ({"dtype": np.dtype(np.float64)}, [(2, 3)]),
    "getitem": ({"key": (slice(None), 1)}, [(2, 3)]),
    "scatter": ({"key": (slice(None), 1), "shape": (2, 3)}, [(2,)]),
    "concatenate": ({"axis": 1}, [(2, 3), (2, 1)]),
    "stack": ({}, [(2, 3), (2, 3)]),
    "matmul": ({}, [(2, 3), (3, 2)]),
    "affine": ({}, [(2, 3), (3, 2), (2,)]),
}


def uses():
    """Yield (name, parameters, numbers) for each row; several shapes of number for some."""
    rng = np.random.default_rng(0)
    for name, row in OLD.items():
        if isinstance(row, Elementwise):
            yield name, {}, [rng.uniform(low, high, (2, 3)) for low, high in row.sample]
        elif isinstance(row, Reduction):
            yield name, {}, [rng.uniform(0.5, 2.0, (2, 3))]
            yield name, {"axis": 1}, [rng.uniform(0.5, 2.0, (2, 3))]
        elif name in STRUCTURAL:
            params, shapes = STRUCTURAL[name]
            yield name, params, [rng.uniform(0.5, 2.0, shape) for shape in shapes]


def gradients(f, xs):
    """Return the result, the first derivatives, and those of their sum of squares."""
    y = f(*xs)
    seed = None if np.shape(y.data) == () else np.linspace(0.5, 1.5, y.size).reshape(y.shape)
    first = ag.gradients(y, xs, create_graph=True, gradient=seed)
    squares = [
        (g * g).sum() if np.shape(g.data) else g * g for g in first if isinstance(g, ag.Node)
    ]
    second = ag.gradients(sum(squares, start=ag.sum(xs[0] * 0.0)), xs)
    return [y.data, *[getattr(g, "data", g) for g in first], *second]


def on_tensors(row, params, numbers):
    xs = [Tensor(x, label=label) for x, label in zip(numbers, "abc", strict=False)]
    f = lambda *xs: row.apply(*xs, **params)
    found = {"eager": gradients(f, xs)}
    found["forward mode"] = ag.jvp(f, numbers, [np.ones_like(x) for x in numbers])
    step = trace(lambda: f(*xs) * 1.0)
    y = step()
    y.backward(np.linspace(0.5, 1.5, y.size).reshape(y.shape))
    found["traced"] = [y.data, *[x.grad for x in xs]]
    y = f(*xs)
    found["latex"] = latex(y)
    found["picture"] = viz.draw(y).dot
    return found


def on_values(row, numbers):
    xs = [Value(float(x.flat[0]), label=label) for x, label in zip(numbers, "abc", strict=False)]
    found = {"eager": gradients(row, xs)}
    for x in xs:
        x.zero_grad()
    step = trace(lambda: row(*xs) * 1.0)
    y = step()
    y.backward()
    found["traced"] = [y.data, *[x.grad for x in xs]]
    y = row(*xs) * 3.0 + row(*xs)
    found["latex"] = latex(y)
    found["picture"] = viz.draw(y).dot
    found["formulas"] = [partial_latex(row, i) for i in range(len(xs))]
    return found


def neurons(rows):
    """A network of single numbers and one of arrays, by rows of one table."""
    rng = np.random.default_rng(1)
    ws = [[Value(w) for w in row] for row in rng.normal(size=(4, 3))]
    W, b = Tensor(rng.normal(size=(3, 4)), label="W"), Tensor(np.ones(4), label="b")
    X = rng.normal(size=(5, 3))

    def of_values(x):
        hidden = [rows["tanh"](rows["dot"](*row[:2], *x[:2], row[2])) for row in ws]
        return rows["exp"](-rows["logaddexp"](0.0, hidden[0] * hidden[1] + hidden[2])) * hidden[3]

    def of_tensors(X):
        return rows["mean"](rows["square"](rows["relu"](rows["affine"](X, W, b))))

    found = {}
    for name, f, x, leaves in (
        ("values", of_values, [0.3, -0.7, 0.0], [w for row in ws for w in row]),
        ("tensors", of_tensors, X, [W, b]),
    ):
        y = f(x)
        found[f"{name}, eager"] = [y.data, *ag.gradients(y, leaves)]
        step = trace(f)
        for leaf in leaves:
            leaf.zero_grad()
        y = step(x)
        y.backward()
        found[f"{name}, traced"] = [y.data, *[leaf.grad for leaf in leaves]]
        found[f"{name}, latex"] = latex(f(x))
        if name == "tensors":
            found["onnx"] = [operators(f, X)]
        found[f"{name}, picture"] = viz.draw(f(x), names=False).dot
    return found


def operators(f, X):
    """Return the operators of f in ONNX, for a batch of any length."""
    steps = [trace(f) for _ in range(2)]
    for step, x in zip(steps, (X[:3], X[:4]), strict=True):
        step(Tensor(x))
    data, *rest = steps[0].inputs(Tensor(X[:3]))
    given = {one.var.name: np.asarray(one.array) for one in rest}
    graph = OnnxGraph((steps[0].program, steps[1].program), [data.var], given, batch=3)
    return ", ".join(node.operator for node in graph.nodes)


def everything(rows):
    found = {}
    for name, params, numbers in uses():
        row = rows[name]
        differentiable = name != "detach" and not row.truth and name != "share"
        if differentiable:
            found[f"{name} {params} on tensors"] = on_tensors(row, params, numbers)
            if isinstance(row, Elementwise):
                found[f"{name} on values"] = on_values(row, numbers)
        else:
            found[f"{name} on tensors"] = {"eager": row(*map(Tensor, numbers)).data}
    found["networks"] = neurons(rows)
    return found


def compare(old, new):
    assert old.keys() == new.keys()
    for use, results in old.items():
        for what, expected in results.items():
            got = new[use][what]
            where = f"{use}, {what}"
            if isinstance(expected, str):
                assert plain(got) == plain(expected), where
            elif isinstance(expected, list) and isinstance(expected[0], str):
                assert [plain(text) for text in got] == expected, where
            else:
                for a, b in zip(got, expected, strict=True):
                    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14, err_msg=where)


def main():
    old = everything(OLD)
    declare_all()
    assert (Value(2.0) * 3.0).op is TWINS["mul"], "operators go to the new rows"
    compare(old, everything(TWINS))
    print(len(TWINS), "rows")


@pytest.mark.slow
def test_the_table_declared_again_under_other_names_behaves_the_same():
    done = subprocess.run(
        [sys.executable, "-W", "error", __file__],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 50, "not the whole table"


#: Where a row may be asked for by itself: the rewrites of a trace, which are about certain rows.
REWRITES = {
    "autograd/tracing/rewrites.py",
    "autograd/tracing/quick.py",
    "autograd/tracing/factors.py",
    "autograd/tracing/blocks.py",
}


def asks(tree):
    """Yield (line, text) for each comparison with a row of the table, or with a row's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for x in ast.walk(node):
                of = ast.unparse(x.value) if isinstance(x, ast.Attribute) else ""
                if of in ("ops", "table") or (of.split(".")[-1] == "op" and x.attr == "name"):
                    yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.Dict | ast.Set):
            for x in node.keys if isinstance(node, ast.Dict) else node.elts:
                if isinstance(x, ast.Attribute) and ast.unparse(x.value) in ("ops", "table"):
                    yield node.lineno, f"a list that begins with {ast.unparse(x)}"


def test_no_code_outside_the_table_and_the_rewrites_asks_which_row_it_has():
    root = Path(__file__).parents[1]
    found = [
        f"{path}:{line}: {text}"
        for package in ("autograd", "nn", "viz", "chainrule")
        for path in (p.relative_to(root).as_posix() for p in (root / package).rglob("*.py"))
        if path not in REWRITES and not path.startswith("autograd/rows/")
        for line, text in asks(ast.parse((root / path).read_text(encoding="utf-8")))
        if text not in ALLOWED
    ]
    assert not found, "\n".join(found)


#: A name is looked up where code is written with it.
ALLOWED = {"op.name in taken", "op.name in names"}


#: Where a type checker must know that a row is elementwise, beside the kinds themselves.
NARROWED = {
    "autograd/compiled/rows.py": 1,
    "autograd/algebra.py": 1,
    "autograd/generate.py": 1,
    "autograd/scalar_rows.py": 1,
}


def test_no_code_asks_a_row_for_its_class():
    """What differs by kind the kinds say themselves, or `op.choose` finds: see rows/kinds.py."""
    root = Path(__file__).parents[1]
    kinds = re.compile(r"isinstance\([^)]*\b(Elementwise|Reduction|Structural|Composite|Choice)\b")
    found = {
        path: count
        for package in ("autograd", "nn", "viz", "chainrule")
        for path in (p.relative_to(root).as_posix() for p in (root / package).rglob("*.py"))
        if not path.startswith("autograd/rows/")
        and (count := len(kinds.findall((root / path).read_text(encoding="utf-8"))))
    }
    assert found == NARROWED


def test_the_walk_finds_such_questions():
    tree = ast.parse("if node.op is table.exp or op.name == 'exp': pass\nKNOWN = {ops.exp}")
    assert len(list(asks(tree))) == 3


if __name__ == "__main__":
    main()
