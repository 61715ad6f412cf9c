"""The cases that HIPS autograd's public tests try, as a table of our own, against oracles.

People come from that library, and its list of cases is what they rely on. Each case is a
function in NumPy's words and its arguments; on `Tensor`s (numbers: on `Value`s) it must give
NumPy's values, and along a random line through the arguments the first and the second
derivative of finite differences. An error in a gradient shows on every line but a few.
"""

import operator

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, grad, gradcheck, jacobian


def statistics(normal):
    x = normal(2, 3, 2)
    found = {}
    for name in ("max", "min", "sum", "mean", "prod", "var", "std"):
        f = getattr(np, name)
        for axis in (None, 0, 1, 2, -1, (0, 2)):
            for keep in (False, True):
                label = f"{name} axis={axis} keepdims={keep}"
                found[label] = (lambda x, f=f, a=axis, k=keep: f(x, axis=a, keepdims=k), x)
        found[f"{name} of one"] = (f, normal(1))
    for name in ("var", "std"):
        f = getattr(np, name)
        del found[f"{name} of one"]  # of one number the deviation has a kink
        for ddof in (0, 1, 2):
            found[f"{name} ddof={ddof}"] = (lambda x, f=f, d=ddof: f(x, ddof=d), normal(3, 4))
            found[f"{name} of rows, ddof={ddof}"] = (
                lambda x, f=f, d=ddof: f(x, axis=1, ddof=d, keepdims=True),
                normal(3, 4),
            )
    return found


#: One number at a time; the pair is the interval that the argument is drawn from.
ONE = {
    **dict.fromkeys(
        ["sin", "cos", "exp", "exp2", "expm1", "sinh", "cosh", "tanh", "square", "negative"],
        (-2.0, 2.0),
    ),
    **dict.fromkeys(
        ["deg2rad", "radians", "degrees", "rad2deg", "real", "conj", "positive"], (-2.0, 2.0)
    ),
    **dict.fromkeys(
        ["abs", "absolute", "fabs", "sign", "log", "log2", "log10", "log1p", "sqrt"], (0.3, 3.0)
    ),
    **dict.fromkeys(["arcsin", "arccos", "arctan", "arctanh", "arcsinh"], (-0.9, 0.9)),
    **dict.fromkeys(["ceil", "floor", "rint", "trunc"], (0.1, 0.4)),
    "arccosh": (1.1, 4.0),
    "tan": (-1.1, 1.1),
    "reciprocal": (0.5, 2.0),
    "nan_to_num": (-2.0, 2.0),
    "real_if_close": (-2.0, 2.0),
}
#: Two numbers at a time, with their intervals.
TWO = {
    "add": ((-2.0, 2.0), (-2.0, 2.0)),
    "subtract": ((-2.0, 2.0), (-2.0, 2.0)),
    "multiply": ((-2.0, 2.0), (-2.0, 2.0)),
    "logaddexp": ((-2.0, 2.0), (-2.0, 2.0)),
    "logaddexp2": ((-2.0, 2.0), (-2.0, 2.0)),
    "maximum": ((-2.0, 2.0), (-2.0, 2.0)),
    "minimum": ((-2.0, 2.0), (-2.0, 2.0)),
    "fmax": ((-2.0, 2.0), (-2.0, 2.0)),
    "fmin": ((-2.0, 2.0), (-2.0, 2.0)),
    "arctan2": ((0.5, 2.0), (0.5, 2.0)),
    "hypot": ((0.5, 2.0), (0.5, 2.0)),
    "true_divide": ((-2.0, 2.0), (-2.0, -0.3)),
    "power": ((0.7, 2.0), (-2.0, 2.0)),
    "remainder": ((-0.9, 0.9), (1.0, 1.9)),
    "mod": ((-0.9, 0.9), (-1.9, -1.0)),
    "fmod": ((-0.9, 0.9), (1.0, 1.9)),
}
OPERATORS = {
    "+": (operator.add, (-2.0, 2.0)),
    "-": (operator.sub, (-2.0, 2.0)),
    "*": (operator.mul, (-2.0, 2.0)),
    "/": (operator.truediv, (0.5, 2.0)),
    "**": (operator.pow, (0.7, 2.0)),
    "%": (operator.mod, (-2.9, -2.1)),
}


