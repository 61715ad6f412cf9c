"""Export a program as a function in another array library: `jax.numpy` or torch.

This is for users who outgrow one machine: they get a pure function and its source, for `jit`,
`pmap` and accelerators. The text is the NumPy program without optimisations that only NumPy needs
(buffers, `x.dot(W)`), with the library's names in place of NumPy's, and a few helpers in front for
what the library lacks.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import TraceError
from autograd.tracing.emit import write
from autograd.tracing.libraries import LIBRARIES
from autograd.tracing.program import Program

_HEAD = re.compile(r"(?<!\w)np\.((?:\w+\.)*\w+)")
_NUMBER = re.compile(r"np\.(?:float|int)\d+\(([^()]*)\)")  # NumPy's own types, which others lack


class _Items(ast.NodeTransformer):
    """Writes `x[:, ::-1]` as `item(x, (slice(None, None, None), slice(None, None, -1)))`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        steps = [part.step for part in parts if isinstance(part, ast.Slice)]
        if not any(isinstance(step, ast.UnaryOp) for step in steps):
            return node
        key = ast.Tuple([self._part(part) for part in parts], ast.Load())
        return ast.Call(ast.Name("item", ast.Load()), [node.value, key], [])

    @staticmethod
    def _part(part: ast.expr) -> ast.expr:
        if not isinstance(part, ast.Slice):
            return part
        ends = [end or ast.Constant(None) for end in (part.lower, part.upper, part.step)]
        return ast.Call(ast.Name("slice", ast.Load()), ends, [])


def _without_backward_slices(code: str) -> str:
    indent = code[: len(code) - len(code.lstrip())]
    return indent + ast.unparse(_Items().visit(ast.parse(code.strip())))


class Exported:
    """A traced function in another library: call it with arrays for `inputs`, in their order.

    source: the text of both functions. inputs: the names of their arguments.
    value_and_grad: the function of the results and of the gradients of `gradients`, both tuples.
    """

    def __init__(self, program: Program, target: str, name: str) -> None:
        if target not in LIBRARIES:
            known = ", ".join([*LIBRARIES, "javascript"])
            raise ValueError(f"a program can be written for {known}, not for {target!r}")
        self._library, self.target = LIBRARIES[target], target
        self.inputs = [var.name for var in (*program.inputs, *program.upstream)]
        self.gradients = [var.name for var in program.gradients]
        self.__name__ = name
        texts, self._constants = self._written(program)
        self.source = texts
        self._loaded: dict[str, Any] = {}

    def _written(self, program: Program) -> tuple[str, dict[str, Any]]:
        parts, constants, needs = list[str](), dict[str, Any](), list[str]()
        programs = [(program.forward, "forward")]
        if program.gradients:
            programs.append((program, "value_and_grad"))
        for one, name in programs:
            text, bound = write(one, name, plain=True)
            parts.append(self._translated(text, needs))
            for key, value in bound.items():
                if isinstance(value, np.ndarray):
                    constants[key] = value
                elif callable(value):
                    needs.append(key)
        helpers = self._helpers(needs)
        return "\n\n\n".join([self._library.imports, *helpers, *parts]), constants

    def _translated(self, text: str, needs: list[str]) -> str:
        """Replace NumPy's names; add those of helpers to `needs`. Comments stay as they are."""
        lines = []
        for line in text.splitlines():
            code, mark, comment = line.partition("  # ")
            if not code.lstrip().startswith("#"):
                code = _NUMBER.sub(r"\1", code)
                code = _HEAD.sub(lambda match: self._name(match[1], needs), code)
                for method, other in self._library.methods.items():
                    code = code.replace(method, other)
                if ":-" in code and not self._library.backward:
                    code = _without_backward_slices(code)
                    needs.append("item")
            lines.append(code + mark + comment)
        return "\n".join(lines)

    def _name(self, name: str, needs: list[str]) -> str:
        library = self._library
        name = library.names.get(name, name)
        if name in library.helpers:
            needs.append(name)
            return name
        return name if name.startswith(library.prefix) else f"{library.prefix}.{name}"

    def _helpers(self, needs: list[str]) -> list[str]:
        """Return the texts of the helpers needed, dependencies first."""
        texts: dict[str, str] = {}
        for name in needs:  # it grows on the way
            if name in texts:
                continue
            if name not in self._library.helpers:
                raise TraceError(
                    f"the row {name} has no form in {self.target}: declare it as a @composite of "
                    "rows that have one, or compute it outside of the traced function"
                )
            texts[name] = self._translated(self._library.helpers[name], needs)
            called = set(re.findall(r"(?<![\w.])\w+(?=\()", texts[name]))
            needs += [other for other in self._library.helpers if other in called]
        return list(texts.values())

    def _function(self, name: str) -> Callable[..., Any]:
        if not self._loaded:
            try:
                module = importlib.import_module("jax.numpy" if self.target == "jax" else "torch")
            except ImportError as error:
                raise ImportError(
                    f"to run a program for {self.target} it must be installed: pip install "
                    f"{self.target}. Its text, .source, needs nothing"
                ) from error
            constants = dict(self._constants)  # JAX takes NumPy arrays as they are
            if self.target == "torch":
                constants = {k: module.from_numpy(np.array(x)) for k, x in constants.items()}
            self._loaded = {**constants, "inf": float("inf"), "nan": float("nan")}
            exec(compile(self.source, f"<autograd:{self.target}>", "exec"), self._loaded)  # noqa: S102
        found: Callable[..., Any] = self._loaded[name]
        return found

    def __call__(self, *arrays: Any) -> Any:
        """Return the result alone, or a tuple of several."""
        found = self._function("forward")(*arrays)
        return found[0] if len(found) == 1 else found

    def value_and_grad(self, *arrays: Any) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return the results, and the gradients of the inputs that have one."""
        found = self._function("value_and_grad")(*arrays)
        n = len(found) - len(self.gradients)
        return found[:n], found[n:]

    def __repr__(self) -> str:
        return f"{self.__name__}({', '.join(self.inputs)}) in {self.target}"
