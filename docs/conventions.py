"""Print the numeric conventions as a page: `python docs/conventions.py > docs/conventions.md`.

Each row is one expression at one point, with the value and the gradients that the engine is
held to. The page shows what is written here; tests/autograd/test_conventions.py computes
each row on `Value` and on `Tensor`, and fails if the page is not the current one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

INF, NAN = math.inf, math.nan
#: A `Value` raises `DomainError` here.
RAISES = "raises"


@dataclass(frozen=True)
class Convention:
    """One row. `f` is Python text in terms of x, y and the functions of autograd.

    `on_value` is given where a `Value`, which follows Python's `math`, does not answer as a
    `Tensor` does, which follows NumPy.
    """

    f: str
    at: tuple[float, ...]
    value: float
    gradients: tuple[float, ...]
    on_value: str = ""
    why: str = ""


TABLE: dict[str, list[Convention]] = {
    "Large arguments": [
        Convention("exp(x)", (1000.0,), INF, (INF,), RAISES, "math.exp overflows"),
        Convention("exp(x)", (-1000.0,), 0.0, (0.0,)),
        Convention("expm1(x)", (1000.0,), INF, (INF,), RAISES),
        Convention("expm1(x)", (-1000.0,), -1.0, (0.0,)),
        Convention("tanh(x)", (1000.0,), 1.0, (0.0,)),
        Convention("tanh(x)", (-1000.0,), -1.0, (0.0,)),
        Convention("logaddexp(x, y)", (1000.0, 0.0), 1000.0, (1.0, 0.0)),
        Convention("logaddexp(x, y)", (1000.0, 1000.0), 1000 + math.log(2), (0.5, 0.5)),
        Convention("logaddexp(x, y)", (-1000.0, -1000.0), -1000 + math.log(2), (0.5, 0.5)),
        Convention("logsumexp(x, y)", (1000.0, -1000.0), 1000.0, (1.0, 0.0)),
        Convention("logsumexp(x, y)", (-1000.0, -1000.0), -1000 + math.log(2), (0.5, 0.5)),
        Convention("logaddexp(0, x)", (1000.0,), 1000.0, (1.0,), why="softplus"),
        Convention("exp(-logaddexp(0, -x))", (-1000.0,), 0.0, (0.0,), why="sigmoid"),
        Convention("exp(-logaddexp(0, -x))", (1000.0,), 1.0, (0.0,), why="sigmoid"),
        Convention("x ** 2", (1e200,), INF, (2e200,), why="the value shows it"),
    ],
    "At exactly 0": [
        Convention("log(x)", (0.0,), -INF, (INF,), RAISES),
        Convention("log1p(x)", (-1.0,), -INF, (INF,), RAISES),
        Convention("sqrt(x)", (0.0,), 0.0, (INF,), why="the true slope"),
        Convention("x / y", (1.0, 0.0), INF, (INF, -INF), RAISES),
        Convention("x / y", (0.0, 0.0), NAN, (INF, NAN), RAISES),
        Convention("abs(x)", (0.0,), 0.0, (0.0,)),
        Convention("sign(x)", (0.0,), 0.0, (0.0,)),
        Convention("relu(x)", (0.0,), 0.0, (0.0,)),
        Convention("norm(x, y)", (0.0, 0.0), 0.0, (0.0, 0.0)),
        Convention("norm(x, y)", (3.0, 0.0), 3.0, (1.0, 0.0)),
        Convention("std(x, y)", (2.0, 2.0), 0.0, (0.0, 0.0), why="as the norm"),
        Convention("exp(-logaddexp(0, -x))", (0.0,), 0.5, (0.25,), why="sigmoid"),
        Convention("prod(x, y)", (0.0, 5.0), 0.0, (5.0, 0.0)),
        Convention("prod(x, y)", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ],
    "Powers": [
        Convention("x ** 0", (0.0,), 1.0, (0.0,)),
        Convention("x ** 1", (0.0,), 0.0, (1.0,)),
        Convention("x ** 2", (0.0,), 0.0, (0.0,)),
        Convention("x ** 3", (-2.0,), -8.0, (12.0,)),
        Convention("x ** 0.5", (0.0,), 0.0, (INF,)),
        Convention("x ** -1", (0.0,), INF, (-INF,), RAISES),
        Convention("x ** (1 / 3)", (-8.0,), NAN, (NAN,), RAISES, "never a complex number"),
        Convention("x ** y", (0.0, 2.0), 0.0, (0.0, 0.0)),
        Convention("x ** y", (2.0, 0.0), 1.0, (0.0, math.log(2))),
        Convention("x ** y", (0.0, 0.0), 1.0, (0.0, 0.0)),
        Convention("x ** y", (-2.0, 3.0), -8.0, (12.0, NAN), why="no slope along y"),
    ],
    "Ties and bounds": [
        Convention("maximum(x, y)", (2.0, 2.0), 2.0, (0.5, 0.5)),
        Convention("minimum(x, y)", (2.0, 2.0), 2.0, (0.5, 0.5)),
        Convention("max(x, y)", (2.0, 2.0), 2.0, (0.5, 0.5)),
        Convention("min(x, y)", (2.0, 2.0), 2.0, (0.5, 0.5)),
        Convention("maximum(x, y)", (1.0, INF), INF, (0.0, 1.0)),
        Convention("clip(x, -1, 1)", (1.0,), 1.0, (1.0,)),
        Convention("clip(x, -1, 1)", (-1.0,), -1.0, (1.0,)),
        Convention("clip(x, -1, 1)", (1.5,), 1.0, (0.0,)),
        Convention("where(greater_equal(x, 0), x, 0.1 * x)", (0.0,), 0.0, (1.0,), why="leaky relu"),
        Convention("relu(1 - x)", (1.0,), 0.0, (0.0,), why="the hinge at its margin"),
    ],
    "NaN and infinity pass through": [
        Convention("x + y", (INF, -INF), NAN, (1.0, 1.0)),
        Convention("x * y", (INF, 0.0), NAN, (0.0, INF)),
        Convention("relu(x)", (NAN,), NAN, (0.0,), why="the value shows it"),
        Convention("relu(x)", (INF,), INF, (1.0,)),
        Convention("clip(x, -1, 1)", (NAN,), NAN, (1.0,)),
        Convention("sign(x)", (NAN,), NAN, (0.0,)),
        Convention("maximum(x, y)", (NAN, 1.0), NAN, (NAN, NAN)),
        Convention("minimum(x, y)", (1.0, NAN), NAN, (NAN, NAN)),
        Convention("max(x, y)", (1.0, NAN), NAN, (NAN, NAN)),
        Convention("min(x, y)", (NAN, 1.0), NAN, (NAN, NAN)),
        Convention("norm(x, y)", (INF, NAN), NAN, (NAN, NAN)),
        Convention("norm(x, y)", (INF, 1.0), INF, (NAN, 0.0)),
        Convention("sum(x, y)", (1.0, NAN), NAN, (1.0, 1.0)),
        Convention("mean(x, y)", (INF, 1.0), INF, (0.5, 0.5)),
        Convention("logaddexp(x, y)", (NAN, 0.0), NAN, (NAN, NAN)),
        Convention("logsumexp(x, y)", (INF, 0.0), INF, (NAN, 0.0)),
        Convention("logsumexp(x, y)", (-INF, 0.0), 0.0, (0.0, 1.0)),
        Convention("logsumexp(x, y)", (-INF, -INF), -INF, (NAN, NAN)),
        Convention("exp(x)", (-INF,), 0.0, (0.0,)),
        Convention("exp(x)", (INF,), INF, (INF,)),
        Convention("log(x)", (INF,), INF, (0.0,)),
        Convention("tanh(x)", (INF,), 1.0, (0.0,)),
        Convention("tanh(x)", (NAN,), NAN, (NAN,)),
        Convention("sin(x)", (INF,), NAN, (NAN,), RAISES),
        Convention("cos(x)", (NAN,), NAN, (NAN,)),
    ],
}

HEAD = """\
# Numeric conventions

