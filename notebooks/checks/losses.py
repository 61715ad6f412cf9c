"""Checks of 03, losses."""

from __future__ import annotations

from typing import Any

from autograd import Value
from checks import (
    close,
    exercise,
    expect,
    function,
    hidden,
    number,
    rounds_to,
    several,
    several_numbers,
    whole,
)  # fmt: skip


@exercise("MSE and MAE of the errors 1, −1, 4, and their growth when 4 becomes 8.")
def by_hand(answer: Any) -> str:
    mse, mae, mse_factor, mae_factor = several_numbers(
        answer, "MSE", "MAE", "the factor of MSE", "the factor of MAE"
    )
    expect(not close(mse, 18.0), "18 is the sum of the squares; MSE is their mean")
    expect(not close(mse, 16 / 9), "square each error first, then take the mean")
    expect(close(mse, 6.0), "MSE: the mean of 1, 1 and 16")
    expect(not rounds_to(mae, 4 / 3), "errors must not cancel: absolute values before the mean")
    expect(close(mae, 2.0), "MAE: the mean of 1, 1 and 4")
    expect(
        not close(mse_factor, 4.0),
        "its own square grows by 4, but there are two other samples in the mean",
    )
    expect(rounds_to(mse_factor, 66 / 18, 2), "MSE: compare 1 + 1 + 64 with 1 + 1 + 16")
    expect(rounds_to(mae_factor, 10 / 6, 2), "MAE: compare 1 + 1 + 8 with 1 + 1 + 4")
    return "One error doubled: MSE nearly four times as large, MAE not even twice."


@exercise("Which constant has the least MSE for 0, 0, 0, 0, 10, and which the least MAE?")
def best_constant(answer: Any) -> str:
    for_mse, for_mae = several_numbers(answer, "the best for MSE", "the best for MAE")
    expect(
        not (close(for_mse, 0.0) and close(for_mae, 2.0)),
        "the right two numbers, but the other way round: which loss listens to the outlier?",
    )
    expect(not close(for_mse, 5.0), "5 is the middle of the range; how many points pull each way?")
    expect(close(for_mse, 2.0), "MSE: where do the pulls 2(c − y) of all five add up to 0?")
    expect(
        not close(for_mae, 2.0), "that is the mean again; MAE counts only how many pull each way"
    )
    expect(close(for_mae, 0.0), "MAE: each point pulls with 1. Where is there no majority to move?")
    return "The mean and the median: four equal values outvote one outlier, but do not outweigh it."


@exercise("The gradient of cross-entropy by the logits 0, 0, 0 if the second is true.")
def gradient(answer: Any) -> str:
    found = several_numbers(answer, "the first", "the second", "the third")
    third = 1 / 3
    expect(
        not close(found, [third] * 3, 1e-2),
        "those are the probabilities; the truth has to be taken away from them",
    )
    expect(
        not close(found, [-third, 2 * third, -third], 1e-2),
        "the signs are turned round: it is softmax − one-hot",
    )
    expect(
        not close(found, [2 * third, -third, 2 * third], 1e-2),
        "softmax of three equal logits is ⅓ each",
    )
    expect(close(sum(found), 0.0, 2e-2), "they must add up to 0: what one wins the others lose")
    expect(
        not close(found, [-2 * third, third, third], 1e-2),
        "the second class is the true one, counted from 1",
    )
    expect(close(found, [third, -2 * third, third], 1e-2), "softmax − one-hot, logit by logit")
    return "The true logit is to rise, by as much as the two others together are to fall."


