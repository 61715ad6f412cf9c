"""Checks of the skeletons, in which students write an engine part by part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import nn
from autograd import Tensor, Value, affine
from checks import (
    array,
    close,
    exercise,
    expect,
    function,
    hidden,
    several,
    several_numbers,
    word,
)  # fmt: skip


@exercise("Write mul(x, y): the Num of x·y, its two inputs, and both local derivatives.")
def mul(answer: Any, num: Any) -> str:
    answer, rng = function(answer), hidden("mul")
    for a, b in [(3.0, 2.0), *rng.uniform(-3, 3, (3, 2)).round(2).tolist()]:
        x, y = num(a), num(b)
        z = answer(x, y)
        expect(isinstance(z, num), "return a Num, made as in add(x, y)")
        expect(close(z.data, a * b), f"the value of {a} · {b} is not {z.data:g}")
        expect(tuple(z.inputs) == (x, y), "its inputs are x and y, in this order")
        expect(
            not (close(z.partials, (a, b)) and a != b),
            "swapped: if x moves by 1, then x·y moves by y, and not by x",
        )
        expect(close(z.partials, (b, a)), "the local derivatives are ∂z/∂x and ∂z/∂y")
    return "∂(x·y)/∂x = y: each input moves the product by as much as the other one is."


@exercise("Write tanh(x): its value and its local derivative.")
def tanh(answer: Any, num: Any) -> str:
    answer, rng = function(answer), hidden("tanh")
    for a in [0.0, 0.7, *rng.uniform(-2, 2, 3).round(2).tolist()]:
        x = num(a)
        z = answer(x)
        expect(isinstance(z, num), "return a Num")
        expect(close(z.data, math.tanh(a)), "the value is math.tanh of the data")
        expect(len(z.inputs) == 1 and len(z.partials) == 1, "one input, one local derivative")
        expect(z.inputs[0] is x, "its input is x itself: to a copy no gradient comes back")
        expect(
            close(z.partials[0], 1 - math.tanh(a) ** 2),
            f"at {a} the slope is {1 - math.tanh(a) ** 2:.4f}: 1 − t², with t the result",
        )
    return "Written with the result, the slope costs a multiplication."


@exercise("Write order(root): every node once, inputs before the nodes that use them.")
def order(answer: Any, num: Any) -> str:
    answer = function(answer)
    a, b = num(1.0), num(2.0)
    p = num(2.0, (a, b), (2.0, 1.0))
    q = num(3.0, (p, a), (1.0, 1.0))
    r = num(6.0, (q, p), (2.0, 3.0))
    found = list(answer(r))
    expect(r in found, "the root itself is missing")
    expect({id(n) for n in found} == {id(n) for n in (a, b, p, q, r)}, "some node is missing")
    expect(len(found) == 5, "a node that is used twice stands in the list twice: remember the seen")
    place = {id(n): i for i, n in enumerate(found)}
    late = all(place[id(x)] < place[id(n)] for n in found for x in n.inputs)
    expect(late, "a node stands before one of its inputs: append it after its inputs were visited")
    return "Topological order: walked backward, each node's sum is complete when its turn comes."


@exercise("Write backward(root): ∂root/∂node into the grad of every node.")
def backward(answer: Any, num: Any) -> str:
    answer, rng = function_of_effects(answer), hidden("backward")
    for a0, b0 in [(3.0, 2.0), *rng.uniform(-2, 2, (2, 2)).round(2).tolist()]:
        a, b = num(a0), num(b0)
        p = num(a0 * b0, (a, b), (b0, a0))
        q = num(p.data + a0, (p, a), (1.0, 1.0))
        r = num(q.data * p.data, (q, p), (p.data, q.data))
        x, y = Value(a0), Value(b0)
        product = x * y
        ((product + x) * product).backward()
        answer(r)
        expect(close(r.grad, 1.0), "the root's own gradient is 1: it moves as much as itself")
        expect(not close(a.grad, 0.0), "nothing arrives at the leaves")
        expect(
            close((a.grad, b.grad), (x.grad, y.grad)),
            "a node that is used twice gets a contribution from each use (+=), and passes on only "
            "when its sum is complete: go through the order backward",
        )
        answer(r)
        expect(close(a.grad, x.grad), "called twice, it adds to the old gradients: begin with 0")
    return "The chain rule is one line: x.grad += node.grad * partial."


def function_of_effects(answer: Any) -> Any:
    """Return a function that need not give anything back."""
    function(answer)
    return answer


@exercise("Write affine_backward(g, x, W): dx, dW and db of z = x @ W + b.")
def affine_backward(answer: Any) -> str:
    answer, rng = function(answer), hidden("affine backward")
    for n, inputs, outputs in ((4, 3, 2), (5, 2, 6), (1, 3, 3)):
        x, W, b = (rng.normal(size=s) for s in ((n, inputs), (inputs, outputs), outputs))
        g = rng.normal(size=(n, outputs))
        nodes = [Tensor(part) for part in (x, W, b)]
        affine(*nodes).backward(g)
        parts = several(answer(g, x, W), 3, "what it returns (dx, dW, db)")
        for part, node, name, hint in zip(
            parts, nodes, ("dx", "dW", "db"),
            ("g goes back through the transposed weight", "each sample contributes its input "
             "times its g: what is transposed so that shapes fit?", "the same b is used by every "
             "sample, so it collects over the rows"), strict=True,
        ):  # fmt: skip
            found = array(part, name)
            expect(
                found.shape == node.data.shape,
                f"{name} must have the shape of {name[1:]}, {node.data.shape}, not {found.shape}",
            )
            expect(close(found, node.grad), f"{name}: {hint}")
    return "dx = g Wᵀ, dW = xᵀ g, db = the sum over the rows: a layer's whole backward pass."


@exercise("Write the training loop: forward, loss, zero_grad, backward, step.")
def training_loop(answer: Any) -> str:
    answer = function(answer)
    X, y = nn.make_moons(60, noise=0.1, seed=3)
    batches = [(X[i : i + 20], y[i : i + 20, None].astype(float)) for i in (0, 20, 40)]

    def parts() -> tuple[Any, Any]:
        model = nn.MLP(2, [8], 1, activation="tanh", rng=1)
        return model, nn.SGD(model.parameters(), lr=0.3)

    model, optimizer = parts()
    right = []
    for _ in range(4):
        losses = []
        for x, target in batches:
            loss = nn.binary_cross_entropy_with_logits(model(x), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        right.append(sum(losses) / 3)
    theirs, optimizer = parts()
    found = several(
        answer(theirs, nn.binary_cross_entropy_with_logits, optimizer, batches, 4), 4,
        "what it returns (a loss for each epoch)",
    )  # fmt: skip
    numbers = several_numbers(found, *(f"the loss of epoch {i}" for i in range(1, 5)))
    expect(not close(numbers[0], numbers[-1]), "the loss stays as it is: does the optimiser step?")
    expect(close(numbers, right), "it trains, but not as the loop does: the mean over the batches, "
           "and zero_grad before each backward")  # fmt: skip
    return "Five lines, whatever the network."


@exercise("Write dropout(x, p, rng, training).")
def dropout(answer: Any) -> str:
    answer, rng = function(answer), hidden("dropout")
    x = rng.normal(size=(200, 50)) + 3.0
    for p in (0.5, 0.2, 0.75):
        found = array(answer(x, p, np.random.default_rng(0), True), "what it returns")
        expect(found.shape == x.shape, "as many numbers must come out as went in")
        dropped = (found == 0).mean()
        expect(not close(dropped, 0.0, 1e-3), "nothing is dropped")
        expect(abs(dropped - p) < 0.03, f"for p = {p} a share of {dropped:.2f} is dropped")
        kept = found != 0
        expect(
            (kept != kept[0]).any() and (kept != kept[:, :1]).any(),
            "the same are dropped in each row: draw for each number of x, with the shape of x",
        )
        expect(not close(found[kept], x[kept]), "what is kept must make up for what is missing")
        expect(close(found[kept], x[kept] / (1 - p)), "what is kept is divided by 1 − p")
        used = array(answer(x, p, np.random.default_rng(0), False), "what it returns")
        expect(close(used, x), "in use nothing is dropped, and nothing scaled")
    return "On average the next layer sees what it would see without."


@exercise("Write batch_norm(x, gamma, beta, eps).")
def batch_norm(answer: Any) -> str:
    answer, rng = function(answer), hidden("batch norm")
    for n, width in ((8, 3), (20, 5)):
        x = rng.normal(2.0, 3.0, (n, width))
        gamma, beta = rng.uniform(0.5, 2, width), rng.normal(size=width)
        for eps in (1e-5, 0.1):
            found = array(answer(x, gamma, beta, eps), "what it returns")
            expect(found.shape == x.shape, "as many numbers must come out as went in")
            right = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta
            rows = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
            expect(not close(found, gamma * rows + beta), "over the batch (axis 0), not over a row")
            expect(close(found, right), f"(x − mean) / √(variance + eps), with eps = {eps}; then "
                   "gamma and beta")  # fmt: skip
    return "Each neuron is set right over the batch, and may choose its own scale again."


FUNCTIONS = {
    "add": "", "mul": "__mul__", "tanh": "", "exp": "", "relu": "", "order": "", "backward": "",
    "affine_backward": "affinebackward affine",
}  # fmt: skip


@exercise("Which function of the engine is broken?")
def fault(answer: Any, number: Any, where: Any, why: Any) -> str:
    named = word(str.removesuffix(answer, "()") if isinstance(answer, str) else answer, FUNCTIONS)
    expect(
        named == str(where).split()[0],
        f"not that one: which gradients of engine {number} differ from the measured ones, and "
        "what do they share?",
    )
    return str(why)
