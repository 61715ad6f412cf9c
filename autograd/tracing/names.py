"""Name the arrays of a program after the user's labels, variables and arguments."""

from __future__ import annotations

import inspect
import keyword
import unicodedata
from collections.abc import Callable
from typing import Any

from autograd.tracing.arguments import signature


def argument_names(f: Callable[..., Any], n: int) -> list[str]:
    """Return the names of the first n positional arguments of f.

    Those of `*xs` are xs0, xs1, …

    >>> argument_names(lambda x, *ys: x, 3)
    ['x', 'ys0', 'ys1']
    """
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # a function without a signature
        parameters = []
    names: list[str] = []
    for one in parameters:
        if one.kind is one.VAR_POSITIONAL:
            names += [f"{one.name}{i}" for i in range(n - len(names))]
        elif one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD):
            names.append(one.name)
    return names + [f"argument{i}" for i in range(len(names), n)]


def leaf_names(name: str, x: Any) -> list[str]:
    """Return a name for each number in one argument: x, or x[0], x[1], … in a structure."""
    inside: list[Any] = []
    signature(x, inside)
    return [name] if len(inside) == 1 else [f"{name}[{i}]" for i in range(len(inside))]


def common_name(names: list[str]) -> str:
    """Return one common name for numbers with these names, or "" if there is none.

    >>> common_name(["w", "w"]), common_name(["W1[0]", "W1[1]"]), common_name(["a", "b"])
    ('w', 'W1', 'a_b')
    >>> common_name(["w[2]"]), common_name(["w1", "w2"]), common_name(list("abcd"))
    ('w2', 'w', '')
    """
    distinct = stems(names)
    if "" in distinct or len(distinct) > _MANY_NAMES:
        return ""
    return "_".join(map(plain_name, distinct))


def stems(names: list[str]) -> list[str]:
    """Return the distinct names, with numbers dropped from those that differ only by a number."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) > 1:
        distinct = list(dict.fromkeys(name.partition("[")[0] for name in distinct))
    if len(distinct) > 1:
        distinct = list(dict.fromkeys(name.rstrip("0123456789_") for name in distinct))
    return distinct


def plain_name(name: str) -> str:
    """Return x[0] as x0, and W1[0] as W1_0."""
    base, _, index = name.partition("[")
    if not index:
        return name
    index = index.rstrip("]").replace("][", "_")
    return f"{base}{'_' if base[-1:].isdigit() else ''}{index}"


_MANY_NAMES = 3


def identifier(wish: str) -> str:
    """Return the Python identifier closest to a label.

    Python itself replaces a compatibility character in a name (ϕ by φ), so this must do so too.

    >>> identifier("x²"), identifier("my weight"), identifier("3"), identifier("min")
    ('x2', 'my_weight', 'v3', 'vmin')
    """
    wish = unicodedata.normalize("NFKC", wish)
    wish = "".join(c if f"a{c}".isidentifier() else "_" for c in wish).strip("_")
    return wish if wish.isidentifier() and wish not in RESERVED else f"v{wish}"


#: Names that the generated code itself needs.
RESERVED = frozenset(
    (*keyword.kwlist, "np", "inf", "nan", "min", "range", "start", "stop", "total")
).union(("forward", "backward", "value_and_grad"))
