"""Matrix decompositions on single numbers: rows that give one element of a result.

Each element of the inverse of a matrix of `Value`s, for instance, is one node, whose operands are
all numbers of the matrix. So it stays right when a live page changes these numbers. Gaussian
elimination recorded step by step would not: it would keep the order of rows that it was recorded
with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from autograd.rows.op import Rule
from autograd.rows.operands import has_objects
from autograd.rows.structural import Structural, structural

#: A number, or an array of them: floats and `Value`s.
Cells = Any

#: The operands before the numbers: which element of the result, and the shape of the matrix.
_HEAD = 3


def _number(x: Cells) -> float:
    return float(x.raw if hasattr(x, "raw") else x)


def _plain(x: Cells) -> Cells:
    """Return the numbers of an array of `Value`s."""
    return np.array([_number(e) for e in x.flat]).reshape(x.shape)


class Elements:
    """The function that runs a decomposition on arrays of `Value`s, as `on_values` of its row.

    columns: whether the second operand consists of columns that are solved one by one.
    signed: whether the signs of vectors are arbitrary. The vectors are in the n rows before the
        last of a result, and keep the signs with which they were recorded.
    slopes: the derivatives with respect to the matrix, if the row's own rule would not do.
    """

    whole: Structural
    row: Structural

    def __init__(
        self,
        name: str,
        *,
        columns: bool = False,
        signed: bool = False,
        slopes: Rule | None = None,
    ) -> None:
        self.name, self.columns, self.signed, self._slopes = name, columns, signed, slopes

    def of(self, whole: Structural) -> None:
        """Declare the row of one element; `whole` is the row on arrays."""
        self.whole = whole
        self.row = structural(
            f"{self.name}_part",
            lambda *xs: np.asarray(self.element(*(np.asarray(x).item() for x in xs))),
            scalar=self.element,
            vjp=lambda i, g, z, *xs: g * self.slopes(z, *xs)[i],
            partials=self.slopes,
            symbol=self.name,
            absent=self.absent,
            latex=whole.latex.replace("$x", r"X").replace("$y", "y"),
            text={
                "javascript": f"matrix_element(matrix_{self.name}, [$xs])",
                "javascript, partials": f"matrix_slopes(matrix_{self.name}, [$xs])",
            },
        )

    def __call__(self, *stacks: Cells) -> Cells:
        """Return the results for stacks of matrices; some of the numbers are `Value`s."""
        lead = np.broadcast_shapes(*(x.shape[:-2] for x in stacks))
        wide = [np.broadcast_to(x, (*lead, *x.shape[-2:])) for x in stacks]
        made = [self._one(*(x[at] for x in wide)) for at in product(*map(range, lead))]
        return np.stack(made).reshape((*lead, *made[0].shape))

    def _one(self, *matrices: Cells) -> Cells:
        result = self._computed(*map(_plain, matrices))
        m, n = matrices[0].shape
        rest = [float(e) for e in result[-1 - n : -1].flat] if self.signed else []
        found = np.empty(result.shape, dtype=object)
        for k, at in enumerate(np.ndindex(result.shape)):
            parts = [matrices[0], *(x[:, [at[-1]]] for x in matrices[1:])]
            which = k // result.shape[-1] if self.columns else k
            numbers = [e for part in parts for e in part.flat]
            found[at] = self.row.apply(float(which), float(m), float(n), *numbers, *rest)
        return found

    def _computed(self, *matrices: Cells) -> Cells:
        try:
            result = np.asarray(self.whole.array(*matrices))
        except np.linalg.LinAlgError as error:
            raise self._refused(matrices[0], str(error)) from None
        if np.isneginf(result).any() and np.isfinite(matrices[0]).all():
            raise self._refused(matrices[0], "Singular matrix")
        return result

    def _refused(self, x: Cells, said: str) -> np.linalg.LinAlgError:
        return np.linalg.LinAlgError(f"{self.name} of a {len(x)} × {x.shape[1]} matrix: {said}")

    def absent(self, position: int, *xs: Cells) -> bool:
        """Return whether an operand is not one of the matrix's numbers, but one of those beside."""
        beyond = _HEAD + int(_number(xs[1]) * _number(xs[2])) if self.signed else len(xs)
        return not _HEAD <= position < beyond

    def _parts(self, xs: Sequence[Cells]) -> tuple[list[Cells], Cells]:
        """Return the matrices that the operands make up, and the vectors whose signs are kept."""
        m, n = int(_number(xs[1])), int(_number(xs[2]))
        array = np.empty(len(xs) - _HEAD, dtype=object)
        array[:] = xs[_HEAD:]
        if not any(hasattr(e, "op") for e in array):
            array = array.astype(float)
        matrix, rest = array[: m * n].reshape(m, n), array[m * n :]
        if self.columns:
            return [matrix, rest.reshape(-1, 1)], None
        return [matrix], _plain(rest).reshape(n, min(m, n)) if self.signed else None

    def _turned(self, result: Cells, kept: Cells) -> Cells:
        """Return a result whose vectors have the signs with which they were recorded."""
        if kept is None:
            return result
        along = (_plain(result[-1 - len(kept) : -1]) * kept).sum(axis=0)
        return np.concatenate([result[:-1] * np.where(along < 0, -1.0, 1.0), result[-1:]])

    def element(self, *xs: Cells) -> float:
        """Return the element that the first operand selects."""
        parts, kept = self._parts(xs)
        return float(self._turned(self._computed(*parts), kept).ravel()[int(_number(xs[0]))])

    def slopes(self, z: Cells, *xs: Cells) -> list[Cells]:  # noqa: ARG002 - as for every rule
        """Return the derivative of one element with respect to each operand."""
        if any(hasattr(x, "op") and not hasattr(x, "raw") for x in xs):
            return [None] * len(xs)  # of symbols: there is no short formula
        parts, kept = self._parts(xs)
        with np.errstate(all="ignore"):
            if self._slopes is not None:
                found = [self._slopes(self, *parts)]
            else:
                objects = any(map(has_objects, parts))
                result = self(*parts) if objects else self._computed(*parts)
                result = self._turned(result, kept)
                g = np.zeros(result.shape)
                g.flat[int(_number(xs[0]))] = 1.0
                rules = [self.whole.rule(i) for i in range(len(parts))]
                found = [rule(g, result, *parts) for rule in rules]
        every = [e for part in found for e in np.asarray(part).ravel().tolist()]
        return [None] * _HEAD + every + [None] * (len(xs) - _HEAD - len(every))


def cofactors(elements: Elements, x: Cells) -> Cells:
    """Return the derivatives of a determinant, which are determinants, so right even at 0."""
    n = len(x)
    found = np.empty((n, n), dtype=object)
    for i, j in np.ndindex(n, n):
        minor = np.delete(np.delete(x, i, axis=0), j, axis=1)
        sign = -1.0 if (i + j) % 2 else 1.0
        if n == 1:
            found[i, j] = 1.0
        else:
            found[i, j] = sign * (elements(minor) if has_objects(minor) else np.linalg.det(minor))
    return found
