"""For authors of rows, nodes, printers and walks: the parts that the engine itself is built from.

Whoever only computes with `autograd` needs none of them. These names are stable, while files inside
the package may move.

- Rows: `elementwise`, `reduction`, `structural`, `composite`; what a row may state about itself,
  `Facts`, and the values of `binds`; the classes of the kinds, and `Kinds`, for code that treats
  each differently; `on_every_op`, which calls a function for every row.
- Formulas: `Symbol`; `forward` and `partial`, which run a row's rules on symbols; `source`,
  `latex` and `fill`, which write them.
- Walks: `Node`, `Contribution`, `topological`, `pull`, `drain`, `commit`.
- What surrounds a recording: `Origin`, `current`, `inside`.
- Sentences for errors: `describe`, `source_line`.

>>> from autograd.extend import Symbol, elementwise, partial, source
>>> cube = elementwise("cube", lambda x: x * x * x, d=[lambda z, x: 3 * x * x])
>>> source(partial(cube, 0))
'3 * x * x'
>>> cube.remove()
"""

from autograd.errors import describe, source_line
from autograd.graph import Contribution, drain, pull, topological
from autograd.modes import Origin, current, inside
from autograd.node import Node
from autograd.printers.latex import latex, partial_latex
from autograd.printers.python import source
from autograd.printers.template import Part, fill, infix
from autograd.rows.composite import Composite, composite
from autograd.rows.elementwise import Elementwise, elementwise
from autograd.rows.facts import (
    ATOM,
    NEGATION,
    POWER,
    PRODUCT,
    SUM,
    Facts,
    Template,
    Terms,
    names_of,
)
from autograd.rows.kinds import Kinds
from autograd.rows.nodes import Recorded
from autograd.rows.op import Op, Rule
from autograd.rows.reduction import Reduction, reduction
from autograd.rows.registry import on_every_op, primitives
from autograd.rows.structural import Structural, structural
from autograd.symbol import Symbol, forward, operands, partial
from autograd.writing import commit

__all__ = [
    "ATOM",
    "NEGATION",
    "POWER",
    "PRODUCT",
    "SUM",
    "Composite",
    "Contribution",
    "Elementwise",
    "Facts",
    "Kinds",
    "Node",
    "Op",
    "Origin",
    "Part",
    "Recorded",
    "Reduction",
    "Rule",
    "Structural",
    "Symbol",
    "Template",
    "Terms",
    "commit",
    "composite",
    "current",
    "describe",
    "drain",
    "elementwise",
    "fill",
    "forward",
    "infix",
    "inside",
    "latex",
    "names_of",
    "on_every_op",
    "operands",
    "partial",
    "partial_latex",
    "primitives",
    "pull",
    "reduction",
    "source",
    "source_line",
    "structural",
    "topological",
]
