"""A GPT in single numbers, as it is taught: what pictures of programs are measured by.

16 wide, 4 heads, one block, a context of 16, 27 letters: 4,192 parameters in nested lists, and
about 57,600 nodes for a name of six letters. No function is marked in any way.
"""

import random

from autograd import Value

WIDTH, HEADS, CONTEXT, LETTERS = 16, 4, 16, 27
SIZE = WIDTH // HEADS
#: A name of six letters between two marks of beginning and end.
EMMA = [0, 5, 13, 13, 1, 14, 5, 0]

_draw = random.Random(7)


def table(rows, columns):
    return [[Value(_draw.gauss(0.0, 0.2)) for _ in range(columns)] for _ in range(rows)]


weights = {
    "wte": table(LETTERS, WIDTH),
    "wpe": table(CONTEXT, WIDTH),
    "wq": table(WIDTH, WIDTH),
    "wk": table(WIDTH, WIDTH),
    "wv": table(WIDTH, WIDTH),
    "wo": table(WIDTH, WIDTH),
    "up": table(4 * WIDTH, WIDTH),
    "down": table(WIDTH, 4 * WIDTH),
    "head": table(LETTERS, WIDTH),
}
params = [p for rows in weights.values() for row in rows for p in row]


def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(row, x, strict=True)) for row in w]


def softmax(logits):
    top = max(z.data for z in logits)
    powers = [(z - top).exp() for z in logits]
    total = sum(powers)
    return [p / total for p in powers]


def rmsnorm(x):
    square = sum(xi * xi for xi in x) / len(x)
    scale = (square + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def add(a, b):
    return [ai + bi for ai, bi in zip(a, b, strict=True)]


def attend(query, keys, values):
    """One head: how much it looks at each place so far, and what it takes from there."""
    scores = [sum(q * k for q, k in zip(query, key, strict=True)) / SIZE**0.5 for key in keys]
    shares = softmax(scores)
    return [sum(s * v[i] for s, v in zip(shares, values, strict=True)) for i in range(SIZE)]


def attention(x, keys, values):
    query = linear(x, weights["wq"])
    key = linear(x, weights["wk"])
    value = linear(x, weights["wv"])
    keys.append(key)
    values.append(value)
    found = []
    for h in range(0, WIDTH, SIZE):
        part = slice(h, h + SIZE)
        found += attend(query[part], [k[part] for k in keys], [v[part] for v in values])
    return linear(found, weights["wo"])


def mlp(x):
    hidden = linear(x, weights["up"])
    hidden = [h.relu() for h in hidden]
    return linear(hidden, weights["down"])


def gpt(token, place, keys, values):
    x = add(weights["wte"][token], weights["wpe"][place])
    x = rmsnorm(x)
    looked = attention(rmsnorm(x), keys, values)
    x = add(x, looked)
    thought = mlp(rmsnorm(x))
    x = add(x, thought)
    return linear(x, weights["head"])


def loss_of(tokens):
    keys, values, losses = [], [], []
    for place in range(len(tokens) - 1):
        logits = gpt(tokens[place], place, keys, values)
        shares = softmax(logits)
        losses.append(-shares[tokens[place + 1]].log())
    return sum(losses) / len(losses)
