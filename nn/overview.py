"""The table of a model: its parts, the shapes of their parameters, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn.module import Module


@dataclass(frozen=True)
class ModuleSummary:
    """One module: its path, its class, and its own parameters."""

    path: str
    kind: str
    shapes: dict[str, tuple[int, ...]]
    count: int


@dataclass(frozen=True)
class Summary:
    """The result of `summary`, one module per line; it prints as a table."""

    rows: tuple[ModuleSummary, ...]

    @property
    def total(self) -> int:
        """The number of single parameters of the whole model."""
        return sum(row.count for row in self.rows)

    def __repr__(self) -> str:
        lines = [("module", "kind", "parameters", "count")]
        for row in self.rows:
            shapes = ", ".join(f"{name} {shape}" for name, shape in row.shapes.items())
            lines.append((row.path, row.kind, shapes, f"{row.count:,}"))
        lines.append(("total", "", "", f"{self.total:,}"))
        widths = [max(len(line[i]) for line in lines) for i in range(4)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in lines
        )


def summary(model: Module) -> Summary:
    """Return the table of a model; a parameter that is shared counts where it comes first.

    Raises TypeError for anything that is not a module.

    >>> from nn import MLP
    >>> summary(MLP(2, [16], 1, rng=0))
    module  kind   parameters                   count
            MLP                                     0
    0       Dense  weight (2, 16), bias (16,)      48
    1       ReLU                                    0
    2       Dense  weight (16, 1), bias (1,)       17
    total                                          65
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary takes a Module, not {type(model).__name__}")
    own: dict[str, dict[str, tuple[int, ...]]] = {path: {} for path, _ in model.named_modules()}
    for name, parameter in model.named_parameters():
        path = name
        while path not in own:
            path = path.rpartition(".")[0]
        own[path][name[len(path) :].lstrip(".")] = parameter.shape
    return Summary(
        tuple(
            ModuleSummary(
                path, type(module).__name__, own[path], sum(map(_size, own[path].values()))
            )
            for path, module in model.named_modules()
        )
    )


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape))
