"""Checks of 06, regularization."""

from __future__ import annotations

from typing import Any

from checks import (
    close,
    exercise,
    expect,
    function,
    hidden,
    kind_of,
    number,
    rounds_to,
    several,
    several_numbers,
    table,
    whole,
    word,
)  # fmt: skip


@exercise("The penalty is 0.1 · Σ w²: its gradient at w = 3?")
def gradient_of_the_penalty(answer: Any) -> str:
    found = number(answer)
    expect(not close(found, 0.9), "that is the penalty itself; how fast does it grow with w?")
    expect(
        not close(found, 0.3),
        "the derivative of w² is not w: where has the factor 2 gone? No ½ here",
    )
    expect(not close(found, 0.1), "that would be L1, whose gradient is the same for every weight")
    expect(not close(found, 6.0), "that is the derivative of w²; the strength 0.1 belongs to it")
    expect(close(found, 0.6), "differentiate λ·w² by w, then put in λ = 0.1 and w = 3")
    return "2 · 0.1 · 3: in proportion to the weight, so a large one is pulled harder."


@exercise("Bring w closer to 0 by t, never past it.")
def shrink(answer: Any) -> str:
    answer, rng = function(answer), hidden("shrink")

    def after(w: float, t: float) -> float:
        return number(answer(w, t), "what it returns")

    expect(close(after(3.0, 1.0), 2.0), "a weight of 3 and an amount of 1: it should become 2")
    expect(
        close(after(-3.0, 1.0), -2.0), "a negative weight comes closer to 0 as well: −3 becomes −2"
    )
    for w in (0.5, -0.5):
        expect(close(after(w, 1.0), 0.0), f"{w} is closer to 0 than 1: it must stop at 0, exactly")
    expect(close(after(0.0, 1.0), 0.0), "0 stays 0")
    expect(close(after(-3.0, 0.0), -3.0), "with t = 0 nothing changes, also for negative weights")
    for w, t in rng.uniform(-2, 2, (6, 2)).round(2):
        w, t = float(w), abs(float(t))
        right = max(abs(w) - t, 0.0) * (1 if w > 0 else -1)
        expect(close(after(w, t), right), f"w = {w} and t = {t}: it should become {right:g}")
    return "Closer by a fixed amount, and a stop at 0: that is where exact zeros come from."


@exercise("p = 0.2, the neuron says 3 and is kept: passed on in training, and in use?")
def what_is_passed_on(answer: Any) -> str:
    in_training, in_use = several_numbers(answer, "in training", "in use")
    expect(not close(in_use, 3.75), "in use nobody is missing, so there is nothing to make up for")
    expect(
        not close(in_use, 2.4),
        "scaling in use is the old form; here training makes up for it, and use is left alone",
    )
    expect(close(in_use, 3.0), "in use: no neuron is dropped, none is scaled")
    expect(
        not close(in_training, 3.0),
        "in training a fifth is missing on average; what is kept must make up for that",
    )
    expect(
        not close(in_training, 15.0),
        "0.2 is the share that is dropped; divide by the share that is kept",
    )
    expect(
        not close(in_training, 2.4), "that makes it smaller still; it has to be larger to make up"
    )
    expect(
        not close(in_training, 3.6), "nearly: 1.2 · 0.8 is not 1. By what must 0.8 be multiplied?"
    )
    expect(rounds_to(in_training, 3.75), "in training: divided by 1 − p")
    return "3 / 0.8 in training: then its mean over many passes is 3, as in use."


@exercise("Patience 3: after which epoch does training stop, whose weights are kept?")
def early(answer: Any) -> str:
    stops, kept = (whole(part, "an epoch") for part in several(answer, 2))
    expect(kept != 2, "epochs are counted from 1")
    expect(kept != stops, "the weights of the last epoch are those that were waited for in vain")
    expect(kept == 3, "which epoch has the lowest validation loss? Its weights are kept")
    expect(stops != 4, "one epoch without improvement is not yet the end: there is patience")
    expect(
        stops not in (7, 8),
        "0.62 and 0.61 are better than the epoch before, but not better than the best so far",
    )
    expect(stops == 6, "count the epochs that are not better than the best one, up to 3")
    return "Epochs 4, 5 and 6 do not beat 0.6; then it stops, and goes back to epoch 3."


@exercise("Cut the numbers 0 … n − 1 into k parts.")
def folds_of(answer: Any) -> str:
    answer, rng = function(answer), hidden("folds of")
    sizes = [(6, 3), (7, 3), (10, 4)]
    sizes += [(int(n), int(k)) for n, k in rng.integers([12, 2], [60, 9], (3, 2))]
    for n, k in sizes:
        parts = answer(n, k)
        expect(
            hasattr(parts, "__iter__") and not isinstance(parts, str | dict),
            f"a list of lists should come out, not {kind_of(parts)}",
        )
        parts = list(parts)
        expect(
            all(hasattr(part, "__iter__") for part in parts),
            "each part should be a list of numbers, not a single one",
        )
        folds = [[whole(number, "each number") for number in fold] for fold in parts]
        expect(len(folds) == k, f"for n = {n}, k = {k} there should be {k} parts, not {len(folds)}")
        numbers = [number for fold in folds for number in fold]
        expect(
            len(numbers) == len(set(numbers)),
            f"for n = {n}, k = {k} a number is in two parts: it would be held out twice",
        )
        missing = sorted(set(range(n)) - set(numbers))
        expect(
            not missing,
            f"for n = {n}, k = {k} never held out: {missing}. What becomes of the remainder?",
        )
        expect(sorted(numbers) == list(range(n)), f"only the numbers 0 to {n - 1}")
        lengths = [len(fold) for fold in folds]
        expect(
            max(lengths) - min(lengths) <= 1,
            f"for n = {n}, k = {k} the sizes are {lengths}: spread the remainder over the parts",
        )
    return "Each sample is held out exactly once, so every score counts the same data once."


@exercise("Does it overfit, underfit, or is it fine?")
def verdicts(answer: Any) -> str:
    known = {"overfits": "overfit overfitting", "underfits": "underfit underfitting",
             "fine": "ok okay good healthy justright"}  # fmt: skip
    entries = table(answer, ("training 0.01", "training 0.11", "training 0.75"))
    low, near, high = (word(verdict, known, what) for what, verdict in entries.items())
    expect(
        low == "overfits",
        "0.01 is below the noise: it has learnt the noise by heart, and fails on new points",
    )
    expect(
        near == "fine",
        "0.11 and 0.13: both close to the noise, and to each other; a small gap is normal",
    )
    expect(
        high != "overfits",
        "0.75 and 0.78 hardly differ: as bad on what it has seen. Is that learning by heart?",
    )
    expect(
        high == "underfits", "0.75 on the training data themselves, where 0.10 would be possible"
    )
    return "The gap tells overfitting, the height of the training loss tells underfitting."
