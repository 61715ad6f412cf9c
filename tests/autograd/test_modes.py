"""no_grad, detach, detect_anomaly, scopes, and data that changes under a recording."""

import asyncio
import threading

import numpy as np
import pytest

import autograd
from autograd import (
    AnomalyError,
    BackwardError,
    StaleDataError,
    Tensor,
    Value,
    detect_anomaly,
    gradients,
    no_grad,
    scope,
    source_lines,
)

KINDS = [Value, Tensor]


def in_a_thread(f):
    """Return f() as run in another thread."""
    results = []
    thread = threading.Thread(target=lambda: results.append(f()))
    thread.start()
    thread.join()
    return results[0]


# --- no_grad and detach ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_no_grad_computes_and_records_nothing(kind):
    a = kind(3.0)
    with no_grad():
        b = a * a + autograd.exp(a)
        c = autograd.sum(b)
    for node in (b, c):
        assert node.inputs == ()
        assert node.op is None
    assert b.item() == pytest.approx(9.0 + np.exp(3.0))


@pytest.mark.parametrize("kind", KINDS)
def test_backward_through_no_grad_raises(kind):
    with no_grad():
        b = kind(3.0) * 2.0
    with pytest.raises(BackwardError, match=r"no_grad\(\).*outside of no_grad"):
        b.backward()


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_grad_made_is_a_constant_afterwards(kind):
    a = kind(3.0)
    with no_grad():
        b = a * a
    (a * b).backward()
    assert a.grad == 9.0


@pytest.mark.parametrize("kind", KINDS)
def test_leaves_made_under_no_grad_are_leaves(kind):
    with no_grad():
        a = kind(3.0)
    (a * a).backward()
    assert a.grad == 6.0


def test_no_grad_as_a_decorator():
    @no_grad()
    def predict(x):
        return x * 2.0

    a = Value(3.0)
    for _ in range(2):  # it can be used again
        assert predict(a).inputs == ()
    assert (a * 2.0).inputs == (a, 2.0)


def test_no_grad_ends_with_an_exception():
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (Value(1.0) * 2.0).op is not None


def test_no_grad_is_of_this_thread_alone():
    a = Value(3.0)
    with no_grad():
        elsewhere = in_a_thread(lambda: a * 2.0)
        here = a * 2.0
    assert elsewhere.op is not None
    assert here.op is None


def test_detach_gives_a_plain_number_or_array():
    assert type(Value(3.0).detach()) is float
    assert type(Tensor([3.0]).detach()) is np.ndarray


@pytest.mark.parametrize("kind", KINDS)
def test_no_gradient_flows_through_detach(kind):
    a = kind(3.0)
    (a * a.detach()).backward()
    assert a.grad == 3.0


# --- detect_anomaly -------------------------------------------------------------------------


def test_anomaly_in_a_value_names_op_operands_label_and_line():
    a = Value(1e308, label="big")
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        _ = a * 10.0  # this line
    text = str(caught.value)
    for part in ("mul", "big", "1e+308", "10.0", "inf", "test_modes.py", "a * 10.0  # this line"):
        assert part in text


def test_anomaly_in_a_tensor_names_op_operands_label_place_and_line():
    p = Tensor([[1.0, 0.0]], label="p")
    with detect_anomaly(), np.errstate(all="ignore"), pytest.raises(AnomalyError) as caught:
        _ = autograd.log(p)  # this line
    text = str(caught.value)
    for part in ("log", "'p'", "[[1. 0.]]", "-inf", "(0, 1)", "test_modes.py", "# this line"):
        assert part in text


def test_the_first_of_several_is_reported():
    a = Value(1e308)
    with detect_anomaly(), pytest.raises(AnomalyError, match="mul"):
        _ = (a * 10.0) - (a * 10.0)


