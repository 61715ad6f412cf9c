"""The steps as data, against numbers computed by hand, and the sums on random graphs."""

import math

import numpy as np
import pytest

import viz
from autograd import BackwardError, Tensor, Value, tanh
from viz.style.numerals import product


def story_of_b_plus_b():
    a = Value(3.0, label="a")
    b = a + a
    c = b + b
    b.label, c.label = "b", "c"
    return a, b, c


def random_graph(rng, nodes=25):
    made = [Value(rng.uniform(-1, 1), label=f"x{i}") for i in range(4)]
    for _ in range(nodes):
        x, y = rng.choice(len(made), 2)
        kind = rng.integers(5)
        x, y = made[x], made[y]
        made.append([x + y, x * y, x - y, tanh(x), x * 0.5 + 1.0][kind])
    total = made[0]
    for node in made[1:]:
        total = total + node
    return total


def test_the_frames_are_forward_then_seed_then_backward():
    _, b, c = story_of_b_plus_b()
    steps = viz.steps(c)
    kinds = ["leaves", "forward", "forward", "seed", "backward", "backward", "end"]
    assert [frame.kind for frame in steps] == kinds
    assert [frame.node for frame in steps] == [None, b, c, c, c, b, None]
    assert [frame.index for frame in steps] == list(range(7))


def test_numbers_of_each_edge_by_hand():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    product = x * w
    loss = product * product + x
    steps = viz.steps(loss)
    by_node = {frame.node: frame for frame in steps if frame.kind == "backward"}
    # loss = p² + x with p = −6: ∂loss/∂p = 2·(−6) = −12, in two halves of −6.
    square = loss.inputs[0]
    edges = [(e.local, e.contribution, e.before, e.total) for e in by_node[square].edges]
    assert edges == [(-6.0, -6.0, None, -6.0), (-6.0, -6.0, -6.0, -12.0)]
    # x has 1 from the sum, then −12 · w = 36: together 37.
    to_x = next(e for e in by_node[product].edges if e.input is x)
    assert (to_x.local, to_x.contribution, to_x.before, to_x.total) == (-3.0, 36.0, 1.0, 37.0)
    ends = {result.node: result.gradient for result in steps[-1].results}
    assert ends == {x: 37.0, w: -24.0}


def test_the_running_sum_is_told_as_the_course_writes_it():
    a = Value(1.0, label="a")
    b = a * 3.0 + a * 2.0
    b.label = "b"
    sentences = [frame.sentence for frame in viz.steps(b)]
    assert any("∂b/∂a = 2.0 + 3.0 = 5.0" in s or "3.0 + 2.0 = 5.0" in s for s in sentences)


@pytest.mark.parametrize("seed", range(20))
def test_the_contributions_of_every_node_sum_to_its_gradient(seed):
    loss = random_graph(np.random.default_rng(seed))
    sums = {}
    for frame in viz.steps(loss):
        for edge in frame.edges:
            sums[edge.input] = sums.get(edge.input, 0.0) + edge.contribution
            assert edge.contribution == pytest.approx(edge.local * frame.upstream)
            assert edge.total == pytest.approx((edge.before or 0.0) + edge.contribution)
    loss.backward()
    for node, total in sums.items():
        assert total == pytest.approx(node.grad)


@pytest.mark.parametrize("seed", range(5))
def test_a_node_is_complete_once_and_before_it_passes_its_gradient_on(seed):
    steps = viz.steps(random_graph(np.random.default_rng(seed)))
    complete = set()
    for frame in steps:
        if frame.kind == "backward":
            assert frame.node in complete
        for node in frame.complete:
            assert node not in complete
            complete.add(node)


def test_gradients_are_left_as_they_are():
    a, b, c = story_of_b_plus_b()
    a.grad = 7.0
    for mode in ("watch", "naive", "no_zero_grad"):
        viz.steps(c, mode)
    assert a.grad == 7.0
    assert not b.has_grad
    assert not c.has_grad


def test_the_naive_order_gives_6_where_4_is_right():
    a, _, c = story_of_b_plus_b()
    steps = viz.steps(c, "naive")
    (result,) = steps[-1].results
    assert (result.node, result.gradient, result.right) == (a, 6.0, 4.0)
    assert "reads 6.0 where 4.0 is right" in steps[-1].sentence
    assert "counts twice" in steps.text()


def test_the_naive_order_is_right_on_a_tree_and_says_so():
    x, y = Value(2.0, label="x"), Value(5.0, label="y")
    steps = viz.steps(x * y, "naive")
    assert [(r.gradient, r.right) for r in steps[-1].results] == [(5.0, 5.0), (2.0, 2.0)]
    assert "right" in steps[-1].sentence
    assert "Wrong" not in steps[-1].sentence


def test_a_wrong_gradient_is_wrong_however_small_it_is():
    a = Value(3.0, label="a")
    b = a * 1e-6
    c = b * b
    steps = viz.steps(c, "naive")
    (result,) = steps[-1].results  # 2 · 10⁻¹² · 3 is right
    assert result.is_wrong
    assert (result.gradient, result.right) == pytest.approx((9e-12, 6e-12), rel=1e-12)
    assert steps[-1].sentence.startswith("Wrong: ∂")


def test_a_gradient_that_is_rightly_nan_is_not_wrong():
    x, y = Value(math.inf, label="x"), Value(0.0, label="y")
    steps = viz.steps(x * y * y, "naive")
    of_x, of_y = (result.gradient for result in steps[-1].results)
    assert of_x == 0.0
    assert math.isnan(of_y)
    assert "Wrong" not in steps[-1].sentence