def elementwise(rng, shapes):
    """One argument of three shapes; two arguments of all pairs of `shapes`."""
    found = {}
    for name, ends in ONE.items():
        for shape in ((), (4,), (2, 3)):
            found[f"{name} of {shape}"] = (getattr(np, name), rng.uniform(*ends, shape))
    pairs = [(getattr(np, name), name, *ends) for name, ends in TWO.items()]
    pairs += [(f, sign, (0.7, 2.0), ends) for sign, (f, ends) in OPERATORS.items()]
    for f, name, left, right in pairs:
        for a in shapes:
            for b in shapes:
                case = f, rng.uniform(*left, a), rng.uniform(*right, b)
                found[f"{name} of {a} and {b}"] = case
    return found


def products(normal):
    found = {}
    pairs = {
        "inner": (((), (3,), (2, 3)), ((), (3,), (4, 3))),
        "dot": (((), (3,), (2, 3), (2, 2, 3)), ((), (3,), (3, 4), (2, 3, 4))),
        "matmul": (((3,), (2, 3), (2, 2, 3)), ((3,), (3, 4), (2, 3, 4))),
        "outer": (((3,), (2, 2)), ((4,),)),
        "kron": (((2, 3), (2,)), ((3, 2), (2, 2))),
        "cross": (((3, 3), (3,)), ((3, 3),)),
    }
    for name, (lefts, rights) in pairs.items():
        for a in lefts:
            for b in rights:
                found[f"{name} of {a} and {b}"] = (getattr(np, name), normal(*a), normal(*b))
    contractions = [
        ((1, 3), (3,), ((1,), (0,))),
        ((2, 3, 2), (3, 4, 2), ((1,), (0,))),
        ((3, 4, 2), (2, 3, 2), ((0,), (1,))),
        ((2, 3, 4), (2, 2, 3, 4), ((0, 1), (1, 2))),
        ((2, 3), (1, 3, 2), ((1, 0), (1, 2))),
        ((2, 2), (2, 2, 4), 1),
        ((4, 2, 2), (2, 2), 2),
        ((4,), (), 0),
        ((2, 6), (6, 3), ([-1], [0])),
    ]
    for a, b, axes in contractions:
        f = lambda x, y, axes=axes: np.tensordot(x, y, axes)
        found[f"tensordot of {a} and {b} over {axes}"] = (f, normal(*a), normal(*b))
    sums = [
        ("ij->ji", (3, 4)),
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("...ij,...jk->...ik", (2, 3), (2, 3, 4)),
        ("ijk,lji->lki", (3, 4, 2), (2, 4, 3)),
        ("...jk,...lj->...lk", (2, 2), (3, 2, 2)),
        ("...,...->...", (2, 2), (3, 2, 2)),
        ("jk...,lj...->lk...", (3, 2), (2, 3)),
        ("jk...,lj...->lk...", (3, 2, 4), (2, 3, 4)),
        ("j...k,lj...->lk...", (2, 2, 3), (2, 2, 2)),
        ("ijk,lji,lli->lki", (3, 4, 2), (2, 4, 3), (2, 2, 3)),
    ]
    for text, *shapes in sums:
        f = lambda *xs, text=text: np.einsum(text, *xs)
        found[f"einsum {text} of {shapes}"] = (f, *[normal(*s) for s in shapes])
    found["einsum, numbered"] = (lambda x: np.einsum(x, [0, 1], [1, 0]), normal(2, 3))
    found["einsum, numbered product"] = (
        lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [0, 2]),
        normal(2, 3),
        normal(3, 2),
    )
    found["einsum, numbered and dots"] = (
        lambda x, y: np.einsum(x, [..., 0, 1], y, [..., 1, 2], [..., 0, 2]),
        normal(2, 3),
        normal(2, 3, 2),
    )
    return found


