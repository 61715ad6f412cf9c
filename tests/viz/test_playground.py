"""The playground as text, and its programs beside Python."""

import re
from functools import partial

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor
from viz.live.rules import rules


def points(n=40, classes=2):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2))
    return X, (np.arange(n) % classes)


def binary(n=40):
    X, y = points(n)
    return X, y.astype(float)[:, None]


def test_one_small_file_that_loads_nothing(tmp_path):
    page = viz.playground(
        nn.MLP(2, [8, 8], 1, activation="tanh", rng=0),
        nn.binary_cross_entropy_with_logits,
        binary(200),
    )
    html = page.save(tmp_path / "page.html").read_text()
    assert len(html) < 300_000
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert repr(page) == "<Playground: 105 parameters, 160 points>"
    assert page._repr_html_().count("</script>") == 1
    with pytest.raises(ValueError, match=r"saved as \.html"):
        page.save(tmp_path / "page.svg")


def test_gradients_of_the_users_model_are_left_as_they_were():
    model = nn.MLP(2, [3], 1, rng=0)
    nn.mse_loss(model(Tensor(binary()[0])), binary()[1]).backward()
    before = [p.grad.copy() for _, p in model.named_parameters()]
    viz.playground(model, nn.mse_loss, binary())
    for (_, p), grad in zip(model.named_parameters(), before, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


def test_classes_by_number_are_recorded_one_by_one():
    def picked(prediction, y):
        return nn.cross_entropy(prediction, np.asarray(y))

    X, y = points(classes=3)
    model = nn.MLP(2, [4], 3, rng=0)
    page = viz.playground(model, picked, (X, y), optimizers={"SGD": nn.SGD})
    assert set(page.variants[0][1].train) == {"0", "1", "2"}


def test_choices_are_recorded_each():
    def make(activation, hidden):
        return nn.MLP(2, hidden, 1, activation=activation, rng=0)

    choices = {"activation": ["tanh", "relu"], "hidden": [[4], [3, 3]]}
    page = viz.playground(make, nn.mse_loss, binary(), choices=choices)
    assert [choice for choice, _ in page.variants] == [
        {"activation": a, "hidden": h} for a in ("tanh", "relu") for h in ("[4]", "[3, 3]")
    ]
    with pytest.raises(ValueError, match="too many for one page"):
        viz.playground(make, nn.mse_loss, binary(), choices={"hidden": [[n] for n in range(40)]})


def test_held_out_points_are_taken_evenly_or_given():
    X, y = binary(10)
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y))
    assert [len(part) for part in page.data] == [8, 8, 2, 2]
    np.testing.assert_array_equal(page.data[2], X[[4, 9]])
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y), held_out=0)
    assert len(page.data[0]) == 10
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y), held_out=(X[:3], y[:3]))
    assert [len(part) for part in page.data] == [10, 10, 3, 3]


def test_what_cannot_be_trained_is_refused_with_the_remedy():
    X, y = binary()
    with pytest.raises(TypeError, match="without to_values"):
        viz.playground(nn.to_values(nn.MLP(2, [2], 1, rng=0)), nn.mse_loss, (X, y))
    with pytest.raises(ValueError, match="trains sample by sample"):
        viz.playground(nn.MLP(2, [2], 1, rng=0), total, (X, y), optimizers={"SGD": nn.SGD})
    with pytest.raises(ValueError, match="shape"):
        viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X[:, 0], y))
    with pytest.raises(TypeError, match="no optimisers were found"):
        viz.playground(Plain(), partial(total), (X, y))
    with pytest.raises(TypeError, match="no optimiser whose rule can be printed"):
        rules({"mine": lambda parameters: object()})


def total(prediction, y):
    """A loss that grows with the batch."""
    return ((prediction - y) ** 2).sum()


class Plain:
    """A model of nobody's package."""

    def __init__(self):
        self.w = Tensor(np.ones((2, 1)))

    def named_parameters(self):
        yield "w", self.w

    def __call__(self, x):
        return x @ self.w