def test_additions_in_another_order_are_not_wrong():
    x = Tensor(np.float32(0.3), label="x")
    loss = x * np.float32(0.1) + x * np.float32(0.7) + x * np.float32(1e-3)
    assert "Wrong" not in viz.steps(loss, "naive")[-1].sentence


def test_a_name_with_an_equals_sign_is_told_as_it_is():
    a = Value(3.0, label="w = 3")
    b = a + a
    steps = viz.steps(b + b, "naive")
    assert "/∂w = 3 reads 6.0 where 4.0 is right" in steps[-1].sentence


def test_the_naive_order_refuses_what_would_take_forever():
    x = Value(1.0)
    for _ in range(40):
        x = x + x
    with pytest.raises(ValueError, match="2,199,023,255,550 steps"):
        viz.steps(x, "naive")


def test_without_zero_grad_the_leaves_have_twice_the_gradient():
    a, b, c = story_of_b_plus_b()
    steps = viz.steps(c, "no_zero_grad")
    totals = [e.total for f in steps if f.kind == "backward" for e in f.edges if e.input is a]
    assert totals == [2.0, 4.0, 6.0, 8.0]
    # What is not a leaf starts afresh in each pass.
    inner = [e.total for f in steps if f.kind == "backward" for e in f.edges if e.input is b]
    assert inner == [1.0, 2.0, 1.0, 2.0]
    assert [(r.gradient, r.right) for r in steps[-1].results] == [(8.0, 4.0)]
    assert "zero_grad()" in steps[-1].sentence
    c.backward()
    c.backward()
    assert a.grad == 8.0  # the engine does what the story says


def test_arrays_are_told_by_their_rule_and_shape():
    X = Tensor(np.ones((4, 3)), label="X")
    W = Tensor(np.ones((3, 2)), label="W")
    loss = (X @ W).sum()
    text = viz.steps(loss).text()
    assert "To W (3×2)" in text
    assert "X.T @ g" in text
    assert "To X (4×3)" in text


def test_the_text_has_one_numbered_line_for_each_frame():
    steps = viz.steps(story_of_b_plus_b()[-1])
    lines = steps.text().splitlines()
    assert len(lines) == len(steps)
    assert lines[0] == "1. Given: a = 3.0."
    assert lines[5].endswith(
        "To a again: 1.0 × 2.0 = 2.0, so ∂c/∂a = 2.0 + 2.0 = 4.0. The gradient of a is complete."
    )


def test_slices_and_negative_indices():
    steps = viz.steps(story_of_b_plus_b()[-1])
    assert steps[-1].kind == "end"
    assert [frame.index for frame in steps[2:4]] == [2, 3]


def test_what_cannot_be_told_says_why():
    with pytest.raises(TypeError, match=r"viz\.steps needs a recorded Value or Tensor"):
        viz.steps(3.0)
    with pytest.raises(BackwardError, match="reduce it first"):
        viz.steps(Tensor([1.0, 2.0]) * 2.0)
    with pytest.raises(ValueError, match="mode must be one of 'watch'"):
        viz.steps(story_of_b_plus_b()[-1], "backwards")


def test_a_leaf_alone_has_a_story_too():
    steps = viz.steps(Value(2.0, label="a"))
    assert [frame.kind for frame in steps] == ["leaves", "seed", "end"]
    assert "∂a/∂a = 1.0" in steps[-1].sentence


def test_numbers_that_are_not_finite_are_told():
    x = Value(math.inf, label="x")
    assert "inf" in viz.steps(x * 2.0).text()


def test_making_the_data_is_linear_in_the_graph(calls_of):
    def chain(n):
        x = Value(1.0, label="x")
        for _ in range(n):
            x = x * 0.999 + 0.001
        return x

    small, large = chain(200), chain(1600)
    viz.steps(small)
    assert calls_of(lambda: viz.steps(large)) < 8.2 * calls_of(lambda: viz.steps(small))


def test_an_animated_picture_plays_by_its_style_sheet_and_ends_with_all_numbers(tmp_path):
    a = Value(3.0, label="a")
    b = a * a
    b.label = "b"
    svg = viz.steps(b).save(tmp_path / "steps.svg", animated=True).read_text(encoding="utf-8")
    assert "<script" not in svg
    assert svg.count("@keyframes") > 5
    assert "prefers-reduced-motion:no-preference" in svg
    still = [part for part in svg.split("<g ") if "last" in part]
    assert any("grad 6.0" in part for part in still)
    assert any("grad 1.0" in part for part in still)
    assert len(svg) < 100_000
    with pytest.raises(ValueError, match=r"animated=True is for \.svg"):
        viz.steps(b).save(tmp_path / "steps.png", animated=True)


def test_a_single_number_among_arrays_is_told_as_a_sum():
    """What a broadcast number receives is one number, though an array came back to its user."""
    w, x = Tensor(2.0, "w"), Tensor([1.0, 2.0, 3.0], "x")
    steps = viz.steps((w * x).sum())
    assert "to w" in steps.text().lower()
    assert "<svg" in steps.html()


def test_what_is_given_and_computed_is_in_the_programs_order():
    x, w = Value(2.0, label="x"), Value(-0.5, label="w")
    a, b = (v.exp() for v in (x, w))
    a.label, b.label = "a", "b"
    told = viz.steps(b * a).text()
    assert "Given: x = 2.0, w = -0.5." in told
    assert told.index("Forward: a") < told.index("Forward: b")


def test_no_more_digits_than_make_an_equation_right():
    assert product(1.0, -0.84602987, -0.84602987) == "1.0 × (-0.8460) = -0.8460"