def arranged(normal):
    v, m, c = normal(7), normal(4, 6), normal(2, 3, 4)
    found = {}

    def each(name, array, *positions, **keywords):
        f = lambda x: getattr(np, name)(x, *positions, **keywords)
        label = f"{name} of {np.shape(array)} {positions or ''}{keywords or ''}"
        found[label] = (f, array)

    for axes in (None, [0, 1, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0], [1, 0, 2], [1, 2, 0]):
        each("transpose", c, axes)
    for a in range(3):
        for b in range(3):
            each("swapaxes", c, a, b)
            each("rollaxis", c, a, b)
            each("moveaxis", c, a, b)
    for k in (-1, 0, 1):
        for name in ("diag", "tril", "triu"):
            each(name, normal(4, 4), k)
        each("diag", v, k)
        each("tril", c, k)
        each("triu", c, k)
        for shape in ((4, 4), (3, 4), (4, 3), (3, 4, 2)):
            each("trace", normal(*shape), offset=k)
        each("diagonal", m, offset=k)
    each("diagonal", normal(2, 3, 3), axis1=-1, axis2=-2)
    each("diff", normal(1), axis=0)
    for n in (1, 2):
        for axis in (0, 1):
            each("diff", m, n=n, axis=axis)
            each("repeat", m, n, axis=axis)
            each("repeat", normal(3, 1), n, axis=axis)
        each("repeat", v, n)
        each("repeat", m, n)
    for axis in (None, 0, 1):
        each("cumsum", m, axis=axis)
        each("cumprod", m, axis=axis)
        each("roll", m, 2, axis=axis)
        each("sort", m, axis=axis) if axis is not None else each("sort", v)
    for kth in (0, 3, 6):
        each("partition", v, kth)
    each("tile", normal(2, 1, 3, 1), (1, 2, 1, 2))
    for reps in (2, (1, 2), (2, 3), (3, 2, 1)):
        each("tile", normal(1, 2), reps)
    for name in ("flipud", "fliplr", "rot90", "flip", "ravel"):
        each(name, m)
    for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
        for shape in ((), (1,), (7,), (1, 4), (2, 4), (2, 2, 3), (2, 1, 3, 2)):
            each(name, normal(*shape))
    each("squeeze", normal(3, 1, 4))
    each("squeeze", normal(3, 1, 4), axis=1)
    each("expand_dims", normal(3, 1, 4), 2)
    each("reshape", c, (4, 6))
    each("pad", m, ((1, 2), (0, 1)), "constant")
    each("clip", m, 0.1, 1.1)
    each("full_like", m, 2.0)
    return found


def split_and_joined(normal):
    found = {}

    def cut(name, array, where, **keywords):
        f = lambda x: tuple(getattr(np, name)(x, where, **keywords))
        found[f"{name} of {array.shape} at {where} {keywords or ''}"] = (f, array)

    for where in (2, [1, 2]):
        for name, shapes in {
            "vsplit": ((4, 2), (4, 2, 2)),
            "hsplit": ((2, 4), (2, 4, 2)),
            "dsplit": ((2, 2, 4),),
        }.items():
            for shape in shapes:
                cut(name, normal(*shape), where)
        for axis in (0, 1, 2):
            cut("split", normal(4, 4, 4), where, axis=axis)
            cut("array_split", normal(3, 3, 3), where, axis=axis)
    cut("split", normal(7), 1)
    cut("array_split", normal(7), 3)

    def join(name, *arrays, **keywords):
        f = lambda *xs: getattr(np, name)(xs, **keywords)
        found[f"{name} of {[a.shape for a in arrays]} {keywords or ''}"] = (f, *arrays)

    for axis in (0, 1, 2, None):
        join("concatenate", normal(2, 2, 2), normal(2, 2, 2), axis=axis)
    join("concatenate", normal(1), normal(3))
    join("vstack", normal(2), normal(2))
    join("vstack", normal(2, 3), normal(1, 3))
    join("hstack", normal(2), normal(3))
    join("hstack", normal(2, 1, 4), normal(2, 2, 4))
    join("column_stack", normal(2), normal(2))
    join("column_stack", normal(2, 2), normal(2, 1))
    for axis in (0, 1):
        join("stack", normal(2), normal(2), axis=axis)
    c = normal(2, 3)
    found["concatenate with constants"] = (
        lambda x: np.concatenate((c, x, c), 1),
        normal(2, 2),
    )
    found["append"] = (np.append, normal(3), normal())
    mask = normal(2, 3) > 0
    found["where"] = (lambda x, y: np.where(mask, x, y), normal(2, 3), normal(2, 3))
    for default in (0.0, 1.1):
        found[f"select default={default}"] = (
            lambda x, y, d=default: np.select([mask, ~mask[:, ::-1]], [x, y], default=d),
            normal(2, 3),
            normal(2, 3),
        )
    found["sum of a list"] = (lambda x, y: sum([x, y]), normal(2, 3), normal(2, 3))
    return found


