"""The API reference of the site: each public name with its signature and docstring.

What the table knows is shown beside the words: the formula, the local derivatives, and the curve of
each function of one number with its derivative, all taken from the rows themselves.
"""

from __future__ import annotations

import html
import inspect
import math
import re
import textwrap
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import autograd
import nn
import viz
from autograd import DomainError, Op, Value, latex, partial_latex
from viz.formulas.math_text import mathml

PACKAGES: tuple[tuple[ModuleType, str], ...] = (
    (autograd, "The engine"),
    (nn, "Networks"),
    (viz, "Pictures"),
)
_WIDTH, _HEIGHT, _REACH = 220, 120, 4.0
_BLUE, _RED = "#0072B2", "#D55E00"


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield file, title and body of the page of each package."""
    for package, title in PACKAGES:
        name = package.__name__
        entries = "".join(_entry(package, public) for public in sorted(dir(package), key=str.lower))
        lead = html.escape(inspect.getdoc(package) or "")
        body = f"<h1>{title}: <code>{name}</code></h1><p>{lead}</p>{entries}"
        yield f"reference_{name}.html", f"Reference: {name}", f'<div class="text_cell">{body}</div>'


def _entry(package: ModuleType, name: str) -> str:
    thing = getattr(package, name)
    head = f'<h2 id="{name}">{name}</h2>'
    signature = html.escape(f"{package.__name__}.{name}{_signature(thing)}")
    parts = [head, f"<pre><code>{signature}</code></pre>"]
    if isinstance(thing, Op):
        parts.append(_of_the_row(thing))
    parts.append(_docstring(inspect.getdoc(thing) or ""))
    if inspect.isclass(thing):
        parts += _methods(thing)
    return "\n".join(parts)


def _signature(thing: Any) -> str:
    try:
        # Annotations that are not evaluated stand in quotes.
        return re.sub(r": '([^']*)'| -> '([^']*)'", _unquoted, str(inspect.signature(thing)))
    except (TypeError, ValueError):
        return ""


def _unquoted(found: re.Match[str]) -> str:
    return f": {found[1]}" if found[1] is not None else f" -> {found[2]}"


def _methods(of: type) -> Iterator[str]:
    """Yield the first sentence of each public method and property that the class has itself."""
    rows = []
    for name, member in sorted(vars(of).items()):
        if name.startswith("_") or not (callable(member) or isinstance(member, property)):
            continue
        said = (inspect.getdoc(member) or "").split("\n\n")[0].replace("\n", " ")
        if said:
            rows.append(f"<tr><td><code>{name}</code></td><td>{_inline(said)}</td></tr>")
    if rows:
        yield f"<table>{''.join(rows)}</table>"


def _of_the_row(row: Op) -> str:
    """Return the row's formula and derivatives, and its curve if it is one of one number."""
    operands = getattr(row, "arity", 1)
    names = ("x",) if operands == 1 else ("x", "y") if operands == 2 else ("c", "x", "y")
    partials = [
        mathml(rf"\frac{{\partial z}}{{\partial {name}}} = {partial_latex(row, i)}", display=True)
        for i, name in enumerate(names[:operands])
    ]
    curve = _curve(row) if operands == 1 else ""
    formulas = "".join([*_forward(row, names[:operands]), *partials])
    return f"<figure>{curve}<figcaption>{formulas}</figcaption></figure>"


def _forward(row: Op, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the row's own formula, of the operands by name, where it works on single numbers."""
    middles = [(low + high) / 2 for low, high in getattr(row, "sample", ())]
    if len(middles) != len(names):
        return
    written = latex(row(*[Value(x, label=name) for x, name in zip(middles, names, strict=True)]))
    yield mathml(f"z = {written}", display=True)


def _curve(row: Op) -> str:
    """Return the curve of a function and, dashed, of its derivative, as SVG."""
    points = [_at(row, -_REACH + 2 * _REACH * i / 160) for i in range(161)]
    known = [p for p in points if p is not None and all(map(math.isfinite, p))]
    if len(known) < 2:
        return ""
    low = max(min(min(z, d) for _, z, d in known), -4.0)
    high = min(max(max(z, d) for _, z, d in known), 4.0)
    size = (high - low) or 1.0

    def line(which: int, style: str) -> str:
        shown = [(p[0], p[which]) for p in known if low <= p[which] <= high]
        path = [
            f"{(x + _REACH) / (2 * _REACH) * _WIDTH:.1f},{(high - y) / size * _HEIGHT:.1f}"
            for x, y in shown
        ]
        return f'<polyline points="{" ".join(path)}" fill="none" stroke-width="2.2" {style}/>'

    about = f"{row.name} from {-_REACH:g} to {_REACH:g}, and dashed its derivative"
    axes = f"M0,{high / size * _HEIGHT:.1f}H{_WIDTH}M{_WIDTH / 2},0V{_HEIGHT}"
    return (
        f'<svg viewBox="-4 -4 {_WIDTH + 8} {_HEIGHT + 8}" width="{_WIDTH}" role="img" '
        f'aria-label="{about}"><path d="{axes}" stroke="#8888" fill="none"/>'
        + line(1, f'stroke="{_BLUE}"')
        + line(2, f'stroke="{_RED}" stroke-dasharray="5 3"')
        + "</svg>"
    )


def _at(row: Op, x: float) -> tuple[float, float, float] | None:
    """Return x, the value and the derivative there; None outside the domain."""
    node = Value(x)
    try:
        z = row(node)
    except (DomainError, TypeError, ValueError, ArithmeticError):
        return None  # outside its domain, or no function of one number
    if not isinstance(z, Value):
        return None
    z.backward()
    return x, float(z.data), float(node.grad)


def _docstring(text: str) -> str:
    """Return a docstring as HTML: paragraphs, descriptions of arguments, examples."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.lstrip().startswith(">>>"):
            parts.append(f"<pre><code>{html.escape(textwrap.dedent(block))}</code></pre>")
        elif block:
            parts.append(f"<p>{_inline(' '.join(block.split()))}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
