"""Solutions of 07, digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def half_width(right: int, images: int) -> float:
    """Two standard errors of a share."""
    p = right / images
    return 1.96 * math.sqrt(p * (1 - p) / images)


def recall_of(matrix: Any, digit: int) -> float:
    """The diagonal's share of its row."""
    return float(matrix[digit, digit] / matrix[digit].sum())


def split(hospital: Any) -> Any:
    """Hold out two whole hospitals."""
    return np.isin(hospital, [8, 9])


def _parts(epochs: str, weights: str, report: str, dropout: str) -> dict[str, str]:
    return {"epochs": epochs, "weights": weights, "report": report, "dropout": dropout}


def _a_fifth(hospital: Any) -> Any:
    return np.arange(len(hospital)) < len(hospital) // 5


def _by_the_first_order(hospital: Any) -> Any:  # noqa: ARG001 - that is the mistake
    asked = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 1000))
    return asked < 2


def half_width_by_spread(right: int, images: int) -> float:
    """The spread of that many zeros and ones."""
    hits = np.arange(images) < right
    return 2 * hits.std() / images**0.5


def recall_by_counting(matrix: Any, digit: int) -> float:
    """In plain loops."""
    row = [int(n) for n in matrix[digit]]
    return row[digit] / sum(row)


def split_by_name(hospital: Any) -> list[bool]:
    """A plain list will do."""
    held_out = set(np.unique(hospital)[:2])
    return [place in held_out for place in hospital]


def _without_return(right: int, images: int) -> None:
    half_width(right, images)


RIGHT = {
    "parts": [
        ((_parts("validation", "training", "test", "validation"),),),
        ((_parts("val", "train", "Test", "val"),),),
        ((["validation", "training", "test", "validation"],),),
        ((_parts("validation set", "training data", "test set", "validation data"),),),
        (({"report": "test", "dropout": "val", "epochs": "val", "weights": "train"},),),
    ],
    "number_of_parameters": [
        ((2778,),),
        ((2778.0,),),
        ((65 * 32 + 33 * 16 + 17 * 10,),),
        (("2778",),),
        (("2,778",),),
        (("2 778",),),
    ],
    "half_width": [
        ((half_width,),),
        ((half_width_by_spread,),),
        ((lambda k, n: 2 * math.sqrt(k / n * (1 - k / n) / n),),),
    ],
    "recall_of": [
        ((recall_of,),),
        ((recall_by_counting,),),
        ((lambda m, d: (np.diag(m) / m.sum(axis=1))[d],),),
    ],
    "leaking_line": [((2,),), (("2",),), (("line 2",),)],
    "split": [((split,),), ((lambda h: h < 2,),), ((split_by_name,),)],
}

WRONG = {
    "parts": [
        ((_parts("training", "training", "test", "validation"),), "always want more"),
        ((_parts("validation", "validation", "test", "validation"),), "steps of training"),
        ((_parts("validation", "training", "validation", "validation"),), "no part"),
        ((_parts("validation", "training", "test", "test"),), "fits them"),
        ((_parts("x", "training", "test", "test"),), "not one of"),
        (("test",), "dictionary"),
    ],
    "number_of_parameters": [
        ((64 * 32 + 32 * 16 + 16 * 10,), "biases"),
        ((58,), "connection"),
        ((64 * 32 + 32 * 16 + 16 * 10 + 122,), "no bias"),
        ((64 * 10,), "three layers"),
        ((27.5,), "whole"),
    ],
    "half_width": [
        ((lambda k, n: math.sqrt(k / n * (1 - k / n) / n),), "68"),
        ((lambda k, n: 2 * half_width(k, n),), "whole width"),
        ((lambda k, n: 1.96 * k / n * (1 - k / n) / n,), "square root"),
        ((lambda k, n: 1.96 * math.sqrt(k / n * (1 - k / n)),), "surer"),
        ((lambda k, n: 0.5,), "standard errors"),
        ((lambda k, n: half_width(90, 100),), "standard errors"),
        ((_without_return,), "return"),
    ],
    "recall_of": [
        ((lambda m, d: m[d, d] / m[:, d].sum(),), "precision"),
        ((lambda m, d: m[d, d],), "share"),
        ((lambda m, d: 0.8,), "each digit"),
        ((lambda m, d: m[d, d] / m.sum(),), "digit only"),
        ((lambda m, d: np.trace(m) / m.sum(),), "accuracy"),
        ((lambda m, d: m[d].sum() / m.sum(),), "diagonal"),
        ((lambda m, d: 0.8 if d == 0 else 0.5,), "each digit"),
    ],
    "leaking_line": [
        ((1,), "definition"),
        ((3,), "best"),
        ((4,), "only one"),
        ((9,), "number"),
        (("the best",), "number"),
    ],
    "split": [
        ((_a_fifth,), "both sides"),
        ((lambda h: [0, 1],), "each image"),
        ((lambda h: h,), "boolean"),
        ((lambda h: h == 0.5,), "two hospitals"),
        ((_by_the_first_order,), "by position"),
    ],
}
