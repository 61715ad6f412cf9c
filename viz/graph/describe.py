"""Describe a picture in words, for screen readers and the alternative text of an image."""

from __future__ import annotations

from viz.graph.parts import GraphPicture, PictureNode, ShownGradient, Weight
from viz.style.labels import clean
from viz.style.numerals import counted

_LONGEST = 120  # characters of a name that are read out
_TOLD = 12  # nodes up to which every one is described


def describe(picture: GraphPicture) -> str:
    """Return the description of a whole picture.

    >>> from viz.graph.parts import ShownGradient, PictureEdge
    >>> a = PictureNode("n0", "a", "leaf", "2.0", ShownGradient("value", "4.0", 4.0))
    >>> b = PictureNode("n1", "b", "op", "4.0", ShownGradient("value", "1.0", 1.0), symbol="×")
    >>> edges = PictureEdge("e0", "n0", "n1"), PictureEdge("e1", "n0", "n1")
    >>> describe(GraphPicture((a, b), edges))
    'A graph of 2 nodes and 2 edges. a: 2.0, gradient 4.0. b = a × a: 4.0, gradient 1.0.'
    """
    nodes, edges = counted(len(picture.nodes), "node"), counted(len(picture.edges), "edge")
    parts = [f"A graph of {nodes} and {edges}."]
    if picture.notice:
        parts.append(picture.notice[0].upper() + picture.notice[1:] + ".")
    if picture.born:
        parts.append(picture.born[0].upper() + picture.born[1:] + ".")
    told = [n for n in picture.nodes if n.kind != "constant"]
    if len(told) > _TOLD:
        leaves = sum(node.kind == "leaf" for node in told)
        parts.append(f"{leaves:,} of them are leaves. The result:")
        told = told[-1:]
    sentences = node_sentences(picture)
    return " ".join(parts + [f"{sentences[node.id]}." for node in told])


def node_sentences(picture: GraphPicture) -> dict[str, str]:
    """Return a sentence about each node, by its id."""
    names = {node.id: clean(node.name, _LONGEST) or node.value for node in picture.nodes}
    operands: dict[str, list[str]] = {node.id: [] for node in picture.nodes}
    for edge in picture.edges:
        by = f"{clean(edge.weight.name, _LONGEST)} × " if edge.weight is not None else ""
        operands[edge.target].append(by + names[edge.source])
    return {node.id: _sentence(node, names[node.id], operands[node.id]) for node in picture.nodes}


def _sentence(node: PictureNode, name: str, operands: list[str]) -> str:
    if node.kind == "constant":
        return " ".join(filter(None, ("constant", clean(node.name), node.value, node.shape)))
    formula = ""
    if node.kind == "op":
        formula = f" = {_formula(node.symbol, operands)}"
    shape = f", {node.shape}" if node.shape else ""
    notes = f", {', '.join(node.notes)}" if node.notes else ""
    gradient = f", {_gradient(node.gradient)}" if node.gradient is not None else ""
    kind = "closed box " if node.kind == "group" else ""
    bias = f", bias {weight_sentence(node.bias)}" if node.bias is not None else ""
    hint = f"; {node.hint}" if node.hint else ""
    return f"{kind}{name}{formula}: {node.value}{shape}{gradient}{bias}{notes}{hint}"


def weight_sentence(weight: Weight) -> str:
    """Return a sentence about a weight or a bias: its name, number and gradient."""
    return f"{clean(weight.name, _LONGEST)} = {weight.value}, {_gradient(weight.gradient)}"


def _formula(symbol: str, operands: list[str]) -> str:
    if len(operands) == 2 and not symbol.isalnum():
        return f"{operands[0]} {symbol} {operands[1]}"
    return f"{symbol}({', '.join(operands[:8])}{', …' if len(operands) > 8 else ''})"


def _gradient(gradient: ShownGradient) -> str:
    return "gradient not computed" if gradient.state == "unset" else f"gradient {gradient.text}"
