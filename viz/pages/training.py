"""Record a model and its loss on one sample, and print them as trainable JavaScript.

The backward pass is recorded too, by the same rules (`create_graph`), so forward and backward are
one graph of rows and one function, which returns the loss of a sample and accumulates its
gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value, topological
from autograd.printers.javascript_loops import Loops
from autograd.printers.places import ArrayPlace, place
from viz.viewer.frame import in_script

_CHECKED = 8  # samples whose losses are compared with that of a batch


@dataclass(frozen=True)
class Parameter:
    """One array of parameters: its name, its shape and its offset in the vector of all."""

    name: str
    shape: tuple[int, ...]
    offset: int
    node: Any

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape))


def parameters_of(named: Iterable[tuple[str, Any]]) -> list[Parameter]:
    """Return the parameters laid out side by side in one vector.

    Raises TypeError for one that is not a Tensor.
    """
    found: list[Parameter] = []
    offset = 0
    for name, node in named:
        if not isinstance(node, Tensor):
            what = "Values" if isinstance(node, np.ndarray | Value) else type(node).__name__
            raise TypeError(
                f"the parameter {name!r} holds {what}, and a playground trains Tensors: pass the "
                "model of Tensors (without to_values)"
            )
        found.append(Parameter(name, node.shape, offset, node))
        offset += node.size
    if not found:
        raise ValueError("there are no parameters to train")
    return found


@contextmanager
def kept_gradients(parameters: Sequence[Parameter]) -> Iterator[None]:
    """Restore the gradients of the parameters at the end of a block."""
    held = [(p.node, p.node.grad if p.node.has_grad else None) for p in parameters]
    for node, _ in held:
        node.zero_grad()
    try:
        yield
    finally:
        for node, gradient in held:
            node.zero_grad()
            if gradient is not None:
                node.grad = gradient


def gradient_nodes(loss: Any, parameters: Sequence[Parameter]) -> list[Any]:
    """Return the recorded gradient of each parameter; None if it has none."""
    with kept_gradients(parameters):
        loss.backward(create_graph=True)
        return [p.node.grad if p.node.has_grad else None for p in parameters]


def function(arguments: str, loops: Loops, after: Sequence[str]) -> str:
    """Return a JavaScript function for a loop program, which makes its arrays only once."""
    body = "\n".join([*loops.lines, *after])
    buffers = "\n".join(loops.buffers)
    return f"(() => {{\n{buffers}\nreturn ({arguments}) => {{\n{body}\n}};\n}})()"


def training_function(
    loss: Any, parameters: Sequence[Parameter], given: Mapping[Any, ArrayPlace]
) -> str:
    """Return `(w, g, x, xo, y, yo)` → the loss of one sample, whose gradients are added to `g`.

    given: the places of the sample's leaves, in `x` from `xo` on and in `y` from `yo` on.
    """
    gradients = gradient_nodes(loss, parameters)
    every = {**given, **{p.node: place("w", p.shape, p.offset) for p in parameters}}
    loops = Loops([loss, *(g for g in gradients if g is not None)], every)
    after = []
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is not None:
            after.append(_added(loops, parameter, gradient))
    return function("w, g, x, xo, y, yo", loops, [*after, f"return {loops.number(loss)};"])


def _added(loops: Loops, parameter: Parameter, gradient: Any) -> str:
    shape = parameter.shape
    target = place("g", shape, parameter.offset)
    return loops.copied(gradient, target, shape, "+=")


def output_function(
    outputs: Sequence[Any], parameters: Sequence[Parameter], given: Mapping[Any, ArrayPlace]
) -> str:
    """Return `(w, x, xo, out)`, which writes the outputs one after another into `out`."""
    every = {**given, **{p.node: place("w", p.shape, p.offset) for p in parameters}}
    loops = Loops(outputs, every)
    after, offset = [], 0
    for node in outputs:
        after.append(loops.copied(node, place("out", node.shape, offset), node.shape, "="))
        offset += node.size
    return function("w, x, xo, out", loops, after)


@dataclass(frozen=True)
class RecordedTraining:
    """A model recorded on one sample.

    train: a function for each kind of target, by its label; "" where the target is an argument.
    outputs: a function that writes the prediction, then each layer's units.
    layers: the number of units of each layer, and the parameter that leads to it, if there is one.
    """

    parameters: list[Parameter]
    train: dict[str, str]
    predict: str
    layers: list[tuple[str, int, int]]
    size: int


def described(parameters: Sequence[Parameter], drawn: Sequence[str]) -> str:
    """Return the parameters as JavaScript: name, shape, offset, and how they are drawn anew."""
    found = [
        f"{{name: {in_script(p.name)}, shape: {list(p.shape)}, offset: {p.offset}, drawn: {rule}}}"
        for p, rule in zip(parameters, drawn, strict=True)
    ]
    return f"[{', '.join(found)}]"


def record(model: Any, loss: Callable[..., Any], X: np.ndarray, y: np.ndarray) -> RecordedTraining:
    """Record a model and its loss on the first sample of the data.

    Raises TypeError or ValueError, saying what to change, for a model that is not made of Tensors,
    and for a batch loss that is not the mean of the samples' losses.
    """
    parameters = parameters_of(model.named_parameters())
    x = Tensor(X[:1], label="x")
    prediction = model(x)
    given = {x: place("x", x.shape, 0, "xo")}
    target = Tensor(y[:1].astype(float), label="y")
    value = _value_of(loss, prediction, target)
    plain = loss(prediction, y[:1])
    train: dict[str, str] = {}
    if value is not None and np.isclose(value.item(), plain.item(), rtol=1e-12, equal_nan=True):
        spots = {**given, target: place("y", target.shape, 0, "yo")}
        train[""] = training_function(value, parameters, spots)
    else:
        labels = np.unique(y)
        if len(labels) > 64:
            raise TypeError(
                "this loss does not take a Tensor as target, and there are too many different "
                f"targets ({len(labels)}) to record it once for each; write it with y as a Tensor"
            )
        for label in labels.tolist():
            one = np.full_like(y[:1], label)
            train[str(label)] = training_function(loss(prediction, one), parameters, given)
    _check(model, loss, X, y)
    said = outputs_of(prediction, parameters, given)
    return RecordedTraining(parameters, train, said.predict, said.layers, said.size)


@dataclass(frozen=True)
class Outputs:
    """What a model computes for a sample, as a program; see `RecordedTraining` for the parts."""

    predict: str
    layers: list[tuple[str, int, int]]
    size: int


def outputs_of(
    prediction: Any, parameters: Sequence[Parameter], given: Mapping[Any, ArrayPlace]
) -> Outputs:
    """Return the program that computes a prediction and, on the way, the units of each layer."""
    layers = list(_layers(prediction, parameters))
    outputs = [prediction, *(node for _, node, _ in layers)]
    return Outputs(
        output_function(outputs, parameters, given),
        [(name, node.size, at) for name, node, at in layers],
        sum(node.size for node in outputs),
    )


def _value_of(loss: Callable[..., Any], prediction: Any, target: Tensor) -> Any:
    """Return the loss with the target as a leaf, or None if it takes only numbers."""
    try:
        value = loss(prediction, target)
    except (TypeError, ValueError, IndexError):
        return None
    depends = isinstance(value, Tensor) and any(x is target for x in topological(value))
    return value if depends and value.size == 1 else None


def _check(model: Any, loss: Callable[..., Any], X: np.ndarray, y: np.ndarray) -> None:
    """Raise if the loss of a batch is not the mean of its samples' losses."""
    n = min(_CHECKED, len(X))
    together = loss(model(Tensor(X[:n])), y[:n]).item()
    alone = [loss(model(Tensor(X[i : i + 1])), y[i : i + 1]).item() for i in range(n)]
    if not np.isclose(together, np.mean(alone), rtol=1e-9, equal_nan=True):
        raise ValueError(
            f"the loss of {n} samples together is {together:.6g}, and the mean of their losses "
            f"{np.mean(alone):.6g}: a playground trains sample by sample, so leave out what joins "
            "samples (batch normalisation) or is drawn at random (dropout: model.eval()), and "
            "take losses with reduction='mean'"
        )


def _layers(prediction: Any, parameters: Sequence[Parameter]) -> Iterator[tuple[str, Any, int]]:
    """Yield (name of its weight, the units' node, number of the parameter) for each dense layer.

    The units of a layer are what the next weight multiplies; those of the last are the prediction.
    """
    weights = {p.node: i for i, p in enumerate(parameters) if len(p.shape) == 2}
    users = []
    for node in topological(prediction):
        if node.op is not None and node.op.role in ("product", "layer"):
            left, right = node.inputs[:2]
            if right in weights and isinstance(left, Node):
                users.append((left, weights[right]))
    for (_, at), (following, _) in pairwise(users):
        yield parameters[at].name, following, at
    if users:
        yield parameters[users[-1][1]].name, prediction, users[-1][1]
