"""Run Graphviz in a separate process: the only place where one is started.

Graphviz runs in a child process with a time limit, since it can crash or take hours on valid input,
and neither may happen to the interpreter. The child is a bare Python that loads the Graphviz inside
`pygraphviz`'s wheel or, without one, the system's `dot`. Everything goes through pipes, so no file
can be left behind.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from viz.engine.errors import EngineError

# The child's program. `-I -S` and loading just the extension file keep its start at about 40 ms
# (importing pygraphviz takes six times that). The alarm ends it even if the parent is killed.
_CHILD = """
import os, sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
path, format, seconds = sys.argv[1:]
try:
    import resource, signal
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(int(float(seconds)) + 2)
except ImportError:
    libraries = os.path.join(os.path.dirname(os.path.dirname(path)), "pygraphviz.libs")
    if os.path.isdir(libraries):
        os.add_dll_directory(libraries)
spec = spec_from_file_location("_graphviz", path, loader=ExtensionFileLoader("_graphviz", path))
gv = module_from_spec(spec)
spec.loader.exec_module(gv)
graph = gv.agread(sys.stdin, None)
context = gv.gvContextWithBuiltins()
if gv.gvLayout(context, graph, b"dot") != 0:
    sys.exit("gvLayout failed")
status, data = gv.gvRenderData(context, graph, format.encode())
if status != 0 or not data:
    sys.exit("gvRenderData failed")
sys.stdout.buffer.write(data)
sys.stdout.buffer.flush()
os._exit(0)
"""


def engine() -> list[str]:
    """Return the command that lays out DOT, without the format.

    Raises EngineError if neither pygraphviz's Graphviz nor a `dot` program is found.
    """
    library = _bundled()
    if library and sys.executable:
        return [sys.executable, "-I", "-S", "-c", _CHILD, library]
    program = shutil.which("dot")
    if program:
        return [program]
    raise EngineError(
        "no Graphviz was found: `pip install pygraphviz` brings one along, or install the "
        "`dot` program. Without it, viz.draw(...).text shows the graph as a text tree"
    )


@lru_cache(maxsize=1)
def _bundled() -> str:
    """Return the path of pygraphviz's extension, found without importing it; "" if none."""
    spec = importlib.util.find_spec("pygraphviz")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        for pattern in ("_graphviz*.so", "_graphviz*.pyd"):
            for path in Path(place).glob(pattern):
                return str(path)
    return ""


def render(dot: str, format: str, time_limit: float) -> bytes:
    """Lay out DOT in a child process and return the drawing as "svg", "png" or "pdf".

    Raises EngineError (no engine, a crash, the time limit, nothing drawn).
    """
    command = engine()
    if len(command) == 1:
        command = [*command, f"-T{format}"]
    else:
        command = [*command, format, str(time_limit)]
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours, the DOT goes to its stdin
            command, input=dot.encode(), capture_output=True, timeout=time_limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise EngineError(
            f"the layout took longer than {time_limit:g} seconds and was stopped; record less, "
            "such as a smaller batch, or give viz.draw depth=, limit= or time_limit="
        ) from None
    except OSError as error:
        raise EngineError(f"the layout engine could not be started: {error}") from error
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        raise EngineError(
            f"the layout engine ended without a picture ({how}): {' '.join(said) or 'no message'}"
        )
    return done.stdout
