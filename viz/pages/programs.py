"""Print samples as programs, for a page that trains on them; similar samples share a program.

Each sample is recorded by itself. Programs that differ only in numbers, such as which row of a
table is taken, become one program with these numbers as an argument: so a hundred names of five
letters take one program and a hundred short lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Tensor
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import place
from viz.pages.training import Parameter, gradient_nodes

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


@dataclass(frozen=True)
class Programs:
    """Programs shared by samples: their texts, and for each sample, which one and its numbers."""

    texts: list[str]
    of: list[tuple[int, list[str]]]


def training_programs(
    loss_of: Callable[..., Any], samples: Sequence[Any], parameters: Sequence[Parameter]
) -> Programs:
    """Return functions `(w, g, x)` → the loss of a sample, whose gradients are added to `g`.

    Raises TypeError for a loss that is not a Tensor of one number.
    """
    spots = {p.node: place("w", p.shape, p.offset) for p in parameters}
    written = []
    for sample in samples:
        loss = loss_of(sample)
        if not isinstance(loss, Tensor) or loss.size != 1:
            raise TypeError(
                f"the loss of a sample must be one number, a Tensor, not {loss!r}; take .mean()"
            )
        gradients = gradient_nodes(loss, parameters)
        loops = Loops([loss, *(g for g in gradients if g is not None)], spots)
        after = [
            loops.copied(g, place("g", p.shape, p.offset), p.shape, "+=")
            for p, g in zip(parameters, gradients, strict=True)
            if g is not None
        ]
        written.append((loops.buffers, [*loops.lines, *after, f"return {loops.number(loss)};"]))
    return _shared("w, g, x", written)


def saying_programs(
    says: Callable[..., Any], samples: Sequence[Any], parameters: Sequence[Parameter]
) -> tuple[Programs, list[list[tuple[str, tuple[int, ...]]]]]:
    """Return functions `(w, out, x)` that write what `says` returns for a sample.

    Also return, for each sample, the name and shape of each thing written, in order.
    """
    spots = {p.node: place("w", p.shape, p.offset) for p in parameters}
    written, shapes = [], []
    for sample in samples:
        said = says(sample)
        named = said if isinstance(said, Mapping) else {"": said}
        loops = Loops(list(named.values()), spots)
        after, offset = [], 0
        for node in named.values():
            after.append(loops.copied(node, place("out", node.shape, offset), node.shape))
            offset += node.size
        written.append((loops.buffers, [*loops.lines, *after]))
        shapes.append([(name, node.shape) for name, node in named.items()])
    return _shared("w, out, x", written), shapes


def _shared(arguments: str, written: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Programs:
    """Merge programs that differ only in numbers, with the differing numbers in `x`."""
    groups: dict[str, list[int]] = {}
    numbers: list[list[str]] = []
    for i, (buffers, lines) in enumerate(written):
        text = "\n".join([*buffers, "//", *lines])
        groups.setdefault(_NUMBER.sub("\0", text), []).append(i)
        numbers.append(_NUMBER.findall(text))
    texts: list[str] = []
    of: list[tuple[int, list[str]]] = [(0, [])] * len(numbers)
    for skeleton, members in groups.items():
        columns = list(zip(*(numbers[i] for i in members), strict=True))
        varying = [j for j, column in enumerate(columns) if len(set(column)) > 1]
        places = {j: f"x[{n}]" for n, j in enumerate(varying)}
        parts = skeleton.split("\0")
        filled = [parts[0]]
        for j, part in enumerate(parts[1:]):
            # In parentheses, since a number may be negative where the first one was not.
            filled += [places.get(j, columns[j][0]), part]
        for i in members:
            of[i] = (len(texts), [numbers[i][j] for j in varying])
        texts.append(_function(arguments, "".join(filled)))
    return Programs(texts, of)


def _function(arguments: str, text: str) -> str:
    buffers, _, lines = text.partition("\n//\n") if "\n//\n" in text else ("", "", text)
    fixed = [b for b in buffers.splitlines() if "x[" not in b]
    anew = [b for b in buffers.splitlines() if "x[" in b]
    body = "\n".join([*anew, lines.removeprefix("//\n")])
    return "(() => {\n" + "\n".join(fixed) + f"\nreturn ({arguments}) => {{\n{body}\n}};\n}})()"
