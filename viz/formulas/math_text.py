r"""Convert LaTeX to MathML, so that a page can show formulas without any library.

Every current browser lays out MathML by itself. The converter understands what the table writes and
what a course needs: fractions, roots, accents, indices, sums, cases, matrices, aligned lines. An
unknown command is shown by its name.
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
    "leftarrow": "←",
    "approx": "≈",
    "neq": "≠",
    "pm": "±",
    "in": "∈",
    "mid": "∣",
    "nabla": "∇",
    "top": "⊤",
    "prod": "∏",
    "cdots": "⋯",
    "dots": "…",
    "-": "−",
    "*": "·",
    "|": "‖",
    "{": "{",
    "}": "}",
}
_GREEK = """
    alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ kappa=κ lambda=λ mu=μ nu=ν xi=ξ
    pi=π rho=ρ sigma=σ tau=τ phi=φ chi=χ psi=ψ omega=ω ell=ℓ
    Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Sigma=Σ Phi=Φ Omega=Ω
"""
_LETTERS = {name: sign for name, _, sign in (pair.partition("=") for pair in _GREEK.split())}
_ACCENTS = {"hat": "^", "bar": "‾", "tilde": "~", "vec": "→"}
#: Signs whose scripts go under and over them, not beside, if the formula has its own line.
_LIMITS = ("<mo>∑</mo>", "<mo>∏</mo>")
_SPACES = {",": "0.17em", ";": "0.28em", "quad": "1em", "qquad": "2em", " ": "0.28em"}
#: Commands without effect here: sizes of delimiters, and negative space.
_SILENT = ("bigl", "bigr", "Bigl", "Bigr", "big", "displaystyle", "!")
#: Spaces at the ends of words, which a browser would drop, though more of the sentence follows.
_AT_ENDS = re.compile("^ +| +$")
_IN_WORDS = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}


def mathml(latex: str, display: bool = False) -> str:
    r"""Return a formula as a `<math>` element.

    >>> mathml("1 - z^2")
    '<math><mn>1</mn><mo>−</mo><msup><mi>z</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\sqrt x")
    '<math><msqrt><mi>x</mi></msqrt></math>'
    """
    block = ' display="block"' if display else ""
    return f"<math{block}>{_Reader(latex, display).row()}</math>"


class _Reader:
    """Reads a formula piece by piece; each method returns the MathML of what it read."""

    def __init__(self, latex: str, display: bool = False) -> None:
        self.pieces = _PIECE.findall(latex)
        self.display = display
        self.at = 0

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        self.at += 1
        return piece

    def row(self, *ends: str) -> str:
        """Read up to one of `ends`, which is left unread."""
        parts: list[str] = []
        while (sign := self.next_sign()) and sign not in ends:
            if sign in ("^", "_", "'"):
                parts.append(self.scripts(parts.pop() if parts else "<mrow></mrow>"))
            elif sign == "-" and (not parts or parts[-1].startswith("<mo")):
                self.take()
                parts.append('<mo form="prefix">−</mo>')
            else:
                parts.append(self.atom())
        return "".join(parts)

    def scripts(self, base: str) -> str:
        """Read the subscript and superscript of a base, in either order."""
        below = above = ""
        while (sign := self.next_sign()) in ("^", "_", "'") and sign:
            self.take()
            if sign == "_":
                below = self.atom()
            else:
                above = "<mo>′</mo>" if sign == "'" else self.atom()
        kind = ("munder", "mover") if self.display and base in _LIMITS else ("msub", "msup")
        if below and above:
            tag = kind[0] + kind[1][1:]
            return f"<{tag}>{base}{below}{above}</{tag}>"
        tag = kind[0] if below else kind[1]
        return f"<{tag}>{base}{below or above}</{tag}>"

    def next_sign(self) -> str:
        pieces, at = self.pieces, self.at
        while at < len(pieces) and pieces[at].isspace():
            at += 1
        self.at = at
        return pieces[at] if at < len(pieces) else ""

    def atom(self) -> str:
        piece = self.next_sign()
        self.at += 1
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
        if name in _SILENT:
            return ""
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>"
        if name in _ACCENTS:
            return f'<mover accent="true">{self.atom()}<mo>{_ACCENTS[name]}</mo></mover>'
        if name in ("mathbf", "boldsymbol"):
            return f'<mrow style="font-weight:bold">{self.atom()}</mrow>'
        if name == "underset":
            below, base = self.atom(), self.atom()
            return f"<munder>{base}{below}</munder>"
        if name in ("frac", "tfrac", "dfrac"):
            return f"<mfrac>{self.atom()}{self.atom()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self.atom()}</msqrt>"
        if name == "left":
            return self.fenced()
        if name == "begin":
            return self.rows()
        if name in ("text", "mathrm"):
            return f"<mtext>{escape(_AT_ENDS.sub(chr(160), self.words()))}</mtext>"
        if name == "mathsf" and self.next_sign() != "{":
            return self.atom()
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
        """Read the rows of `cases` (after a brace), `aligned` or `bmatrix` (in brackets)."""
        kind = self.words()
        aligned = kind.rstrip("*") in ("aligned", "align", "split")
        rows: list[str] = []
        cells: list[str] = []
        while self.peek():
            side = "left" if len(cells) % 2 else "right"  # browsers now ignore columnalign
            style = f' style="text-align:{side}"' if aligned else ""
            cells.append(f"<mtd{style}>{self.row('&', chr(92) * 2, chr(92) + 'end')}</mtd>")
            end = self.take()
            if end != "&":
                rows.append(f"<mtr>{''.join(cells)}</mtr>")
                cells = []
            if end == r"\end":
                self.words()
                break
        if kind == "cases":
            return f'<mrow><mo stretchy="true">{{</mo><mtable>{"".join(rows)}</mtable></mrow>'
        if aligned:
            return f'<mtable displaystyle="true" columnalign="right left">{"".join(rows)}</mtable>'
        # Lines at the sides: few fonts have brackets that grow.
        sides = "border-left:1.5px solid;border-right:1.5px solid;border-radius:8px"
        return f'<mtable style="{sides}">{"".join(rows)}</mtable>'

    def words(self) -> str:
        """Read `{text}`, which may contain nested braces and escaped characters."""
        self.take()
        pieces, start, depth = self.pieces, self.at, 1
        while depth and self.at < len(pieces):
            depth += (pieces[self.at] == "{") - (pieces[self.at] == "}")
            self.at += 1
        found = "".join(pieces[start : self.at if depth else self.at - 1])
        if "\\" not in found:
            return found
        for written, sign in _IN_WORDS.items():
            found = found.replace(written, sign)
        return re.sub(r"\\([#$%&_{} ])", r"\1", found)
