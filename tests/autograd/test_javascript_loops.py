"""Graphs of arrays as JavaScript loops, run by node beside the engine."""

import random

import numpy as np
import pytest
from node import needs_node, run

from autograd import (
    Tensor,
    concatenate,
    exp,
    log,
    logsumexp,
    maximum,
    mean,
    norm,
    primitives,
    relu,
    sqrt,
    stack,
    structural,
    sum,
    tanh,
    where,
)
from autograd import max as largest
from autograd import min as least
from autograd.printers import javascript
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import place
from nn import Conv1d


def softmax(x):
    return exp(x - logsumexp(x, axis=-1, keepdims=True))


windows = primitives()["windows"]

#: Functions of A (3, 4), B (4, 2), c (4,), T (2, 3, 4).
PROGRAMS = [
    lambda A, B, c, T: (A @ B).sum(),
    lambda A, B, c, T: tanh(A * c + 1.0) @ B,
    lambda A, B, c, T: A.T,
    lambda A, B, c, T: A[1:, ::2] * 2.0,
    lambda A, B, c, T: A[[0, 2, 0]] + c,
    lambda A, B, c, T: A[np.array([0, 1]), np.array([3, 3])],
    lambda A, B, c, T: A[A.data > 0],
    lambda A, B, c, T: concatenate([A, A * 2.0, c.reshape(1, 4)], axis=0),
    lambda A, B, c, T: stack([c, c * c], axis=1) @ B.T,
    lambda A, B, c, T: T.transpose((2, 0, 1)).reshape(8, 3) @ A,
    lambda A, B, c, T: T @ B,
    lambda A, B, c, T: A @ T.transpose((0, 2, 1)),
    lambda A, B, c, T: c @ B,
    lambda A, B, c, T: A @ c,
    lambda A, B, c, T: c @ c,
    lambda A, B, c, T: softmax(A),
    lambda A, B, c, T: softmax(T).sum(axis=(0, 2)),
    lambda A, B, c, T: mean(T, axis=1) / (1.0 + A[0] ** 2),
    lambda A, B, c, T: largest(A, axis=0) - least(A, axis=1, keepdims=True),
    lambda A, B, c, T: norm(A, axis=1) + sqrt(sum(B * B)),
    lambda A, B, c, T: where(c < A, A, 0.1 * c),
    lambda A, B, c, T: maximum(A, 0.3) + relu(c),
    lambda A, B, c, T: A[:, None, :] * T.transpose((1, 0, 2)),
    lambda A, B, c, T: log(A * A + 1.0).sum(axis=0)[None] @ B,
    lambda A, B, c, T: A.reshape(-1)[::-1].reshape(2, 6) ** 3,
    lambda A, B, c, T: sum(A) * np.arange(6.0).reshape(2, 3) + A[2, 3],
    lambda A, B, c, T: c[2],
    lambda A, B, c, T: concatenate([A[:, :2], A[:, 2:] * 3.0], axis=1) - A,
    lambda A, B, c, T: np.cumsum(A, axis=0) * np.cumsum(T, axis=-1).sum(axis=0),
    lambda A, B, c, T: np.einsum("ij,jk,j->k", A, B, c),
    lambda A, B, c, T: np.einsum("bij,bkj->bik", T, tanh(T)) * np.einsum("ij,ij->", A, A),
    lambda A, B, c, T: windows(T, (2, 3), steps=(1, 1)) * 2.0,
    lambda A, B, c, T: windows(c, (2,), steps=(2,)).sum(axis=0) * windows(c, (2,), gaps=(2,)),
    lambda A, B, c, T: Conv1d(3, 2, 2, padding=1, rng=0)(T),
]


def leaves():
    rng = np.random.default_rng(0)
    shapes = {"A": (3, 4), "B": (4, 2), "c": (4,), "T": (2, 3, 4)}
    return {name: Tensor(rng.normal(size=shape), label=name) for name, shape in shapes.items()}


def printed(roots, given):
    """A JavaScript expression that computes the roots, as lists."""
    loops = Loops(roots, {node: place(name, node.shape) for name, node in given.items()})
    after, names = [], []
    for i, root in enumerate(roots):
        loops.buffers.append(f"const out{i} = new Float64Array({root.size});")
        after.append(loops.copied(root, place(f"out{i}", root.shape), root.shape))
        names.append(f"[...out{i}]")
    arrays = [
        f"const {name} = Float64Array.of({','.join(map(javascript.number, node.data.ravel()))});"
        for name, node in given.items()
    ]
    body = "\n".join([*arrays, *loops.buffers, *loops.lines, *after])
    return f"(() => {{ {body}\nreturn [{','.join(names)}]; }})()"


def compared(functions):
    texts, expected = [], []
    for function in functions:
        given = leaves()
        result = function(*given.values())
        weights = np.random.default_rng(1).normal(size=result.shape)
        loss = sum(result * weights)
        loss.backward(create_graph=True)
        roots = [result, *(x.grad for x in given.values() if x.has_grad)]
        texts.append(printed(roots, given))
        expected.append([root.data.ravel().astype(float).tolist() for root in roots])
    answers = run(
        f"{javascript.runtime()}\nprocess.stdout.write(JSON.stringify([{','.join(texts)}]))"
    )
    for i, (mine, right) in enumerate(zip(answers, expected, strict=True)):
        for a, b in zip(mine, right, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13, err_msg=f"program {i}")


@needs_node
def test_every_kind_of_row_forward_and_backward():
    compared(PROGRAMS)


@needs_node
def test_random_compositions():
    rng = random.Random(0)

    def composed(seed):
        def function(A, B, c, T):
            local = random.Random(seed)
            total = None
            for _ in range(local.randrange(2, 5)):
                part = local.choice(PROGRAMS)(A, B, c, T)
                part = local.choice([tanh, lambda x: x * 0.5, lambda x: x * x])(part)
                total = mean(part) if total is None else total + mean(part)
            return total

        return function

    compared([composed(rng.random()) for _ in range(60)])


@needs_node
def test_a_row_of_ones_own_that_moves_elements_is_found_out_by_running_it():
    flip = structural("flip_all", lambda x: x[::-1], vjp=[lambda g, z, x: flip(g)])
    try:
        compared([lambda A, B, c, T: flip(A) @ B])
    finally:
        flip.remove()


def test_a_row_that_mixes_elements_is_refused():
    double = structural("sum_all", lambda x: x + x[::-1], vjp=[lambda g, z, x: g])
    try:
        given = leaves()
        with pytest.raises(javascript.JavaScriptError, match="'sum_all' does more than move"):
            Loops([double(given["A"])], {given["A"]: place("A", (3, 4))})
    finally:
        double.remove()
