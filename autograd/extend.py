"""For those who write rows, nodes, printers and walks: what the engine offers its own parts.

Nobody who only computes with `autograd` needs any of it. These names are stable, while files inside
the package may move.

- A row: `elementwise`, `reduction`, `structural`, `composite`; what it may state about itself,
  `Facts` and the strengths of `binds`; its kinds, and `Kinds`, what is done with each;
  `on_every_op`, to be told of each row.
- A formula: `Symbol`, `forward` and `partial`, which run a row's rules on symbols, and `source`,
  `latex` and `fill`, which write them.
- A walk: `Node`, `Contribution`, `topological`, `pull`, `drain`, `commit`.
- What goes on around a recording: `Origin`, `current`, `inside`.
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
