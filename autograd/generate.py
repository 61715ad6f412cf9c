"""One flat Python function for each row of the table, for single numbers.

A `Value` operation is a few arithmetic instructions; a general dispatch around them would
cost several times as much. So the text of a straight function is written from the row's
traced formulas and compiled. The text is registered, so that tracebacks, debuggers and
`inspect.getsource` show it:

>>> import inspect
>>> from autograd import Value
>>> print(inspect.getsource(Value.tanh))
def tanh(p):
    # z = tanh(x);  ∂z/∂x = 1.0 - z * z
    try:
        x = p._data
        z = tanh(x)
        dx = 1.0 - z * z
    except (ValueError, ArithmeticError):
        return beyond(op, p)
    node = new(Value)
    node._data = z
    ...
"""

from __future__ import annotations

import keyword
import linecache
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.rows import table
from autograd.rows.elementwise import Elementwise
from autograd.rows.op import primitives
from autograd.symbol import Symbol, forward, operands, partial, source

_BUILD = """\
    node = new(Value)
    node._data = z
    node.op = op
    node.label = ""
    node._grad = None
    node._a = p
    node._b = {q}
    node._da = dx
    node._db = {dy}
    node.origin = origin = current()
    return node._watched() if origin is not None and origin.watch else node
"""

#: What the text below calls its variables.
_NAMES = ("p", "q", "x", "y", "z", "dx", "dy", "node", "origin", "op")

#: How Python writes these numbers.
_NUMBERS = {"inf": math.inf, "nan": math.nan}

_UNARY = """\
def {name}(p):
    # {comment}
    try:
        x = p._data
        z = {z}
        dx = {dx}
    except (ValueError, ArithmeticError):
        return beyond(op, p)
"""

_BINARY = """\
def {name}(p, q):
    # {comment}
    try:
        if type(q) is Value:
            y = q._data
            if type(p) is Value:
                x = p._data
                z = {z}
                dx = {dx}
                dy = {dy}
            else:
                x = p = constant(p)
                if x is NotImplemented:
                    return x
                z = {z}
                dx = None
                dy = {dy}
        else:
            x = p._data
            y = q = constant(q)
            if y is NotImplemented:
                return y
            z = {z}
            dx = {dx}
            dy = None
    except (ValueError, ArithmeticError):
        return beyond(op, p, q)
"""


def function_text(op: Elementwise) -> str:
    """Return the source of the function that records `op` on one or two `Value`s."""
    names = operands(op)
    z = source(forward(op), scalar=True)
    z = z[1:-1] if z.startswith("(") and z.endswith(")") else z
    written = op.infix or "float" in op.text or "python" in op.text
    if not (written or getattr(op.scalar, "__module__", "") in ("math", "_operator")):
        z = f"float({z})"  # NumPy's and SciPy's functions return numbers of their own
    partials = [partial(op, i) for i in range(op.arity)]
    texts = ["None" if d is None else source(d, scalar=True) for d in partials]
    comment = f"z = {z};  " + ",  ".join(
        f"∂z/∂{name} = {text}" for name, text in zip(names, texts, strict=True)
    )
    if op.arity == 1:
        head = _UNARY.format(name=op.name, comment=comment, z=z, dx=texts[0])
        return head + _BUILD.format(q="None", dy="None")
    head = _BINARY.format(name=op.name, comment=comment, z=z, dx=texts[0], dy=texts[1])
    return head + _BUILD.format(q="q", dy="dy")


def value_function(op: Elementwise, environment: dict[str, Any]) -> Callable[..., Any]:
    """Compile that source; `environment` holds what the text calls by name."""
    taken = {*environment, *_NAMES}
    if not op.name.isidentifier() or keyword.iskeyword(op.name) or op.name in taken:
        raise ValueError(
            f"a primitive cannot be called {op.name!r}: code is written with its name, which must "
            f"be an identifier and none of {', '.join(sorted(taken))}"
        )
    text = function_text(op)
    filename = f"<autograd:{op.name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    rows = {name: row.scalar for name, row in primitives().items() if isinstance(row, Elementwise)}
    namespace = {**rows, **environment, **_NUMBERS, "op": op}
    exec(compile(text, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[op.name]
    # The text calls rows by their names; its own name must mean the row there, not itself.
    namespace[op.name] = op.scalar
    return function


def array_rule(op: Elementwise, position: int) -> Callable[..., Any] | None:
    """Compile one operand's contribution on arrays, `g` times the local derivative.

    >>> from autograd.rows import table
    >>> import inspect
    >>> print(inspect.getsource(array_rule(table.tanh, 0)))
    contribution = lambda g, z, x: g * (1 - z ** 2)
    """
    d = partial(op, position)
    if d is None:
        return None
    text = f"contribution = lambda g, z, {', '.join(operands(op))}: {_product(d)}\n"
    filename = f"<autograd:{op.name}, contribution {position}>"
    linecache.cache[filename] = (len(text), None, [text], filename)
    namespace: dict[str, Any] = dict(_NUMBERS)
    for name, row in primitives().items():
        array = getattr(row, "array", None)
        # A row that is not one NumPy function goes through the row, which keeps numbers numbers.
        namespace[name] = array if isinstance(array, np.ufunc) else row
    exec(compile(text, filename, "exec"), namespace)
    rule: Callable[..., Any] = namespace["contribution"]
    return rule


def _product(d: Any) -> str:
    """Write g · d, without the factors of 1 that differentiating leaves."""
    if not isinstance(d, Symbol):
        return {1: "g", -1: "-g"}.get(d, f"g * {d!r}")
    if d.op is table.div and d.inputs[0] == 1:
        return source(table.div(Symbol("g"), d.inputs[1]))
    return source(table.mul(Symbol("g"), d))
