"""The command `chainrule`: its subcommands and options, and how it reports errors.

Exit codes: 0 success; 1 a check found a wrong gradient; 2 the request could not be carried out (one
sentence on standard error says why).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from chainrule import actions
from chainrule.engine import engine
from chainrule.expression import ExpressionError

_EXAMPLES = """\
examples:
  chainrule draw "sigmoid(w*x + b)" w=-3 x=2 b=1 -o graph.svg
  chainrule steps "(tanh(w*x) - 1)**2" w=0.5 x=2 -o steps.html
  chainrule live "sigmoid(w*x + b)" w=-3 x=2 b=1 -o live.html
  chainrule explain "sigmoid(w*x + b)" w=-3 x=2 b=1 --wrt w
  chainrule plot "x * sigmoid(x)" --from -6 --to 6 -o silu.svg
  chainrule check "log(x) / x" x=2
  chainrule table tanh
  chainrule stills lesson.ipynb -o printed.ipynb && jupyter nbconvert --to pdf printed.ipynb
  echo "h = tanh(2*w)" | chainrule draw - w=0.5

An expression is made of numbers, names, + - * / **, comparisons, lists and the functions of
autograd and nn. Instead of an expression, the name of a file (or - for standard input) with lines
`name = expression` is taken as well; the last line is the result.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence and a pointer to the help."""

    def error(self, message: str) -> Any:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser(prog: str = "chainrule", only: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser; `only` names its commands; if empty, it has all of them."""
    top = _Parser(
        prog=prog,
        description="A glass box for backpropagation: draw, explain and check an expression.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {_version()}\n{engine()}")
    top.add_argument(
        "--completion",
        choices=("bash", "zsh", "tcsh"),
        help="print the completion script of a shell, to be sourced there, and stop",
    )
    commands = top.add_subparsers(dest="command", metavar="command", parser_class=_Parser)
    for name, (summary, enter) in _COMMANDS.items():
        if not only or name in only:
            enter(commands.add_parser(name, help=summary, description=summary.capitalize() + "."))
    return top


def main(
    arguments: Sequence[str] | None = None, prog: str = "chainrule", only: Sequence[str] = ()
) -> int:
    """Run one command and return its exit code.

    >>> main(["draw", "w*x", "w=2", "x=-3"])
    mul#1 = -6.0  [×]  grad 1.0
    ├─ w = 2.0  grad -3.0
    └─ x = -3.0  grad 2.0
    0
    """
    top = parser(prog, only)
    given = sys.argv[1:] if arguments is None else arguments
    options = top.parse_args([_no_option(argument) for argument in given])
    try:
        if options.completion:
            print(actions.completion(top, options.completion))
            return 0
        if options.command is None:
            top.print_help()
            return 0
        code = options.run(options)
        sys.stdout.flush()
    except (ExpressionError, ArithmeticError, ValueError, RuntimeError, ImportError) as error:
        message = re.sub(r"\s*\n\s*", " ", str(error))
        print(f"{prog} {options.command or ''}: {message}".replace(" :", ":", 1), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"{prog}: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    return int(code)


def _no_option(argument: str) -> str:
    """Put a space before an expression that begins with a minus, lest it look like an option."""
    return f" {argument}" if re.match("-[^-oh]", argument) else argument


def _version() -> str:
    try:
        return version("chainrule")
    except PackageNotFoundError:  # in a directory that was never installed
        return "of this folder"


def _expression(command: argparse.ArgumentParser, run: Any) -> None:
    command.add_argument(
        "expression", help="what to compute, or a file of lines `name = expression`, or -"
    )
    command.add_argument(
        "variables", nargs="*", metavar="name=number", help="a value for each variable: w=-3"
    )
    command.set_defaults(run=run)


def _draw(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.draw)
    command.add_argument("-o", "--output", help="graph.svg, .png, .pdf, .html, .dot, .txt, or - ")
    command.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")
    command.add_argument(
        "--direction", choices=("LR", "TD"), default="LR", help="left to right, or top down"
    )
    command.add_argument("--no-grad", action="store_true", help="values alone, no backward pass")


def _steps(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.steps)
    command.add_argument("-o", "--output", help="steps.html, .svg or .txt; text if left out")
    command.add_argument(
        "--mode", choices=("watch", "predict", "naive", "no_zero_grad"), default="watch"
    )
    command.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")


def _live(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.live)
    command.add_argument("-o", "--output", default="live.html", help="the page to write")
    command.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")


def _explain(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.explain)
    command.add_argument("--wrt", help="the variable; all of them, one by one, if left out")
    command.add_argument("--format", choices=("text", "markdown", "latex"), default="text")


def _plot(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.plot)
    command.add_argument(
        "--wrt", help="the variable on the axis; the one without a value if left out"
    )
    command.add_argument(
        "--from", dest="low", type=float, default=-6.0, help="left end of the axis"
    )
    command.add_argument("--to", dest="high", type=float, default=6.0, help="right end of the axis")
    command.add_argument("-o", "--output", default="plot.svg", help="plot.svg, .png or .pdf")


def _check(command: argparse.ArgumentParser) -> None:
    _expression(command, actions.check)
    command.add_argument(
        "--order", type=int, choices=(1, 2), default=1, help="2: second derivatives too"
    )


def _table(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", help="one row alone, with its formulas")
    command.add_argument("--format", choices=("text", "markdown", "latex"), default="text")
    command.set_defaults(run=actions.table)


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--row", type=int, default=20, help="which sample of the data set")
    command.add_argument("--hidden", type=int, default=3, help="neurons in the hidden layer")
    command.add_argument("--seed", type=int, default=0, help="of the initial weights")
    command.add_argument("-o", "--output", default="out", help="the folder to write to")
    command.set_defaults(run=actions.demo)


def _stills(command: argparse.ArgumentParser) -> None:
    command.add_argument("notebook", help="a notebook that was run, .ipynb")
    command.add_argument("-o", "--output", required=True, help="the copy, .ipynb")
    command.set_defaults(run=actions.stills)


_COMMANDS = {
    "draw": ("draw the graph of an expression, with its gradients", _draw),
    "steps": ("the backward pass of an expression, one step at a time", _steps),
    "live": ("a page in which the numbers of an expression can be turned", _live),
    "explain": ("the chain rule written out for one variable", _explain),
    "plot": ("a function of one variable with its derivative", _plot),
    "check": ("compare the gradients with finite differences", _check),
    "table": ("the primitives, or one of them with its derivatives", _table),
    "stills": ("a copy of a notebook whose pages print, for nbconvert and Quarto", _stills),
    "demo": (
        "the main job: a real sample through a small network, its gradients checked and drawn",
        _demo,
    ),
}
