"""What the course says of always and never is tried here, where it could turn out to be wrong."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor, TraceError, Value, grad, relu, trace

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

UNIVERSAL = re.compile(
    r"\b(never|always|cannot|impossible|no matter|whatever|for ever|every time|guarantee\w*"
    r"|only way|nothing can)\b",
    re.IGNORECASE,
)

#: Sentences that claim nothing of the kind, and why.
NO_CLAIM = {
    'always says "no" is right in 95 %': "what the data are made of",
    'always zero" would score 90 %': "a supposition",
    "always the most frequent digit": "names a baseline, which the cell computes",
    "A backward pass that cannot start": "the next cell raises the error",
    "Too short, and it takes for ever": "a manner of speaking",
    "the loss never changes": "an exercise, whose check trains it",
    "what clipping can and cannot do": "a heading of what is tried below",
    "a neuron that cannot make up its mind": "a picture for ½",
    "why the training loss cannot show it": "a heading",
    "which it never gets to see": "what a validation set is",
    "Too small and it cannot follow": "what underfitting is",
    "but never past it": "an exercise, whose check tries it",
    "cannot be told apart by this validation set": "said of the band that the cell measures",
    "what a program cannot repeat": "a heading",
    "What a program cannot repeat": "a heading",
    "Without batch norm each neuron of the later layers says the same": "asserted in the cell",
}


def positive_numbers_come_through_relu_undiminished():
    for x in (1e-300, 0.3, 7.0, 1e300):
        y = v = Value(x)
        for _ in range(100):
            y = relu(y)
        y.backward()
        assert (y.data, v.grad) == (x, 1.0)


def one_layer_cannot_do_xor():
    """No plane parts them: the two sums of opposite corners are the same number."""
    corners = np.array([[0, 0], [1, 1], [0, 1], [1, 0]])
    w = np.random.default_rng(0).normal(size=(20_000, 2)) * 10
    b = np.random.default_rng(1).normal(size=(20_000, 1)) * 10
    side = w @ corners.T + b > 0
    assert not (side == [False, False, True, True]).all(1).any()
    assert not (side == [True, True, False, False]).all(1).any()
    assert (side == [False, True, True, True]).all(1).any()  # "or" is found among the same planes


def mae_pulls_with_the_same_strength():
    pulls = grad(lambda p: nn.l1_loss(p, [0.0, 0.0, 0.0, 0.0]))(np.array([1e-9, -0.1, 4.0, -1e6]))
    assert np.ptp(np.abs(pulls)) == 0.0


def softmax_twice_keeps_the_loss_above_zero():
    for k in (2, 3, 10):
        sure = np.eye(k)[:1] * 1e3
        assert nn.cross_entropy(sure, [0]) == 0.0
        twice = nn.cross_entropy(nn.softmax(sure), [0])
        assert twice == pytest.approx(math.log(1 + (k - 1) / math.e))


def forgotten_zero_grad_is_momentum_of_one():
    """Written out, for an optimiser takes a momentum below 1 only."""
    piled = Tensor([3.0, -2.0])
    optimizer = nn.SGD([piled], lr=0.1)
    w, velocity = piled.data.copy(), np.zeros(2)
    for _ in range(20):
        (piled**2).sum().backward()
        optimizer.step()
        velocity = 1.0 * velocity + 2.0 * w
        w = w - 0.1 * velocity
    np.testing.assert_allclose(piled.data, w, rtol=1e-12)


def what_left_the_graph_stays_out():
    w = Value(2.0)
    (Value((w * 3.0).item()) ** 2).backward()
    assert w.grad == 0.0


def equal_weights_stay_equal():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=(30, 1))
    model = nn.MLP(2, [6], 1, rng=0)
    for p in model.parameters():
        p.data = np.full(p.shape, 0.5)
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    for _ in range(100):
        optimizer.zero_grad()
        nn.mse_loss(model(X), y).backward()
        optimizer.step()
    first = next(iter(model.parameters())).data
    assert np.ptp(first, axis=1).max() == pytest.approx(0.0, abs=1e-9)
    assert np.abs(first - 0.5).max() > 0.1  # they moved, together


def the_slope_of_sigmoid_is_a_quarter_at_most():
    x = np.concatenate([np.linspace(-800, 800, 20_001), [0.0, 5e-324, 1e308, -1e308]])
    slopes = grad(lambda x: nn.sigmoid(x).sum())(x)
    assert slopes.max() == 0.25


def clipping_does_not_bring_back_what_vanished():
    w = Tensor([3e-12, 4e-12])
    (w**2 / 2).sum().backward()
    nn.clip_grad_norm_([w], max_norm=1.0)
    np.testing.assert_array_equal(w.grad, [3e-12, 4e-12])


def a_share_never_takes_all_and_an_amount_does():
    shrunk, zeroed = Value(0.5), Value(0.5)
    l2, l1 = nn.SGD([shrunk], lr=0.1, weight_decay=0.1), nn.SGD([zeroed], lr=0.1, l1=0.1)
    for _ in range(200):
        for w, optimizer in ((shrunk, l2), (zeroed, l1)):
            optimizer.zero_grad()
            (w * 0.0).backward()
            optimizer.step()
    assert 0.0 < shrunk.data < 0.1
    assert zeroed.data == 0.0


def the_best_score_of_many_is_too_good():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, (200, 60))
    chosen = (rng.integers(0, 2, (200, 30, 60)) == truth[:, None]).mean(2).max(1)
    assert chosen.mean() > 0.6  # of coins, which are right in one half of all new cases


def a_program_cannot_branch_on_what_it_computes():
    with pytest.raises(TraceError):
        trace(lambda x: x if x * 2.0 > 0.0 else -x)(3.0)


#: What tries each sentence.
SHOWN = {
    "Whatever is positive comes through": positive_numbers_come_through_relu_undiminished,
    "the smallest thing that one layer cannot do": one_layer_cannot_do_xor,
    "MAE pulls always with the same strength": mae_pulls_with_the_same_strength,
    "the loss cannot come down to 0": softmax_twice_keeps_the_loss_above_zero,
    "a momentum of 1, which never forgets": forgotten_zero_grad_is_momentum_of_one,
    "What left the graph cannot come back": what_left_the_graph_stays_out,
    "stay the same for ever": equal_weights_stay_equal,
    "The slopes cannot be above ¼": the_slope_of_sigmoid_is_a_quarter_at_most,
    "It cannot bring back those that have vanished": clipping_does_not_bring_back_what_vanished,
    "and never takes all": a_share_never_takes_all_and_an_amount_does,
    "Whatever you chose by looking at a score": the_best_score_of_many_is_too_good,
    "A program cannot branch on what it computes": a_program_cannot_branch_on_what_it_computes,
}


def sentences():
    """Every sentence of the course with such a word, its spaces joined."""
    found = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = re.sub(r"<[^>]+>", "", "".join(cell["source"]))
                parts = re.split(r"(?<=[.!?:;])\s+|\n\n|\n[-|]", text)
                found += [" ".join(p.split()) for p in parts if UNIVERSAL.search(p)]
    return found


def test_every_universal_claim_is_tried_or_is_none():
    said = sentences()
    known = [*SHOWN, *NO_CLAIM]
    assert [s for s in said if not any(part in s for part in known)] == []
    assert [part for part in known if not any(part in s for s in said)] == []


@pytest.mark.parametrize("claim", SHOWN.values(), ids=lambda claim: claim.__name__)
def test_the_claim_holds(claim):
    claim()
