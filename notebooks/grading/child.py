"""The process that runs what a student wrote, and hands out its answers.

    python child.py              (started by judge.py: a line of JSON in, a line of JSON out)

It may read Python's and the package's files, and write into its own temporary folder. The
course's folder (checks, solutions, other submissions) is closed to it, and so are other
processes and the network. Python's audit hooks see to that: they cannot be taken off again.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import sys
import types
from typing import Any

from checks.idle import does_nothing

from grading.doors import close_the_doors
from grading.wire import Wire, arguments, received


class Anything:
    """Stands for the checks while a cell runs: takes every call, and says nothing."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any, **__: Any) -> None:
        return None


def limit_resources() -> None:
    """Limit memory, files and processes where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in (("RLIMIT_AS", 2 << 30), ("RLIMIT_FSIZE", 64 << 20), ("RLIMIT_CORE", 0)):
        resource.setrlimit(getattr(resource, name), (most, most))


class Child:
    """The namespace of one submission, and the conversation about it."""

    def __init__(self, source: Any, sink: Any) -> None:
        self.source, self.sink, self.token = source, sink, ""
        self.names: dict[str, Any] = {
            "__name__": "__main__", "__builtins__": builtins, "check": Anything(),
            "display": Anything(), "get_ipython": Anything(), "In": [], "Out": {},
        }  # fmt: skip
        self.wire = Wire(self.call_judge, does_nothing, lambda: self.names.get("Num"))

    def read(self) -> Any:
        line = self.source.readline()
        if not line:
            os._exit(0)
        return json.loads(line)

    def write(self, message: Any) -> None:
        self.sink.write(json.dumps(message | {"token": self.token}) + "\n")
        self.sink.flush()

    def serve(self) -> None:
        """Answer the judge until the pipe is closed."""
        while True:
            message = self.read()
            self.token = message["token"]
            self.write(self.answer(message))

    def answer(self, message: Any) -> Any:
        """Do what one message asks for."""
        try:
            if message["do"] == "run":
                self.run(message["source"])
                return {"value": ["none"]}
            if message["do"] == "get":
                tree = compile(message["expression"], "<answer>", "eval")
                return {"value": self.wire.encode(eval(tree, self.names))}
            return self.called(message)
        except BaseException as error:
            kind = type(error).__name__
            return {"error": [str(kind), _text(error)]}

    def run(self, source: str) -> None:
        """Run a cell; a cell that stops keeps what it had defined."""
        exec(compile(ast.parse(source), "<cell>", "exec"), self.names)

    def called(self, message: Any) -> Any:
        """Call a function of the submission for the judge."""
        args, keywords, known = received(self.wire, message["args"])
        args = [self.local(x) for x in args]
        result = self.wire.functions[message["handle"]](*args, **keywords)
        return {"value": self.wire.encode(result, known)}

    def local(self, x: Any) -> Any:
        """Give a function of the judge a name and a docstring, as functions have."""
        if not hasattr(x, "handle"):
            return x

        def f(*args: Any) -> Any:
            """Ask the judge."""
            return x(*args)

        return f

    def call_judge(self, handle: int, args: Any, keywords: Any) -> Any:
        """Call a function that the judge handed over, and wait for what it gives."""
        sent, nodes = arguments(self.wire, args, keywords)
        self.write({"callback": handle, "args": sent})
        reply = self.read()
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return self.wire.decode(reply["value"], nodes)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:
        return "an error that cannot even be printed"


def main(closed: list[str], own: str) -> None:
    """Take the pipe for ourselves, close the doors, and serve."""
    source = os.fdopen(os.dup(0), "r", encoding="utf-8")
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    sys.dont_write_bytecode = True
    sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") not in closed]
    for name in [name for name in sys.modules if name.partition(".")[0] == "checks"]:
        del sys.modules[name]
    stub = types.ModuleType("checks")
    stub.__getattr__ = lambda name: Anything()  # type: ignore[method-assign]
    sys.modules["checks"] = stub
    os.chdir(own)
    limit_resources()
    close_the_doors(closed, own)
    Child(source, sink).serve()


if __name__ == "__main__":
    main([os.path.realpath(path) for path in sys.argv[2:]], os.path.realpath(sys.argv[1]))
