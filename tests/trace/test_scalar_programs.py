"""Ordinary scalar code is traced as it stands: `.data`, `max`, `take`; a GPT among it."""

import random
import statistics
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, TraceError, Value, gradcheck, take, trace


def gradients(y, leaves):
    for x in leaves:
        x.zero_grad()
    y.backward()
    return [x.grad for x in leaves]


def test_a_value_of_an_argument_is_that_argument():
    """It was a constant: the number of the first call, without a gradient."""
    step = trace(lambda x: Value(x, "y") * 2.0 + x)
    for number in (3.0, 5.0):
        assert step.value_and_grad(number) == (3.0 * number, 3.0)


# --- .data ---------------------------------------------------------------------------------------


def test_data_is_a_number_of_each_replay_without_a_gradient():
    v = Value(3.0)
    step = trace(lambda: v * v.data)
    for number in (3.0, 5.0):
        v.data = number
        y = step()
        assert y.data == number**2
        assert gradients(y, [v]) == [number]
    w = Tensor([1.0, 2.0])
    assert gradients(trace(lambda: (w * (w * 2.0).data).sum())(), [w])[0].tolist() == [2.0, 4.0]


@pytest.mark.parametrize("f", [lambda v: v if v.data > 0 else -v, lambda v: float(v.data) * v])
def test_what_needs_the_number_now_is_refused(f):
    with pytest.raises(TraceError):
        trace(f)(Value(1.0))


# --- max, min, sum -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["max", "min", "sum"])
@pytest.mark.parametrize("kind", [list, tuple, iter, lambda xs: dict.fromkeys(xs).keys()])
def test_any_iterable_of_numbers_as_pythons_own(name, kind):
    ours, pythons = getattr(ag, name), {"max": max, "min": min, "sum": sum}[name]
    numbers = [1.5, -2.0, 3.0, 0.25]
    assert ours(kind(numbers)) == pythons(numbers)
    values = [Value(e) for e in numbers]
    y = ours(kind(values))
    assert type(y) is Value
    assert y.data == pythons(numbers)
    assert y.inputs == tuple(values)
    mixed = [Value(1.0), 2.0, 3]
    assert ours(kind(mixed)).data == pythons([1.0, 2.0, 3])


def test_the_largest_is_one_reduction_in_the_program():
    values = [Value(float(i % 7)) for i in range(26)]
    step = trace(lambda: ag.max(v.data for v in values) * values[0])
    step()
    assert step.source.count("np.maximum.reduce(") == 1
    assert "np.maximum(" not in step.source


@pytest.mark.parametrize("name", ["max", "min"])
def test_several_numbers_a_key_and_a_default_as_pythons_own(name):
    ours, pythons = getattr(ag, name), {"max": max, "min": min}[name]
    a, b = Value(1.0), Value(2.0)
    y = ours(a, b, 1.5)
    assert y.data == pythons(1.0, 2.0, 1.5)
    assert gradients(y, [a, b]) == [float(y.data == 1.0), float(y.data == 2.0)]
    assert ours(a, b, key=lambda v: -v.data) is pythons(a, b, key=lambda v: -v.data)
    assert ours(range(5), key=lambda k: (k - 2) ** 2) == pythons(
        range(5), key=lambda k: (k - 2) ** 2
    )
    assert ours([], default=7) == 7
    assert ours([a, b], default=7).data == pythons(1.0, 2.0)
    step = trace(lambda u, v: ours(u, v) * u)
    for u, v in ((1.0, 3.0), (3.0, 1.0)):
        assert step(Value(u), Value(v)).data == pythons(u, v) * u


def test_integers_stay_integers_for_they_may_count():
    names = ["ann", "bo", "carla"]
    for counted in (
        ag.max(len(name) for name in names),
        ag.min({3, 1, 2}),
        ag.sum(len(name) for name in names),
        ag.sum(name > "b" for name in names),
        ag.max(0, len(names) - 5),
    ):
        assert type(counted) is int


