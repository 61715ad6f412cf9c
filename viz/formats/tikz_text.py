r"""Write a picture as TikZ, for papers and slides typeset in LaTeX.

The boxes are where the layout engine puts them, so any LaTeX can typeset it, without a graph
drawing library or LuaTeX. The output is a complete document of the class `standalone`; the
`tikzpicture` in it can be copied into another.
"""

from __future__ import annotations

from viz.formats.mermaid_text import lines_of
from viz.graph.layout import Layout, layout
from viz.graph.parts import GraphPicture, PictureNode
from viz.graph.place import Rectangle
from viz.style.labels import LONGEST, clean

_HEAD = r"""\documentclass[border=4pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{textcomp}
\usepackage{tikz}
\begin{document}
\begin{tikzpicture}[x=1bp, y=-1bp, font=\sffamily\footnotesize,
  box/.style={draw, rounded corners=2pt, align=center, inner sep=2pt},
  leaf/.style={box, fill=blue!8}, op/.style={box, fill=black!4},
  constant/.style={box, draw=none, fill=none}, group/.style={box, double},
  grad/.style={font=\sffamily\tiny, fill=white, inner sep=1pt}]"""
_TAIL = r"""\end{tikzpicture}
\end{document}"""

#: Characters that LaTeX would take for commands, and those that its text fonts lack.
_WRITTEN = {
    **{letter: rf"\{letter}" for letter in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "−": r"$-$",
    "÷": r"$\div$",
    "·": r"$\cdot$",
    "∂": r"$\partial$",
    "Σ": r"$\Sigma$",
    "²": r"$^2$",
    "√": r"$\surd$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "≠": r"$\ne$",
    "∞": r"$\infty$",
    "…": r"\ldots{}",
    "←": r"$\gets$",
    "→": r"$\to$",
    "‖": r"$\|$",
    "∥": r"$\|$",
    "ᵀ": r"$^{\mathsf T}$",
    "ʸ": r"$^y$",
    "|": r"$|$",
    "<": r"$<$",
    ">": r"$>$",
    "′": r"$'$",
    "σ": r"$\sigma$",
    "\u2009": r"\,",
}
_LETTER, _LINE, _ROOM = 5.6, 12.0, 10.0  # of \footnotesize in points, and around the text


def tikz(picture: GraphPicture) -> str:
    r"""Return the picture as a LaTeX document.

    Raises EngineError if there is no layout engine.

    >>> from viz.graph.parts import PictureNode
    >>> print(tikz(GraphPicture((PictureNode("n0", "w", "leaf", "2.0"),))))
    \documentclass...
    \node[leaf] (n0) at (...) {w = 2.0};
    ...
    """
    index = {node.id: i for i, node in enumerate(picture.nodes)}
    ends = [(index[edge.source], index[edge.target]) for edge in picture.edges]
    placed = layout([_size(node) for node in picture.nodes], ends, picture.direction)
    lines = [_HEAD, *_nodes(picture, placed)]
    for edge in picture.edges:
        label = f" node[grad, midway, sloped] {{{_escaped(edge.text)}}}" if edge.text else ""
        lines.append(rf"\draw[->] ({edge.source}) --{label} ({edge.target});")
    bottom = max((p.y + p.height for p in placed.places), default=0.0) + _ROOM
    for told in filter(None, (picture.notice, picture.born)):
        inside = f"{{{_escaped(told, 240)}}}"
        lines.append(rf"\node[anchor=north west, text width=12cm] at (0, {bottom:.1f}) {inside};")
        bottom += 3 * _LINE
    return "\n".join([*lines, _TAIL])


def _nodes(picture: GraphPicture, placed: Layout) -> list[str]:
    pairs = zip(picture.nodes, placed.places, strict=True)
    return [
        rf"\node[{node.kind}] ({node.id}) at {_centre(p)} {{{_label(node)}}};" for node, p in pairs
    ]


def _centre(place: Rectangle) -> str:
    return f"({place.x + place.width / 2:.1f}, {place.y + place.height / 2:.1f})"


def _label(node: PictureNode) -> str:
    return r" \\ ".join(map(_escaped, lines_of(node)))


def _size(node: PictureNode) -> tuple[float, float]:
    lines = lines_of(node)
    widest = max(map(len, lines), default=1)
    return widest * _LETTER + _ROOM, len(lines) * _LINE + _ROOM


def _escaped(text: str, longest: int = LONGEST) -> str:
    # A character missing from LaTeX's fonts would stop it: unknown ones are written as numbers.
    return "".join(
        _WRITTEN.get(letter) or (letter if letter.isascii() else rf"\texttt{{U+{ord(letter):04X}}}")
        for letter in clean(text, longest)
    )
