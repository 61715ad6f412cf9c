"""The checker: analytic gradients against finite differences.

It knows nothing of how gradients are computed; it changes an input a little and compares. If the
slopes on the two sides differ, there is a kink (or a jump), and any slope between the two is right.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.derivatives import Function, gradients
from autograd.errors import GradcheckError
from autograd.finite_differences import Phi, slope, slopes_beside
from autograd.node import Node
from autograd.rows import table
from autograd.rows.nodes import Array
from autograd.structure import is_number, lift_numbers, numbers_of
from autograd.tensor import Tensor
from autograd.trace_hooks import numbers
from autograd.value import Value

#: Records numbers as nodes.
Kind = Callable[[Array], Any]


class ElementCheck(NamedTuple):
    """One element of one input: its analytic and its numeric derivative."""

    order: int
    name: str
    analytic: float
    numeric: float
    uncertainty: float
    kink: tuple[float, float] | None  # the slopes on the left and on the right
    jumps: bool
    ok: bool

    @property
    def error(self) -> float:
        """|analytic − numeric|; at a kink, the distance from the slopes on its two sides."""
        if self.kink is None:
            return abs(self.analytic - self.numeric)
        low, high = sorted(self.kink)
        return abs(max(low - self.analytic, self.analytic - high, 0.0))


class Report(NamedTuple):
    """What `gradcheck` found, one row for each element; `str(report)` is a table."""

    rows: tuple[ElementCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether every row agrees."""
        return all(row.ok for row in self.rows)

    @property
    def worst(self) -> ElementCheck | None:
        """The row with the largest error; if some errors are nan, the first of these."""
        if not self.rows:
            return None
        failed = [row for row in self.rows if not row.ok]
        unknown = [row for row in failed if math.isnan(row.error)]
        return unknown[0] if unknown else max(failed or self.rows, key=lambda row: row.error)

    def __str__(self) -> str:
        lines = [
            f"{'order':>5}  {'element':<16} {'analytic':>16} {'numeric':>16} {'error':>10}  verdict"
        ]
        for row in self.rows:
            verdict = "ok" if row.ok else "WRONG"
            if math.isnan(row.numeric):
                verdict += " (no differences: the function is not defined on both sides)"
            elif row.kink is not None:
                kind = "jump" if row.jumps else "kink"
                verdict += f" ({kind}: {row.kink[0]:.6g} left, {row.kink[1]:.6g} right)"
            lines.append(
                f"{row.order:>5}  {row.name:<16} {row.analytic:>16.9g} {row.numeric:>16.9g} "
                f"{row.error:>10.2e}  {verdict}"
            )
        if not self.ok and self.worst is not None:
            wrong = sum(not row.ok for row in self.rows)
            lines.append(
                f"{wrong} of {len(self.rows)} elements disagree; the worst is {self.worst.name}: "
                f"analytic {self.worst.analytic:.9g}, numeric {self.worst.numeric:.9g}"
            )
        return "\n".join(lines)


def gradcheck(
    f: Function, *inputs: object, order: int = 1, rtol: float = 1e-5, atol: float = 1e-7
) -> bool:
    """Compare the gradients of f at `inputs` with finite differences; True if they agree.

    inputs: floats and `Value`s (recorded as `Value`s, a float beside arrays as a `Tensor`), arrays
        and `Tensor`s (as float64 `Tensor`s), lists and object arrays of `Value`s, and structures
        of these as for `grad`; the report lists each number of a structure as an input of its own.
    order: 2 checks the second derivatives as well.

    A result of several elements is checked through a fixed random weighting of them.
    Raises GradcheckError, whose text is the report, if an element disagrees.

    >>> gradcheck(lambda x: x * x.tanh(), 0.3, order=2)
    True
    """
    report = gradient_report(f, *inputs, order=order, rtol=rtol, atol=atol)
    if not report.ok:
        raise GradcheckError(f"the gradients differ from finite differences\n{report}")
    return True


def gradient_report(
    f: Function, *inputs: object, order: int = 1, rtol: float = 1e-5, atol: float = 1e-7
) -> Report:
    """Return what `gradcheck` compares, without raising.

    >>> print(gradient_report(abs, 0.0))
    order  element  analytic  numeric     error  verdict
        1  input 0         0        0  0.00e+00  ok (kink: -1 left, 1 right)
    """
    if order not in (1, 2):
        raise ValueError(f"gradcheck knows order 1 and 2, not {order}")
    if any(not is_number(x) and numbers_of(x) for x in inputs):
        f, inputs = _of_numbers(f, inputs)
    labels = [getattr(x, "label", "") or f"input {i}" for i, x in enumerate(inputs)]
    arrays = [_floats(x) for x in inputs]
    kinds = [_kind(x) for x in inputs]
    if Tensor in kinds:  # as for grad: a number beside arrays is a Tensor too
        kinds = [Tensor if isinstance(x, int | float) else _kind(x) for x in inputs]
    rows: list[ElementCheck] = []
    function = f
    for level in range(1, order + 1):
        rows += _check(function, arrays, kinds, labels, level, rtol, atol)
        if level < order:
            function = _directional(f)
    return Report(tuple(rows))


def _of_numbers(f: Function, inputs: tuple[object, ...]) -> tuple[Function, tuple[object, ...]]:
    """Return f as a function of the numbers in its inputs alone, and these numbers."""

    def function(*given: object) -> object:
        rest = iter(given)
        return f(*[lift_numbers(lambda _: next(rest), x) for x in inputs])

    return function, tuple(number for x in inputs for number in numbers_of(x))


