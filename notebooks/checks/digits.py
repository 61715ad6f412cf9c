"""Checks of 07, digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    kind_of,
    number,
    table,
    whole,
    word,
)  # fmt: skip


@exercise("Which part of the data may decide each of the four?")
def parts(answer: Any) -> str:
    keys = ("epochs", "weights", "report", "dropout")
    known = {
        "training": "train trainingset trainset trainingdata",
        "validation": "val valid validationset validationdata",
        "test": "testing testset testdata",
    }
    given = {key: word(value, known, key) for key, value in table(answer, keys).items()}
    expect(given["weights"] == "training", "the weights are what the steps of training change")
    for key in ("epochs", "dropout"):
        expect(
            given[key] != "training",
            f"{key}: the training loss falls with every epoch and every bit less dropout, so it "
            "would always want more",
        )
        expect(given[key] != "test", f"{key}: whatever is chosen by the test images fits them")
    expect(given["report"] == "test", "the report: which images had no part in any choice?")
    return "Only what has decided nothing can judge."


@exercise("64 pixels, hidden layers of 32 and 16 units, ten outputs: how many parameters?")
def number_of_parameters(answer: Any) -> str:
    found = whole(answer)
    weights = 64 * 32 + 32 * 16 + 16 * 10
    expect(found != weights, "the biases count as well: one for each unit")
    expect(found != 32 + 16 + 10, "those are the biases; each connection has a weight, too")
    expect(
        found != weights + 64 + 32 + 16 + 10, "pixels are inputs, not neurons: they have no bias"
    )
    expect(
        found == weights + 32 + 16 + 10,
        "for each layer: inputs × outputs weights, and as many biases as outputs; three layers",
    )
    return "Three quarters of them between the pixels and the first layer."


@exercise("Half the width of a 95 % interval of an accuracy.")
def half_width(answer: Any) -> str:
    answer, rng = function(answer), hidden("half width")

    def half(right: int, images: int) -> float:
        return number(answer(right, images), "what it returns")

    for n in (100, *map(int, rng.integers(200, 3000, 3))):
        right = int(0.9 * n) if n == 100 else int(n * rng.uniform(0.6, 0.97))
        p = right / n
        error = math.sqrt(p * (1 - p) / n)
        given, true = half(right, n), 1.96 * error
        expect(not close(given, error, 1e-3), "that is one standard error: 68 of 100 cases only")
        expect(not close(given, 2 * true, 1e-3), "that is the whole width; half of it is asked")
        expect(not close(given, 1.96 * p * (1 - p) / n, 1e-6), "the square root is missing")
        expect(
            not close(given, 1.96 * math.sqrt(p * (1 - p)), 1e-3),
            "more images make it surer: divide by their number",
        )
        expect(
            abs(given / true - 1) < 0.03,
            f"about two standard errors, √(p(1 − p)/n), with p = right / n; not so for {right} "
            f"of {n}",
        )
    expect(abs(half(360, 400) / half(90, 100) - 0.5) < 0.02, "four times the images: half of it")
    return "Four times the images for half the interval: certainty is expensive."


@exercise("The recall of one digit from a confusion matrix.")
def recall_of(answer: Any) -> str:
    answer, rng = function(answer), hidden("recall of")
    matrices = [np.array([[8, 2, 0], [1, 6, 3], [4, 0, 16]])]
    matrices += [rng.integers(1, 30, (n, n)) + 20 * np.eye(n, dtype=int) for n in (4, 10)]
    for matrix in matrices:
        for digit in range(len(matrix)):
            given = number(answer(matrix, digit), "what it returns")
            hits, row, column = matrix[digit, digit], matrix[digit].sum(), matrix[:, digit].sum()
            expect(
                not close(given, hits / column),
                f"that is precision: of those *read* as {digit}, how many are",
            )
            expect(not close(given, hits), "a share, not a number: of how many?")
            expect(
                not close(given, hits / matrix.sum()),
                "divide by the images of this digit only, not by all images",
            )
            expect(
                not close(given, np.trace(matrix) / matrix.sum()),
                "that is the accuracy over all digits",
            )
            expect(
                close(given, hits / row),
                "of the images of this digit (its row), how many are on the diagonal"
                if digit == 0
                else f"right for digit 0, but not for each digit of each matrix: {digit}",
            )
    return "Rows ask about what was written: recall. Columns ask about what was read: precision."


@exercise("Which line is to blame: 1, 2, 3 or 4?")
def leaking_line(answer: Any) -> str:
    line = whole(answer)
    expect(line != 1, "16 is the largest value by definition, known without looking at the data")
    expect(line != 3, "it trains on the training data alone; who chose `best`?")
    expect(line != 4, "that is the one use of the test set that is allowed; is it the only one?")
    expect(line == 2, "a line number: where do test images take part in a choice?")
    return "The best of many on the test set is chosen for luck on the test set."


@exercise("Choose a test set for a network that goes to new hospitals.")
def split(answer: Any) -> str:
    answer, rng = function(answer), hidden("split")
    asked = np.repeat(np.arange(10), 1000)
    for hospital in (rng.permutation(asked), rng.permutation(asked), asked, asked[::-1].copy()):
        result = answer(hospital.copy())
        found = array(result, "what it returns")
        expect(found.shape == hospital.shape, "return one true or false for each image")
        kind = getattr(result, "dtype", None)
        expect(
            kind is np.dtype(bool) or all(isinstance(t, bool | np.bool_) for t in result),
            f"return a boolean array: true where the image is for testing (not {kind_of(result)} "
            "of numbers)",
        )
        test = found.astype(bool)
        expect(
            not set(hospital[test]) & set(hospital[~test]),
            "some hospitals are on both sides: the network would know the test's hospitals "
            "already. Choose by hospital, not by position",
        )
        expect(0.1 <= test.mean() <= 0.3, f"{test.mean():.0%} of the images; a fifth is two "
               "hospitals")  # fmt: skip
    return "The test set stands for what will come: hold out what will be new."
