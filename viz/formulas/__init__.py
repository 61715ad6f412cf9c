"""Recordings as formulas: local rules, the Wengert list, the chain rule written out."""

from viz.formulas.explain import Explanation, explain
from viz.formulas.tape import Tape, tape

__all__ = ["Explanation", "Tape", "explain", "tape"]
