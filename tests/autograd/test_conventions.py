"""The numeric conventions: the table of docs/conventions.py, computed; and its page."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import DomainError, Tensor, Value, gradients

DOCS = Path(__file__).parents[2] / "docs"


def load():
    spec = importlib.util.spec_from_file_location("conventions", DOCS / "conventions.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


conventions = load()
ROWS = [
    pytest.param(row, id=f"{row.f} at {row.at}")
    for rows in conventions.TABLE.values()
    for row in rows
]


def of_several(f):
    """Reductions are written with their elements as arguments."""

    def reduced(*xs):
        return f(autograd.stack(xs) if isinstance(xs[0], Tensor) else np.array(xs))

    return reduced


NAMES = {name: getattr(autograd, name) for name in dir(autograd)}
for name in ("sum", "mean", "prod", "max", "min", "norm", "std", "logsumexp"):
    NAMES[name] = of_several(NAMES[name])


def compute(row, kind):
    xs = [kind(x, label=label) for x, label in zip(row.at, "xy", strict=False)]
    with np.errstate(all="ignore"):
        y = eval(row.f, {**NAMES, **dict(zip("xy", xs, strict=False))})
        return y.item(), [float(g) for g in gradients(y, xs)]


@pytest.mark.parametrize("row", ROWS)
def test_on_tensors(row):
    value, slopes = compute(row, Tensor)
    np.testing.assert_allclose(value, row.value, rtol=1e-15)
    np.testing.assert_allclose(slopes, row.gradients, rtol=1e-12)


@pytest.mark.parametrize("row", ROWS)
def test_on_values(row):
    if row.on_value == conventions.RAISES:
        with pytest.raises(DomainError, match=r"Value '[xy]' = .*\(<string>:1\b"):
            compute(row, Value)
        return
    value, slopes = compute(row, Value)
    np.testing.assert_allclose(value, row.value, rtol=1e-15)
    np.testing.assert_allclose(slopes, row.gradients, rtol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("power", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_every_derivative_of_a_whole_power_at_0(kind, power, order):
    """The n-th derivative of xⁿ at 0 is n!, every other is 0."""
    x = kind(0.0)
    y = x ** float(power) if power != 2 else autograd.primitives()["pow"](x, 2.0)
    for _ in range(order):
        (y,) = gradients(y, [x], create_graph=True) if hasattr(y, "op") else (0.0,)
    expected = np.prod(range(1, power + 1)) if order == power else 0.0
    assert float(getattr(y, "data", y)) == expected


def test_the_mixed_second_derivative_of_a_power():
    """∂²(xʸ)/∂x∂y = xʸ⁻¹(1 + y ln x), from both sides, at y = 0 too."""
    for x, y in [(2.0, 0.0), (2.0, 1.0), (3.0, -0.5)]:
        H = autograd.hessian(lambda v: v[0] ** v[1])(np.array([x, y]))
        expected = x ** (y - 1) * (1 + y * np.log(x))
        assert H[0, 1] == pytest.approx(expected)
        assert H[1, 0] == pytest.approx(expected)


def test_the_page_is_current():
    page = (DOCS / "conventions.md").read_text(encoding="utf-8")
    assert page == conventions.page(), "run: python docs/conventions.py > docs/conventions.md"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_arrays_add_exponentials_as_numpy_does(dtype):
    """They go another way than small ones, also where both operands are the same infinity."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(scale=30, size=(2, 40, 40)).astype(dtype)
    x[0, :5], y[0, :5] = [np.inf, -np.inf, np.inf, np.nan, 1000], [np.inf, -np.inf, 0, 1, 1000]
    with np.errstate(invalid="ignore"):  # NumPy warns at the NaN
        ours, theirs = autograd.logaddexp(x, y), np.logaddexp(x, y)
    assert ours.dtype == dtype
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(ours, theirs, rtol=3 * eps, atol=3 * eps)  # near 0 they cancel
    finite = autograd.logaddexp(x[1:], y[1:])  # the quick way, which ∞ − ∞ leaves
    np.testing.assert_allclose(finite, theirs[1:], rtol=3 * eps, atol=3 * eps)
