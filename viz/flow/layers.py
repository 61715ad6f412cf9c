"""The layers of a model or of a recording: their parameters, and what their units did.

Gradient flow and the histograms both start from here. A model is anything with
`named_parameters()`; a recording needs no model at all: then each leaf is a layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value, gradients, topological
from autograd.graph import drain
from autograd.modes import Origin
from autograd.trace_hooks import numbers
from viz.graph.births import first_birth
from viz.graph.names import names_of
from viz.graph.order import program_order
from viz.style.labels import layer_name
from viz.style.numerals import length

_SIDE = 0.5  # how far on both sides an activation is examined


@dataclass
class ObservedLayer:
    """One layer: its parameters by path, and the outputs of the activation after it.

    `units` maps each unit to three arrays with one element per sample: its outputs, its slopes
    ∂output/∂input, and how steep the activation is there or on both sides. It is empty if no
    activation was recorded.
    """

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)
    gradient: np.ndarray | None = None
    units: dict[Any, tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]] = field(
        default_factory=dict
    )

    @property
    def weights(self) -> np.ndarray:
        """All numbers of all parameters, in one vector."""
        return _flat([parameter_data(p) for p in self.parameters.values()])

    @property
    def outputs(self) -> np.ndarray:
        """All recorded outputs of the activation, over units and samples, in one vector."""
        return _flat([a for outputs, _, _ in self.units.values() for a in outputs])

    @property
    def slopes(self) -> np.ndarray:
        """∂output/∂input of the activation for each of `outputs`."""
        return _flat([d for _, slopes, _ in self.units.values() for d in slopes])

    @property
    def steepness(self) -> np.ndarray:
        """How steep the activation is at each of `outputs`, or on both sides of it."""
        return _flat([d for _, _, steep in self.units.values() for d in steep])

    def off(self) -> np.ndarray:
        """Return the share of samples, for each unit, where output and slope are exactly 0."""
        return np.array(
            [
                np.mean((_flat(outputs) == 0) & (_flat(slopes) == 0))
                for outputs, slopes, _ in self.units.values()
            ]
        )


def layers_of(source: Any, batch_axis: int = 0) -> list[ObservedLayer]:
    """Return the layers of a model (anything with `named_parameters()`) or of a loss.

    A model gives its parameters with the gradients that they hold now. A loss also gives the
    activations that it was computed from; its gradients are those of its last `backward()`, or if
    there was none, are computed separately, leaving `.grad` alone.

    batch_axis: the axis of array activations that counts samples; the others are units.

    Raises TypeError for anything else.
    """
    if hasattr(source, "named_parameters"):
        layers = _grouped(source.named_parameters(), type(source).__name__)
        for layer in layers:
            layer.gradient = _joined([parameter_gradient(p) for p in layer.parameters.values()])
        return layers
    if isinstance(source, Node):
        return _recorded(source, batch_axis)
    raise TypeError(
        "gradient flow is measured from a loss (a Value or Tensor) or a model with "
        f"named_parameters(), not {type(source).__name__}"
    )


def titles(names: Iterable[str]) -> list[str]:
    """Return the names of layers for a picture, numbered if a module has only a position.

    >>> titles(["0", "2", "head"])
    ['layer 1 ([0])', 'layer 2 ([2])', 'head']
    """
    return [layer_name(name, at) for at, name in enumerate(names, 1)]


def born_of(source: Any) -> str:
    """Say where the first nan or inf of a loss came from; "" if everything is finite."""
    if not isinstance(source, Node):
        return ""
    order = program_order(source)
    birth = first_birth(order)
    return "" if birth is None else birth.sentence(names_of(order))


def own_gradient(loss: Any) -> float:
    """Return the size of a loss's own gradient: 1 unless its backward pass was given another."""
    held = loss.grad if isinstance(loss, Node) and loss.has_grad else None
    size = 1.0 if held is None else length(plain(held))
    return size if np.isfinite(size) and size > 0 else 1.0


def parameter_data(parameter: Any) -> np.ndarray:
    """Return the numbers of a parameter: a `Value`, a `Tensor` or an array of `Value`s."""
    return np.asarray(numbers(parameter), dtype=float)


def parameter_gradient(parameter: Any) -> np.ndarray | None:
    """Return the gradient of a parameter, in its shape; None if no pass has reached it."""
    if isinstance(parameter, np.ndarray):
        if not any(x.has_grad for x in parameter.flat):
            return None
        return np.array([plain(x.grad) for x in parameter.flat]).reshape(parameter.shape)
    return np.asarray(plain(parameter.grad), dtype=float) if parameter.has_grad else None


