"""Every callable of NumPy on a `Tensor` and on arrays of `Value`s: right, or refused, never cut.

The oracle is NumPy itself: its result on plain arrays, and finite differences of that. A call that
NumPy refuses on plain arrays is left out; one that we refuse must say so in a sentence; and where
the result depends on the numbers, a history that is cut is said by a GradientLostWarning.
"""

import contextlib
import io
import re
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import GradientLostWarning, Tensor, Value

#: What writes files, asks for texts and types, sets options, or has nothing to compute.
LEFT_OUT = {
    *("save", "savez", "savez_compressed", "savetxt", "load", "loadtxt", "genfromtxt", "fromfile"),
    *("fromstring", "frombuffer", "memmap", "info", "show_config", "show_runtime", "test"),
    *("set_printoptions", "seterr", "seterrcall", "setbufsize", "get_include", "printoptions"),
    *("errstate", "bmat", "asmatrix", "busday_count", "busday_offset", "is_busday", "fromregex"),
    *("fromfunction", "iterable", "frompyfunc", "nested_iters", "broadcast", "array_repr"),
    *("array_str", "array2string", "format_float_positional", "format_float_scientific"),
    *("base_repr", "binary_repr", "mintypecode"),
    # not of the numbers: memory, and what is not written yet
    *("byteswap", "empty_like", "shares_memory", "may_share_memory", "einsum_path"),
    # of objects NumPy's own `and` and `or` give an operand; its float power.reduce is another
    *("logical_and", "logical_or", "logical_xor", "power", "pow", "arctan2", "atan2"),
}
ARRAYS = {
    "matrix": np.array([[2.3, 0.45], [0.7, 3.1]]),
    "vector": np.array([1.3, 0.45, 2.2]),
    "number": np.array(0.6),
    "empty": np.zeros((2, 0)),
    "rows": np.array([[0.31, 0.52, -0.4], [1.7, -0.83, 0.27]]),  # none is twice another: [x, 2x]
}
#: How a function is called with one array x.
CALLS = {
    "f(x)": lambda f, x: f(x),
    "f(x, axis=0)": lambda f, x: f(x, axis=0),
    "f(x, axis=-1, keepdims=True)": lambda f, x: f(x, axis=-1, keepdims=True),
    "f(x, 1)": lambda f, x: f(x, 1),
    "f(x, 0, 1)": lambda f, x: f(x, 0, 1),
    "f(x, 0.5)": lambda f, x: f(x, 0.5),
    "f(0.5, x)": lambda f, x: f(0.5, x),
    "f(2, x)": lambda f, x: f(2, x),
    "f(x, y)": lambda f, x: f(x, np.ones(np.shape(x)) * 1.1),
    "f(y, x)": lambda f, x: f(np.ones(np.shape(x)) * 1.1, x),
    "f(x, x, x)": lambda f, x: f(x, x * 0.9, x * 1.1),
    "f([x, 2x])": lambda f, x: f([x, x * 2.0]),
    "f(x, [0])": lambda f, x: f(x, [0]),
    "f(x, 0, None, None)": lambda f, x: f(x, 0, None, None),
    "f(x, (1, 1))": lambda f, x: f(x, (1, 1)),
    "f(mask, x)": lambda f, x: f(np.ones(np.shape(x), bool), x),
    "f(mask, x, 0)": lambda f, x: f(np.ones(np.shape(x), bool), x, 0.0),
    "f(x, ord=1)": lambda f, x: f(x, ord=1),
    "f('...j->...', x)": lambda f, x: f("...j->...", x),
}


