"""`trace`: a function that is recorded at the first call and replayed at later ones."""

from __future__ import annotations

import functools
import operator
import threading
import warnings
from collections.abc import Callable
from typing import Any, Generic, Literal, ParamSpec, TypeVar, overload

from autograd import modes
from autograd.errors import TraceError
from autograd.lifting import is_differentiating
from autograd.node import Node
from autograd.printers.javascript import TARGET
from autograd.trace_hooks import current_repetition
from autograd.tracing.arguments import difference, rebuilt, signature
from autograd.tracing.eager import eager_gradients
from autograd.tracing.elsewhere import Exported
from autograd.tracing.javascript import Script
from autograd.tracing.names import argument_names, leaf_names
from autograd.tracing.program import Program
from autograd.tracing.record import Call
from autograd.tracing.recorded import CompiledRecording, Input, record_and_compile
from autograd.tracing.replay import run, run_with_gradients

P = ParamSpec("P")
R = TypeVar("R")


def trace(f: Callable[P, R], *, shapes: int = 1, limit: int = 8) -> Traced[P, R]:
    """Return a function that computes what `f` does, as generated NumPy code.

    The first call records f; later calls with arguments of the same shapes and dtypes run the
    program, forward and backward, without making a node for each operation. The result is a node,
    as in eager code, with one operation between it and the parameters: `backward` fills in the same
    gradients. Parameters (nodes that f meets inside) are read at each call. Sums may be added in
    another order, so results are equal up to rounding.

    Plain numbers that f reads from outside become part of the program, and so does the identity of
    each node that it reads. If such a variable changes, or an attribute of an object in it, f is
    recorded anew; so assign to `w.data` rather than rebinding `w`. Arrays and lists of numbers
    outside f are compared with what they held when f was recorded: arrays over 16 MB only at 4,000
    elements, and arrays over 64 kB that the program reads itself only at 256. So pass in an array
    in which single numbers change.

    While recording, f may run twice, and anything else that it does (printing, counting) happens
    then and never again; see `effect`. `.data` inside f is recomputed by each replay; no gradient
    flows through it.

    A recording takes as long as about seven calls of f, and keeps the program's text and constants:
    0.7 MB for a GPT on single numbers with 57,600 nodes. Tracing a long chain of single numbers,
    each computed from the previous one, gains nothing: the program is just as long, and recording
    100,000 operations takes about ten seconds.

    f: a function of numbers, arrays, nodes, and lists, tuples and dicts of them, made of
        differentiable operations. Ints, strings and flags are settings: another value of one
        makes another recording, as another shape does.
    shapes: how many different recordings are expected; any more give a warning that names the
        argument.
    limit: the maximum number of recordings, unless `shapes` is larger.

    Raises TraceError if f does something that a program cannot repeat: branching on a number that
    it computes, reading one with `float()` or `item()`, drawing random numbers.

    >>> from autograd import Value
    >>> w = Value(3.0, label="w")
    >>> step = trace(lambda x: (w * x - 1.0) ** 2)
    >>> loss = step(2.0)
    >>> loss.backward()
    >>> loss.data, w.grad
    (25.0, 20.0)
    """
    return Traced(f, shapes, limit)


