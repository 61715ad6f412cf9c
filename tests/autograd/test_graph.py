"""The walk: shared nodes, depth, accumulation, freeing, and the steps of a backward pass."""

import gc
import random
import threading
from contextlib import nullcontext

import numpy as np
import pytest

from autograd import (
    GradientLostWarning,
    Tensor,
    Value,
    backward_steps,
    detect_anomaly,
    dot,
    gradients,
    greater,
    maximum,
    topological,
    where,
)
from autograd.graph import drain
from autograd.number_pass import order_of, slots_in_use

KINDS = [Value, Tensor]


def grads(*nodes):
    return [float(x.grad) for x in nodes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_used_twice_twice_over(kind):
    a = kind(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert grads(a, b, c) == [4.0, 2.0, 1.0]


@pytest.mark.parametrize("kind", KINDS)
def test_sixty_doublings(kind):
    """2**60 paths, 61 nodes: each node must be walked once, with its sum complete."""
    a = x = kind(1.0)
    for _ in range(60):
        x = x + x
    x.backward()
    assert x.item() == a.grad == 2.0**60
    assert len(topological(x)) == 61
    assert len(list(backward_steps(x))) == 61


def test_a_diamond_with_arms_of_different_length():
    """A walk by breadth alone would pass a's gradient on before the long arm has arrived."""
    a = Value(2.0)
    b = a * 3.0  # b feeds the result directly and through a longer way
    c = b * b * b + b
    c.backward()
    assert b.grad == 3 * 6.0**2 + 1
    assert a.grad == 3 * b.grad


@pytest.mark.parametrize("kind", KINDS)
def test_a_product_with_itself_keeps_two_inputs(kind):
    a = kind(3.0)
    z = a * a
    assert len(z.inputs) == 2
    assert z.inputs[0] is a
    assert z.inputs[1] is a
    z.backward()
    assert a.grad == 6.0


def test_inputs_keep_order_constants_and_duplicates():
    a, b = Value(2.0), Value(5.0)
    assert (a - 3.0).inputs == (a, 3.0)
    assert (3.0 - a).inputs == (3.0, a)
    assert (b / a).inputs == (b, a)
    assert a.inputs == ()
    row = np.array([1.0, 2.0])
    node = Tensor([1.0, 1.0]) * row
    assert np.array_equal(node.inputs[1], row)


def test_inputs_of_a_tensor_operation_with_a_list_are_arrays():
    node = Tensor([1.0, 1.0]) * [1, 2]
    assert isinstance(node.inputs[1], np.ndarray)


@pytest.mark.parametrize("kind", KINDS)
def test_topological_puts_inputs_first_and_each_node_once(kind):
    a, b = kind(2.0), kind(3.0)
    c = a * b
    d = c + a
    e = d * c
    order = topological(e)
    assert len(order) == len(set(order)) == 5
    place = {node: i for i, node in enumerate(order)}
    for node in order:
        for x in node.inputs:
            assert place[x] < place[node]


@pytest.mark.slow
def test_a_chain_of_a_million_built_walked_and_freed_twice():
    """Deep recursion anywhere (walk, backward, or freeing) would end the interpreter."""
    for _ in range(2):
        w = Value(1.0)
        x = w
        for _ in range(1_000_000):
            x = x + 1e-6
        x.backward()
        assert w.grad == 1.0
        assert x.item() == pytest.approx(2.0)
        del x
        w.zero_grad()


def test_a_deep_chain_of_tensors():
    w = Tensor([1.0, 2.0])
    x = w
    for _ in range(20_000):
        x = x + 1.0
    x.backward(np.ones(2))
    assert np.array_equal(w.grad, [1.0, 1.0])
    del x


def test_a_deep_chain_with_create_graph():
    w = Value(1.0)
    x = w
    for _ in range(5_000):
        x = x * 1.0
    (slope,) = gradients(x * w, [w], create_graph=True)
    assert slope.item() == 2.0
    assert gradients(slope, [w]) == [2.0]


class Counting(dict):
    """A dictionary that counts how often the walk looks into it."""

    lookups = 0

    def get(self, key, default=None):
        self.lookups += 1
        return super().get(key, default)


def operations_of_a_walk(n):
    x = w = Value(1.0)
    for _ in range(n):
        x = x * w
    order = topological(x)
    sums = Counting({x: 1.0})
    drain(order, sums)
    assert sums[w] == n + 1
    return len(order) + sums.lookups


def test_the_walk_takes_linear_time():
    """Counted in operations, so a slow machine cannot fail it."""
    small, large = operations_of_a_walk(1_000), operations_of_a_walk(10_000)
    assert large == pytest.approx(10 * small, rel=0.01)


def ten_thousand_graphs():
    for _ in range(10_000):
        a = Value(2.0)
        b = a * a + a.tanh()
        b.backward()
    for _ in range(500):
        t = Tensor([1.0, 2.0])
        u = (t * t + t).sum()
        u.backward()


def test_reference_counting_alone_frees_graphs():
    """With the garbage collector off, 10,000 small graphs leave nothing behind."""
    ten_thousand_graphs()  # caches fill
    gc.collect()
    before = nodes_alive()
    gc.disable()
    try:
        ten_thousand_graphs()
        after = nodes_alive()
    finally:
        gc.enable()
    assert after <= before


def nodes_alive():
    return sum(isinstance(x, Value | Tensor) for x in gc.get_objects())


def test_abandoned_steps_leave_no_cycle():
    gc.collect()
    before = nodes_alive()
    gc.disable()
    try:
        for _ in range(1000):
            next(backward_steps(Value(1.0) * 2.0))
        after = nodes_alive()
    finally:
        gc.enable()
    assert after <= before


# --- accumulation ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_two_backward_calls_give_exactly_twice(kind):
    """0.1 + 0.2 first and then twice that; not the contributions one after the other."""
    a = kind(0.1)
    b = a * 0.1 + a * 0.2 + a.tanh() * 0.7 + a / 3
    b.backward()
    once = float(a.grad)
    b.backward()
    assert float(a.grad) == 2 * once
    b.backward()
    assert float(a.grad) == 2 * once + once


@pytest.mark.parametrize("kind", KINDS)
def test_interior_nodes_hold_the_gradient_of_this_pass(kind):
    a = kind(3.0)
    b = a * 2.0
    c = b * b
    c.backward()
    c.backward()
    assert float(b.grad) == 12.0
    assert float(c.grad) == 1.0
    assert float(a.grad) == 48.0


def test_leaves_accumulate_over_different_graphs():
    a = Value(3.0)
    (a * 2.0).backward()
    (a * 5.0).backward()
    assert a.grad == 7.0


@pytest.mark.parametrize("kind", KINDS)
def test_zero_grad_and_whether_a_gradient_was_computed(kind):
    a = kind(3.0)
    assert not a.has_grad
    assert a.grad == 0.0
    (a * 0.0).backward()
    assert a.has_grad, "a gradient of 0 is computed too"
    a.zero_grad()
    assert not a.has_grad
    assert a.grad == 0.0


def test_the_gradient_of_leaves_is_their_own_array():
    """An optimiser or a clipping writes into it: no two may share one."""
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    seed = np.array([1.0, 1.0])
    (a + b).backward(seed)
    a.grad *= 10
    assert np.array_equal(b.grad, [1.0, 1.0])
    assert np.array_equal(seed, [1.0, 1.0])
    c = Tensor([1.0, 2.0])
    seed = Tensor([1.0, 1.0])
    c.backward(seed)
    c.grad *= 10
    assert np.array_equal(seed.data, [1.0, 1.0])


@pytest.mark.parametrize("rearranged", [lambda x: x.T, lambda x: x.reshape(4), lambda x: x[:, :]])
def test_the_gradient_through_a_view_is_its_own_array_too(rearranged):
    a = Tensor([[1.0, 2.0], [3.0, 4.0]])
    y = rearranged(a)
    y.backward(np.ones(y.shape))
    a.grad *= 10
    assert np.array_equal(y.grad, np.ones(y.shape))


@pytest.mark.parametrize("kind", KINDS)
def test_a_leaf_is_its_own_derivative(kind):
    a = kind(3.0)
    a.backward()
    assert a.grad == 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_backward_with_a_gradient_scales(kind):
    a = kind(3.0)
    (a * a).backward(0.5)
    assert a.grad == 3.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_as_gradient_is_differentiated_only_with_create_graph(kind):
    a, seed = kind(3.0), kind(2.0)
    (a * a).backward(seed)
    assert not isinstance(a.grad, kind)
    a.zero_grad()
    (a * a).backward(seed, create_graph=True)
    assert a.grad.item() == 12.0
    assert gradients(a.grad, [seed])[0] == 6.0


def test_backward_from_several_elements_with_a_gradient():
    a = Tensor([1.0, 2.0, 3.0])
    (a * a).backward(gradient=[1.0, 0.0, 2.0])
    assert np.array_equal(a.grad, [2.0, 0.0, 12.0])


@pytest.mark.parametrize("kind", KINDS)
def test_backward_with_create_graph_leaves_gradients_that_are_nodes(kind):
    a = kind(2.0)
    (a * a * a).backward(create_graph=True)
    assert isinstance(a.grad, kind)
    assert a.grad.item() == 12.0
    assert gradients(a.grad, [a])[0] == 12.0


# --- steps ----------------------------------------------------------------------------------


def test_steps_tell_upstream_local_contribution_and_running_sum():
    a, b = Value(2.0), Value(5.0)
    c = a * b + a
    steps = list(backward_steps(c))
    assert [step.index for step in steps] == [0, 1, 2, 3]
    assert steps[0].node is c
    assert steps[0].upstream == 1.0
    by_node = {step.node: step for step in steps}
    product = by_node[next(x for x in c.inputs if x is not a)]
    assert [(e.position, e.input, e.local, e.contribution) for e in product.edges] == [
        (0, a, 5.0, 5.0),
        (1, b, 2.0, 2.0),
    ]
    to_a = [e for step in steps for e in step.edges if e.input is a]
    assert [(e.before, e.total) for e in to_a] == [(None, 1.0), (1.0, 6.0)]
    assert by_node[a].edges == ()
    assert by_node[a].upstream == 6.0


@pytest.mark.parametrize("kind", KINDS)
def test_exhausted_steps_do_what_backward_does(kind):
    def build():
        a, b = kind(0.3), kind(-2.0)
        return a, b, (a * b).tanh() + a * a

    a, b, y = build()
    y.backward()
    c, d, z = build()
    for _ in backward_steps(z):
        pass
    assert grads(a, b, y) == grads(c, d, z)


@pytest.mark.parametrize("kind", KINDS)
def test_abandoned_steps_leave_the_graph_as_it_was(kind):
    a = kind(2.0)
    b = a * a
    b.backward()
    before = grads(a, b)
    c = b + a
    steps = backward_steps(c)
    next(steps)
    next(steps)
    steps.close()
    assert grads(a, b) == before
    assert not c.has_grad


def test_a_node_without_a_gradient_has_no_step():
    """Nothing flows through a condition, so the walk does not come to b."""
    a, b = Value(2.0), Value(3.0)
    y = where(greater(b, 1.0), a, 0.0)
    assert [step.node for step in backward_steps(y)] == [y, a]
    assert not b.has_grad


def test_steps_on_tensors_carry_arrays():
    a = Tensor([1.0, 2.0])
    b = (a * a).sum()
    steps = list(backward_steps(b))
    _, second, third = steps
    assert np.array_equal(second.edges[0].local, [1.0, 2.0])
    assert np.array_equal(second.edges[1].total, [2.0, 4.0])
    assert third.node is a


# --- threads --------------------------------------------------------------------------------


def test_threads_running_backward_on_shared_leaves_lose_nothing():
    w = Value(1.0)
    shared = Tensor(np.ones(3))

    def work():
        for _ in range(300):
            (w * 2.0 + w).backward()
            (shared * shared).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 4 * 300 * 3.0
    assert np.array_equal(shared.grad, np.full(3, 4 * 300 * 2.0))


def test_threads_running_backward_on_one_graph_do_not_disturb_each_other():
    a = Value(0.5)
    y = a
    for _ in range(200):
        y = y * a + 1.0
    expected = gradients(y, [a])
    results = []

    def work():
        results.extend(gradients(y, [a]) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 80


def random_numbers(rng):
    """Return nodes of a random graph: shared operands, constants, many operands, steps."""
    nodes = [Value(float(i + 1)) for i in range(3)]
    for _ in range(rng.randrange(1, 40)):
        x, y, z = rng.choice(nodes), rng.choice([*nodes, 0.5]), rng.choice(nodes)
        many = dot([x, y, z], [z, x, 0.25])
        step = greater(x, 1.0) * y
        nodes.append(rng.choice([x * y, x + y, -x, y - x, x * x, maximum(x, y), many, step]) * 0.1)
    return nodes


def test_the_backward_pass_of_numbers_is_the_general_one_to_the_last_digit():
    """Its walk is the public one without the leaves, and what it adds up is the same."""
    rng = random.Random(5)
    for _ in range(100):
        nodes = random_numbers(rng)
        for root in (nodes[-1], rng.choice(nodes)):
            order, leaves = order_of(root, object())
            assert order == [x for x in topological(root) if x.op is not None]
            assert {*order, *leaves} == {*topological(root)}
            found = []
            for taken in (False, True):
                for node in topological(root):
                    node.zero_grad()
                with slots_in_use if taken else nullcontext():  # as another thread would hold them
                    root.backward()
                    root.backward(0.3)
                found.append([(x.has_grad, x.grad) for x in topological(root)])
            assert found[0] == found[1]


def test_a_pass_that_no_longer_reaches_a_node_clears_what_stood_there():
    """Interior gradients are of the latest pass: a stale one would be shown as its own."""
    a = Value(3.0)
    b = a * 2.0
    c = greater(b, 0.0) * a
    (b * b).backward()
    assert b.has_grad
    c.backward()  # the comparison lets nothing through to b
    assert not b.has_grad


def test_no_two_nodes_share_a_gradient():
    """What one leaf holds must not be another's, nor the result's."""
    runs = [
        lambda y: list(backward_steps(y, np.ones(2))),
        lambda y: y.backward(np.ones(2)),
    ]
    for run in runs:
        a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
        y = a + b
        run(y)
        assert not np.shares_memory(a.grad, b.grad)
        assert not np.shares_memory(a.grad, y.grad)


def test_the_gradient_of_a_part_that_was_in_no_pass_is_not_silently_zero():
    b = Tensor([1.0, 2.0, 3.0], label="b")
    (b * b).sum().backward()
    with pytest.warns(GradientLostWarning, match=r"was in no backward pass.*b\.grad\[…\]"):
        assert np.array_equal(b[-2:].grad, [0.0, 0.0])
    part = b[-2:]
    part.sum().backward()
    assert np.array_equal(part.grad, [1.0, 1.0])


@pytest.mark.parametrize("kind", [Value, Tensor])
@pytest.mark.parametrize("way", ["plain", "create_graph", "detect_anomaly"])
def test_a_gradient_of_before_is_no_answer_where_a_step_lets_nothing_through(kind, way):
    """The next pass goes by what a comparison saw; what is there from the last one is cleared."""
    x = kind(3.0)
    a = x * 2.0
    a.backward()
    assert a.has_grad
    y = where(greater(a, 0.0), 1.0, 2.0) * x
    with detect_anomaly() if way == "detect_anomaly" else nullcontext():
        y.backward(create_graph=way == "create_graph")
    assert not a.has_grad
    assert float(x.grad.data if way == "create_graph" else x.grad) == 3.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_leaf_that_only_a_comparison_saw_keeps_what_it_has(kind):
    x, w = kind(3.0), kind(2.0)
    (x * x).backward()
    (greater(x, 0.0) * w).backward()
    assert grads(x, w) == [6.0, 1.0]
    (greater(w, 5.0) * x).backward()
    assert grads(x, w) == [6.0, 1.0]