def callables():
    for module in (np, np.linalg):
        for name in sorted(dir(module)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                f = getattr(module, name, None)
            if name[0] == "_" or name in LEFT_OUT or not callable(f) or isinstance(f, type):
                continue
            yield f"{module.__name__}.{name}", f
            if isinstance(f, np.ufunc) and module is np:
                for method in ("reduce", "accumulate", "outer"):
                    yield f"np.{name}.{method}", getattr(f, method)
    for name in dir(np.ndarray):
        if name[0] != "_" and name not in (*LEFT_OUT, "tofile", "dump", "dumps", "setflags"):
            yield f"ndarray.{name}", method_of(name)


def method_of(name):
    def call(x, *args, **keywords):
        found = getattr(x, name)
        return found(*args, **keywords) if callable(found) else found

    return call


def cells(result):
    """The numbers and nodes of a result, one by one."""
    if isinstance(result, tuple | list):
        return [e for part in result for e in cells(part)]
    if isinstance(result, np.ndarray) and result.dtype == object:
        return [e for part in result.flat for e in cells(part)]
    return [result]


def numbers(result):
    """All numbers of a result; None if it holds anything else."""
    found = []
    for e in cells(result):
        e = e.data if isinstance(e, Tensor | Value) else e
        array = np.asarray(e) if isinstance(e, int | float | np.ndarray | np.generic) else None
        if array is None or array.dtype.kind not in "biuf":
            return None
        found.append(array.astype(float).ravel())
    return np.concatenate([*found, np.zeros(0)])


def shapes(result):
    return [x.shape if isinstance(x, Tensor) else np.shape(x) for x in result]


def quietly(call, x):
    """Return the result, or the error, and the warnings of lost gradients."""
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        with np.errstate(all="ignore"):
            try:
                result, error = call(x), None
            except Exception as raised:
                result, error = None, raised
    return result, error, [w for w in caught if issubclass(w.category, GradientLostWarning)]


def differences(call, x):
    """The derivative of every number of the result by every element of x; None at a jump."""
    rows = []
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-6
        ends = [quietly(call, x + sign * step) for sign in (1, -1)]
        plus, minus = (None if error else numbers(y) for y, error, _ in ends)
        if plus is None or minus is None or plus.shape != minus.shape:
            return None
        rows.append((plus - minus) / 2e-6)
    slopes = np.array(rows) if len({r.shape for r in rows}) == 1 else None
    return None if slopes is None or np.abs(slopes).max(initial=0) > 1e4 else slopes


def weights(n):
    return 1.0 + 0.5 * np.sin(np.arange(n))


def weighted(result):
    """One number of all: its gradient checks that of each."""
    given, total = iter(weights(numbers(result).size)), 0.0
    for e in cells(result):
        size = e.size if isinstance(e, Tensor) else np.size(e)
        w = [next(given) for _ in range(size)]
        if isinstance(e, Tensor):
            total = total + ag.sum(e * np.reshape(w, e.shape))
        elif isinstance(e, Value):
            total = total + e * w[0]
    return total


#: What an error must not be: a slip inside, that says nothing to whoever made the call.
SLIPS = (RecursionError, ZeroDivisionError, UnboundLocalError, NameError, AssertionError)


def fault(call, x, kind, name=""):
    """What is wrong with a call on nodes; an empty text if nothing is."""
    plain, error, _ = quietly(call, x.copy())
    expected = None if error else numbers(plain)
    if expected is None or not np.isfinite(expected).all():
        return ""
    leaf = Tensor(x) if kind == "Tensor" else np.frompyfunc(Value, 1, 1)(x)
    found, error, lost = quietly(call, leaf)
    if error is not None:
        slip = isinstance(error, SLIPS) or (
            kind == "Tensor"
            and not name.startswith("ndarray")
            and re.search(r"unexpected keyword|positional argument", str(error))
        )
        slip = slip or (
            kind == "Tensor" and isinstance(error, AttributeError) and "has no" not in str(error)
        )
        return f"a slip: {error!r}" if slip or not str(error) else ""
    given = numbers(found)
    if given is None or given.shape != expected.shape:
        return f"{found!r} where NumPy has {plain!r}"
    if not np.allclose(given, expected, rtol=1e-9, atol=1e-12):
        return f"{given} where NumPy has {expected}"
    several = isinstance(plain, tuple | list)
    if shapes(found if several else [found]) != shapes(plain if several else [plain]):
        return f"the shape of {found!r}"
    slopes = differences(call, x)
    if slopes is None or slopes.shape[1] != expected.size:
        return ""
    loss = weighted(found)
    if not isinstance(loss, Tensor | Value):
        return "" if lost or not np.abs(slopes).max(initial=0) > 1e-4 else f"cut: {found!r}"
    loss.backward()
    right = slopes @ weights(expected.size)
    grads = leaf.grad.ravel() if kind == "Tensor" else [v.grad for v in np.ravel(leaf)]
    close = lost or np.allclose(grads, right, rtol=1e-4, atol=1e-5)
    return "" if close else f"gradient {grads} where differences are {right}"


#: Meant to give a plain number without a word, and what our classes answer in another way.
PLAIN = ("ndarray.data", "ndarray.item", "ndarray.tolist", "ndarray.flat", "ndarray.real")


def check_every_callable(kind, array):
    x, faults = ARRAYS[array], []
    for name, f in callables():
        if name in PLAIN:
            continue
        for how, template in CALLS.items():
            said = fault(lambda x, f=f, t=template: t(f, x), x, kind, name)
            if said:
                faults.append(f"{name}: {how}: {said}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kind", ["Tensor", "Values"])
def test_every_callable_on_a_matrix(kind):
    check_every_callable(kind, "matrix")


@pytest.mark.thorough
@pytest.mark.parametrize("array", ["vector", "rows"])
@pytest.mark.parametrize("kind", ["Tensor", "Values"])
def test_every_callable(kind, array):
    check_every_callable(kind, array)


@pytest.mark.thorough
@pytest.mark.parametrize("array", ["number", "empty"])
def test_every_callable_on_a_tensor_of(array):
    check_every_callable("Tensor", array)
