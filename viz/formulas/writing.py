"""Write the parts of a derivation as plain text or as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import latex
from viz.formulas.rules import Named, text
from viz.style.numerals import DIGITS, array, lengths, matrix, number

_WIDEST = 200  # characters of LaTeX that fit on a line
_BESIDE = 450  # characters of LaTeX on both sides of an equals sign that fit beside each other
_NUMBERED = 16  # elements up to which LaTeX writes an array out
_EXPONENT = re.compile(r"[\d.]+e[+-]\d+")
#: Stands for the factors of a product that are left out.
LEFT_OUT = Named("…")


@dataclass(frozen=True)
class Style:
    """How the parts of a derivation are written."""

    name: Callable[[str], str]
    derivative: Callable[[str, str], str]
    formula: Callable[[Any], str]
    number: Callable[..., str]  # the number of digits is optional, four by default
    #: A derivative or a letter with the shape of its array.
    shaped: Callable[[str, tuple[int, ...]], str]
    transposed: Callable[[str], str]
    times: str
    arrow: str
    more: str
    where: str
    delta: str = "δ"


def _latex_number(x: Any, digits: int = DIGITS) -> str:
    if np.ndim(x) == 0:
        return latex_of(number(x, digits))
    small = np.size(x) <= _NUMBERED and np.ndim(x) < 3
    return latex_of(matrix(x, digits)) if small else rf"\text{{{array(x)}}}"


def latex_of(written: str) -> str:
    """Return numbers as the pictures write them, with `nan` and the like as words in LaTeX."""
    written = _EXPONENT.sub(r"\\text{\g<0>}", written)
    return written.replace("nan", r"\text{nan}").replace("inf", r"\infty")


def _latex_formula(rule: Any) -> str:
    return latex(rule).replace(latex(LEFT_OUT), r"\ldots")


def _latex_name(name: str) -> str:
    return latex(Named(name))


def _below(letter: str, shape: tuple[int, ...]) -> str:
    sides = r" \times ".join(map(str, shape))
    return rf"\underset{{\,{sides}\,}}{{{letter}}}" if shape else letter


TEXT = Style(
    name=str,
    derivative=lambda z, x: f"∂{z}/∂{x}",
    formula=text,
    number=lambda x, digits=DIGITS: array(x, digits=digits),
    shaped=lambda letter, shape: f"{letter} ({lengths(shape)})" if shape else letter,
    transposed=lambda letter: f"{letter}ᵀ",
    times=" · ",
    arrow=" → ",
    more="…",
    where=", where ",
)
LATEX = Style(
    name=_latex_name,
    derivative=lambda z, x: rf"\frac{{\partial {_latex_name(z)}}}{{\partial {_latex_name(x)}}}",
    formula=_latex_formula,
    number=_latex_number,
    shaped=_below,
    transposed=lambda letter: rf"{letter}^{{\mathsf{{T}}}}",
    times=r" \cdot ",
    arrow=r" \to ",
    more=r"\ldots",
    where=r" , \quad ",
    delta=r"\delta",
)


def display(chain: list[str]) -> str:
    """Return a chain of equalities on one line, or on several if it is too wide for a page.

    The first part of a very wide one has a line of its own.
    """
    if sum(map(len, chain)) <= _WIDEST:
        return " = ".join(chain)
    first, *others = chain
    rows = r" \\ ".join(f"&= {part}" for part in others)
    if len(first) + max(map(len, others), default=0) > _BESIDE:
        first = rf"& {first} \\"
    return rf"\begin{{aligned}} {first} {rows} \end{{aligned}}"


def factor(written: str) -> str:
    """Return a number as a factor of a product: a negative one in parentheses."""
    return f"({written})" if written.startswith("-") else written
