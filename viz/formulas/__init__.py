"""Recordings as formulas: local rules, the Wengert list, the chain rule written out."""

from viz.formulas.explanation import Explanation, explain
from viz.formulas.tape_table import Tape, tape

__all__ = ["Explanation", "Tape", "explain", "tape"]
