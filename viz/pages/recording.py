"""Write a recorded graph of single numbers as data for a page, which `engine.js` recomputes."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograd import Node
from autograd.printers import javascript
from viz.formulas.rules import forward, local, text
from viz.style.numerals import number
from viz.viewer.frame import in_script

_LONGEST = 90  # characters of a formula
_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_RULES = 400  # nodes up to which each rule is written out


def recording(
    order: Sequence[Any],
    names: Mapping[Node, str],
    number: Mapping[Node, int] | None = None,
    copies: Iterable[Sequence[int]] = (),
) -> str:
    """Return a graph of `Value`s as a JavaScript object; `engine.js` explains its parts.

    order: the nodes, inputs first. names: the name of each. number: the number of each node, for
    nodes that stand for the same one; by default, its position. copies: the nodes inside some of
    the nodes, listed after them: [first, last, of].

    >>> from autograd import Value, topological
    >>> a = Value(2.0, label="a"); b = a * 0.5
    >>> print(recording(topological(b), {a: "a", b: "b"}))
    {names: ["a","b"],
    labels: ["a",""],
    ops: ["","mul"],
    inputs: [[],[0,[0.5]]],
    data: [2,1],
    formulas: ["","a * 0.5"],
    rules: [[],["0.5",null]],
    ...}
    """
    at = {node: i for i, node in enumerate(order)} if number is None else number
    ways = [list(map(int, copy)) for copy in copies]
    naming = names.__getitem__
    rules = _rules if len(order) <= _RULES else _no_rules
    domains = {n.op.name: getattr(n.op, "domain", "") for n in order if n.op is not None}
    sites = {i: n.origin.site for i, n in enumerate(order) if n.op and n.origin and n.origin.site}
    parts = {
        "names": in_script([names[n] for n in order]),
        "labels": in_script([n.label for n in order]),
        "ops": in_script([javascript.key(n.op, len(n.inputs)) if n.op else "" for n in order]),
        "inputs": _listed(
            _listed(str(at[x]) if x in at else f"[{javascript.number(x)}]" for x in n.inputs)
            for n in order
        ),
        "data": _listed(javascript.number(n.data) for n in order),
        "formulas": in_script([_formula(n, naming) for n in order]),
        "rules": in_script([rules(n, naming) for n in order]),
        "domains": in_script({name: domain for name, domain in domains.items() if domain}),
        "sites": in_script(sites),
        "root": str((ways[0][0] if ways else len(order)) - 1),
        "copies": in_script(ways),
        "compared": _compared(order, at, names),
    }
    return "{" + ",\n".join(f"{name}: {value}" for name, value in parts.items()) + "}"


def _compared(order: Sequence[Any], at: Mapping[Any, int], names: Mapping[Node, str]) -> str:
    """Return the comparisons that the program may have branched on: sign, sides, and outcome."""
    found: dict[tuple[object, str, object], str] = {}
    by_made = {node.made: node for node in order}
    for node in order:
        for sign, compared in node.comparisons():
            other = by_made.get(getattr(compared, "made", None), compared)
            inside = isinstance(other, Node) and other in at
            value = float(getattr(other, "data", other))
            right = str(at[other]) if inside else f"[{javascript.number(value)}]"
            told = f"{names[node]} {sign} {names[other] if inside else number(value)}"
            sides = (str(at[node]), sign, right)
            if sign in (">", ">="):  # noted from both sides, said once
                sides = (right, sign.replace(">", "<"), str(at[node]))
            found.setdefault(
                sides,
                f"{{text: {in_script(told)}, sign: {in_script(sign)}, left: {at[node]}, "
                f"right: {right}, held: {in_script(_SIGNS[sign](node.data, value))}}}",
            )
    return _listed(found.values())


def _formula(node: Node, naming: Callable[[Node], str]) -> str:
    if node.op is None:
        return ""
    written = text(forward(node, naming))
    return written if len(written) <= _LONGEST else f"{written[: _LONGEST - 1]}…"


def _rules(node: Node, naming: Callable[[Node], str]) -> list[str | None]:
    """Return each local derivative as a formula; None if there is none or it is too long."""
    found: list[str | None] = []
    for position, x in enumerate(node.inputs):
        rule = local(node, position, naming) if isinstance(x, Node) else None
        written = None if rule is None else text(rule)
        found.append(None if written is None or len(written) > _LONGEST else written)
    return found


def _no_rules(node: Node, naming: Callable[[Node], str]) -> list[str | None]:  # noqa: ARG001
    return [None] * len(node.inputs)


def _listed(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"
