"""Random programs on `Value`s, told line by line; test_compiled.py compares two engines by it."""

import random
import warnings

import numpy as np

import autograd
from autograd import Value, detect_anomaly, dot, gradients, no_grad, primitives, scope
from autograd.rows.elementwise import Elementwise

STRANGE = [0.0, -0.0, 1.0, -1.0, 2, -3, True, 0.5, 1e-300, 1e300, 710.0, -745.0, float("inf"),
           float("-inf"), float("nan"), 10**400, "2", None, 1j, [1.0], np.float64(0.3),
           np.float32(0.7), np.int64(3), np.array(2.0), np.array([1.0, 2.0])]  # fmt: skip
BINARY = ["+", "-", "*", "/", "**", "%", "<", ">=", "=="]


FIRST = Value(0.0).made


class Special(Value):
    """A class of nodes of one's own."""


def told(x):
    """Return all that there is of a result, exactly."""
    if isinstance(x, Value):
        parts = [type(x).__name__, x.raw.hex(), x.label, x.op_name, str(x.origin), repr(x)]
        parts.append(str(x.made - FIRST))
        parts += [_brief(y) for y in x.inputs]
        parts += [_brief(x.local(i)) for i in range(len(x.inputs))] if x.op else []
        return " ".join(parts)
    if isinstance(x, np.ndarray):
        return f"{x.dtype}{[told(e) for e in x.ravel().tolist()]}"
    return f"{type(x).__name__} {x!r}"


def _brief(x):
    return x.raw.hex() if isinstance(x, Value) else f"{type(x).__name__} {x!r}"


def step(rng, nodes, rows):
    """Do one random thing; return what came out."""
    what, x, y = rng.random(), rng.choice(nodes), rng.choice(nodes)
    if what < 0.3:
        y = rng.choice(STRANGE)
    elif what < 0.35:
        x, y = rng.choice(STRANGE), x
    choice = rng.random()
    if choice < 0.5:
        return eval(f"x {rng.choice(BINARY)} y", {"x": x, "y": y})
    if choice < 0.85:
        row = rng.choice(rows)
        return row(x) if row.arity == 1 else row(x, y)
    if choice < 0.9:
        return dot([x, rng.choice(nodes)], [rng.choice(nodes), 0.5])
    if choice < 0.92:
        return pow(x, rng.choice([2, 2.0, 3, -1, 0.5]))
    if choice < 0.94:
        return -x if rng.random() < 0.5 else abs(x)
    if choice < 0.97:
        with scope("s"), no_grad() if rng.random() < 0.3 else scope("t"):
            return x * y + 1.0
    with detect_anomaly():
        return x * y / rng.choice(nodes)


def attempt(f, *args):
    try:
        return f(*args)
    except (TypeError, ValueError, ArithmeticError, RuntimeError, Warning) as error:
        return error


def program(rng, rows):
    kind = Special if rng.random() < 0.1 else Value
    nodes = [kind(rng.uniform(-2, 2), label=name) for name in "abc"]
    for _ in range(rng.randrange(3, 14)):
        found = attempt(step, rng, nodes, rows)
        if isinstance(found, Exception):
            notes = getattr(found, "__notes__", ())
            yield f"{type(found).__name__}: {found} {notes}"
            continue
        yield told(found)
        if isinstance(found, Value):
            nodes.append(found)
    for root in (nodes[-1], rng.choice(nodes)):
        higher = rng.random() < 0.3
        seed = rng.choice([None, None, 0.3, 2])
        failed = attempt(root.backward, seed, higher)
        yield f"{type(failed).__name__}: {failed}" if failed else "backward"
        for x in nodes:
            yield f"{x.has_grad} {told(x.grad)}"
        found = attempt(gradients, root, nodes[:3], not higher)
        yield str(found) if isinstance(found, Exception) else " ".join(map(told, found))


def run(count, seed):
    """Print what so many programs give."""
    warnings.simplefilter("error")
    print("accelerated" if autograd.accelerated else "in Python")
    rows = [op for op in primitives().values() if isinstance(op, Elementwise) and op.arity < 3]
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        for line in program(rng, rows):
            print(number, line)