def indexed(normal):
    a, v = normal(4, 5, 3), normal(5)
    twice = lambda x: x[::-1, 1:3, :] + x[::-1, 2:4, :]
    return {
        "[ints]": (lambda x: x[3, 0, 1], a),
        "[slices]": (lambda x: x[::-1, 2:4, :], a),
        "[list]": (lambda x: x[[0, 1, 2], :, :], a),
        "[mixed]": (lambda x: x[3, 2:, [1, 2]], a),
        "[slice]": (lambda x: x[2:4], v),
        "[slices] used twice": (twice, a),
        "[slice] of a slice": (lambda x: x[1:5][1:3], v),
        "[an index twice]": (lambda x: np.sum(x[[0, 0]]), v),
        "[indices again]": (lambda x: np.sum(x[[0, 1, 0]]), v),
        "dot of slices": (lambda x: np.dot(x[:2], x[2:4]), v),
        "[mask]": (lambda x: x[np.array([True, False, True, True, False])], v),
        "an element and the whole": (lambda x: (x + x + 1.0) + (x[0] + 1.5), v),
        "reshape method": (lambda x: x.reshape((20, 3)), a),
        "reshape method, loose": (lambda x: x.reshape(20, 3), a),
        "ravel method": (lambda x: x.ravel(), a),
        "flatten method": (lambda x: x.flatten(), a),
        "squeeze method": (lambda x: x[:1].squeeze(), a),
        ".T": (lambda x: x.T, a),
        "len": (lambda x: x * len(x), a),
        "fan-out": (lambda x: np.sin(np.sin(x) + np.sin(x)), v),
        "nan_to_num of nan and inf": (
            lambda x: np.sin(np.nan_to_num(x + np.array([0.0, np.nan, np.inf, -np.inf, 0.0]))),
            v,
        ),
    }


