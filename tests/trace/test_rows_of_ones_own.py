"""A row of the user's own, of which no list knows, is traced as the table's rows are."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, elementwise, reduction, structural, trace


@pytest.fixture
def rows():
    """Rows that say nothing of themselves beyond their rules."""
    made = {}

    def flipped(g):
        return made["flip"](g)

    made["flip"] = structural("flip_1", lambda x: x[::-1], vjp=[lambda g, z, x: flipped(g)])
    made["spread"] = structural(
        "spread_1", lambda x: np.broadcast_to(x, (3, *x.shape)), vjp=[lambda g, z, x: g.sum(axis=0)]
    )
    made["same"] = elementwise("same_1", scalar=lambda x: x, array=lambda x: x, d=[lambda z, x: 1])
    made["cube"] = elementwise("cube_1", lambda x: x * x * x, d=[lambda z, x: 3 * x * x])
    made["times"] = elementwise(
        "times_1", lambda x, y: x * y, d=[lambda z, x, y: y, lambda z, x, y: x]
    )
    made["total"] = reduction(
        "total_1",
        scalar=sum,
        array=lambda x, axis, keepdims: np.sum(x, axis, keepdims=keepdims),
        d=lambda z, x: 1,
    )
    made["pair"] = structural(
        "pair_1",
        lambda x, y: np.concatenate([x, y]),
        vjp=[lambda g, z, x, y: g[: x.shape[0]], lambda g, z, x, y: g[x.shape[0] :]],
    )
    yield made
    for row in made.values():
        row.remove()


def gradients(y, leaves):
    for x in leaves:
        x.zero_grad()
    y.backward()
    return [np.array(x.grad) for x in leaves]


def test_a_pass_from_one_result_does_not_meet_the_others(rows):
    w = Tensor([0.0, 4.0])
    step = trace(lambda: [rows["flip"](ag.sqrt(w)).sum(), (w * 3).sum()])
    first, second = step()
    assert gradients(second, [w])[0].tolist() == [3.0, 3.0]
    with np.errstate(divide="ignore"):
        assert gradients(first, [w])[0].tolist() == [np.inf, 0.25]


def test_gradients_do_not_share_memory(rows):
    a, b = Tensor([1.0, 2.0], "a"), Tensor([3.0, 5.0], "b")
    trace(lambda: ((rows["flip"](a) + b) ** 2).sum())().backward()
    assert not np.shares_memory(a.grad, b.grad)
    expected = b.grad.copy()
    a.grad[...] = 0
    assert b.grad.tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["flip", "spread", "same", "cube", "total"])
@pytest.mark.parametrize("after", ["flip", "same", "cube", "exp"])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_each_kind_at_each_place_of_several_results(rows, name, after, position):
    a, b = Tensor([0.5, 2.0], "a"), Tensor([0.0, 4.0], "b")
    rows["exp"] = ag.exp
    try:
        row, other = rows[name], rows[after]
    finally:
        del rows["exp"]

    def f():
        return [row(ag.sqrt(b) * a).sum(), (other(a) * 2).sum(), (row(other(a)) * a).sum()]

    with np.errstate(divide="ignore", invalid="ignore"):
        got = gradients(trace(f)()[position], [a, b])
        want = gradients(f()[position], [a, b])
    for x, y in zip(got, want, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-12)


@pytest.mark.parametrize(
    "names", list(itertools.product(["flip", "spread", "same", "pair"], repeat=2))
)
def test_whoever_gets_a_gradient_may_change_it(rows, names):
    leaves = [Tensor([1.0, 2.0], "a"), Tensor([3.0, 5.0], "b"), Tensor([0.5, 1.5], "c")]
    a, b, c = leaves

    def apply(name, x, y):
        return rows[name](x, y) if name == "pair" else rows[name](x + 0.0 * y)

    def f():
        return (
            apply(names[0], a, b).sum() + (apply(names[1], b, c) * 2.0).sum() + (c * a).sum()
        ) * 1

    got, want = gradients(trace(f)(), leaves), gradients(f(), leaves)
    for x, y in zip(got, want, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-12)
    trace(f)().backward()
    for x, y in itertools.combinations(leaves, 2):
        assert not np.shares_memory(x.grad, y.grad)
    for x in leaves:
        x.grad[...] = 7.0  # none of them is for reading only


def test_single_numbers(rows):
    a, b = Value(0.5), Value(-2.0)

    def f():
        return rows["times"](rows["cube"](a), b) + rows["total"]([a, b, a * b])

    got, want = gradients(trace(f)(), [a, b]), gradients(f(), [a, b])
    np.testing.assert_allclose(got, want, rtol=1e-14)


def test_a_row_of_whole_operands_is_rolled_up_in_their_order():
    """Nothing says that a row of single numbers adds up: it may treat each operand differently."""
    row = structural(
        "lead_1",
        lambda x, y, z: x - 2 * y + 3 * z,
        scalar=lambda x, y, z: x - 2 * y + 3 * z,
        vjp=[lambda g, _, *xs: g, lambda g, _, *xs: -2 * g, lambda g, _, *xs: 3 * g],
        partials=lambda z, *xs: [1.0, -2.0, 3.0],
    )
    try:
        ws = [Value(float(i)) for i in range(6)]

        def f():
            return row(ws[5], ws[0], ws[3]) * row(ws[1], ws[4], 2.0)

        eager = f()
        expected = ag.gradients(eager, ws)
        result = trace(f)()
        result.backward()
        assert result.data == eager.data == 14 * -1
        assert [w.grad for w in ws] == expected
    finally:
        row.remove()
