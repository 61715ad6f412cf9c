"""What a function does with a number that no recording sees: right, or refused."""

import numpy as np
import pytest

import nn
from autograd import Tensor, TraceError, Value, trace, where

WEIGHTS = {1.0: 3.0, 0.0: 1.0}


def by_type(x, w):
    return w * (2.0 if isinstance(x, float) else 5.0) + x


def by_table(x, w):
    return w * WEIGHTS.get(x, 7.0) + x


def by_set(x, w):
    return w * (3.0 if x in {1.0, 2.0} else 1.0) + x


def by_text(x, w):
    return w * (3.0 if f"{x}" == "1.0" else 1.0) + x


def by_membership(x, w):
    return w * (3.0 if x in (1.0, 2.0) else 1.0) + x


def by_key(x, w):
    return w * WEIGHTS[x] + x


def by_equality(x, w):
    return w * 3.0 if x == 1.0 else w


def as_float(x, w):
    return w * float(x)


@pytest.mark.parametrize(
    "f", [by_type, by_table, by_set, by_text, by_membership, by_key, by_equality, as_float]
)
def test_a_number_that_decides_unseen_is_refused(f):
    with pytest.raises(TraceError):
        trace(f)(1.0, Value(2.0))


def test_what_gives_the_same_is_not_refused():
    def f(x, w):
        note = f"{x!r}"
        assert isinstance(note, str)
        return w * x if isinstance(w, Value) else w * x * 2.0

    assert trace(f)(1.5, Value(2.0)).data == 3.0


def test_results_of_all_types_are_compared():
    def f(x, k):
        assert isinstance(x, Tensor | np.ndarray)
        return {"count": (k * 2).sum(), "parts": [x * 2.0, (x > 1).sum(), 3, "text", None]}

    step = trace(f)
    for _ in range(2):
        found = step(np.array([1.0, 2.0]), np.array([3, 4]))
        assert found["count"].item() == 14
        assert found["parts"][1].item() == 1


def test_equality_of_arrays_is_recorded():
    w = Tensor([1.0, 2.0, 3.0])
    step = trace(lambda y: (w * (y == 1)).sum() + (w * (y != 1)).sum() * 10)
    for y in (np.array([1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0])):
        assert step(y).item() == (w.data * (y == 1)).sum() + 10 * (w.data * (y != 1)).sum()
    assert step.recordings == 1


def test_class_weights_are_learned_from_as_in_eager_code():
    X = np.linspace(-1, 1, 8).reshape(-1, 1)
    t = (X[:, :1] > 0).astype(float)
    found = []
    for traced in (False, True):
        model = nn.Sequential(nn.Dense(1, 1, rng=0))
        nn.fit(
            model,
            lambda z, t: (where(t == 1, 3.0, 1.0) * (z - t) ** 2).mean(),
            (X, t),
            nn.SGD(model.parameters(), lr=0.1),
            epochs=3,
            traced=traced,
            progress=False,
        )
        found.append([p.item() for p in model.parameters()])
    assert found[0] == pytest.approx(found[1], rel=1e-12)