def linear_algebra(normal):
    square = normal(3, 3) + 4 * np.eye(3)
    several = normal(2, 3, 3) + 4 * np.eye(3)
    sides = {"m": (3, 2), "v": (3,), "several m": (2, 3, 2)}
    symmetric = lambda x: (np.tril(x) + np.swapaxes(np.tril(x), -1, -2)) / 2 + 0.0
    upper = lambda x: tuple(y**2 for y in np.linalg.eigh(x, "U"))  # signs of vectors are free
    spread = np.diag([1.0, 9.0, 20.0])
    definite, stack = spread + 0.3 * normal(3, 3), spread + 0.3 * normal(2, 3, 3)
    found = {}
    for label, x in {"one": square, "several": several, "negative": -square}.items():
        found[f"inv of {label}"] = (np.linalg.inv, x)
        found[f"det of {label}"] = (np.linalg.det, x)
        found[f"slogdet of {label}"] = (lambda x: np.linalg.slogdet(x)[1], x)
    for label, shape in sides.items():
        found[f"solve for {label}"] = (np.linalg.solve, square, normal(*shape))
    found["solve of several"] = (np.linalg.solve, several, normal(2, 3, 2))
    found["norm of a vector"] = (np.linalg.norm, normal(5))
    found["norm of a matrix"] = (np.linalg.norm, normal(4, 3))
    for ord in (1, 2, 3, 4, np.inf, -np.inf):
        found[f"norm of order {ord}"] = (lambda x, o=ord: np.linalg.norm(x, ord=o), normal(5))
    for ord in ("fro", "nuc"):
        found[f"norm {ord}"] = (lambda x, o=ord: np.linalg.norm(x, ord=o), normal(4, 3))
        found[f"norm {ord} of axes"] = (
            lambda x, o=ord: np.linalg.norm(x, ord=o, axis=(0, 1)),
            normal(4, 3, 2),
        )
    for axis in (0, 1, 2, (0, 1)):
        found[f"norm over {axis}"] = (lambda x, a=axis: np.linalg.norm(x, axis=a), normal(4, 3, 2))
    for label, x in {"one": definite, "several": stack}.items():
        found[f"eigh of {label}"] = (lambda x: tuple(np.linalg.eigh(symmetric(x))), x)
        found[f"eigh of {label}, upper"] = (lambda x: upper(symmetric(x)), x)
        found[f"cholesky of {label}"] = (lambda x: np.linalg.cholesky(symmetric(x)), x)
    noise = normal(3)
    found["a draw with a covariance"] = (
        lambda x: np.linalg.norm(np.dot(np.linalg.cholesky(symmetric(x)), noise)),
        definite,
    )
    for shape in ((2, 4), (3, 3), (4, 2), (2, 2, 3), (2, 3, 3), (2, 3, 2)):
        x = normal(*shape)
        found[f"svd of {shape}"] = (lambda x: tuple(np.linalg.svd(x, full_matrices=False)), x)
        found[f"svd of {shape}, s"] = (lambda x: np.linalg.svd(x, compute_uv=False), x)
    return found


def cases(seed, shapes=((), (2, 3), (1, 3))):
    """Every case on arrays: name → (function, arrays), with numbers drawn from `seed`."""
    rng = np.random.default_rng(seed)
    normal = lambda *shape: rng.normal(size=shape)
    found = elementwise(rng, shapes)
    for chapter in (statistics, products, arranged, split_and_joined, indexed, linear_algebra):
        found.update(chapter(normal))
    return found


CASES = cases(0)


def parts(result):
    return result if isinstance(result, tuple) else (result,)


def line(f, arrays):
    """Return f along a line through `arrays`, as one curved vector, and as one number."""
    rng = np.random.default_rng(1)
    directions = [rng.uniform(0.15, 0.45, np.shape(x)) for x in arrays]

    def along(t):
        at = [x + t * d for x, d in zip(arrays, directions, strict=True)]
        flat = np.concatenate([np.ravel(y) for y in parts(f(*at))])
        return flat * (1.0 + 0.5 * flat)  # so that a linear f has a second derivative

    weights = rng.uniform(0.5, 1.5, np.shape(along(0.0)))
    return along, lambda t: np.sum(along(t) * weights)


def same_numbers(f, arrays):
    for ours, plain in zip(parts(f(*map(Tensor, arrays))), parts(f(*arrays)), strict=True):
        assert np.shape(ours) == np.shape(plain)
        found = ours.data if isinstance(ours, Tensor) else ours
        np.testing.assert_allclose(found, plain, rtol=1e-10, atol=1e-12)