@pytest.mark.parametrize("start", [Value(4.0), 4.0, 4])
def test_a_sum_starts_with_a_number_as_pythons_own(start):
    xs = [Value(1.0), Value(2.0)]
    for y in (ag.sum((x for x in xs), start), ag.sum(xs, start=start)):
        assert y.data == 7.0
        assert gradients(y, xs) == [1.0, 1.0]
        assert y.inputs == (start, *xs)
    assert ag.sum([[1], [2]], []) == [1, 2]
    assert ag.sum(np.array([[1.0, 2.0]]), 0).tolist() == [1.0, 2.0]  # of an array it is the axis


def test_the_extreme_of_arrays_given_one_by_one_names_the_elementwise_row():
    with pytest.raises(TypeError, match=r"element by element use maximum\(x, y\)"):
        ag.max(Tensor([1.0, 2.0]), Tensor([2.0, 1.0]))
    with pytest.raises(TypeError, match="element by element use minimum"):
        ag.min(1.0, np.array([2.0, 1.0]))


def test_no_elements():
    assert ag.sum(iter([])) == 0.0
    with pytest.raises(ValueError, match="max of no elements"):
        ag.max(iter([]))


# --- take ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("i", [1, np.int64(1), np.array(1), True])
def test_one_integer_of_any_kind_chooses(i):
    rows = [[Value(1.0)], [Value(2.0)]]
    assert take(rows, i) is rows[1]
    assert trace(lambda i: take(rows, i)[0])(i).data == 2.0


@pytest.mark.parametrize("rows", [["a", "b"], [{}, {}], [None, None]])
@pytest.mark.parametrize("among", [lambda: 1.0, lambda: Value(1.0)])
def test_what_is_no_number_cannot_be_chosen_by_an_integer_that_varies(rows, among):
    with pytest.raises(TypeError, match="chooses among numbers, and lists and arrays of them"):
        trace(lambda i: take(rows, i[0]) * among())(np.array([1, 0]))


def test_several_integers_are_refused_one_at_a_time():
    for run in (lambda f: f, trace):
        with pytest.raises(TypeError, match=r"one integer for i.*take one at a time"):
            run(lambda i: take([Value(1.0), Value(2.0)], i))(np.array([1, 0]))


def test_integers_in_a_list_are_named_where_they_differ_with_the_way_out():
    table = [Value(1.0), Value(2.0)]
    step = trace(lambda tokens, more: sum(take(table, t) for t in tokens))
    step([0, 1], {"a": [3]})
    with pytest.warns(
        RuntimeWarning, match=r"'tokens\[1\]' was 1 and is 0 now.*passed in as an array"
    ):
        step([0, 0], {"a": [3]})
    with pytest.warns(RuntimeWarning, match=r"\"more\['a'\]\[0\]\" was 3 and is 4 now"):
        step([0, 0], {"a": [4]})


# --- where it was --------------------------------------------------------------------------------


@pytest.mark.parametrize("library", [np.max, np.argmax, statistics.fmean])
def test_an_error_names_the_users_line_not_a_librarys(library):
    def slip(xs):
        return xs[0] * library([x.data for x in xs])

    with pytest.raises(TraceError, match=r"test_scalar_programs\.py:\d+: "):
        trace(slip)([Value(1.0), Value(2.0)])


def table(rows=4, columns=3):
    return [[Value(float(10 * i + j)) for j in range(columns)] for i in range(rows)]


def test_take_is_the_row_itself_for_a_number():
    rows = table()
    assert take(rows, 2) is rows[2]
    assert take(rows, np.int64(-1)) is rows[-1]
    assert take(np.arange(3.0), 1) == 1.0
    with pytest.raises(IndexError, match="take of row 4, where there are 4"):
        take(rows, 4)
    with pytest.raises(TypeError, match="integer"):
        take(rows, 1.5)


