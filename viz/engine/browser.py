"""Graphviz in a browser, where Python itself runs as WebAssembly and there are no processes.

The engine is the JavaScript package `@hpcc-js/wasm-graphviz`, one file that holds Graphviz. The
site that `make lite` builds includes it in a small Python package, so nothing else is loaded.
"""

from __future__ import annotations

from importlib import import_module, resources
from typing import Any

from viz.engine.errors import EngineError, in_browser
from viz.engine.front_door import use_engine

#: The Python package that carries the JavaScript file.
CARRIER = "chainrule_graphviz"


async def start_engine() -> None:
    """Load Graphviz in a browser, so that pictures can be drawn; elsewhere do nothing.

    Raises EngineError if the package that carries it is not installed there.

        await viz.start_engine()
    """
    if not in_browser():
        return
    try:
        source = (resources.files(CARRIER) / "graphviz.js").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        raise EngineError(
            "Graphviz for browsers is not installed: `%pip install chainrule-graphviz` from the "
            "site that `make lite` built. Without it, viz.draw(...).text shows a text tree"
        ) from None
    use_engine(wasm_engine(await _loaded(source)))


def wasm_engine(graphviz: Any) -> Any:
    """Return an engine that draws with a loaded `Graphviz` object of the JavaScript package."""

    def draw(dot: str, format: str, seconds: float) -> bytes:  # noqa: ARG001 - cannot be stopped
        if format != "svg":
            raise EngineError(
                f"in a browser pictures are SVG; save as .svg or .html instead of .{format}"
            )
        try:
            return str(graphviz.layout(dot, "svg", "dot")).encode()
        except Exception as error:  # whatever JavaScript throws
            raise EngineError(f"the layout engine ended without a picture: {error}") from None

    return draw


async def _loaded(source: str) -> Any:
    """Return the JavaScript package's `Graphviz` object, made from its one file."""
    js = import_module("js")
    as_object = import_module("pyodide.ffi").to_js({"type": "text/javascript"})
    blob = js.Blob.new([source], js.Object.fromEntries(as_object))
    address = js.URL.createObjectURL(blob)
    module = await import_module("pyodide.code").run_js(f"import({address!r})")
    return await module.Graphviz.load()
