r"""Write out the chain rule: every path from a loss to one of the nodes that it depends on.

∂L/∂w is a sum over the paths from L to w of the product of local derivatives along each path:

    ∂L/∂w = Σ over paths  Π over its edges  ∂z/∂x

The number of paths doubles with every node that is used twice, so if there are many they are
grouped by the last edge: the sum over the uses u of w of ∂L/∂u · ∂u/∂w, as in backpropagation.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

from autograd import Node, Value, topological
from autograd.errors import describe
from autograd.symbol import Symbol
from viz.formulas.html import mime
from viz.formulas.matrix_form import sent
from viz.formulas.rules import Called, Named, local
from viz.formulas.writing import LATEX, LEFT_OUT, TEXT, Style, display, factor
from viz.graph.births import first_birth
from viz.graph.build import NAMED
from viz.graph.names import names_of, variables_of
from viz.graph.order import program_order
from viz.graph.passes import gradients_of, must_start
from viz.style.lettering import readable
from viz.style.numerals import DIGITS, counted, digits_for, length, signed

_LONGEST = 8  # edges of a path that fit on a line


@dataclass(frozen=True)
class PathEdge:
    """One edge of a path: from `node` to its input at `position`.

    `local` is ∂node/∂input as a number or an array, None if the rule is not a single factor;
    `upstream` is the gradient that reached the node, and `product` what is sent on to the input.
    """

    node: Node
    position: int
    input: Node
    local: Any
    upstream: Any = None
    product: Any = None


@dataclass(frozen=True)
class Path:
    """One path from the loss to w, and its contribution to the gradient of w."""

    links: tuple[PathEdge, ...]
    product: Any


@dataclass(frozen=True)
class Use:
    """All the paths that reach w by the same last edge: upstream × local = product."""

    link: PathEdge
    count: int
    upstream: Any
    product: Any


class Explanation:
    """Why ∂loss/∂w is what it is: `.paths`, or `.uses` if there are too many paths.

    `.count` is the number of paths, `.gradient` the engine's gradient, `.total` the sum of
    the products; the two agree. `.born` says where the first nan or inf came from, if any.
    Notebooks show it as Markdown with LaTeX.
    """

    def __init__(
        self,
        loss: Node,
        w: Node,
        count: int,
        terms: tuple[Path, ...] | tuple[Use, ...],
        gradient: Any,
        called: Mapping[Node, str],
        most: int,
        constants: Mapping[int, str] | None = None,
        born: str = "",
    ) -> None:
        self.loss, self.w, self.count, self.gradient = loss, w, count, gradient
        self.paths = tuple(term for term in terms if isinstance(term, Path))
        self.uses = tuple(term for term in terms if isinstance(term, Use))
        self._called, self._most, self.born = called, most, born
        self._naming = Called(called, constants or {})

    @property
    def total(self) -> Any:
        """The sum of the products over all paths."""
        return sum((term.product for term in self.paths or self.uses), start=0.0 * self.gradient)

    def text(self) -> str:
        """Return the derivation as plain text."""
        lines = [self._headline(TEXT)]
        for i, (title, chains) in enumerate(self._terms(TEXT), 1):
            lines.append(f"{i}. {title}")
            for chain in chains:
                line = " = ".join(chain)
                lines.append("   " + (line if len(line) < 90 else "\n     = ".join(chain)))
        return "\n".join([*lines, *self._sum(TEXT), *filter(None, [self.born])])

    __str__ = __repr__ = text

    def markdown(self) -> str:
        """Return the derivation as Markdown, with the formulas as LaTeX between `$` signs."""
        blocks = [self._headline(LATEX)]
        for i, (title, chains) in enumerate(self._terms(LATEX), 1):
            blocks += [f"{i}. ${title}$", *(f"   $${display(chain)}$$" for chain in chains)]
        blocks += [f"$${line}$$" for line in self._sum(LATEX)]
        if self.born:
            told = self.born.replace("`", "'")
            blocks.append(f"`{told}`")
        return "\n\n".join(blocks)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    _mime_ = mime

    def latex(self) -> str:
        """Return the derivation as one `aligned` block of LaTeX, for math mode."""
        lines = [self._equation(LATEX)]
        for title, chains in self._terms(LATEX):
            lines += [rf"{title} :", *(rf"\quad {' = '.join(chain)}" for chain in chains)]
        rows = " \\\\\n".join(f"& {line}" for line in [*lines, *self._sum(LATEX)])
        return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"

    def _equation(self, style: Style) -> str:
        whole = style.derivative(self._called[self.loss], self._called[self.w])
        return f"{whole} = {style.number(self.gradient)}"

    def _headline(self, style: Style) -> str:
        quote = "$" if style is LATEX else ""
        loss, w = (f"{quote}{style.name(self._called[x])}{quote}" for x in (self.loss, self.w))
        how = f"the sum over {self.count:,} paths from {loss} to {w}"
        if self.uses:
            how += ", grouped by the last step"
        if self.count < 2:
            how = f"along the only path from {loss} to {w}"
        if self.count == 0:
            how = f"for no path leads from {loss} to {w}"
        return f"{quote}{self._equation(style)}{quote}, {how}."

    def _terms(self, style: Style) -> Iterator[tuple[str, list[list[str]]]]:
        """Yield a title and the chains of equalities for each path or use."""
        for path in self.paths:
            yield self._path(path, style)
        shown, rest = self._largest()
        for use in shown:
            yield self._use(use, style)
        if rest:
            together = style.number(sum(use.product for use in rest))
            title = f"the {len(rest):,} other places that use it, together"
            yield title if style is TEXT else rf"\text{{{title}}}", [[together]]

    def _largest(self) -> tuple[list[Use], list[Use]]:
        """Return the uses that contribute most, and the rest."""
        ranked = sorted(self.uses, key=lambda use: -length(use.product))
        cut = len(ranked) if len(ranked) <= self._most else self._most
        return ranked[:cut], ranked[cut:]

    def _path(self, path: Path, style: Style) -> tuple[str, list[list[str]]]:
        shown: list[PathEdge | None] = list(path.links)
        if len(shown) > _LONGEST:
            shown[_LONGEST // 2 : -(_LONGEST // 2)] = [None]

        def each(write: Callable[[PathEdge], str]) -> list[str]:
            return [style.more if link is None else write(link) for link in shown]

        start = style.name(self._called[self.loss])
        title = style.arrow.join([start, *each(lambda k: style.name(self._called[k.input]))])
        product = style.number(path.product)
        if not shown:
            return title, [[product]]
        if any(_is_of_arrays(link) for link in path.links):
            return title, [[style.more] if k is None else self._sent(k, style) for k in shown]
        derivatives = style.times.join(each(lambda link: self._derivative(link, style)))
        digits = digits_for([link.local for link in path.links], path.product, math.prod)
        numbers = style.times.join(each(lambda link: factor(style.number(link.local, digits))))
        factors = [LEFT_OUT if link is None else self._rule(link) for link in shown]
        formula = style.formula(reduce(mul, factors))
        if all(link is None or isinstance(self._local(link), float) for link in shown):
            formula = numbers
        # A plain number or a single factor is not written twice.
        return title, [list(dict.fromkeys([derivatives, formula, numbers, product]))]

    def _use(self, use: Use, style: Style) -> tuple[str, list[list[str]]]:
        link, by = use.link, self._called[use.link.node]
        paths = counted(use.count, "path")
        title = f"{paths} by way of {by}"
        if style is LATEX:
            title = rf"\text{{{paths} by way of }} {style.name(by)}"
        whole = style.derivative(self._called[self.loss], by)
        chains = [[whole, style.number(use.upstream)]]
        product = style.number(use.product)
        if _is_of_arrays(link):
            return title, [*chains, self._sent(link, style)]
        rule = style.formula(self._rule(link))
        local_number = style.number(link.local)
        digits = digits_for([use.upstream, link.local], use.product, math.prod)
        shown = [style.number(x, digits) for x in (use.upstream, link.local)]
        chains.append(list(dict.fromkeys([self._derivative(link, style), rule, local_number])))
        chains.append([f"{factor(shown[0])}{style.times}{factor(shown[1])}", product])
        return title, chains

    def _derivative(self, link: PathEdge, style: Style) -> str:
        return style.derivative(self._called[link.node], self._called[link.input])

    def _local(self, link: PathEdge) -> Any:
        rule = local(link.node, link.position, self._naming)
        return rule if isinstance(rule, Symbol) else float(rule)

    def _rule(self, link: PathEdge) -> Any:
        rule = self._local(link)
        return Named(signed(rule)) if isinstance(rule, float) else rule

    def _sent(self, link: PathEdge, style: Style) -> list[str]:
        """Write what is sent along an edge of arrays: ∂L/∂W = Xᵀ δ = its numbers, δ = ∂L/∂Z."""
        loss, x = self._called[self.loss], self._called[link.input]
        upstream, product = link.upstream, link.product
        chain, delta = sent(link.node, link.position, upstream, product, self._naming, style)
        whole = style.derivative(loss, x)
        if len(self.uses) > 1:
            whole = f"to {x}" if style is TEXT else rf"\text{{to }} {style.name(x)}"
        if delta:
            chain[-1] += f"{style.where}{delta} = "
            chain[-1] += style.derivative(loss, self._called[link.node])
        return [style.shaped(whole, np.shape(link.input.data)), *chain]

    def _sum(self, style: Style) -> list[str]:
        shown, rest = self._largest()
        products = [term.product for term in self.paths or shown]
        if rest:
            products.append(sum(use.product for use in rest))
        if len(products) < 2:
            return []
        small = all(np.size(product) <= 16 for product in products)
        digits = digits_for(products, self.total, sum) if small else DIGITS
        terms = " + ".join(factor(style.number(product, digits)) for product in products)
        whole = style.derivative(self._called[self.loss], self._called[self.w])
        return [f"{whole} = {terms} = {style.number(self.total)}"]


def _is_of_arrays(link: PathEdge) -> bool:
    """Return whether an array is at either end: its shapes count, even where the factor is 1."""
    return link.local is None or any(np.ndim(x.data) for x in (link.node, link.input))


def explain(loss: Node, w: Node, most: int = 12) -> Explanation:
    """Write out the chain rule for ∂loss/∂w: the paths, their factors, and the sum.

    loss: a node with one element. w: any node that it may depend on, a leaf or not.
    most: if there are more paths than this, they are grouped by the last edge to w.

    Gradients stored in the nodes are left alone. Raises TypeError (not nodes) and
    BackwardError (a loss of more than one element).

    >>> from autograd import Value
    >>> w = Value(3.0, label="w"); loss = w * w; loss.label = "loss"
    >>> print(explain(loss, w))
    ∂loss/∂w = 6.0, the sum over 2 paths from loss to w.
    1. loss → w
       ∂loss/∂w = w = 3.0
    2. loss → w
       ∂loss/∂w = w = 3.0
    ∂loss/∂w = 3.0 + 3.0 = 6.0
    """
    must_start(loss, "explain", node_by_node=False)
    if not isinstance(w, Node):
        raise TypeError(f"viz.explain needs the node to explain, not {describe(w)}")
    search = _PathSearch(loss, w)
    count = search.counts.get(loss, 0)
    terms: tuple[Any, ...] = ()
    # For arrays only a single path is written out: with several, none has the complete gradient.
    # And where one overflows, the sum of all is not what the engine, which adds on the way, found.
    if 0 < count <= most:
        terms = tuple(search.paths())
    arrays = any(_is_of_arrays(link) for path in terms for link in path.links)
    broken = not all(np.all(np.isfinite(path.product)) for path in terms)
    if count > most or (count > 1 and (arrays or broken)):
        terms = tuple(search.uses())
    gradient = search.sums[w] if count else np.zeros(np.shape(w.data))[()]
    variables = variables_of(sys._getframe(1))
    called = readable(names_of(search.named(terms), variables))
    birth = first_birth(search.order, search.sums.get)
    born = "" if birth is None else birth.sentence(called)
    return Explanation(loss, w, count, terms, gradient, called, most, variables, born)


class _PathSearch:
    """Finds the paths from a loss to w: which nodes lead there, and by how many paths.

    counts: the number of paths to w from each node that leads there. sums: all gradients.
    """

    def __init__(self, loss: Node, w: Node) -> None:
        self.loss, self.w = loss, w
        self.order: list[Node] = topological(loss)
        self.sums = gradients_of(loss, self.order) or {loss: loss.seed(None)}
        self.counts: dict[Node, int] = {}
        count = self.counts.get
        for node in self.order:
            if node is w:
                self.counts[w] = 1
            elif self.counts:
                found = sum(count(x, 0) for _, x in self._leading(node))
                if found:
                    self.counts[node] = found

    def _leading(self, node: Node) -> list[tuple[int, Node]]:
        """Return the operands of a node that pass a gradient on to w, with their positions."""
        counts = self.counts
        if isinstance(node, Value):
            found = [(i, x) for i, x in enumerate(node.inputs) if x in counts]
            return [(i, x) for i, x in found if node.local(i) is not None]
        inputs = [(i, x) for i, x in enumerate(node.inputs) if isinstance(x, Node) and x in counts]
        if not inputs or node not in self.sums:
            return []
        reached = {i for i, _, _ in node.contributions(self.sums[node])}
        return [(i, x) for i, x in inputs if i in reached]

    def paths(self) -> Iterator[Path]:
        """Yield each path from the loss to w."""
        # The links so far are chained, (link, (link before, …)): copying would be quadratic.
        stack: list[tuple[Node, Any, Any]] = [(self.loss, None, self.sums[self.loss])]
        while stack:
            node, chain, upstream = stack.pop()
            if node is self.w:
                yield Path(_unchained(chain), upstream)
                continue
            arrived = {i: one for i, _, one in node.contributions(upstream)}
            for i, x in reversed(self._leading(node)):
                link = PathEdge(node, i, x, node.local(i), upstream, arrived[i])
                stack.append((x, (link, chain), arrived[i]))

    def uses(self) -> Iterator[Use]:
        """Yield each last edge to w, with all the paths that end with it."""
        last = [(node, i) for node in self.order for i, x in enumerate(node.inputs) if x is self.w]
        ways = self._ways() if len(last) > 1 else {node: self.counts[self.loss] for node, _ in last}
        for node, i in reversed(last):
            if node not in ways or i not in dict(self._leading(node)):
                continue
            upstream = self.sums[node]
            arrived = {k: one for k, _, one in node.contributions(upstream)}
            link = PathEdge(node, i, self.w, node.local(i), upstream, arrived[i])
            yield Use(link, ways[node], upstream, arrived[i])

    def _ways(self) -> dict[Node, int]:
        """Count the paths from the loss to each node that leads to w."""
        ways = {self.loss: 1}
        for node in reversed(self.order):
            if node is not self.w and node in ways:
                for _, x in self._leading(node):
                    ways[x] = ways.get(x, 0) + ways[node]
        return ways

    def named(self, terms: Sequence[Path | Use]) -> list[Node]:
        """Return the nodes to name, in order; in a very large graph, only those that are shown."""
        if len(self.order) <= NAMED:
            order = program_order(self.loss)
            return order if self.w in self.counts else [*order, self.w]
        links = [k for t in terms for k in (t.links if isinstance(t, Path) else (t.link,))]
        told = [x for k in links for x in (*k.node.inputs, k.node) if isinstance(x, Node)]
        return list(dict.fromkeys([*told, self.w, self.loss]))


def _unchained(chain: Any) -> tuple[PathEdge, ...]:
    links: list[PathEdge] = []
    while chain is not None:
        link, chain = chain
        links.append(link)
    return tuple(reversed(links))
