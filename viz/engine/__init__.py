"""Turn DOT into a drawing: one front door, and the engines behind it.

An engine is a separate process with the Graphviz in pygraphviz's wheel or the system's `dot`; in a
browser, Graphviz compiled to WebAssembly; or whatever `use_engine` is given.
"""

from viz.engine.browser import start_engine
from viz.engine.errors import EngineError
from viz.engine.front_door import TIME_LIMIT, Engine, render, use_engine

__all__ = ["TIME_LIMIT", "Engine", "EngineError", "render", "start_engine", "use_engine"]
