"""Write a recorded program as JavaScript: loops over `Float64Array`s, for a page or Node.js.

What was written with single numbers and rolled up stays rolled up: a matrix product is three loops,
not thousands of statements. `program_arrays` prepares a program for the printer; `Script` is the
complete text of a standalone program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from autograd.printers import javascript
from autograd.printers.javascript_kernels import Kernels
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import ArrayPlace, ProgramArray, place
from autograd.tracing.program import Program, Var


@dataclass
class Arrays:
    """The arrays of a program, as the printer expects them.

    inputs, results: in the program's order. gradients: those of the inputs that have one, by the
    number of the input.
    """

    inputs: list[ProgramArray]
    results: list[ProgramArray] = field(default_factory=list)
    gradients: dict[int, ProgramArray] = field(default_factory=dict)


def program_arrays(program: Program) -> Arrays:
    """Return the arrays of a program, each with the row that computes it.

    >>> from autograd import Value, trace
    >>> w = Value(3.0, label="w")
    >>> step = trace(lambda x: (w * x - 1.0) ** 2)
    >>> _ = step(2.0)
    >>> arrays = program_arrays(step.program)
    >>> arrays.results[0].op.name, sorted(arrays.gradients)
    ('square', [0, 1])
    """
    made: dict[Var, ProgramArray] = {
        x: ProgramArray(x.shape) for x in (*program.inputs, *program.upstream)
    }
    inputs = list(made.values())

    def read(x: Any) -> Any:
        if not isinstance(x, Var):
            return x
        if x not in made:
            made[x] = ProgramArray(x.shape, data=np.asarray(x.value))
        return made[x] if made[x].data is None or made[x].shape else made[x].data.item()

    def indexed(x: Any) -> Any:
        found = read(x)  # known positions are part of the row
        return found.data if isinstance(found, ProgramArray) and found.data is not None else found

    def array(x: Any) -> ProgramArray:
        found = read(x)
        return (
            found
            if isinstance(found, ProgramArray)
            else ProgramArray((), data=np.asarray(float(found)))
        )

    for one in program.instructions:
        params = dict(one.params)
        if "key" in params:
            key = params["key"]
            params["key"] = tuple(map(indexed, key)) if type(key) is tuple else indexed(key)
        made[one.output] = ProgramArray(one.output.shape, one.op, [*map(read, one.inputs)], params)
    return Arrays(
        inputs,
        [array(x) for x in program.results],
        {program.inputs.index(x): array(g) for x, g in program.gradients.items()},
    )


class Script:
    """A traced function as JavaScript; its text is `source`.

    It declares `forward`, a function of the `inputs`, in their order, that returns its results;
    and `value_and_grad`, which returns the results and then the gradients of `gradients`. All are
    `Float64Array`s, with the elements of an array row by row.
    """

    def __init__(self, program: Program, name: str) -> None:
        self.__name__ = name
        self.inputs = [var.name for var in (*program.inputs, *program.upstream)]
        self.gradients = [var.name for var in program.gradients]
        kernels = Kernels()
        parts = [_function(kernels, "forward", program.forward, ())]
        if program.gradients:
            wanted = [program.inputs.index(x) for x in program.gradients]
            parts.append(_function(kernels, "value_and_grad", program, wanted))
        written = "\n".join([kernels.text(), *parts])
        self.source = f"{javascript.runtime(written)}\n{written}"

    def __call__(self, *_: Any) -> NoReturn:
        """Raise TypeError: only a browser or Node.js can run this."""
        raise TypeError(f"{self!r} is run by a browser or by Node.js, from its text: .source")

    def __repr__(self) -> str:
        return f"{self.__name__}({', '.join(self.inputs)}) in javascript"


def _function(kernels: Kernels, name: str, program: Program, wanted: Sequence[int]) -> str:
    arrays = program_arrays(program)
    named = [f"input{i}" for i in range(len(arrays.inputs))]
    places: dict[Any, ArrayPlace] = {
        x: place(name, x.shape) for x, name in zip(arrays.inputs, named, strict=True)
    }
    outputs = [*arrays.results, *(arrays.gradients[i] for i in wanted)]
    loops = Loops(outputs, places)
    after, told = [], []
    for x in outputs:
        out = loops.new(x.shape)
        after.append(loops.copied(x, out, x.shape))
        told.append(f"{out.name}.slice()")
    text = kernels.function(
        ", ".join(named), loops.buffers, [*loops.lines, *after, f"return [{', '.join(told)}];"]
    )
    return f"const {name} = {text};"