def holds(f, arrays):
    """Check one case: NumPy's values, and two derivatives against differences of NumPy's."""
    same_numbers(f, arrays)
    _, number = line(f, arrays)
    h = 2e-3
    far, near, here, on, beyond = (float(number(k * h)) for k in (-2, -1, 0, 1, 2))
    t = Tensor(0.0)
    y = number(t)
    if not isinstance(y, Tensor):  # a constant, such as full_like
        assert far == beyond
        return
    (first,) = ag.gradients(y, [t], create_graph=True)
    (second,) = ag.gradients(first, [t]) if isinstance(first, Tensor) else (0.0,)
    close = {"rel": 1e-6, "abs": 1e-7 * max(1.0, abs(here))}
    slope = first.item() if isinstance(first, Tensor) else float(first)
    assert slope == pytest.approx((far - 8 * near + 8 * on - beyond) / (12 * h), **close)
    assert float(second) == pytest.approx(
        (-far + 16 * near - 30 * here + 16 * on - beyond) / (12 * h * h), **close
    )


@pytest.mark.parametrize("name", CASES)
def test_on_arrays(name):
    f, *arrays = CASES[name]
    holds(f, arrays)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 3))
def test_on_arrays_of_other_numbers_and_shapes(seed):
    for name, (f, *arrays) in cases(seed, ((), (3,), (2, 3), (1, 3), (2, 1))).items():
        same_numbers(f, arrays)
        along, _ = line(f, arrays)
        report = ag.gradient_report(along, Tensor(0.0), order=2, rtol=2e-5)
        assert report.ok, f"{name}\n{report}"