@pytest.mark.parametrize("kind", KINDS)
def test_anomaly_in_a_gradient_names_the_line_that_recorded_the_operation(kind):
    a = kind(0.0, label="zero")
    with detect_anomaly():
        b = autograd.sqrt(a)  # the culprit
        c = b * 2.0
        with pytest.raises(AnomalyError) as caught:
            c.backward()
    text = str(caught.value)
    for part in ("sqrt", "zero", "inf", "upstream", "test_modes.py", "# the culprit"):
        assert part in text
    assert not a.has_grad, "a pass that fails writes nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_without_detect_anomaly_infinity_is_seen_in_the_gradient(kind):
    a = kind(0.0)
    autograd.sqrt(a).backward()
    assert np.isinf(a.grad)


def test_finite_programs_pass_and_give_the_same_gradients():
    def run():
        a, w = Value(0.5), Tensor([1.0, 2.0])
        (a * a.tanh()).backward()
        (w * w).sum().backward()
        return a.grad, *w.grad

    plain = run()
    with detect_anomaly():
        assert run() == plain


def test_detect_anomaly_is_of_this_thread_alone():
    a = Value(1e308)
    with detect_anomaly():
        assert np.isinf(in_a_thread(lambda: a * 10.0).item())


# --- data that changes between forward and backward -----------------------------------------


def test_a_value_changed_later_gives_the_gradient_at_the_recorded_point():
    a = Value(3.0)
    b = a * a
    a.data = 100.0
    b.backward()
    assert a.grad == 6.0


@pytest.mark.parametrize(
    ("f", "later"), [(lambda a: a * a, 5.0), (autograd.sin, -1.0), (lambda a: a**3, -1.0)]
)
def test_a_changed_value_cannot_be_differentiated_again_in_silence(f, later):
    """sin and cube have the same slope at 1 and -1, but not the same second derivative."""
    a = Value(1.0, label="a")
    b = f(a)
    a.data = later
    with pytest.raises(StaleDataError, match="changed after it was recorded"):
        gradients(b, [a], create_graph=True)


def test_a_tensor_changed_by_an_optimiser_step_raises():
    w = Tensor([1.0, 2.0], label="w")
    loss = (w * w).sum()
    w.data -= 0.1
    once = r"^the data of Tensor 'w' of shape \(2,\) was changed after mul"
    with pytest.raises(StaleDataError, match=once):
        loss.backward()
    assert not w.has_grad
    (w * w).sum().backward()  # a new recording is fine
    assert np.allclose(w.grad, [1.8, 3.8])


def test_a_tensor_replaced_raises_or_gives_the_recorded_point():
    w = Tensor([1.0, 2.0])
    loss = (w * w).sum()
    w.data = np.array([5.0, 5.0])
    with pytest.raises(StaleDataError):
        loss.backward()


def test_a_result_changed_raises():
    """exp's derivative is its result."""
    w = Tensor([1.0, 2.0])
    y = autograd.exp(w)
    y.data *= 2
    with pytest.raises(StaleDataError):
        y.backward(np.ones(2))


def test_training_steps_are_not_mistaken_for_stale_data():
    w = Tensor([1.0, 2.0])
    for _ in range(3):
        w.zero_grad()
        (w * w).sum().backward()
        w.data -= 0.1 * w.grad
    assert np.allclose(w.data, np.array([1.0, 2.0]) * 0.8**3)


@pytest.mark.parametrize("what", ["leaf", "result"])  # constants are copied
def test_a_change_in_place_is_found_under_detect_anomaly(what):
    w, c = Tensor([1.0, 2.0]), np.array([3.0, 4.0])
    with detect_anomaly():
        y = autograd.exp(w * c)
        arrays = {"leaf": w.data, "result": y.data}
        arrays[what][0] = 9.0
        with pytest.raises(StaleDataError):
            y.backward(np.ones(2))