def nodes_of(parameter: Any) -> list[Node]:
    """Return the node or nodes that a parameter consists of."""
    return list(parameter.flat) if isinstance(parameter, np.ndarray) else [parameter]


def plain(gradient: Any) -> Any:
    """Return a gradient as numbers, even if `create_graph` made it a node."""
    return gradient.data if isinstance(gradient, Node) else gradient


def _flat(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(a) for a in arrays]) if len(arrays) else np.zeros(0)


def _joined(arrays: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """Join the arrays that have been computed; None if there are none."""
    known = [a for a in arrays if a is not None]
    return _flat(known) if known else None


def _grouped(named: Iterator[tuple[str, Any]], root: str) -> list[ObservedLayer]:
    """Group parameters by the module that holds them: the path without its last part.

    The neurons of a list called `neurons` are one layer, not one each.
    """
    layers: dict[str, ObservedLayer] = {}
    for path, parameter in named:
        name = re.sub(r"(^|\.)neurons\.\d+$", "", path.rpartition(".")[0]) or root
        layers.setdefault(name, ObservedLayer(name)).parameters[path] = parameter
    return list(layers.values())


def _recorded(loss: Node, batch_axis: int) -> list[ObservedLayer]:
    order = topological(loss)
    layers = _layers_in(order)
    leaves = [x for layer in layers for p in layer.parameters.values() for x in nodes_of(p)]
    if loss.has_grad:
        found = {x: plain(x.grad) for x in leaves if x.has_grad}
    elif loss.op is None:
        found = {}
    else:
        in_graph = set(order)
        wanted = [x for x in leaves if x in in_graph]
        found = dict(zip(wanted, gradients(loss, wanted), strict=True))
    for layer in layers:
        nodes = [x for p in layer.parameters.values() for x in nodes_of(p)]
        layer.gradient = _joined([np.asarray(found[x]) for x in nodes if x in found])
    _attach_units(order, layers, batch_axis)
    return layers


def _layers_in(order: Sequence[Node]) -> list[ObservedLayer]:
    """Return the layers of the models that recorded these nodes, or one for each leaf."""
    models: dict[int, tuple[str, Any]] = {}
    for node in order:
        for origin in node.origin.scopes() if node.origin is not None else ():
            if hasattr(origin.owner, "named_parameters"):
                models.setdefault(id(origin.owner), (origin.name, origin.owner))
                break  # the outermost module holds the others
    layers: list[ObservedLayer] = []
    for name, model in models.values():
        for layer in _grouped(model.named_parameters(), type(model).__name__):
            if len(models) > 1 and layer.name != name:
                layer.name = f"{name}.{layer.name}" if layer.name != type(model).__name__ else name
            layers.append(layer)
    if models:
        return layers
    leaves = [node for node in order if node.op is None]
    names = [leaf.label or f"leaf {i}" for i, leaf in enumerate(leaves)]
    return [ObservedLayer(name, {name: leaf}) for name, leaf in zip(names, leaves, strict=True)]


def _attach_units(order: Sequence[Node], layers: Sequence[ObservedLayer], batch_axis: int) -> None:
    """Find every activation, and store its outputs and slopes in the layer that feeds it."""
    at = _positions(order, layers)
    for box in _activation_boxes(order):
        for z, a, slope in _slopes(box):
            if z not in at:
                continue  # an activation of data alone
            row, unit = at[z]
            steep = np.maximum(np.abs(slope), _rise(box, z, a))
            if isinstance(a, Value):
                _note(layers[row], unit, [np.array([x]) for x in (a.data, slope, steep)])
                continue
            numbers = [_by_unit(x, batch_axis) for x in (a.data, slope, steep)]
            for i in range(numbers[0].shape[1]):
                _note(layers[row], i, [x[:, i] for x in numbers])


def _note(layer: ObservedLayer, unit: Any, numbers: Sequence[np.ndarray]) -> None:
    for known, new in zip(layer.units.setdefault(unit, ([], [], [])), numbers, strict=True):
        known.append(new)


def _rise(box: Sequence[Node], z: Node, a: Node) -> Any:
    """Return how steep an activation is on the flatter of the two sides of z.

    At the minimum of gelu the slope is 0, but the function rises on both sides.
    """

    def run(start: Any) -> Any:
        found: dict[Node, Any] = {z: start}
        for node in box:
            row: Any = node.op
            operands = [found.get(x, x.data) if isinstance(x, Node) else x for x in node.inputs]
            found[node] = row.array(*operands)
        return found[a]

    data: Any = np.asarray(z.data)
    with np.errstate(all="ignore"):
        here = run(data)
        sides = [np.abs(run(data + step) - here) / _SIDE for step in (-_SIDE, _SIDE)]
    return np.minimum(*sides)


def _by_unit(array: np.ndarray, batch_axis: int) -> np.ndarray:
    """Return the array as (samples, units)."""
    if array.ndim < 2:
        return np.reshape(array, (1, -1))
    return np.moveaxis(array, batch_axis, 0).reshape(array.shape[batch_axis], -1)


def _positions(
    order: Sequence[Node], layers: Sequence[ObservedLayer]
) -> dict[Node, tuple[int, Any]]:
    """Return the last layer that each node went through, and which `Value` unit of it.

    A unit of `Value`s is identified by the first weight of its weighted sum.
    """
    at: dict[Node, tuple[int, Any]] = {}
    biases: set[Node] = set()
    for row, layer in enumerate(layers):
        for p in layer.parameters.values():
            for x in nodes_of(p):
                at.setdefault(x, (row, x))
                if len(layer.parameters) == 1 and isinstance(x, Tensor) and x.ndim < 2:
                    biases.add(x)  # a bare bias belongs to the product that it is added to
    for node in order:
        if node.op is None:
            continue
        known = [x for x in node.inputs if isinstance(x, Node) and x in at]
        deciding = [x for x in known if x not in biases] or known
        if deciding:
            row = max(at[x][0] for x in deciding)
            at[node] = next(at[x] for x in deciding if at[x][0] == row)
    return at


def _activation_boxes(order: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the nodes of each call of an activation function.

    A call is a scope in which everything is elementwise and depends on one number from outside (so
    neither a softmax nor a loss is one), or a row declared as an activation.
    """
    scopes: dict[Origin, list[Node]] = {}
    for node in order:
        for origin in node.origin.scopes() if node.origin is not None else ():
            scopes.setdefault(origin, []).append(node)
    taken: set[Node] = set()
    # The outermost first: a function is one activation, not those that it is made of.
    for origin, nodes in sorted(scopes.items(), key=lambda item: len(item[0].scopes())):
        if nodes[0] not in taken and _is_activation(origin, nodes):
            taken.update(nodes)
            yield nodes
    for node in order:
        # a row that is an activation, used on its own, outside a named function
        if node.op is not None and node.op.role == "activation" and node not in taken:
            inner = node.origin.scopes() if node.origin is not None else []
            if not inner or inner[-1].owner is not None:  # not a part of a named function
                yield [node]


def _is_activation(origin: Origin, nodes: Sequence[Node]) -> bool:
    if "dropout" in (origin.name.lower(), type(origin.owner).__name__.lower()):
        return False  # also elementwise, but not the same function for each unit
    source: dict[Node, Node] = {}
    for node in nodes:
        if node.op is None or not node.op.elementwise:
            return False
        sources = set()
        for x in node.inputs:
            if isinstance(x, Node):
                sources.add(source.get(x, x))
            elif np.size(x) != 1:
                return False
        if len(sources) != 1:
            return False
        (source[node],) = sources
        if np.shape(getattr(node, "data", 0.0)) != np.shape(source[node].data):
            return False
    return True


def _slopes(box: Sequence[Node]) -> Iterator[tuple[Node, Node, Any]]:
    """Yield (input, output, ∂output/∂input) of an activation, walking over its nodes only."""
    inside = set(box)
    used = {x for node in box for x in node.inputs if isinstance(x, Node)}
    outputs = [node for node in box if node not in used]
    source: dict[Node, Node] = {}
    for node in box:
        x = next(x for x in node.inputs if isinstance(x, Node))
        source[node] = x if x not in inside else source[x]
    sums: dict[Node, Any] = {a: _like(a, 1.0) for a in outputs}
    with np.errstate(all="ignore"):
        drain(list(box), sums)
    for a in outputs:
        z = source[a]
        yield z, a, sums.get(z, _like(a, 0.0))


def _like(a: Node, number: float) -> Any:
    return np.full_like(a.data, number) if isinstance(a, Tensor) else number