#: Functions of one number or of two, at numbers; run on Values.
NUMBERS = {
    "3 sin": (lambda x: 3.0 * np.sin(x), 0.7),
    "3 |x|": (lambda x: 3.0 * np.abs(x), 1.1),
    "3 |-x|": (lambda x: 3.0 * np.abs(x), -1.1),
    "3 sign": (lambda x: 3.0 * np.sign(x), -1.1),
    "-x": (lambda x: 3.0 * -x, 0.4),
    "fan-out": (lambda x: np.sin(np.sin(x) + np.sin(x)), 0.3),
    "identity": (lambda x: x, 2.0),
    "array": (lambda x: np.array([x, x * 1.0, x + 2.5]), 3.0),
    "array of rows": (lambda x: np.array([[x, x * 1.0, x + 2.5], [x**2, x, x / 2.0]]), 3.0),
    "array, used twice": (lambda x: np.array([x, x**2]) + np.array([x, x**2]), 3.0),
    "array of one": (lambda x: np.array(x) * x, 3.0),
    "r_": (lambda x: np.r_[x, 2.0, x * x], 3.0),
    "c_": (lambda x: np.c_[np.array([x, x * x]), np.array([1.0, x])], 3.0),
    "append to a list": (lambda x: np.append([1.0, x], x * x), 4.0),
    "max of equals": (lambda x: np.max(np.array([x, x])), 1.0),
    "max of equals in rows": (lambda x: np.max(np.array([[x, x], [x, 0.5]]), axis=1), 1.0),
    "min of three": (lambda x: np.min(np.array([[x, x, x], [x, 0.5, 0.5]]), axis=0), -1.0),
    "maximum of equals": (lambda x: np.maximum(x, x), 1.0),
    "linspace": (lambda x, y: np.linspace(x, y, 5), 1.2, 3.4),
    "linspace down": (lambda x, y: np.linspace(x, y, 5), 1.2, -3.4),
    "an outer variable": (lambda x: x * grad(lambda y: x * y)(2.0), 1.0),
    "an outer variable, swapped": (lambda x: x * grad(lambda y: y * x)(2.0), 1.0),
    "third derivative": (grad(grad(lambda x: np.sin(np.sin(x) + np.sin(x)))), 0.4),
    "derivative by another": (grad(lambda x, y: np.sin(np.sin(x) + np.sin(y)), 1), 0.4, -0.3),
    "derivative by a pair": (lambda x: np.sin(sum(grad(lambda p: p[0] * p[1])((x, x)))), 5.0),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_on_numbers(name):
    f, *numbers = NUMBERS[name]
    found = np.array(f(*map(Value, numbers)), dtype=object)
    plain = np.array([x.item() if isinstance(x, Value) else x for x in found.flat], float)
    np.testing.assert_allclose(plain, np.ravel(f(*numbers)).astype(float), rtol=1e-12)
    assert gradcheck(f, *numbers, order=2)


@pytest.mark.parametrize("num", [0, 1, 5])
def test_linspace_of_tensors(num):
    f = lambda x, y: np.linspace(x, y, num)
    holds(f, [np.array(1.2), np.array(3.4)])
    holds(f, [np.array([1.2, 0.0]), np.array(-3.4)])


def test_the_gradient_of_a_structure_has_its_structure():
    arrays = {"a": np.full((2, 3), 0.4), "b": np.full((2, 2), 0.7), "unused": np.ones(2)}
    f = lambda p, a, b: np.sum(np.sin(p[a])) + 2.0 * np.sum(np.cos(p[b]))
    three = list(arrays.values())
    for p, (a, b, c) in [
        (arrays, tuple(arrays)),
        (three, (0, 1, 2)),
        (tuple(three), (0, 1, 2)),
        ({"in": [arrays["a"], arrays["b"]], "unused": 1.0}, ("in", None, "unused")),
    ]:
        if b is None:
            found = grad(lambda p: f(p["in"], 0, 1))(p)["in"]
            a, b = 0, 1
        else:
            found = grad(lambda p, a=a, b=b: f(p, a, b))(p)
            assert type(found) is type(p)
            np.testing.assert_array_equal(found[c], np.zeros(2))
        np.testing.assert_allclose(found[a], np.cos(arrays["a"]), rtol=1e-14)
        np.testing.assert_allclose(found[b], -2.0 * np.sin(arrays["b"]), rtol=1e-14)
    slope = lambda p: np.sum(np.sin(grad(lambda q: np.sum(np.sin(q["a"])))(p)["a"]))
    twice = grad(slope)({"a": arrays["a"]})["a"]
    np.testing.assert_allclose(twice, -np.cos(np.cos(0.4)) * np.sin(0.4) * np.ones((2, 3)))


def test_a_dict_that_may_lack_a_key():
    f = lambda d, x: d.get("one", x) ** 2
    assert grad(f, (0, 1))({"one": 3.0}, 2.0) == ({"one": 6.0}, 0.0)
    assert grad(f, (0, 1))({"two": 4.0}, 2.0) == ({"two": 0.0}, 4.0)


def test_the_family_of_grad_agrees_with_itself():
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=3), rng.normal(size=3)
    h = rng.normal(size=(3, 3))
    quadratic = lambda x: np.dot(np.dot(x, h), x)
    np.testing.assert_allclose(ag.hessian(quadratic)(x), h + h.T, rtol=1e-12)
    np.testing.assert_allclose(ag.hvp(quadratic)(x, v), (h + h.T) @ v, rtol=1e-12)
    value, slope = ag.value_and_grad(quadratic)(x)
    np.testing.assert_allclose(value, quadratic(x))
    np.testing.assert_allclose(slope, grad(quadratic)(x))
    f = lambda x: np.roll(np.sin(x), 1)
    j = np.roll(np.diag(np.cos(x)), 1, axis=0)
    np.testing.assert_allclose(jacobian(f)(x), j, rtol=1e-14)
    pull, y = ag.make_vjp(f)(x)
    np.testing.assert_allclose(pull(v), v @ j, rtol=1e-14)
    np.testing.assert_allclose(y, f(x))
    np.testing.assert_allclose(ag.make_jvp(f)(x)(v)[1], j @ v, rtol=1e-14)
    each = ag.elementwise_grad(lambda a, b: a + np.sin(a) + np.cosh(b), 1)(0.9, x)
    np.testing.assert_allclose(each, np.sinh(x), rtol=1e-14)
    np.testing.assert_allclose(jacobian(lambda x: np.array([x, x**2]))(2.0), [1.0, 4.0])
    g = lambda x: np.sin(np.outer(x, x)) + np.cos(np.dot(x, x))
    assert jacobian(g)(x).shape == (3, 3, 3)
    assert jacobian(jacobian(g))(x).shape == (3, 3, 3, 3)
    assert gradcheck(lambda x: np.sum(np.sin(jacobian(g)(x))), x[:2])
    for kind in (np.float16, np.float32):
        assert grad(lambda x: np.sum(x**2))(x.astype(kind)).dtype == kind