# --- scopes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nodes_remember_their_scopes(kind):
    a = kind(1.0)
    owner = object()
    with scope("outer", owner=owner):
        b = a * 2.0
        with scope("inner"):
            c = b * 2.0
    d = c * 2.0
    assert [s.name for s in b.origin.scopes()] == ["outer"]
    assert [s.name for s in c.origin.scopes()] == ["outer", "inner"]
    assert c.origin.scopes()[0].owner is owner
    assert d.origin is None


def test_scopes_are_of_this_thread_alone():
    a = Value(1.0)
    with scope("here"):
        assert in_a_thread(lambda: a * 2.0).origin is None


def test_scopes_and_modes_combine():
    a = Value(1.0)
    with scope("layer"), detect_anomaly():
        b = a * 2.0
    assert [s.name for s in b.origin.scopes()] == ["layer"]
    with no_grad(), scope("layer"):
        c = a * 2.0
    assert c.inputs == ()


class TestSourceLines:
    def test_a_node_notes_the_line_that_made_it_and_the_order(self):
        with source_lines():
            x = Value(2.0)
            values = [x * 1.0]
            for _ in range(2):
                values.append(values[-1] + 1.0)
        places = [v.origin.place for v in values]
        assert places[1].line == places[2].line == places[0].line + 2
        assert places[0].file == __file__
        assert places[0].function.endswith("the_line_that_made_it_and_the_order")
        assert places[0].serial < places[1].serial < places[2].serial

    def test_tensors_and_scopes_too_and_nothing_outside(self):
        with source_lines(), scope("layer"):
            y = Tensor([1.0]) * 2.0
        z = y * 2.0
        assert y.origin.place is not None
        assert [s.name for s in y.origin.scopes()] == ["layer"]
        assert z.origin is None


# --- blocks of functions that stop on the way -----------------------------------------------


def records():
    return (Value(1.0) * 2.0).op is not None


def test_no_grad_on_a_generator_holds_while_its_own_code_runs():
    @no_grad()
    def numbers():
        sent = yield records()
        try:
            yield sent, records()
        except KeyError:
            yield "caught", records()
        return "end", records()

    steps = numbers()
    assert next(steps) is False
    assert records()
    assert steps.send(5) == (5, False)
    assert steps.throw(KeyError) == ("caught", False)
    assert records()
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == ("end", False)
    assert records()


def test_no_grad_on_a_generator_that_is_closed_early():
    seen = []

    @no_grad()
    def numbers():
        try:
            yield 1
        finally:
            seen.append(records())

    steps = numbers()
    next(steps)
    steps.close()
    assert seen == [False]
    assert records()


def test_no_grad_on_coroutines_and_asynchronous_generators():
    @no_grad()
    async def one():
        before = records()
        await asyncio.sleep(0)
        return before, records()

    @no_grad()
    async def several():
        for _ in range(2):
            await asyncio.sleep(0)
            yield records()

    async def other(found):
        for _ in range(4):
            found.append(records())
            await asyncio.sleep(0)

    async def main():
        found = []
        first, _ = await asyncio.gather(one(), other(found))
        return first, [x async for x in several()], found, records()

    assert asyncio.run(main()) == ((False, False), [False, False], [True] * 4, True)
    assert records()


@pytest.mark.parametrize("block", [no_grad, detect_anomaly, lambda: scope("box")])
def test_blocks_of_interleaved_generators_leave_nothing_open(block):
    def inside():
        with block():
            yield
            yield

    first, second = inside(), inside()
    next(first), next(second)
    first.close()
    assert (Value(1.0) * 2.0).origin is not None  # the second is open yet
    second.close()
    assert records()
    assert (Value(1.0) * 2.0).origin is None


def test_a_scope_inside_detect_anomaly_goes_on_watching():
    with (
        np.errstate(divide="ignore"),
        detect_anomaly(),
        scope("hidden"),
        pytest.raises(AnomalyError),
    ):
        Tensor([1.0]) / Tensor([0.0])
    with detect_anomaly(), no_grad(), scope("hidden"):
        assert not records()
