"""Write a recording as a tape: line by line, as a Wengert list.

R. E. Wengert, "A simple automatic derivative evaluation program" (1964): every line computes
one number from numbers of earlier lines. Read downward it is the forward pass; the second
list, which undoes the lines from the last to the first, is the backward pass.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from html import escape
from typing import Any

from autograd import Node
from viz.formulas.rules import contribution, forward, text
from viz.graph.births import first_birth
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.passes import backward_pass, must_start
from viz.style.lettering import readable
from viz.style.numerals import array


@dataclass(frozen=True)
class TapeLine:
    """One line: `target = formula`, or `target += formula` for one more contribution.

    `data` is the value of the target after the line; `name` is the user's name for it.
    """

    target: str
    sign: str
    formula: str
    data: Any
    name: str = ""

    def __str__(self) -> str:
        return f"{self.target} {self.sign} {self.formula}"


class Tape:
    """The lines of a recording: `.forward` and `.backward`, each a list of `TapeLine`s.

    `.born` says where the first non-finite number came from; "" if all are finite.
    """

    def __init__(self, forward: list[TapeLine], backward: list[TapeLine], born: str = "") -> None:
        self.forward, self.backward, self.born = forward, backward, born

    def text(self) -> str:
        """Return both lists as plain text."""
        width = max(len(str(line)) for line in self.forward + self.backward)
        return "\n".join(
            ["forward"]
            + [_row(line, width) for line in self.forward]
            + ["", "backward (g is the gradient of the v with the same number)"]
            + [_row(line, width) for line in self.backward]
            + (["", self.born] if self.born else [])
        )

    __str__ = __repr__ = text

    def _repr_html_(self) -> str:
        return f"<pre style='font-family:monospace'>{escape(self.text())}</pre>"


def _row(line: TapeLine, width: int) -> str:
    note = f"   ({line.name})" if line.name else ""
    return f"  {line!s:<{width}}   → {array(line.data)}{note}"


def tape(root: Node) -> Tape:
    """Return the recording of `root` as a Wengert list, forward and backward.

    Raises TypeError (not a node) and BackwardError (more than one number).

    >>> from autograd import Value
    >>> a = Value(2.0, label="a"); b = a * a; b.label = "b"
    >>> print(tape(b))
    forward
      v1 = a         → 2.0   (a)
      v2 = v1 * v1   → 4.0   (b)
    <BLANKLINE>
    backward (g is the gradient of the v with the same number)
      g2 = 1         → 1.0   (b)
      g1 = g2 * v1   → 2.0   (a)
      g1 += g2 * v1  → 4.0   (a)
    """
    must_start(root, "tape")
    order: list[Any] = program_order(root)
    place = {node: i for i, node in enumerate(order, 1)}
    called = readable(names_of(order, variables_of(sys._getframe(1))))

    def variable(node: Node) -> str:
        return f"v{place[node]}"

    going = [
        TapeLine(
            variable(node),
            "=",
            called[node] if node.op is None else text(forward(node, variable)),
            node.data,
            called[node],
        )
        for node in order
    ]
    back = []
    passed = backward_pass(root)
    birth = first_birth(order, {step.node: step.upstream for step in passed}.get)
    for step in passed:
        g = f"g{place[step.node]}"
        if step.node is root:
            back.append(TapeLine(g, "=", "1", step.upstream, called[root]))
        for edge in step.edges:
            formula = text(contribution(step.node, edge.position, g, variable))
            sign = "=" if edge.before is None else "+="
            target = f"g{place[edge.input]}"
            back.append(TapeLine(target, sign, formula, edge.total, called[edge.input]))
    return Tape(going, back, "" if birth is None else birth.sentence(called))