def test_truths_are_plain():
    for f in (np.all, np.any):
        for axis in (None, 0, (0, 1)):
            for x in (np.eye(2), np.ones((2, 2))):
                np.testing.assert_array_equal(f(Tensor(x), axis=axis), f(x, axis=axis))
    assert np.isrealobj(Tensor(1.0))
    assert not np.iscomplexobj(Tensor(1.0))
    np.testing.assert_array_equal(np.imag(Tensor([1.0, 2.0])), np.zeros(2))
    np.testing.assert_allclose(np.angle(Tensor([-1.0, 2.0])).data, [np.pi, 0.0])


#: What is refused: name as it is written → (call, the way out).
COMPLEX = {
    f"np.fft.{name}": (getattr(np.fft, name), "say it with")
    for name in ["fft", "ifft", "rfft", "fft2"]
} | {
    "np.linalg.eig": (np.linalg.eig, "say it with"),
    "add": (lambda x: x + 1j, "real numbers"),
    "mul": (lambda x: np.array([1j, 2.0]) * x, "real numbers"),
    "pow": (lambda x: x**1j, "real numbers"),
    "astype": (lambda x: x.astype(complex), "two Tensors"),
    "Values": (lambda x: Value(2.0) * 1j, "real numbers"),
    "Tensor": (lambda x: Tensor([1j]), "real numbers"),
    "argument 0": (lambda x: grad(lambda z: z)(1j), "two arguments"),
    "argument 0 is complex": (lambda x: grad(np.sum)(np.array([1j])), "two arguments"),
}
OUT = {
    "np.sin": lambda x, out: np.sin(x, out=out),
    "np.cos": lambda x, out: np.cos(x, out),
    "np.add": lambda x, out: np.add(x, 1.0, out=out),
    "np.add.accumulate": lambda x, out: np.add.accumulate(x, out=out),
    "np.exp": lambda x, out: np.exp(out, out=x),
    "np.matmul": lambda x, out: np.matmul(x, x, out=out),
    "np.dot": lambda x, out: np.dot(x, x, out),
    "np.outer": lambda x, out: np.outer(x, x, out=out),
    "np.concatenate": lambda x, out: np.concatenate([x, x], out=out),
    "np.stack": lambda x, out: np.stack([x, x], out=out),
    "np.einsum": lambda x, out: np.einsum("ij->ji", x, out=out),
    "np.clip": lambda x, out: np.clip(x, 0.0, 1.0, out=out),
    "np.take": lambda x, out: np.take(x, [0], axis=0, out=out),
    "np.trace": lambda x, out: np.trace(x, out=out),
    "np.round": lambda x, out: np.round(x, 1, out=out),
    "np.all": lambda x, out: np.all(x, axis=0, out=out),
} | {
    f"np.{name}": lambda x, out, name=name: getattr(np, name)(x, axis=0, out=out)
    for name in ["sum", "mean", "max", "min", "prod", "var", "std", "cumsum", "cumprod", "nansum"]
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_numbers_are_refused_by_name(name):
    call, way = COMPLEX[name]
    with pytest.raises(TypeError) as refused:
        call(Tensor(np.eye(2)))
    assert str(refused.value).startswith(name)
    assert way in str(refused.value)


@pytest.mark.parametrize("name", OUT)
def test_out_is_refused_by_name(name):
    with pytest.raises(TypeError) as refused:
        OUT[name](Tensor(np.eye(2)), np.zeros((2, 2)))
    assert str(refused.value).startswith(f"{name} of a Tensor does not take out=")
    assert "use the result" in str(refused.value)
