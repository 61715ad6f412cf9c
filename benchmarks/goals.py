"""The target speeds, and whether they are met: the last table of a run."""

from __future__ import annotations

from typing import Any, NamedTuple


class Goal(NamedTuple):
    """A bound on a figure: on the ratio of a row of the results, or on its seconds.

    workload, peer: which row. more: whether more is better, as of a speed.
    """

    workload: str
    peer: str
    figure: str
    bound: float
    more: bool = False


RATIO, SECONDS = "ratio", "median"
GOALS = [
    Goal("T1", "chainrule", RATIO, 1.7),
    Goal("T2", "chainrule", RATIO, 1.1),
    Goal("T4", "chainrule", RATIO, 0.9),
    Goal("T1", "chainrule traced", RATIO, 1.0),
    Goal("T2", "chainrule traced", RATIO, 1.05),
    # With AVX-512; without it two exponentials and a tanh alone take as long as NumPy by hand.
    Goal("T4", "chainrule traced", RATIO, 0.33),
    Goal("S1", "chainrule", RATIO, 10.0, more=True),
    Goal("S1", "chainrule traced", SECONDS, 100e-6),
    Goal("S3", "chainrule traced", SECONDS, 1.9e-3),
    # A bare engine with seven slots a node reaches 2.0 to 2.6: see ARCHITECTURE.md.
    Goal("M1", "chainrule", RATIO, 3.0, more=True),
]
#: Goals for small_costs.py: at most how many times what else.
ALONE = {
    "import autograd, nn, viz": (1.15, "NumPy's import"),
    "sigmoid, silu, softplus, gelu": (1.3, "tanh"),
    "the same, compiled": (1.3, "tanh"),
    "recording M1": (0.98, "a step of the plainest engine"),
    "recording M1, compiled": (0.98, "a step of the plainest engine"),
}


def table(rows: list[dict[str, Any]], alone: dict[str, float]) -> str:
    """Return each goal beside what was measured, with one thread, as Markdown.

    alone: the figures of small_costs.py, by their names in `ALONE`.

    >>> row = {"workload": "T4", "peer": "chainrule", "threads": 1, "ratio": 0.87, "median": 0.03}
    >>> print(table([row], {}))
    | what | goal | measured | |
    |---|---|---|---|
    | T4 chainrule | at most 0.9 × NumPy by hand | 0.87 | met |
    """
    found = {(r["workload"], r["peer"]): r for r in rows if r["threads"] == 1}
    lines = ["| what | goal | measured | |", "|---|---|---|---|"]
    for goal in GOALS:
        row = found.get((goal.workload, goal.peer))
        if row is not None:
            lines.append(_line(goal, row[goal.figure], row.get("yardstick", "NumPy by hand")))
    for name, (bound, of) in ALONE.items():
        if name in alone:
            met = "met" if alone[name] <= bound else "not met"
            lines.append(f"| {name} | at most {bound:g} × {of} | {alone[name]:.2f} | {met} |")
    return "\n".join(lines)


def _line(goal: Goal, measured: float, yardstick: str) -> str:
    met = measured >= goal.bound if goal.more else measured <= goal.bound
    what = "at least" if goal.more else "at most"
    if goal.figure == SECONDS:
        bound, shown = f"{what} {goal.bound * 1e3:g} ms", f"{measured * 1e3:.3g} ms"
    else:
        bound, shown = f"{what} {goal.bound:g} × {yardstick}", f"{measured:.3g}"
    return f"| {goal.workload} {goal.peer} | {bound} | {shown} | {'met' if met else 'not met'} |"
