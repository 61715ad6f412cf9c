"""Programs of traces as JavaScript, run by node beside the engine."""

import random

import numpy as np
import pytest
from node import needs_node, run

import autograd as ag
from autograd import Tensor, Value, take, tanh, trace
from autograd.printers import javascript


def listed(x):
    numbers = np.asarray(x, dtype=float).ravel().tolist()
    return f"Float64Array.of({','.join(map(javascript.number, numbers))})"


def compared(cases):
    """Run each traced function on its arguments, here and in node; compare all that it computes.

    cases: (traced, calls), each call a tuple of arguments.
    """
    blocks, expected = [], []
    for step, calls in cases:
        step(*calls[0])
        script = step.to("javascript")
        body = [script.source, "const answers = [];"]
        for call in calls:
            inputs = step.inputs(*call)
            for one in inputs:
                for node in one.nodes:
                    node.zero_grad()
            y = step(*call)
            y.backward()
            found = [np.ravel(y.data).tolist()]
            for one in inputs:
                if one.var.name in script.gradients and one.nodes:
                    gradients = [x.grad if x.has_grad else np.zeros(np.shape(x)) for x in one.nodes]
                    found.append(np.ravel(gradients).tolist())
                elif one.var.name in script.gradients:
                    found.append(None)  # of a plain number: nobody asks
            expected.append(found)
            given = ", ".join(listed(one.array) for one in inputs)
            body.append(f"answers.push(value_and_grad({given}).map((x) => Array.from(x)));")
        blocks.append("(() => {" + "\n".join([*body, "return answers;"]) + "})()")
    answers = run(f"process.stdout.write(JSON.stringify([{','.join(blocks)}].flat()))")
    assert len(answers) == len(expected) > 0
    for mine, right in zip(answers, expected, strict=True):
        for a, b in zip(mine, right, strict=True):
            if b is not None:
                np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


# --- a small GPT: embedding, attention, loss ---------------------------------------------------

WIDTH, HEADS, LETTERS = 4, 2, 5


def parameters(seed=0):
    draw = random.Random(seed)

    def table(rows, columns):
        return [[Value(draw.gauss(0, 0.5)) for _ in range(columns)] for _ in range(rows)]

    names = {"token": LETTERS, "query": WIDTH, "key": WIDTH, "value": WIDTH, "letter": LETTERS}
    return {name: table(rows, WIDTH) for name, rows in names.items()}


def times(matrix, x):
    return [sum(w * e for w, e in zip(row, x, strict=True)) for row in matrix]


def softmax(x):
    top = ag.max(e.data for e in x)
    powers = [(e - top).exp() for e in x]
    total = sum(powers)
    return [e / total for e in powers]


def name_loss(net, tokens):
    keys, values, losses = [], [], []
    for i in range(len(tokens) - 1):
        x = take(net["token"], tokens[i])
        scale = (sum(e * e for e in x) / len(x) + 1e-5) ** -0.5
        x = [e * scale for e in x]
        query = times(net["query"], x)
        keys.append(times(net["key"], x))
        values.append(times(net["value"], x))
        mixed = []
        for start in range(0, WIDTH, WIDTH // HEADS):
            part = slice(start, start + WIDTH // HEADS)
            shares = softmax(
                [sum(q * k for q, k in zip(query[part], k[part], strict=True)) for k in keys]
            )
            mixed += [
                sum(s * v[j] for s, v in zip(shares, values, strict=True))
                for j in range(WIDTH)[part]
            ]
        x = [a + tanh(b) for a, b in zip(x, mixed, strict=True)]
        losses.append(-take(softmax(times(net["letter"], x)), tokens[i + 1]).log())
    return sum(losses) / len(losses)


@needs_node
def test_a_gpt_in_single_numbers_by_all_lengths_and_letters():
    net = parameters()
    cases = []
    for length in (2, 3, 6):
        step = trace(lambda tokens: name_loss(net, tokens))
        draw = random.Random(length)
        calls = [(np.array([draw.randrange(LETTERS) for _ in range(length)]),) for _ in range(4)]
        cases.append((step, [*calls, (np.full(length, 3),), (np.full(length, -1),)]))
    compared(cases)


@needs_node
def test_scalar_loops_and_arrays():
    rng = np.random.default_rng(0)
    ws = [[Value(w) for w in row] for row in rng.normal(size=(3, 4))]
    b = [Value(0.1 * i) for i in range(3)]

    def neurons(x, y):
        hidden = [
            tanh(sum((w * e for w, e in zip(row, x, strict=True)), c))
            for row, c in zip(ws, b, strict=True)
        ]
        return (ag.sum(hidden) - y) ** 2 + 0.01 * sum(w * w for row in ws for w in row)

    W = Tensor(rng.normal(size=(5, 2)), label="W")

    def embedded(rows, column):
        x = take(W, rows[0]) + W[rows[1]] * W[rows].sum(axis=0)
        return (x * take(x, column[0])).sum() + W[rows, column].sum()

    def picked(i):
        return take([w * w for w in ws[0]], i[0]) * take(b, i[1]) + take([1.0, 2.5], i[1])

    compared(
        [
            (trace(neurons), [([0.5, -1.0, 2.0, 0.0], 0.3), ([1.0, 1.0, 0.2, -3.0], -1.0)]),
            (
                trace(embedded),
                [
                    (np.array([4, 0, 1]), np.array([0, 1, 1])),
                    (np.array([2, 2, -1]), np.array([1, 1, 0])),
                ],
            ),
            (trace(picked), [(np.array([3, 1]),), (np.array([0, 0]),), (np.array([-1, 0]),)]),
        ]
    )


@needs_node
def test_a_position_that_is_not_there_is_refused_with_pythons_sentence():
    rows = [Value(1.0), Value(2.0)]
    step = trace(lambda i: take(rows, i[0]) * 2.0)
    step(np.array([1]))
    source = step.to("javascript").source
    tried = (
        "try { return forward(Float64Array.of(i), Float64Array.of(1, 2))[0][0]; } "
        "catch (e) { return e.message; }"
    )
    answers = run(
        f"{source}\nconst answers = [2, -3, 1].map((i) => {{ {tried} }});"
        "process.stdout.write(JSON.stringify(answers))"
    )
    assert answers == [
        "take of row 2, where there are 2: from -2 to 1",
        "take of row -3, where there are 2: from -2 to 1",
        4,
    ]


def test_loops_that_are_alike_are_one_function():
    def long(n):
        net = parameters()
        step = trace(lambda tokens: name_loss(net, tokens))
        step(np.zeros(n, int))
        source = step.to("javascript").source
        return source.count("=> { for "), len(source)

    (few, short), (many, whole) = long(3), long(12)
    assert many < 2 * few
    assert whole < 4 * short


def test_javascript_is_text_and_python_does_not_run_it():
    step = trace(lambda x: x * 2.0)
    step(1.0)
    script = step.to("javascript")
    assert repr(script) == "<lambda>(x) in javascript" or "javascript" in repr(script)
    with pytest.raises(TypeError, match=r"by a browser or by Node.js.*\.source"):
        script(1.0)
    with pytest.raises(ValueError, match="jax, torch, javascript, not for 'fortran'"):
        step.to("fortran")