class Traced(Generic[P, R]):
    """A traced function. See `trace`."""

    def __init__(self, f: Callable[P, R], shapes: int = 1, limit: int = 8) -> None:
        self.f: Callable[..., R] = f
        self.shapes, self.limit = shapes, max(shapes, limit)
        self.name = getattr(f, "__name__", type(f).__name__).strip("<>")
        self._recordings: dict[Any, list[CompiledRecording]] = {}
        self._last: CompiledRecording | None = None
        self._lock = threading.RLock()
        self._bound: tuple[Any, ...] = ()  # arguments for calls without any

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        given: Any = args or self._bound
        if self._runs_eagerly():
            return self.f(*given, **kwargs)
        leaves: list[Any] = []
        recorded = self._recorded(given, kwargs, leaves)
        result: R = run(recorded, leaves, lambda: self.f(*given, **kwargs))
        return result

    def value_and_grad(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """Return the value, and its gradients with respect to the arguments, as plain numbers.

        The gradients have the structure of the arguments: one gradient for one argument, otherwise
        a tuple with those of keyword arguments last. No node is made, except inside another traced
        function or a transform such as `grad`, where both results are nodes.

        >>> trace(lambda x, y: x * y).value_and_grad(2.0, 3.0)
        (6.0, (3.0, 2.0))
        """
        args = args or self._bound
        leaves: list[Any] = []

        def eagerly() -> tuple[Any, list[Any]]:
            return eager_gradients(self.f, args, kwargs, leaves)

        if self._runs_eagerly():
            signature((args, kwargs), leaves)
            value, found = eagerly()
        else:
            recorded = self._recorded(args, kwargs, leaves)
            if not recorded.scalar:
                raise TypeError(
                    "value_and_grad needs a function with one number as its result; "
                    f"{self.name} gives more: reduce them with sum() or mean()"
                )
            value, found = run_with_gradients(recorded, leaves, eagerly)
        gradients = iter(found)
        positional, keyword = rebuilt((args, kwargs), lambda x: next(gradients))
        keyword = [keyword[k] for k, x in kwargs.items() if leaf_names(k, x)]
        filled = (*positional, *keyword)
        return value, filled[0] if len(filled) == 1 else filled

    @staticmethod
    def _runs_eagerly() -> bool:
        """Return whether a call must run the function itself, since all of its nodes are needed."""
        origin = modes.current()
        if origin is not None and (origin.recording is not None or origin.anomaly):
            return True  # part of a larger recording, or watched node by node
        # A transform may differentiate more than once.
        return is_differentiating() or current_repetition() is not None

    def over(self, *batch: Any, reduction: str = "mean") -> Traced[..., R]:
        """Return the function of a whole batch, traced, from this function of one sample.

        Each argument gets a leading axis for the samples; the losses of the samples are averaged,
        or summed for `reduction="sum"`, and the gradients of what they share likewise. Even if the
        function is written with `Value`s, all samples are computed as one array. With `batch`
        given, the result can be called without arguments.

        Raises ValueError for another reduction, and if the numbers of samples differ.

        >>> from autograd import Value
        >>> w = Value(3.0, label="w")
        >>> batched = trace(lambda x, y: (w * x - y) ** 2).over()
        >>> loss = batched([1.0, 2.0], [1.0, 4.0])
        >>> loss.backward()
        >>> loss.data, w.grad
        (4.0, 6.0)
        """
        if reduction not in ("mean", "sum"):
            raise ValueError(f'reduction is "mean" or "sum", not {reduction!r}')

        def batched(*args: Any) -> Any:
            lengths = list(map(len, args))
            if len(set(lengths)) > 1:
                names = argument_names(self.f, len(args))
                said = ", ".join(f"{n} of {name!r}" for name, n in zip(names, lengths, strict=True))
                raise ValueError(
                    f"{result.name} needs equally many samples of each argument, not {said}; cut "
                    "or pad them"
                )
            losses: list[Any] = [self.f(*sample) for sample in zip(*args, strict=True)]
            total = functools.reduce(operator.add, losses)
            return total / len(losses) if reduction == "mean" else total

        batched.__name__ = f"{self.name}_over_a_batch"
        vars(batched)["__wrapped__"] = self.f  # its arguments have these names
        result = Traced(batched, self.shapes, self.limit)
        result._bound = batch
        return result

    @property
    def recordings(self) -> int:
        """The number of recordings made."""
        return sum(map(len, self._recordings.values()))

    @property
    def source(self) -> str:
        """The generated NumPy code of the latest recording, forward and backward."""
        return self._latest().source

    @property
    def program(self) -> Program:
        """The program of the latest recording, forward and backward: see `Program`."""
        return self._latest().program

    @overload
    def to(self, target: Literal["javascript"]) -> Script: ...
    @overload
    def to(self, target: Literal["jax", "torch"]) -> Exported: ...
    @overload
    def to(self, target: str) -> Exported | Script: ...
    def to(self, target: str) -> Exported | Script:
        """Return the latest recording as a function of another library: "jax" or "torch".

        "javascript" gives a `Script` instead: text for a page or for Node.js.

        The function is pure, has its text as `source`, and takes the arrays of `inputs`, parameters
        included, in that order: `step.to("jax")(*(one.array for one in step.inputs(x, y)))`. JAX
        computes in float32 unless `jax_enable_x64` is set.

        Raises ValueError for another target, TraceError for a row without a form there, and
        ImportError when called if the library is not installed.

        >>> import numpy as np
        >>> from autograd import Tensor
        >>> w = Tensor([1.0, 2.0], label="w")
        >>> step = trace(lambda x: (w * x).sum())
        >>> _ = step(np.array([3.0, 4.0]))
        >>> print(step.to("jax").source)
        import jax
        import jax.numpy as jnp
        <BLANKLINE>
        <BLANKLINE>
        def forward(x, w):
            result = jnp.sum(w * x, axis=None)  # ...
            return result,
        ...
        """
        program = self._latest().program
        return (
            Script(program, self.name) if target == TARGET else Exported(program, target, self.name)
        )

    def inputs(self, *args: Any, **kwargs: Any) -> list[Input]:
        """Return, for these arguments, the `Var`, the array and the nodes of each program input.

        >>> from autograd import Value
        >>> w = Value(3.0, label="w")
        >>> step = trace(lambda x: w * x)
        >>> [(one.var.name, one.array.item(), one.nodes) for one in step.inputs(2.0)]
        [('x', 2.0, ()), ('w', 3.0, (Value(3.0, label='w'),))]
        """
        leaves: list[Any] = []
        return self._recorded(args or self._bound, kwargs, leaves).found(leaves)

    @property
    def graph(self) -> Node:
        """The program of the latest recording as a graph of `Tensor`s, to draw or walk.

        Its numbers are those of the first call.
        """
        return self._latest().graph()

    @property
    def tape(self) -> list[str]:
        """The rows of the latest recording, in order, as text."""
        return [repr(one) for one in self._latest().program.instructions]

    def _latest(self) -> CompiledRecording:
        if self._last is None:
            raise TraceError(f"{self.name} was not called yet, so nothing is recorded")
        return self._last

    def _recorded(self, args: Any, kwargs: Any, leaves: list[Any]) -> CompiledRecording:
        key = (signature(args, leaves), signature(kwargs, leaves) if kwargs else None)
        for found in self._recordings.get(key, ()):
            if (not found.guards or found.guarded()) and not found.watch.changed():
                return found
        with self._lock:
            older = self._recordings.setdefault(key, [])
            alike = [found for found in older if found.guarded()]
            for found in alike:  # another thread may have recorded it
                if not found.watch.changed():
                    return found
            return self._record(key, Call(self.f, args, kwargs, leaves), alike)

    def _record(self, key: Any, call: Call, alike: list[CompiledRecording]) -> CompiledRecording:
        """Make a recording. alike: the older ones that only a changed variable has made useless."""
        changed = alike[-1].watch.changed() if alike else {}
        if not alike:
            self._warn_of(key, call.args)
        new = record_and_compile(call, self.name, self._names(call.args, call.kwargs))
        older = self._recordings[key]
        for found in alike:
            if new.same_as(found):  # the change does not matter
                new.instead_of(found)
                older[older.index(found)] = new
                break
        else:
            if alike:
                names = ", ".join(sorted(set(changed.values()))[:3])
                self._warn_of(
                    key, call.args, f"{names} has changed; what varies is better passed in"
                )
            older.append(new)
        self._last = new
        return new

    def _warn_of(self, key: Any, args: Any, said: str = "") -> None:
        """Warn of a recording that was not expected, or raise TraceError at the limit; say why."""
        made = self.recordings
        if made < self.shapes:
            return
        if not said and self._recordings[key]:
            said = "what guard() reads has changed"
        elif not said:
            older = [other for other, found in self._recordings.items() if found][-1]
            said = difference(older, key, argument_names(self.f, len(args)))
        if made >= self.limit:
            raise TraceError(
                f"{self.name} was recorded {made} times already and would be again: {said}. Pad "
                "the arguments to equal shapes, pass what varies as a float or an array, or "
                "raise trace(limit=…)"
            )
        warnings.warn(
            f"{self.name} is recorded again (recording {made + 1}): {said}. Expect that with "
            f"trace(shapes={made + 1})",
            RuntimeWarning,
            stacklevel=5,
        )

    def _names(self, args: Any, kwargs: Any) -> list[str]:
        """Return a name for each number among the arguments."""
        named = [*zip(argument_names(self.f, len(args)), args, strict=False), *kwargs.items()]
        return [leaf for name, x in named for leaf in leaf_names(name, x)]

    def __repr__(self) -> str:
        return f"trace({self.name}, recordings={self.recordings})"
