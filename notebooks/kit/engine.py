"""The parts of an engine that students write in the skeletons, as they are when they are done.

The scalar engine is that of notebook 00, read from its cells. Here is the other half: what a
layer, a training step, dropout and batch norm do on arrays. The skeletons show the signature and
the docstring; the body is left to write, and is checked against the package.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

import build
import numpy as np

#: The functions of 00's engine that students write, in the order in which they need each other.
SCALAR = ("add", "mul", "tanh", "order", "backward")


def affine_backward(g: Any, x: Any, W: Any) -> Any:
    """Return dx, dW and db of z = x @ W + b, from g = ∂L/∂z.

    Shapes: x (samples, inputs), W (inputs, outputs), g (samples, outputs).
    """
    dx = g @ W.T
    dW = x.T @ g
    db = g.sum(axis=0)
    return dx, dW, db


def training_loop(model: Any, loss_function: Any, optimizer: Any, batches: Any, epochs: int) -> Any:
    """Train, and return the mean loss of each epoch."""
    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in batches:
            loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(batches))
    return losses


def dropout(x: Any, p: float, rng: Any, training: bool) -> Any:
    """Set each element to 0 with probability p while training; keep the mean as it was.

    `rng.random(shape)` draws numbers between 0 and 1.
    """
    if not training:
        return x
    kept = rng.random(x.shape) >= p
    return x * kept / (1 - p)


def batch_norm(x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Bring each column to mean 0 and spread 1 over the batch, then scale by gamma, shift by beta.

    The variance is the mean of the squared distances; eps is added to it before the root.
    """
    mean = x.mean(axis=0)
    variance = ((x - mean) ** 2).mean(axis=0)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


ARRAYS = (affine_backward, training_loop, dropout, batch_norm)


def inspect_source(name: str) -> str:
    """Return the text of one of these functions, as students see it."""
    part = next(part for part in ARRAYS if part.__name__ == name)
    return inspect.getsource(part).replace(": Any", "").replace(" -> Any", "").strip()


def scalar_cells() -> dict[str, str]:
    """Return the cells of 00 that make up its engine, by their first line."""
    found = {}
    for cell in build.read(build.paths("00")[0]).cells:
        starts = ("class Num", "def add", "def as_num", "def order", "def backward")
        if cell.cell_type == "code" and cell.source.startswith(starts):
            found[cell.source.splitlines()[0]] = cell.source
    return found


def scalar_engine() -> str:
    """Return the whole engine of 00 as one program."""
    return "import math\n\n" + "\n\n".join(scalar_cells().values())


def emptied(source: str, names: tuple[str, ...]) -> str:
    """Return code with the bodies of these functions left to write; docstrings stay.

    >>> print(emptied("def f(x):\\n    return x\\n\\ny = 1", ("f",)))
    def f(x):
        ...
    <BLANKLINE>
    y = 1
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert node.end_lineno is not None
            lines[body[0].lineno - 1 : node.end_lineno] = ["    ..."]
    return "\n".join(lines)
