"""What each command does, once its question is understood."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import viz
from autograd import Op, Value, gradient_report, partial_latex, primitives
from chainrule.demo import run as run_demo
from chainrule.engine import engine
from chainrule.expression import ExpressionError, Program, names_in, record
from chainrule.stills import with_stills


def draw(options: argparse.Namespace) -> int:
    """Draw the graph; as text where no file is named."""
    program = _recorded(options)
    if not options.no_grad:
        program.result.backward()
    drawing = viz.draw(
        program.result, names=False, theme=options.theme, direction=options.direction
    )
    if options.output == "-":
        print(drawing.svg)
    elif options.output:
        print(drawing.save(options.output))
    else:
        print(drawing.text)
    return 0


def steps(options: argparse.Namespace) -> int:
    """Tell the backward pass; as text where no file is named."""
    story = viz.steps(_recorded(options).result, mode=options.mode)
    if options.output:
        print(story.save(options.output, theme=options.theme))
    else:
        print(story.text())
    return 0


def live(options: argparse.Namespace) -> int:
    """Write a page in which every variable has a knob."""
    page = viz.live(_recorded(options).result, theme=options.theme)
    print(page.save(options.output))
    return 0


def explain(options: argparse.Namespace) -> int:
    """Write the chain rule out for one variable, or for each."""
    program = _recorded(options)
    program.result.backward()
    leaves = dict(_leaves(program))
    if options.wrt and options.wrt not in leaves:
        raise ExpressionError(f"--wrt {options.wrt}: the variables are {', '.join(leaves)}")
    for name in [options.wrt] if options.wrt else leaves:
        written = viz.explain(program.result, leaves[name])
        print(
            {"text": written.text, "markdown": written.markdown, "latex": written.latex}[
                options.format
            ]()
        )
    return 0


def plot(options: argparse.Namespace) -> int:
    """Plot a function of one variable, with its derivative, into a file."""
    text, given = _text(options), _given(options)
    free = [name for name in names_in(text) if name not in given]
    name = options.wrt or (free[0] if len(free) == 1 else "")
    if not name and not free:
        raise ExpressionError(
            "a plot needs a variable on its axis, one that is given no value: x**2"
        )
    if not name:
        raise ExpressionError(
            f"{', '.join(free)} have no value; give all but one of them one, such as {free[0]}=1"
        )
    if len(free) - (name in free) > 0:
        raise ExpressionError(
            f"{' and '.join(n for n in free if n != name)} need a value, such as a=1"
        )

    def function(x: Any) -> Any:
        return record(text, given, {name: x}).result

    axes = viz.function_plot(function, options.low, options.high, name=" ".join(text.split()))
    axes.set_xlabel(name)
    axes.figure.savefig(options.output)
    print(options.output)
    return 0


def check(options: argparse.Namespace) -> int:
    """Print analytic beside numeric derivatives; exit code 1 where they differ."""
    text, given = _text(options), _given(options)
    variables = record(text, given).variables
    if not all(isinstance(x, Value) for x in variables.values()):
        raise ExpressionError("check takes single numbers; give each a name of its own, no list")

    def function(*values: Any) -> Any:
        return record(text, given, dict(zip(variables, values, strict=True))).result

    report = gradient_report(function, *variables.values(), order=options.order)
    print(report)
    return 0 if report.ok else 1


def table(options: argparse.Namespace) -> int:
    """Print the rows of the table, or one of them."""
    rows = primitives()
    if options.name and options.name not in rows:
        raise ExpressionError(f"there is no row {options.name}; `chainrule table` lists them")
    for line in _rows(
        [rows[options.name]] if options.name else list(rows.values()), options.format
    ):
        print(line)
    return 0


def demo(options: argparse.Namespace) -> int:
    """Do the main job on a real sample; what is written and checked is printed."""
    run_demo(options.row, options.hidden, options.seed, options.output)
    print(f"\n{engine()}")
    return 0


def stills(options: argparse.Namespace) -> int:
    """Copy a notebook, with each page's picture beside it as PNG."""
    count = with_stills(options.notebook, options.output)
    print(f"{options.output}: {count} picture{'' if count == 1 else 's'}")
    return 0


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return a shell's completion script, written by shtab from the parser."""
    try:
        import shtab
    except ImportError:
        raise ImportError(
            "completion needs shtab, which is not installed: pip install 'chainrule[cli]'"
        ) from None
    return str(shtab.complete(parser, shell=shell))


def _text(options: argparse.Namespace) -> str:
    """Return the expression: from standard input, from a file, or as it was given."""
    if options.expression == "-":
        return sys.stdin.read()
    path = Path(options.expression)
    looks_like_a_file = path.suffix in (".txt", ".py", ".chain")
    if looks_like_a_file:
        return path.read_text(encoding="utf-8")
    return str(options.expression)


def _given(options: argparse.Namespace) -> dict[str, str]:
    given = {}
    for item in options.variables:
        name, equals, number = item.partition("=")
        if not equals or not number:
            raise ExpressionError(f"{item!r} gives no variable a value; write it as w=-3")
        given[name.strip()] = number
    return given


def _recorded(options: argparse.Namespace) -> Program:
    return record(_text(options), _given(options))


def _leaves(program: Program) -> Iterator[tuple[str, Value]]:
    for variable in program.variables.values():
        for leaf in np.asarray(variable, dtype=object).flat:
            yield leaf.label, leaf


def _rows(rows: list[Op], format: str) -> Iterator[str]:
    """Yield a line a row: its name, its formula, its local derivatives."""
    for row in rows:
        formula = row.latex.replace("$axis", "").replace("$", "")
        partials = [partial_latex(row, i) for i in range(getattr(row, "arity", 1))]
        if format == "latex":
            yield rf"{formula} \qquad {', '.join(partials)}"
        elif format == "markdown":
            yield f"| `{row.name}` | ${formula}$ | {', '.join(f'${d}$' for d in partials)} |"
        else:
            yield f"{row.name:<16}{row.symbol:<12}{',  '.join(partials)}"