@exercise("Write the Huber loss of one error, for numbers and Values.")
def huber(answer: Any) -> str:
    answer, rng = function(answer), hidden("huber")

    def loss(d: float, delta: float) -> float:
        return number(answer(d, delta), "what it returns")

    for d, delta in ((0.5, 1.0), (-1.0, 2.0)):
        expect(not close(loss(d, delta), d * d), "near 0 it is half the square")
        expect(close(loss(d, delta), d * d / 2), f"at d = {d:g}, inside delta: half the square")
    found = loss(3.0, 1.0)
    expect(
        not close(found, 3.0),
        "there is a jump at delta: take delta·(|d| − delta/2) outside, so that both meet",
    )
    expect(not close(found, 4.5), "beyond delta it must go on as a straight line")
    expect(close(found, 2.5), "outside, at d = 3 and delta = 1: delta·(|d| − delta/2)")
    expect(close(loss(3.0, 2.0), 4.0), "with another delta the slope outside is another")
    expect(close(loss(-3.0, 1.0), 2.5), "for negative errors it must be the same: |d|")
    for d, delta in ((0.5, 1.0), (-3.0, 1.0), *rng.uniform(-3, 3, (4, 2)).round(2)):
        d, delta = float(d), abs(float(delta)) + 0.1
        right = d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2)
        expect(close(loss(d, delta), right), f"at d = {d:g}, delta = {delta:g} it is not right")
        x = Value(d, "d")
        y = answer(x, delta)
        expect(
            isinstance(y, Value) and y.inputs,
            "for a Value the result must be recorded: use where and greater, not if and float",
        )
        y.backward()
        slope = max(-delta, min(delta, d))
        expect(close(x.grad, slope), f"the slope at d = {d:g}, delta = {delta:g} is not right")
    return "The two pieces meet at delta in value and in slope: that is what delta/2 is for."


@exercise("Which of the five points have a gradient under hinge?")
def pulling_points(answer: Any) -> str:
    parts = list(answer) if isinstance(answer, set | frozenset) else answer
    parts = parts.strip(" []{}()").split(",") if isinstance(parts, str) else parts
    n = len(parts) if hasattr(parts, "__len__") else 1
    places = {whole(place, "each place") for place in several(parts, n)}
    expect(places <= set(range(5)), "places from 0 to 4")
    expect(1 in places, "point 1 has the right sign, but is it beyond the margin of 1?")
    expect(2 in places, "point 2 has the wrong sign")
    expect(3 in places, "point 3 has score 1.0 and label −1: compute y · score")
    expect(0 not in places, "point 0 is beyond the margin: 1 − 2.5 is below 0")
    expect(4 not in places, "point 4: −1 times −3.0 is 3, far on the right side")
    return "Wrong, or right by too little. The others could as well not be there."


@exercise("Accuracy, precision, recall and F1 of a test for a rare illness.")
def rare_illness(answer: Any) -> str:
    accuracy, precision, recall, f1 = several_numbers(
        answer, "accuracy", "precision", "recall", "F1"
    )
    expect(max(accuracy, precision, recall, f1) <= 1, "as shares between 0 and 1, not in per cent")
    expect(
        not (close(precision, 0.75, 1e-2) and close(recall, 1 / 3, 1e-2)),
        "precision and recall are exchanged: precision asks about the alarms",
    )
    expect(
        not close(precision, 0.5, 1e-2), "30 are the false alarms alone; how many alarms in all?"
    )
    expect(
        close(precision, 1 / 3, 1e-2), "precision: of all alarms, true and false, how many true?"
    )
    expect(close(recall, 0.75, 1e-2), "recall: of the 20 who are ill, how many are found?")
    expect(
        not close(accuracy, 0.97, 1e-3), "there are missed ones as well as false alarms: 5 and 30"
    )
    expect(close(accuracy, 0.965, 1e-4), "accuracy: 1000 less all mistakes, of both kinds")
    expect(
        not close(f1, (1 / 3 + 0.75) / 2, 1e-3),
        "that is the ordinary mean; F1 is the harmonic one",
    )
    expect(rounds_to(f1, 0.5 / (1 / 3 + 0.75), 2), "F1: 2 · precision · recall / (their sum)")
    return "96.5 % right, less than the 98 % of always saying no, and yet far more useful."