What each function answers where mathematics leaves a choice or floats run out. `Tensor`
follows NumPy. `Value` answers the same, except where it says *raises*: there it follows
Python's `math`, and raises `DomainError`, which names the operation, the operand with its
label, and the line of your code.

*This page is written by [`conventions.py`](conventions.py); every row is a test.*
"""

FOOT = """\
## A branch that is not taken

`where` computes both branches and lets no gradient into the one that it does not take. But 0
times an infinite slope is nan: the gradient of `where(x > 0, sqrt(x), 0.0)` at x = 0 is nan,
here as in NumPy, PyTorch and JAX, for the slope of the root is ∞ there. Make the operand safe as
well, with a second `where` inside:

```python
where(x > 0, sqrt(where(x > 0, x, 1.0)), 0.0)
```

`detect_anomaly()` names the operation in which such a nan was born, and this way out.
"""


def written(number: float) -> str:
    """Return a number as the page shows it."""
    if math.isinf(number):
        return "−∞" if number < 0 else "∞"
    return f"{number:.7g}".replace("-", "−")


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [HEAD]
    for title, rows in TABLE.items():
        lines = [f"## {title}", ""]
        lines.append("| expression | at | value | gradient | on `Value` | |")
        lines.append("|---|---|---|---|---|---|")
        for row in rows:
            names = "xy" if len(row.at) == 2 else "x"
            at = ", ".join(f"{n} = {written(a)}" for n, a in zip(names, row.at, strict=True))
            slopes = ", ".join(map(written, row.gradients))
            cells = [f"`{row.f}`", at, written(row.value), slopes, row.on_value or "same", row.why]
            lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
        parts.append("\n".join(lines) + "\n")
    return "\n".join([*parts, FOOT])


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - a script
