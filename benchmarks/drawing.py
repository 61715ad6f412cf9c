"""`python -m benchmarks.drawing`: seconds from a recorded graph to its SVG, and to a player's data.

Next to the elapsed time it prints the processor time of Python and of the layout engine's process:
on a busy machine the first grows, the second hardly.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import viz
from autograd import Value, topological

#: Numbers of nodes, and the seconds in which they are to be drawn.
GOALS = {230: 0.3, 1200: 1.0}


def tree(size: int) -> Value:
    """Return the product of many leaves, two by two."""
    nodes = [Value(1.0 + i % 3, label=f"x{i}") for i in range(size // 2)]
    while len(nodes) > 1:
        pairs = [a * b for a, b in zip(nodes[::2], nodes[1::2], strict=False)]
        nodes = pairs + nodes[2 * len(pairs) :]
    return nodes[0]


def chain(size: int) -> Value:
    """Return a chain of operations, half of which use the same leaf."""
    w = Value(0.9, label="w")
    x = w
    for _ in range(size // 2):
        x = (x * w).tanh()
    return x


def one_leaf_everywhere(size: int) -> Value:
    """Return the sum of many products with one leaf."""
    w = Value(0.9, label="w")
    total = w
    for i in range(size // 3):
        total = total + Value(float(i), label=f"x{i}") * w
    return total


def best(task: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Return the least elapsed time and the least processor time, in seconds."""
    passed, worked = [], []
    for _ in range(rounds):
        start, begun = time.perf_counter(), sum(os.times()[:4])
        task()
        passed.append(time.perf_counter() - start)
        worked.append(sum(os.times()[:4]) - begun)
    return min(passed), min(worked)


def main() -> None:
    """Draw each graph at each size, and print a table."""
    print(f"{'graph':<20} {'nodes':>6} {'draw':>8} {'of processor':>13} {'goal':>6} {'steps':>8}")
    for size, goal in GOALS.items():
        for make in (tree, chain, one_leaf_everywhere):
            root = make(size)
            root.backward()

            def draw(root: Value = root) -> str:
                return viz.draw(root, limit=None).svg

            def tell(root: Value = root) -> viz.Steps:
                return viz.steps(root)

            passed, worked = best(draw)
            print(
                f"{make.__name__:<20} {len(topological(root)):>6,} {passed:>6.2f} s "
                f"{worked:>11.2f} s {goal:>4} s {best(tell, 3)[0]:>6.2f} s"
            )


if __name__ == "__main__":
    main()
