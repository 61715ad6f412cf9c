r"""LaTeX to MathML, so that a page can show formulas without any library.

Every current browser lays out MathML by itself. Only what `autograd.latex` and the rows of
the table write is understood; a command that is not known is shown by its name.
"""

from __future__ import annotations

import re
from html import escape

_PIECE = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_SIGNS = {
    "cdot": "·",
    "times": "×",
    "partial": "∂",
    "infty": "∞",
    "ge": "≥",
    "le": "≤",
    "ne": "≠",
    "sum": "∑",
    "ldots": "…",
    "odot": "⊙",
    "to": "→",
    "-": "−",
    "*": "·",
    "|": "‖",
    "{": "{",
    "}": "}",
}
_SPACES = {",": "0.17em", ";": "0.28em", "quad": "1em", " ": "0.28em"}
_IN_WORDS = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}


def mathml(latex: str, display: bool = False) -> str:
    r"""Return a formula as a `<math>` element.

    >>> mathml("1 - z^2")
    '<math><mn>1</mn><mo>−</mo><msup><mi>z</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\sqrt x")
    '<math><msqrt><mi>x</mi></msqrt></math>'
    """
    block = ' display="block"' if display else ""
    return f"<math{block}>{_Reader(latex).row()}</math>"


class _Reader:
    """Reads a formula piece by piece; each method returns the MathML of what it read."""

    def __init__(self, latex: str) -> None:
        self.pieces = _PIECE.findall(latex)
        self.at = 0

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        self.at += 1
        return piece

    def row(self, *ends: str) -> str:
        """Read up to one of `ends`, which is left to be taken."""
        parts: list[str] = []
        while self.next_sign() and self.peek() not in ends:
            if self.peek() in ("^", "_"):
                base = parts.pop() if parts else "<mrow></mrow>"
                tag = "msup" if self.take() == "^" else "msub"
                parts.append(f"<{tag}>{base}{self.atom()}</{tag}>")
            elif self.peek() == "-" and (not parts or parts[-1].startswith("<mo")):
                self.take()
                parts.append('<mo form="prefix">−</mo>')
            else:
                parts.append(self.atom())
        return "".join(parts)

    def next_sign(self) -> str:
        while self.peek().isspace():
            self.take()
        return self.peek()

    def atom(self) -> str:
        self.next_sign()
        piece = self.take()
        if piece == "{":
            inside = self.row("}")
            self.take()
            return f"<mrow>{inside}</mrow>"
        if piece.startswith("\\"):
            return self.command(piece[1:])
        if piece[:1].isdigit():
            return f"<mn>{piece}</mn>"
        if piece.isalpha():
            return f"<mi>{escape(piece)}</mi>"
        return f"<mo>{escape(_SIGNS.get(piece, piece))}</mo>" if piece else ""

    def command(self, name: str) -> str:
        if name == "frac":
            return f"<mfrac>{self.atom()}{self.atom()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self.atom()}</msqrt>"
        if name == "left":
            return self.fenced()
        if name == "begin":
            return self.rows()
        if name in ("text", "mathrm"):
            return f"<mtext>{escape(self.words())}</mtext>"
        if name in ("operatorname", "mathsf"):
            return f'<mi mathvariant="normal">{escape(self.words())}</mi>'
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>'
        if name in _SIGNS:
            return f"<mo>{_SIGNS[name]}</mo>"
        return f'<mi mathvariant="normal">{escape(name)}</mi><mspace width="0.17em"></mspace>'

    def fenced(self) -> str:
        opening = self.fence()
        inside = self.row(r"\right")
        self.take()
        return f"<mrow>{opening}{inside}{self.fence()}</mrow>"

    def fence(self) -> str:
        sign = self.take().removeprefix("\\") or "."
        shown = "‖" if sign == "|" and self.pieces[self.at - 1] == r"\|" else sign
        return "" if shown == "." else f'<mo stretchy="true">{escape(shown)}</mo>'

    def rows(self) -> str:
        """Read the rows of `cases` (after a brace) or of `bmatrix` (in brackets)."""
        kind = self.words()
        rows, cells = [], []
        while self.peek():
            cells.append(f"<mtd>{self.row('&', chr(92) * 2, chr(92) + 'end')}</mtd>")
            end = self.take()
            if end != "&":
                rows.append(f"<mtr>{''.join(cells)}</mtr>")
                cells = []
            if end == r"\end":
                self.words()
                break
        if kind == "cases":
            return f'<mrow><mo stretchy="true">{{</mo><mtable>{"".join(rows)}</mtable></mrow>'
        # Lines at the sides: few fonts have brackets that grow.
        sides = "border-left:1.5px solid;border-right:1.5px solid;border-radius:8px"
        return f'<mtable style="{sides}">{"".join(rows)}</mtable>'

    def words(self) -> str:
        """Read `{text}`, in which braces may be nested and signs escaped."""
        self.take()
        depth, found = 1, ""
        while self.peek():
            piece = self.take()
            depth += (piece == "{") - (piece == "}")
            if depth == 0:
                break
            found += piece
        for written, sign in _IN_WORDS.items():
            found = found.replace(written, sign)
        return re.sub(r"\\([#$%&_{} ])", r"\1", found)