def test_the_choice_is_recorded_and_its_gradient_goes_to_the_chosen_row():
    rows = table()
    step = trace(lambda i: sum((k + 1) * e for k, e in enumerate(take(rows, i[0]))))
    leaves = [e for row in rows for e in row]
    for chosen in (1, 3, 0, -1):
        y = step(np.array([chosen]))
        assert y.data == sum((k + 1) * e.data for k, e in enumerate(rows[chosen]))
        expected = np.zeros((4, 3))
        expected[chosen] = [1, 2, 3]
        assert gradients(y, leaves) == expected.reshape(-1).tolist()
    assert step.recordings == 1
    for outside in (4, -5):
        with pytest.raises(IndexError):
            step(np.array([outside]))


@pytest.mark.parametrize("repeated", [[0, 0, 0], [1, 2, 1], [3, 2, 0]])
def test_the_same_row_several_times(repeated):
    rows = table()
    leaves = [e for row in rows for e in row]

    def f(places):
        return sum(ag.tanh(0.1 * sum(take(rows, i))) * (k + 1.0) for k, i in enumerate(places))

    got = gradients(trace(f)(np.array(repeated)), leaves)
    np.testing.assert_allclose(got, gradients(f(repeated), leaves), rtol=1e-13, atol=1e-15)


def test_a_choice_among_what_was_computed():
    weights = [Value(0.5), Value(-1.0), Value(2.0)]

    def f(x, i):
        return take([ag.exp(w * x) for w in weights], i[0]) + take(weights, i[1])

    step = trace(f)
    for i in ([0, 1], [2, 2], [1, 0]):
        got = gradients(step(0.3, np.array(i)), weights)
        np.testing.assert_allclose(got, gradients(f(0.3, i), weights), rtol=1e-13)


def test_arrays_and_nested_arrays_of_values():
    rows = np.array([[Value(float(i + j)) for j in range(2)] for i in range(3)])
    step = trace(lambda i: take(rows, i[0]).sum() * 2.0)
    assert step(np.array([2])).data == 10.0
    W = Tensor([[1.0, 2.0], [3.0, 4.0]])
    step = trace(lambda i: take(W, i[0]).sum())
    assert step(np.array([1])).data == 7.0
    assert step(np.array([0])).data == 3.0
    numbers = [[1.0, 2.0], [3.0, 4.0]]
    step = trace(lambda i: (take(numbers, i[0]) * W).sum())
    assert [step(np.array([i])).item() for i in (0, 1)] == [1 + 4 + 3 + 8, 3 + 8 + 9 + 16]


def test_what_take_does_not_take_in_a_trace():
    rows = table()
    with pytest.raises(TraceError, match="array of integers"):
        trace(lambda x: sum(take(rows, x)))(1.0)
    with pytest.raises(ValueError, match="one length"):
        trace(lambda i: take([[rows[0][0]], rows[1]], i[0])[0])(np.array([0]))


def test_take_differentiates_twice_and_by_itself():
    assert gradcheck(lambda a, b: take([a, b], Value(1.0)) ** 3 * a, 0.5, 2.0, order=2)


# --- a GPT, as programs for learners write it ----------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)
WIDTH, HEADS, CONTEXT = 16, 4, 16


def parameters(of, seed=1, width=WIDTH):
    """Return the tables of weights, by name."""
    draw = random.Random(seed)
    shapes = {
        "letters": (END + 1, width),
        "places": (CONTEXT, width),
        "query": (width, width),
        "key": (width, width),
        "value": (width, width),
        "mix": (width, width),
        "up": (4 * width, width),
        "down": (width, 4 * width),
        "head": (END + 1, width),
    }
    return {
        name: [[of(draw.gauss(0.0, 0.1)) for _ in range(n)] for _ in range(m)]
        for name, (m, n) in shapes.items()
    }


def flat(tables):
    return [p for table in tables.values() for row in table for p in row]


def tokens(name):
    return [END, *(LETTERS.index(c) for c in name), END]


def linear(x, weights):
    return [sum(w * e for w, e in zip(row, x, strict=True)) for row in weights]


def softmax(logits, largest):
    top = largest(e.data for e in logits)
    powers = [(e - top).exp() for e in logits]
    total = sum(powers)
    return [e / total for e in powers]