def _check(
    f: Function,
    arrays: Sequence[Array],
    kinds: Sequence[Kind],
    labels: list[str],
    order: int,
    rtol: float,
    atol: float,
) -> list[ElementCheck]:
    nodes = [kind(a) for a, kind in zip(arrays, kinds, strict=True)]
    y = _weighted(f(*nodes))
    if order == 1:
        again = _weighted(f(*[kind(a) for a, kind in zip(arrays, kinds, strict=True)]))
        _must_agree(float(numbers(y)), float(numbers(again)))
    leaves = [list(x.flat) if isinstance(x, np.ndarray) else [x] for x in nodes]
    flat = [leaf for group in leaves for leaf in group]
    found = gradients(y, flat) if isinstance(y, Node) else [np.zeros(x.shape) for x in flat]
    analytic = iter(found)
    rows = []
    for k, (array, group) in enumerate(zip(arrays, leaves, strict=True)):
        slopes = np.concatenate([np.ravel(next(analytic)) for _ in group] or [np.empty(0)])
        for j, place in enumerate(np.ndindex(array.shape)):

            def phi(t: float, k: int = k, place: tuple[int, ...] = place) -> float:
                moved = [a.copy() for a in arrays]
                moved[k][place] = t
                try:
                    with np.errstate(all="ignore"):
                        now = [kind(a) for a, kind in zip(moved, kinds, strict=True)]
                        return float(numbers(_weighted(f(*now))))
                except (ValueError, ArithmeticError):
                    return math.nan

            name = labels[k] + (f"[{','.join(map(str, place))}]" if place else "")
            rows.append(_row(order, name, float(slopes[j]), phi, float(array[place]), rtol, atol))
    return rows


def _must_agree(first: float, second: float) -> None:
    """Raise if two calls at the same inputs disagree: then finite differences mean nothing."""
    if first != second and (first == first or second == second):  # NaN is NaN
        raise GradcheckError(
            f"two calls of the function at the same inputs differ: {first!r} and {second!r}. It "
            "draws random numbers, or changes something that it uses; let it draw from a generator "
            "that is made anew in each call, rng = np.random.default_rng(0), or check it with "
            "dropout switched off (model.eval())"
        )


def _row(
    order: int, name: str, analytic: float, phi: Phi, x: float, rtol: float, atol: float
) -> ElementCheck:
    here = phi(x)
    numeric, uncertainty = slope(phi, x)
    (left, right), jumps = slopes_beside(phi, x, here, 1e-5)
    size = max(abs(left), abs(right), 1.0)
    rounding = 1e-9 * abs(here)  # the rounding errors of the differences, over the step
    kink = (left, right) if jumps or abs(left - right) > 1e-4 * size + rounding else None
    if kink and not jumps:  # a sharp bend looks like a kink, but not on a closer look
        closer, _ = slopes_beside(phi, x, here, 1e-6)
        if abs(closer[0] - closer[1]) < 0.5 * abs(left - right):
            kink = None
    if kink is not None and not math.isnan(left - right):
        slack = atol + 1e-5 * size
        ok = min(kink) - slack <= analytic <= max(kink) + slack
    else:
        kink = None
        ok = abs(analytic - numeric) <= atol + rtol * abs(numeric) + 10 * min(uncertainty, 1e-6)
    return ElementCheck(order, name, analytic, numeric, uncertainty, kink, jumps, bool(ok))


def _directional(f: Function) -> Function:
    """Return the function whose gradient is the hessian of f times a fixed direction."""

    def along_direction(*nodes: Node) -> object:
        y = _weighted(f(*nodes))
        leaves = [leaf for x in nodes for leaf in (x.flat if isinstance(x, np.ndarray) else [x])]
        if not isinstance(y, Node):
            return 0.0
        found = gradients(y, leaves, create_graph=True)
        parts = [table.sum(g * _weights(np.shape(g), i + 1)) for i, g in enumerate(found)]
        return table.sum(parts) if isinstance(leaves[0], Value) else sum(parts[1:], parts[0])

    return along_direction


def _weighted(y: Any) -> Any:
    """Return one number that depends on every element of y: a weighted sum of them."""
    shape = np.shape(y)
    if not shape:
        return y
    return table.sum(y * _weights(shape, 0))


@functools.lru_cache(256)  # asked for again at each of many neighbouring points
def _weights(shape: tuple[int, ...], seed: int) -> Array:
    weights = np.random.default_rng(seed).uniform(0.5, 1.5, shape)
    weights.flags.writeable = False
    return weights


def _floats(x: object) -> Array:
    return np.array(numbers(x if isinstance(x, Node) else np.asarray(x)), dtype=float)


def _kind(x: object) -> Kind:
    """Return the function that records numbers as the input is recorded: as its class of node."""
    if isinstance(x, Node):
        return type(x) if isinstance(x, Tensor) else lambda numbers: type(x)(float(numbers))
    if isinstance(x, int | float):
        return lambda numbers: Value(float(numbers))
    array = np.asarray(x)
    if array.dtype.kind != "O":
        return Tensor
    kind = next((type(e) for e in array.flat if isinstance(e, Node)), Value)
    return np.frompyfunc(kind, 1, 1)
