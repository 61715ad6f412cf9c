"""Checks of 07, digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from checks import close, exercise, expect


@exercise("Which part of the data may decide each of the four?")
def parts(answer: Any) -> str:
    given = {key: str(value).lower() for key, value in answer.items()}
    expect(set(given) == {"epochs", "weights", "report", "dropout"}, "keep the four keys")
    expect(
        set(given.values()) <= {"training", "validation", "test"},
        'answer with "training", "validation" or "test"',
    )
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
    expect(answer != 64 * 32 + 32 * 16 + 16 * 10, "the biases count as well: one for each unit")
    expect(answer != 32 + 16 + 10, "those are the biases; each connection has a weight, too")
    expect(
        answer != 64 * 32 + 32 * 16 + 16 * 10 + 64 + 32 + 16 + 10,
        "pixels are inputs, not neurons: they have no bias",
    )
    expect(
        answer == 65 * 32 + 33 * 16 + 17 * 10,
        "for each layer: inputs × outputs weights, and as many biases as outputs; three layers",
    )
    return "Three quarters of them between the pixels and the first layer."


@exercise("Half the width of a 95 % interval of an accuracy.")
def half_width(answer: Any) -> str:
    given, true = answer(90, 100), 1.96 * math.sqrt(0.9 * 0.1 / 100)
    expect(not close(given, true / 1.96, 1e-3), "that is one standard error: 68 of 100 cases only")
    expect(not close(given, 2 * true, 1e-3), "that is the whole width; half of it is asked")
    expect(not close(given, 1.96 * 0.09 / 100, 1e-3), "the square root is missing")
    expect(not close(given, 1.96 * math.sqrt(0.9 * 0.1), 1e-3), "more images make it surer: ÷ n")
    expect(
        abs(given / true - 1) < 0.03, "about two standard errors, √(p(1 − p)/n), with p = right / n"
    )
    expect(
        abs(answer(360, 400) / true - 0.5) < 0.02, "four times the images must halve the interval"
    )
    return "Four times the images for half the interval: certainty is expensive."


@exercise("The recall of one digit from a confusion matrix.")
def recall_of(answer: Any) -> str:
    matrix = np.array([[8, 2, 0], [1, 6, 3], [4, 0, 16]])
    given = float(answer(matrix, 0))
    expect(not close(given, 8 / 13), "that is precision: of those *read* as 0, how many are")
    expect(not close(given, 8), "a share, not a number: of how many?")
    expect(not close(given, 8 / 40), "divide by the zeros only, not by all images")
    expect(not close(given, 0.75), "that is the accuracy over all digits")
    expect(close(given, 0.8), "of the images of this digit (its row), how many are on the diagonal")
    expect(close(answer(matrix, 2), 16 / 20), "right for digit 0, but not for each digit")
    return "Rows ask about what was written: recall. Columns ask about what was read: precision."


@exercise("Which line is to blame: 1, 2, 3 or 4?")
def leaking_line(answer: Any) -> str:
    expect(answer != 1, "16 is the largest value by definition, known without looking at the data")
    expect(answer != 3, "it trains on the training data alone; who chose `best`?")
    expect(answer != 4, "that is the one use of the test set that is allowed; is it the only one?")
    expect(answer == 2, "a line number: where do test images take part in a choice?")
    return "The best of many on the test set is chosen for luck on the test set."


@exercise("Choose a test set for a network that goes to new hospitals.")
def split(answer: Any) -> str:
    hospital = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 1000))
    test = np.asarray(answer(hospital))
    expect(test.shape == hospital.shape, "return one true or false for each image")
    expect(test.dtype == bool, "return a boolean array: true where the image is for testing")
    expect(
        not set(hospital[test]) & set(hospital[~test]),
        "some hospitals are on both sides: the network would know the test's hospitals already",
    )
    expect(0.1 <= test.mean() <= 0.3, f"{test.mean():.0%} of the images; a fifth is two hospitals")
    reversed_order = np.asarray(answer(hospital[::-1]))
    expect(
        not set(hospital[::-1][reversed_order]) & set(hospital[::-1][~reversed_order]),
        "it works for one order of the images only: choose by hospital, not by position",
    )
    return "The test set stands for what will come: hold out what will be new."
