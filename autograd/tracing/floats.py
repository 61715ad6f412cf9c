"""Handle Python floats among narrow arrays: a float32 array times a float stays float32.

In NumPy a Python float adopts the dtype of the array that it meets, while a one-element array,
which stands for the float in a recording, keeps its own. So if a function meets floats other than
float64, the Python floats among its arguments are recorded as float16, which every other type
overrides. Here the program is told that they have full precision after all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np

from autograd.graph import topological
from autograd.rows.elementwise import Elementwise
from autograd.tensor import Tensor
from autograd.tracing.program import Instruction, Var


def are_narrow(roots: Iterable[Any], made: Callable[[Any], bool]) -> bool:
    """Return whether some of the nodes, or their ancestors, hold floats other than float64."""
    nodes = filter(made, topological(roots, made))
    met = [x for node in nodes for x in (node, *node.inputs)]
    dtypes = {x.dtype for x in met if isinstance(x, Tensor | np.ndarray | np.generic)}
    return any(dtype.kind == "f" and dtype != np.float64 for dtype in dtypes)


def made_of_floats(floats: Iterable[Tensor], order: Iterable[Tensor]) -> set[Any]:
    """Return the nodes that are float16 only because of the floats among the arguments."""
    found = set(floats)
    for node in order:
        narrowest = [x for x in node.inputs if getattr(x, "dtype", None) == np.float16]
        arguments = all(isinstance(x, Tensor) and x in found for x in narrowest)
        if node.dtype == np.float16 and narrowest and arguments:
            found.add(node)
    return found


def keep_numbers(instructions: list[Instruction], numbers: set[Var]) -> None:
    """Compute on Python floats as eager code does, so that the results are Python floats."""
    for one in instructions:
        op = one.op
        if op.elementwise and all(_is_number(x, numbers) for x in one.inputs):
            numbers.add(one.output)
            written = op.text.get("numpy", op.infix)
            spelled = written == "-$x" or written == op.infix != ""
            if not spelled and one.output.dtype.kind == "f":
                one.op = _on_numbers(op)


def _is_number(x: Any, numbers: set[Var]) -> bool:
    return x in numbers if isinstance(x, Var) else type(x) in (int, float, bool)


class OnNumbers(Elementwise):
    """A row that computes on Python floats instead of NumPy's. It is in no table."""

    def __init__(self, op: Elementwise) -> None:
        self.__dict__.update(op.__dict__)
        self.array, self.infix, self.text = op.number, "", {}


@cache
def _on_numbers(op: Elementwise) -> OnNumbers:
    return OnNumbers(op)
