"""A program as a function of another array library: `jax.numpy`, or torch.

For those who outgrow one machine: a pure function with its source, for `jit`, `pmap` and
accelerators. The text is that of the NumPy program, without what is quick in NumPy alone (buffers,
`x.dot(W)`); only the names of NumPy's functions are the library's own, and what the library lacks
stands in front, in a few lines.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.errors import TraceError
from autograd.tracing.emit import write
from autograd.tracing.program import Program

_HEAD = re.compile(r"(?<!\w)np\.((?:\w+\.)*\w+)")
_NUMBER = re.compile(r"np\.(?:float|int)\d+\(([^()]*)\)")  # of NumPy's types, which others lack


@dataclass(frozen=True)
class Library:
    """What a library calls NumPy's functions.

    imports: the lines that the text begins with. prefix: where its functions are.
    names: those that it calls otherwise; and methods, by what stands in the NumPy text.
    helpers: functions that it lacks, by name, as text.
    """

    imports: str
    prefix: str
    names: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)


_COMMON = {
    "share": "def share(x, y):\n    return np.where(x > y, 1.0, np.where(x == y, 0.5, 0.0))",
    "nonzero": "def nonzero(x):\n    return np.where(x == 0, 1.0, x)",
    "base": "def base(x, y):\n    return np.where((x == 0) & (y == 0), 1.0, x)",
    "norm": (
        "def norm(x, axis=None, keepdims=False):\n"
        "    return np.sqrt(np.add.reduce(x * x, axis=axis, keepdims=keepdims))"
    ),
}

JAX = Library(
    "import jax\nimport jax.numpy as jnp",
    "jnp",
    names={"add.reduce": "sum", "maximum.reduce": "max", "minimum.reduce": "min"},
    helpers={
        **_COMMON,
        "expit": "def expit(x):\n    return jax.nn.sigmoid(x)",
        "logaddexp": "def logaddexp(x, y):\n    return jnp.logaddexp(x, y)",
        "logsumexp": (
            "def logsumexp(x, axis=None, keepdims=False):\n"
            "    return jax.scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)"
        ),
        "erf": "def erf(x):\n    return jax.scipy.special.erf(x)",
        "erfc": "def erfc(x):\n    return jax.scipy.special.erfc(x)",
        "scatter": (
            "def scatter(y, key, shape):\n    return np.zeros(shape, y.dtype).at[key].add(y)"
        ),
    },
)

TORCH = Library(
    "import torch",
    "torch",
    names={
        "equal": "eq",
        "not_equal": "ne",
        "greater": "gt",
        "greater_equal": "ge",
        "less": "lt",
        "less_equal": "le",
        "absolute": "abs",
        "add.reduce": "add_up",
        "array": "clone",
        "concatenate": "cat",
        "float32": "torch.float32",
        "float64": "torch.float64",
        "maximum": "larger",
        "maximum.reduce": "largest",
        "minimum": "smaller",
        "minimum.reduce": "smallest",
        "negative": "neg",
        "power": "pow",
        "where": "choose",
        "bool": "torch.bool",
    },
    methods={".transpose(": ".permute(", ".astype(": ".to(", "axis=": "dim="},
    helpers={
        **_COMMON,
        # A truth value is a number in what follows, and of float32 in torch, if it is not told.
        **{
            name: (
                f"def {name}(x, y):\n    x, y = pair(x, y)\n"
                f"    return torch.{name}(x, y).to(x.dtype)"
            )
            for name in ("eq", "ne", "gt", "ge", "lt", "le")
        },
        "share": "def share(x, y):\n    return gt(x, y) + 0.5 * eq(x, y)",
        "add_up": (
            "def add_up(x, dim=None, keepdims=False):\n"
            "    return x.sum() if dim is None and not keepdims else x.sum(dim, keepdim=keepdims)"
        ),
        "largest": (
            "def largest(x, dim=None, keepdims=False):\n"
            "    return x.amax(() if dim is None else dim, keepdim=keepdims)"
        ),
        "smallest": (
            "def smallest(x, dim=None, keepdims=False):\n"
            "    return x.amin(() if dim is None else dim, keepdim=keepdims)"
        ),
        "norm": (
            "def norm(x, dim=None, keepdims=False):\n"
            "    return torch.sqrt(add_up(x * x, dim=dim, keepdims=keepdims))"
        ),
        "larger": "def larger(x, y):\n    return torch.maximum(*pair(x, y))",
        "smaller": "def smaller(x, y):\n    return torch.minimum(*pair(x, y))",
        "choose": ("def choose(c, x, y):\n    return torch.where(c != 0, *pair(x, y))"),
        "expit": "def expit(x):\n    return torch.sigmoid(x)",
        "logaddexp": "def logaddexp(x, y):\n    return torch.logaddexp(*pair(x, y))",
        "logsumexp": (
            "def logsumexp(x, dim=None, keepdims=False):\n"
            "    dims = tuple(range(x.ndim)) if dim is None else dim\n"
            "    return torch.logsumexp(x, dims, keepdim=keepdims)"
        ),
        "erf": "def erf(x):\n    return torch.erf(x)",
        "erfc": "def erfc(x):\n    return torch.erfc(x)",
        "scatter": (
            "def scatter(y, key, shape):\n"
            "    where = torch.arange(torch.Size(shape).numel()).reshape(shape)[key]\n"
            "    flat = torch.zeros(torch.Size(shape).numel(), dtype=y.dtype)\n"
            "    return flat.index_add(\n"
            "        0, where.reshape(-1), y.expand(where.shape).reshape(-1)\n"
            "    ).reshape(shape)"
        ),
        "pair": (
            "def pair(x, y):\n"
            "    tensor = x if isinstance(x, torch.Tensor) else y\n"
            "    x, y = (torch.as_tensor(e, dtype=tensor.dtype) for e in (x, y))\n"
            "    return torch.broadcast_tensors(x, y)"
        ),
    },
)
LIBRARIES = {"jax": JAX, "torch": TORCH}


class Exported:
    """A traced function in another library: call it with arrays for `inputs`, in their order.

    source: the text of both functions. inputs: what their arguments are called.
    value_and_grad: the function of the results and of the gradients of `gradients`, both tuples.
    """

    def __init__(self, program: Program, target: str, name: str) -> None:
        if target not in LIBRARIES:
            known = ", ".join([*LIBRARIES, "javascript"])
            raise ValueError(f"a program can be had for {known}, not {target!r}")
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
        """Return the texts of the helpers that are needed, those first that others need."""
        texts: dict[str, str] = {}
        for name in needs:  # it grows on the way
            if name in texts:
                continue
            if name not in self._library.helpers:
                raise TraceError(
                    f"the row {name} has no form in {self.target}: declare it as a @composite of "
                    "rows that have one, or compute it outside of what is traced"
                )
            texts[name] = self._translated(self._library.helpers[name], needs)
            needs += [other for other in self._library.helpers if f"{other}(" in texts[name]]
        return list(texts.values())

    def _function(self, name: str) -> Callable[..., Any]:
        if not self._loaded:
            try:
                module = importlib.import_module("jax.numpy" if self.target == "jax" else "torch")
            except ImportError as error:
                raise ImportError(
                    f"to run a program of {self.target} it must be installed: pip install "
                    f"{self.target}. Its text is there without: .source"
                ) from error
            constants = dict(self._constants)  # JAX takes NumPy's arrays as they are
            if self.target == "torch":
                constants = {k: module.from_numpy(np.array(x)) for k, x in constants.items()}
            self._loaded = {**constants, "inf": float("inf"), "nan": float("nan")}
            exec(compile(self.source, f"<autograd:{self.target}>", "exec"), self._loaded)  # noqa: S102
        found: Callable[..., Any] = self._loaded[name]
        return found

    def __call__(self, *arrays: Any) -> Any:
        """Return the results: one alone, or a tuple."""
        found = self._function("forward")(*arrays)
        return found[0] if len(found) == 1 else found

    def value_and_grad(self, *arrays: Any) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return the results, and the gradients of the inputs that have one."""
        found = self._function("value_and_grad")(*arrays)
        n = len(found) - len(self.gradients)
        return found[:n], found[n:]

    def __repr__(self) -> str:
        return f"{self.__name__}({', '.join(self.inputs)}) in {self.target}"
