"""Expressions as text, such as `tanh(w*x + b)`: parsed, checked against a whitelist, recorded.

The text may come from anywhere, so Python never evaluates any of it. It is parsed to a syntax tree,
and the walk below accepts only a handful of forms: numbers, names, arithmetic, comparisons, lists,
and calls of the functions in `FUNCTIONS`. Every other form is rejected by name. Plain numbers are
computed as floats, so that no power can take for ever, and the size of the text, its nesting and
the count of numbers it creates are bounded.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Node, Value

#: The functions that may be called, by name. Each takes numbers, `Value`s and lists of them.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(package, name)
    for package, names in (
        (
            autograd,
            "abs clip cos dot equal exp expm1 greater greater_equal less less_equal log log1p "
            "logaddexp logsumexp max maximum mean min minimum norm not_equal pow prod relu sign "
            "sin sqrt square std sum tanh var where",
        ),
        (
            nn,
            "binary_cross_entropy binary_cross_entropy_with_logits elu gelu huber_loss l1_loss "
            "l1_penalty l2_penalty leaky_relu log_softmax mse_loss selu sigmoid silu "
            "smooth_l1_loss softmax softplus",
        ),
    )
    for name in names.split()
}

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}

LONGEST = 10_000  # characters in one text
DEEPEST = 200  # levels of nesting
LARGEST = 100_000  # numbers that one text may create

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: autograd.pow,  # a negative base to a fraction is an error, never complex
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: autograd.greater,
    ast.GtE: autograd.greater_equal,
    ast.Lt: autograd.less,
    ast.LtE: autograd.less_equal,
    ast.Eq: autograd.equal,
    ast.NotEq: autograd.not_equal,
}
#: What people try, and what to write instead.
_INSTEAD = {
    ast.Attribute: "attributes (a dot) are not part of an expression; write tanh(x), not x.tanh()",
    ast.IfExp: "`a if c else b` is written where(c, a, b), which stays in the graph",
    ast.BoolOp: "`and` and `or` are written with where() or with products of comparisons",
    ast.Lambda: "functions cannot be defined in an expression",
    ast.BitXor: "^ is not a power here: write x**2",
    ast.Import: "imports are not part of an expression",
    ast.ImportFrom: "imports are not part of an expression",
}


class ExpressionError(ValueError):
    """A text is not a valid expression; the message says where, and what to write instead."""


@dataclass
class RecordedExpression:
    """What a text computed: its result, and the variables that it depends on, by name."""

    result: Node
    variables: dict[str, Any] = field(default_factory=dict)


def record(
    text: str, numbers: Mapping[str, str] | None = None, preset: Mapping[str, Any] | None = None
) -> RecordedExpression:
    """Compute an expression, or a file of assignments, on `Value`s.

    text: one expression; or lines `name = expression`, of which the last (with or
        without a name) is the result. A name that is assigned plain numbers is a variable; `#`
        begins a comment.
    numbers: the text of each variable's number, or list of numbers.
    preset: values of names that override what the text assigns to them.

    Raises ExpressionError (not in the language, too long, nested too deeply, a name without a
    value, a result that is not a single number, outside a function's domain).

    >>> program = record("tanh(w*x)", {"w": "-0.5", "x": "2"})
    >>> program.result.backward()
    >>> program.variables["w"].grad
    0.8399486832280523
    """
    walk = _Walk(preset or {})
    for name, number in (numbers or {}).items():
        walk.assign(name, _parsed(number, "eval").body)
    result: Any = None
    for statement in _statements(text):
        result = walk.statement(statement)
    if isinstance(result, Value):
        return RecordedExpression(result, walk.variables)
    if isinstance(result, np.ndarray):
        shape = "×".join(map(str, result.shape))
        raise ExpressionError(
            f"the result must be a single number, but it is a list of {shape}; take one element "
            "with [0], or the sum(…) or mean(…) of all"
        )
    raise ExpressionError(
        f"the result, {result}, depends on no variable; give one a value, such as x=2, and use it"
    )


def names_in(text: str) -> list[str]:
    """Return the names that a text uses without assigning them a value, in order.

    >>> names_in("sin(a * t) + pi")
    ['a', 't']
    """
    found: dict[str, None] = {}
    given: set[str] = set()
    for statement in _statements(text):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                known = node.id in FUNCTIONS or node.id in CONSTANTS or node.id in given
                if not known:
                    found[node.id] = None
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            given.add(statement.targets[0].id)
    return list(found)


def _parsed(text: str, mode: str) -> Any:
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the text has {len(text)} characters; at most {LONGEST} are read, give parts names"
        )
    try:
        with warnings.catch_warnings(action="ignore"):  # what Python would advise is refused below
            return ast.parse(text.strip(), "<expression>", mode)
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset else ""
        raise ExpressionError(f"{_short(text)!r} is no expression: {error.msg}{place}") from None
    except (RecursionError, MemoryError, ValueError) as error:
        raise ExpressionError(f"{_short(text)!r} is no expression: {error or 'too deep'}") from None


def _statements(text: str) -> Sequence[ast.stmt]:
    statements: Sequence[ast.stmt] = _parsed(text, "exec").body
    if not statements:
        raise ExpressionError("there is no expression; write one, such as 'tanh(w*x + b)'")
    return statements


class _Walk:
    """One pass over a syntax tree; each form that it accepts is a method or a line of `value`."""

    def __init__(self, preset: Mapping[str, Any]) -> None:
        self.preset = preset
        self.names: dict[str, Any] = dict(preset)
        self.variables: dict[str, Any] = dict(preset)
        self.made = 0

    def statement(self, statement: ast.stmt) -> Any:
        if isinstance(statement, ast.Expr):
            return self.value(statement.value)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                return self.assign(target.id, statement.value)
        raise _refused(statement)

    def assign(self, name: str, tree: ast.expr) -> Any:
        """Assign a value to a name: plain numbers become variables, results take it as a label."""
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ExpressionError(f"{name!r} cannot be a name; use letters and digits")
        if name in FUNCTIONS:
            raise ExpressionError(f"{name} is a function; choose another name for the variable")
        if name in self.preset:
            return self.preset[name]
        value = self.value(tree)
        if isinstance(value, Value) and value.op is not None:
            value.label = name
        elif isinstance(value, int | float):
            value = self.variables[name] = Value(float(value), label=name)
        elif isinstance(value, np.ndarray) and not _has_values(value):
            value = self.variables[name] = _several(value, name)
        self.names[name] = value
        return value

    def value(self, tree: ast.expr, depth: int = 0) -> Any:
        if depth > DEEPEST:
            raise ExpressionError(
                f"the expression is nested more than {DEEPEST} deep; give its parts names, each on "
                "a line of its own in a file"
            )
        forms: dict[type[ast.expr], Callable[[Any, int], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.Compare: self._compare,
            ast.Call: self._call,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Subscript: self._item,
        }
        form = forms.get(type(tree))
        if form is None:
            raise _refused(tree)
        return self._counted(form(tree, depth + 1))

    def _counted(self, result: Any) -> Any:
        self.made += result.size if isinstance(result, np.ndarray) else 1
        if self.made > LARGEST:
            raise ExpressionError(
                f"the expression makes more than {LARGEST} numbers; make it smaller"
            )
        return result

    def _constant(self, tree: ast.Constant, depth: int) -> Any:  # noqa: ARG002 - one form of call
        if type(tree.value) is int and abs(tree.value) < 2**53:
            return tree.value
        if type(tree.value) is float:
            return tree.value
        what = "a whole number this large" if type(tree.value) is int else repr(tree.value)[:40]
        raise ExpressionError(f"{what} is no number of an expression; write it as a float")

    def _name(self, tree: ast.Name, depth: int) -> Any:  # noqa: ARG002 - one form of call
        name = tree.id
        if name in self.names:
            return self.names[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in FUNCTIONS:
            raise ExpressionError(f"{name} is a function; call it, as in {name}(x)")
        raise ExpressionError(f"{name} has no value; give it one: {name}=1.0")

    def _unary(self, tree: ast.UnaryOp, depth: int) -> Any:
        if not isinstance(tree.op, ast.USub | ast.UAdd):
            raise _refused(tree.op)
        value = self.value(tree.operand, depth)
        return -value if isinstance(tree.op, ast.USub) else value

    def _binary(self, tree: ast.BinOp, depth: int) -> Any:
        compute = _BINARY.get(type(tree.op))
        if compute is None:
            raise _refused(tree.op)
        left, right = self.value(tree.left, depth), self.value(tree.right, depth)
        if isinstance(left, int | float) and isinstance(right, int | float):
            left, right = float(left), float(right)
        return _computed(compute, tree, left, right)

    def _compare(self, tree: ast.Compare, depth: int) -> Any:
        compute = _COMPARED.get(type(tree.ops[0]))
        if compute is None or len(tree.ops) > 1:
            raise _refused(tree if compute else tree.ops[0])
        left, right = self.value(tree.left, depth), self.value(tree.comparators[0], depth)
        return _computed(compute, tree, left, right)

    def _call(self, tree: ast.Call, depth: int) -> Any:
        if not isinstance(tree.func, ast.Name):
            raise _refused(tree.func)
        function = FUNCTIONS.get(tree.func.id)
        if function is None:
            near = difflib.get_close_matches(tree.func.id, FUNCTIONS, 1)
            hint = f"did you mean {near[0]}?" if near else "`chainrule table` lists the functions"
            raise ExpressionError(f"there is no function {tree.func.id}; {hint}")
        arguments = [self.value(argument, depth) for argument in tree.args]
        options = {}
        for item in tree.keywords:
            given: Any = getattr(item.value, "value", None)
            constant = isinstance(item.value, ast.Constant) and isinstance(given, str)
            if item.arg is None:
                raise ExpressionError("** is not part of a call here; name each option")
            options[item.arg] = given if constant else self.value(item.value, depth)
        return _computed(function, tree, *arguments, **options)

    def _list(self, tree: ast.List | ast.Tuple, depth: int) -> Any:
        cells = [self.value(element, depth) for element in tree.elts]
        recorded = any(isinstance(cell, Value) or _has_values(cell) for cell in cells)
        if len({np.shape(cell) for cell in cells}) > 1:
            raise ExpressionError(f"the rows of {_text(tree)} differ in length")
        return np.array(cells, dtype=object if recorded else float)

    def _item(self, tree: ast.Subscript, depth: int) -> Any:
        value, key = self.value(tree.value, depth), self.value(tree.slice, depth)
        if not isinstance(value, np.ndarray) or type(key) is not int:
            raise ExpressionError(
                f"{_text(tree)}: only a whole number in brackets, behind a list, takes an element"
            )
        return _computed(operator.getitem, tree, value, key)


def _has_values(x: Any) -> bool:
    """Return whether x is an array of `Value`s."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "O"


def _several(numbers: Any, name: str) -> Any:
    """Return an array of `Value`s, each labelled with its index."""
    result = np.empty(numbers.shape, dtype=object)
    for place, number in np.ndenumerate(numbers):
        result[place] = Value(float(number), label=f"{name}[{', '.join(map(str, place))}]")
    return result


def _computed(function: Callable[..., Any], tree: ast.expr, *args: Any, **options: Any) -> Any:
    """Call one of our functions; turn its errors about operands into errors about the text."""
    try:
        with np.errstate(all="ignore"):  # nan and inf are results, and are drawn
            return function(*args, **options)
    except (TypeError, ValueError, ArithmeticError, IndexError) as error:
        # Our own line that made the call is of no use to the author of the text.
        message = re.sub(r" \([^()]*\.py:\d+.*\)$", "", str(error), flags=re.DOTALL)
        raise ExpressionError(f"{_text(tree)}: {message}") from None


def _refused(tree: ast.AST) -> ExpressionError:
    instead = _INSTEAD.get(type(tree)) or (
        "an expression is made of numbers, names, + - * / **, comparisons, lists and functions"
    )
    return ExpressionError(f"{_text(tree)!r} is not allowed: {instead}")


def _text(tree: ast.AST) -> str:
    """Return the tree as text, or the form's name if it is not an expression or nested too deep."""
    if not isinstance(tree, ast.expr | ast.stmt):
        return type(tree).__name__
    try:
        return _short(ast.unparse(tree))
    except RecursionError:
        return type(tree).__name__


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"