def norm(x):
    scale = (sum(e * e for e in x) / len(x) + 1e-5) ** -0.5
    return [e * scale for e in x]


def attention(x, tables, keys, values):
    query = linear(x, tables["query"])
    keys.append(linear(x, tables["key"]))
    values.append(linear(x, tables["value"]))
    size = len(x) // HEADS
    found = []
    for start in range(0, len(x), size):
        part = slice(start, start + size)
        scores = [
            sum(q * k for q, k in zip(query[part], key[part], strict=True)) / size**0.5
            for key in keys
        ]
        weights = softmax(scores, attention.largest)
        found += [
            sum(w * value[i] for w, value in zip(weights, values, strict=True))
            for i in range(start, start + size)
        ]
    return linear(found, tables["mix"])


def loss(word, tables, largest=max, pick=lambda rows, i: rows[i]):
    """Return the mean surprise at each letter of a word, given those before it."""
    attention.largest = largest
    keys, values, losses = [], [], []
    for place in range(len(word) - 1):
        letter = pick(tables["letters"], word[place])
        x = norm([a + b for a, b in zip(letter, tables["places"][place], strict=True)])
        x = [a + b for a, b in zip(x, attention(norm(x), tables, keys, values), strict=True)]
        hidden = [e.relu() for e in linear(norm(x), tables["up"])]
        x = [a + b for a, b in zip(x, linear(hidden, tables["down"]), strict=True)]
        chances = softmax(linear(x, tables["head"]), largest)
        losses.append(-pick(chances, word[place + 1]).log())
    return sum(losses) * (1.0 / len(losses))


WORDS = ["a", "li", "anna", "maximilian", "annabellelouise"]


def traced(tables, shapes=16):
    return trace(lambda word: loss(word, tables, ag.max, take), shapes=shapes)


@pytest.fixture(scope="module")
def gpt():
    tables = parameters(Value)
    return tables, traced(tables)


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS)
def test_a_gpt_on_single_numbers(gpt, word):
    tables, step = gpt
    leaves = flat(tables)
    y = step(np.array(tokens(word)))
    got = gradients(y, leaves)
    plain = loss(tokens(word), tables, lambda xs: max(xs))
    assert y.data == pytest.approx(plain.data, rel=1e-12)
    np.testing.assert_allclose(got, gradients(plain, leaves), rtol=1e-9, atol=1e-13)


@pytest.mark.slow
def test_one_recording_a_length_and_no_warning(gpt):
    _, step = gpt
    draw = random.Random(3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in (1, 2, 3, 2, 1, 3, 4, 4):
            step(np.array(tokens("".join(draw.choice(LETTERS) for _ in range(n)))))
    assert step.recordings <= CONTEXT
    assert "letters[" in step.source  # the arrays have the names of the tables
    lines = step.source.splitlines()
    assert len(lines) < 500


def test_as_many_recordings_as_are_expected():
    w = Value(2.0)
    step = trace(lambda xs: sum(w * x for x in xs), shapes=12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in range(1, 13):
            assert step(np.ones(n)).data == 2.0 * n
    assert step.recordings == 12


@pytest.mark.thorough
def test_hundreds_of_names_of_all_lengths():
    tables = parameters(Value)
    step, leaves, draw = traced(tables), flat(tables), random.Random(0)
    for _ in range(300):
        word = tokens("".join(draw.choice(LETTERS) for _ in range(draw.randint(1, CONTEXT - 1))))
        y = step(np.array(word))
        plain = loss(word, tables, lambda xs: max(xs))
        assert y.data == pytest.approx(plain.data, rel=1e-12)
        np.testing.assert_allclose(
            gradients(y, leaves), gradients(plain, leaves), rtol=1e-9, atol=1e-12
        )


@pytest.mark.slow
def test_it_learns(gpt):
    tables, step = gpt
    optimizer = nn.Adam(flat(tables), lr=0.01)
    word = np.array(tokens("emma"))
    step(word)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        y = step(word)
        y.backward()
        optimizer.step()
        losses.append(y.data)
    assert losses[-1] < 0.8 * losses[0]
