"""M1: a GPT written in single numbers, as it is taught: one block, four heads, 4,192 parameters.

The program needs of its numbers only `+ - * / **`, `exp`, `log` and `relu`; each peer brings its
own. Nothing but the standard library is used.
"""

import itertools
import random

WIDTH, HEADS, CONTEXT, LETTERS = 16, 4, 16, 27
HEAD = WIDTH // HEADS
#: A name of six letters between two marks (0), for beginning and end.
TOKENS = [0, 1, 12, 2, 5, 18, 20, 0]


def weights():
    """Return the parameters by name, as lists of rows of floats."""
    draw = random.Random(1)

    def table(rows, columns, size=0.3):
        return [[draw.gauss(0.0, size) for _ in range(columns)] for _ in range(rows)]

    return {
        "token": table(LETTERS, WIDTH),
        "place": table(CONTEXT, WIDTH),
        "query": table(WIDTH, WIDTH),
        "key": table(WIDTH, WIDTH),
        "value": table(WIDTH, WIDTH),
        "mix": table(WIDTH, WIDTH),
        "widen": table(4 * WIDTH, WIDTH),
        "narrow": table(WIDTH, 4 * WIDTH),
        "letter": table(LETTERS, WIDTH),
    }


def times(matrix, x):
    """Return the product of a matrix and a vector, as lists."""
    return [sum(w * e for w, e in zip(row, x, strict=True)) for row in matrix]


def normed(x):
    """Return x divided by the root of its mean square."""
    scale = (sum(e * e for e in x) / len(x) + 1e-5) ** -0.5
    return [e * scale for e in x]


def softmax(x, peak):
    """Return the exponentials of x divided by their sum; `peak` is a number to subtract first."""
    top = peak(x)
    powers = [(e - top).exp() for e in x]
    total = sum(powers)
    return [e / total for e in powers]


def attended(net, x, keys, values, peak):
    """Return what four heads make of the places so far, mixed."""
    query = times(net["query"], x)
    keys.append(times(net["key"], x))
    values.append(times(net["value"], x))
    heads = []
    for start in range(0, WIDTH, HEAD):
        part = slice(start, start + HEAD)
        scores = [
            sum(q * k for q, k in zip(query[part], key[part], strict=True)) * HEAD**-0.5
            for key in keys
        ]
        shares = softmax(scores, peak)
        heads += [
            sum(s * value[i] for s, value in zip(shares, values, strict=True))
            for i in range(start, start + HEAD)
        ]
    return times(net["mix"], heads)


def loss_of(net, peak, tokens=TOKENS):
    """Return the mean over the name of −ln(the probability of the letter that follows)."""
    keys, values, losses = [], [], []
    for place, (token, follows) in enumerate(itertools.pairwise(tokens)):
        x = [a + b for a, b in zip(net["token"][token], net["place"][place], strict=True)]
        x = normed(x)
        x = [a + b for a, b in zip(x, attended(net, normed(x), keys, values, peak), strict=True)]
        hidden = [e.relu() for e in times(net["widen"], normed(x))]
        x = [a + b for a, b in zip(x, times(net["narrow"], hidden), strict=True)]
        losses.append(-softmax(times(net["letter"], x), peak)[follows].log())
    return sum(losses) * (1.0 / len(losses))


def step_of(number, peak, wrapped=lambda f: f, rate=0.05):
    """Return a training step: forward, backward, and plain descent, as every peer takes it."""
    net = {name: [[number(w) for w in row] for row in rows] for name, rows in weights().items()}
    parameters = [w for rows in net.values() for row in rows for w in row]
    loss = wrapped(lambda: loss_of(net, peak))

    def step():
        y = loss()
        y.backward()
        for p in parameters:
            p.data -= rate * p.grad
            p.grad = 0.0
        return float(y.data)

    return step
