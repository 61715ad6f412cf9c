"""A page to print for each notebook: a graph whose boxes are empty, and the same with answers.

`viz` draws the graph; the numbers of its results, and all gradients, are taken out of the
picture to be worked out by hand. Another seed gives another sheet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import numpy as np

import viz
from autograd import Value, abs, maximum

Draw = np.random.Generator


def small(rng: Draw, name: str, but: tuple[float, ...] = (0.0,)) -> Value:
    """Return a leaf with a number that is easy to reckon with."""
    choices = [n for n in (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0) if n not in but]
    return Value(float(rng.choice(choices)), name)


def graph(rng: Draw) -> tuple[str, Any]:
    """00: used twice, counted twice."""
    a, b = small(rng, "a"), small(rng, "b")
    return "c = a · b + a", a * b + a


def backpropagation(rng: Draw) -> tuple[str, Any]:
    """01: two products and a square."""
    w, x, b, v = (small(rng, name) for name in ("w", "x", "b", "v"))
    h = w * x + b
    h.label = "h"
    return "L = (v · h − 1)², with h = w · x + b", (v * h - 1) ** 2


def activations(rng: Draw) -> tuple[str, Any]:
    """02: two gates, one of which may be closed."""
    x, w1, w2 = (small(rng, name) for name in ("x", "w1", "w2"))
    return "y = max(0, w1 · x) + max(0, w2 · x)", maximum(0, w1 * x) + maximum(0, w2 * x)


def losses(rng: Draw) -> tuple[str, Any]:
    """03: a square and an absolute value of the same error."""
    p, t = small(rng, "ŷ"), float(rng.integers(-4, 5))
    if p.data == t:
        t += 1
    error = p - t
    error.label = "error"
    return f"L = error² + |error|, with error = ŷ − ({t:g})", error**2 + abs(error)


def training(rng: Draw) -> tuple[str, Any]:
    """04: a line through two points; then take one step with η = 0.1."""
    w, b = small(rng, "w"), small(rng, "b")
    (x1, x2), (y1, y2) = rng.permutation([1.0, 2.0]).tolist(), rng.integers(-2, 4, 2).tolist()
    return (
        f"L = (w · {x1:g} + b − ({y1}))² + (w · {x2:g} + b − ({y2}))², "
        "and where are w and b after a step with η = 0.1?",
        (w * x1 + b - y1) ** 2 + (w * x2 + b - y2) ** 2,
    )


def vanishing(rng: Draw) -> tuple[str, Any]:
    """05: a chain of halves and quarters."""
    x = small(rng, "x")
    a = x
    for i, factor in enumerate(rng.choice([0.5, 0.25, -0.5], 4), 1):
        a = float(factor) * a
        a.label = f"a{i}"
    return "a4, four layers with the slopes on the picture", a


def regularization(rng: Draw) -> tuple[str, Any]:
    """06: a square error with both penalties."""
    w1, w2 = small(rng, "w1"), small(rng, "w2")
    t = float(rng.integers(-3, 4))
    fit = (w1 + w2 - t) ** 2
    fit.label = "fit"
    penalty = 0.5 * (w1 * w1 + w2 * w2)
    return f"L = (w1 + w2 − ({t:g}))² + ½ (w1² + w2²)", fit + penalty


def digits(rng: Draw) -> tuple[str, Any]:
    """07: the margin between two classes of a linear network on two pixels."""
    p1, p2 = small(rng, "p1"), small(rng, "p2")
    w = [float(n) for n in rng.choice([-2.0, -1.0, 1.0, 2.0], 4)]
    first, second = w[0] * p1 + w[1] * p2, w[2] * p1 + w[3] * p2
    first.label, second.label = "score 8", "score 1"
    return "margin = score of the 8 − score of the 1: which ink helps?", first - second


def inside(rng: Draw) -> tuple[str, Any]:
    """08: a function by its forward maths: a quotient."""
    x, y = small(rng, "x"), small(rng, "y")
    return "z = x / (1 + y²)", x / (1 + y * y)


def following(rng: Draw) -> tuple[str, Any]:
    """09: a kernel of two weights over three numbers."""
    k1, k2 = small(rng, "k1"), small(rng, "k2")
    s = [float(n) for n in rng.integers(-2, 4, 3)]
    z1, z2 = k1 * s[0] + k2 * s[1], k1 * s[1] + k2 * s[2]
    z1.label, z2.label = "z1", "z2"
    return f"L = z1² + z2²; the kernel (k1, k2) slides over {s}", z1**2 + z2**2


def looking(rng: Draw) -> tuple[str, Any]:
    """10: how much better a query agrees with one key than with another."""
    q1, q2 = small(rng, "q1"), small(rng, "q2")
    k = [float(n) for n in rng.permutation([-2.0, -1.0, 1.0, 2.0])]  # no two keys are alike
    first, second = q1 * k[0] + q2 * k[1], q1 * k[2] + q2 * k[3]
    first.label, second.label = "score 1", "score 2"
    return "margin = score 1 − score 2: to which key should the query turn?", first - second


PROGRAMS: dict[str, Callable[[Draw], tuple[str, Any]]] = {
    "00": graph, "01": backpropagation, "02": activations, "03": losses, "04": training,
    "05": vanishing, "06": regularization, "07": digits, "08": inside, "09": following,
    "10": looking,
}  # fmt: skip


def sheet(number: str, seed: int = 1) -> tuple[str, str, str]:
    """Return the task, the picture with empty boxes, and the picture with the answers."""
    task, result = PROGRAMS[number](np.random.default_rng([int(number), seed]))
    result.label = result.label or "result"
    options = {"edges": "none", "theme": "light", "names": False}
    before = viz.draw(result, **options).svg  # no colour and no line shows a gradient yet
    result.backward()
    return task, emptied(before), viz.draw(result, **options).svg


def emptied(svg: str) -> str:
    """Take the results' values and all gradients out of a picture; leave the boxes to fill in."""
    svg = re.sub(r"<(title|desc)\b[^>]*>.*?</\1>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' aria-label="[^"]*"', "", svg)
    node = re.compile(r'<g [^>]*class="node (\w+)[^"]*".*?</g>', re.DOTALL)
    return node.sub(lambda found: _emptied_node(found[0], found[1] == "op"), svg)


def _emptied_node(node: str, result: bool) -> str:
    blank = "……………"

    def write(found: re.Match[str]) -> str:
        text = html.unescape(re.sub(r"<[^>]+>", "", found[2])).strip()
        if text.startswith("grad"):
            return f"{found[1]}grad {blank}{found[3]}"
        if result and re.fullmatch(r"[-−]?\d[\d.,e+-]*", text):
            return f"{found[1]}{blank}{found[3]}"
        return found[0]

    return re.sub(r"(<text[^>]*>)(.*?)(</text>)", write, node, flags=re.DOTALL)


def page(number: str, title: str, seed: int, answers: bool) -> str:
    """Return one sheet as an HTML page to print."""
    task, empty, full = sheet(number, seed)
    kind = "Answers" if answers else "Worksheet"
    name = "" if answers else "<p>Name: ______________________ &nbsp; Date: ____________</p>"
    how = (
        "Fill in from left to right the value of each box, then from right to left the gradients: "
        "local derivative × upstream gradient, and add what arrives by several ways."
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{kind} {html.escape(title)}</title>
<style>@page {{ size: A4 landscape; margin: 14mm }}
body {{ font: 16px/1.5 sans-serif; max-width: 265mm; margin: 1rem auto; color: #111 }}
svg {{ width: 100%; height: auto; max-height: 120mm }} h1 {{ font-size: 1.3rem }}
footer {{ color: #555; font-size: .85rem }}</style></head>
<body><h1>{kind} · {html.escape(title)}</h1>{name}
<p><b>{html.escape(task)}</b></p><p>{how}</p>
{full if answers else empty}
<footer>Sheet {seed}. Another sheet: <code>python -m kit --seed {seed + 1}</code></footer>
</body></html>
"""
