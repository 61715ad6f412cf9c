"""A loss over samples that are no points (texts, sequences), recorded for a page that trains it.

Each sample is recorded by itself. Programs that differ in numbers alone, such as which row of a
table is taken, are one program with these numbers as an argument: so a hundred names of five
letters take one program, and a hundred short lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.printers import javascript
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import place
from viz.formats.files import write_whole
from viz.live.rules import rules
from viz.live.training import Parameter, gradient_nodes, parameters_of
from viz.style.colors import Theme
from viz.viewer import read
from viz.viewer.frame import color_variables, compact, framed, in_script, packed, words

_HERE = Path(__file__).parent
_SCRIPTS = ("trainer", "plane", "curve", "samples")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


@dataclass(frozen=True)
class Programs:
    """Programs shared by samples: their texts, and for each sample which one, and its numbers."""

    texts: list[str]
    of: list[tuple[int, list[str]]]


def training_programs(
    loss_of: Callable[..., Any], samples: Sequence[Any], parameters: Sequence[Parameter]
) -> Programs:
    """Return functions `(w, g, k)` → the loss of a sample, whose gradients are added to `g`.

    Raises TypeError for a loss that is no Tensor of one number.
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
    return _shared("w, g, k", written)


def saying_programs(
    says: Callable[..., Any], samples: Sequence[Any], parameters: Sequence[Parameter]
) -> tuple[Programs, list[list[tuple[str, tuple[int, ...]]]]]:
    """Return functions `(w, out, k)` that write what `says` says of a sample.

    And for each sample the name and shape of each thing that is said, in order.
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
    return _shared("w, out, k", written), shapes


def _shared(arguments: str, written: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Programs:
    """Make programs that differ in numbers alone one, with the numbers that differ in `k`."""
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
        places = {j: f"k[{n}]" for n, j in enumerate(varying)}
        parts = skeleton.split("\0")
        filled = [parts[0]]
        for j, part in enumerate(parts[1:]):
            # In parentheses, for a number may be negative where the first one was not.
            filled += [places.get(j, columns[j][0]), part]
        for i in members:
            of[i] = (len(texts), [numbers[i][j] for j in varying])
        texts.append(_function(arguments, "".join(filled)))
    return Programs(texts, of)


def _function(arguments: str, text: str) -> str:
    buffers, _, lines = text.partition("\n//\n") if "\n//\n" in text else ("", "", text)
    fixed = [b for b in buffers.splitlines() if "k[" not in b]
    anew = [b for b in buffers.splitlines() if "k[" in b]
    body = "\n".join([*anew, lines.removeprefix("//\n")])
    return "(() => {\n" + "\n".join(fixed) + f"\nreturn ({arguments}) => {{\n{body}\n}};\n}})()"


class SamplesPlayground:
    """A page that trains on samples. `playground` with `parameters=` makes one."""

    def __init__(
        self,
        loss_of: Callable[..., Any],
        samples: Sequence[Any],
        parameters: Any,
        says: Callable[..., Any] | None,
        optimizers: Mapping[str, Callable[..., Any]],
        settings: Mapping[str, float],
        title: str,
        theme: Theme,
    ) -> None:
        self.title, self.settings = title, settings
        self.theme: Theme = theme
        self.samples = list(samples)
        if not self.samples:
            raise ValueError("a playground needs samples to train on, and the list is empty")
        self.parameters = parameters_of(_named(parameters))
        self.programs = training_programs(loss_of, self.samples, self.parameters)
        self.said: tuple[Programs, list[list[tuple[str, tuple[int, ...]]]]] = (Programs([], []), [])
        if says is not None:
            self.said = saying_programs(says, self.samples, self.parameters)
        self.rules = rules(optimizers)

    @cached_property
    def html(self) -> str:
        """The page."""
        scripts = [javascript.runtime(), read("numerals.js")]
        scripts += [(_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
        style = (_HERE / "playground.css").read_text(encoding="utf-8")
        return Template((_HERE / "samples.html").read_text(encoding="utf-8")).substitute(
            title=escape(self.title),
            theme=self.theme,
            style=color_variables(self.theme) + packed(style),
            script=compact("\n".join(scripts)),
            rules=self.rules,
            task=self._task(),
        )

    def _task(self) -> str:
        start = np.concatenate([np.ravel(p.node.data) for p in self.parameters])
        said, shapes = self.said
        sizes = [sum(int(np.prod(shape)) for _, shape in one) for one in shapes]
        parts = {
            "parameters": in_script(
                [
                    {"name": p.name, "shape": list(p.shape), "offset": p.offset}
                    for p in self.parameters
                ]
            ),
            "start": f"Float64Array.of({','.join(map(javascript.number, start.tolist()))})",
            "layers": "[]",
            "programs": f"[{','.join(self.programs.texts)}]",
            "samples": _listed(self.programs),
            "sayings": f"[{','.join(said.texts)}]",
            "said": _listed(said),
            "shapes": in_script(shapes),
            "most": str(max(sizes, default=0)),
            "labels": in_script([str(sample)[:40] for sample in self.samples]),
            "settings": in_script(dict(self.settings)),
        }
        return "{" + ",\n".join(f"{name}: {value}" for name, value in parts.items()) + "}"

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file that ends in .html, and return its path."""
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise ValueError(f"a playground is saved as .html; it cannot be {path.name!r}")
        return write_whole(path, self.html)

    def __repr__(self) -> str:
        count = sum(p.size for p in self.parameters)
        return f"<Playground: {count} parameters, {len(self.samples)} samples>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the page, where scripts run."""
        told = f"{self.title}: trains in a page; run this cell to see it"
        return framed(words(told), told, self.html)


def _named(parameters: Any) -> Iterable[tuple[str, Any]]:
    if hasattr(parameters, "named_parameters"):
        found: Iterable[tuple[str, Any]] = parameters.named_parameters()
        return found
    if isinstance(parameters, Mapping):
        return parameters.items()
    return [(getattr(p, "label", "") or f"p{i + 1}", p) for i, p in enumerate(parameters)]


def _listed(programs: Programs) -> str:
    return f"[{','.join(f'[{i},[{chr(44).join(numbers)}]]' for i, numbers in programs.of)}]"
