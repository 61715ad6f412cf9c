"""Find the leaves that are only weights or biases of a neuron, and so are written on its wires.

No textbook draws a weight as a box: it is a number on the wire from the input that it multiplies. A
leaf that is shared or has a history of its own remains a box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograd import Node


@dataclass(frozen=True)
class Wired:
    """The weights of one weighted sum, by the position of the operand that each multiplies."""

    weights: Mapping[int, Node]
    bias: Node | None = None

    @property
    def leaves(self) -> tuple[Node, ...]:
        """All leaves that are written on the wires or in the box."""
        return (*self.weights.values(), *([] if self.bias is None else [self.bias]))


def wired_in(order: Sequence[Node], drawn: Iterable[Node] | None = None) -> dict[Node, Wired]:
    """Return which operands of each neuron in a graph are only its weights.

    drawn: the nodes that have a box; a weight needs one at the other end of its wire.

    >>> from autograd import Value, dot
    >>> w, x, b = Value(2.0, label="w"), Value(3.0, label="x"), Value(1.0, label="b")
    >>> z = dot([w], [x], b)
    >>> wired = wired_in([w, x, b, z])[z]
    >>> wired.weights[1].label, wired.bias.label
    ('w', 'b')
    """
    seen = set(order if drawn is None else drawn)
    uses = Counter(x for node in order for x in node.inputs if isinstance(x, Node))
    uses[order[-1]] += 1
    found: dict[Node, Wired] = {}
    for node in order:
        if node in seen and node.op is not None and node.op.role == "neuron":
            wired = _wired(node, uses, seen)
            if wired.leaves:
                found[node] = wired
    return found


def _wired(node: Node, uses: Counter[Node], seen: set[Node]) -> Wired:
    xs = node.inputs

    def is_only_here(x: object) -> bool:
        return isinstance(x, Node) and x.op is None and uses[x] == 1 and x in seen

    def is_drawn(x: object) -> bool:
        return not isinstance(x, Node) or x in seen

    terms = node.op.terms if node.op is not None else None
    pairs, single = terms(*range(len(xs))) if terms is not None else ((), ())
    weights: dict[int, Node] = {}
    for w, x in pairs:
        if is_only_here(xs[w]) and is_drawn(xs[x]):
            weights[x] = xs[w]
        elif is_only_here(xs[x]) and is_drawn(xs[w]):
            weights[w] = xs[x]
    biases = [xs[i] for i in single if is_only_here(xs[i])]
    return Wired(weights, biases[0] if biases else None)
