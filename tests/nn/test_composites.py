"""Activations and elementwise losses, which are composites: against their bodies and 50 digits.

Each is computed as the row that it is, and by the operations of its body one by one, as it would
be without the identities that make it small. Neither its value nor its derivatives may be further
from the truth than those of the body.
"""

import math

import mpmath as mp
import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.algebra import Algebra, parts_of
from autograd.symbol import Symbol, operands
from nn import activations, losses

GRID = [0.0, 0.3, -0.3, 1.0, -1.0, 5.0, -5.0, 40.0, -40.0, 720.0, -720.0, 750.0, -750.0]
FAR = [1e308, -1e308, math.inf, -math.inf]


def s(x):
    return 1 / (1 + mp.exp(-x))


def s1(x):
    return s(x) * s(-x)


def s2(x):
    return s1(x) * (s(-x) - s(x))


def phi(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < 1e6 else mp.mpf(x > 0)


def tanh_gelu(x):
    k = mp.mpf(math.sqrt(8 / math.pi))  # the constants are those of the body
    return k * (x + mp.mpf(0.044715) * x**3), k * (1 + 3 * mp.mpf(0.044715) * x * x), x


K = 6 * mp.mpf(math.sqrt(8 / math.pi)) * mp.mpf(0.044715)


def gelu_tanh(x):
    u, du, _ = tanh_gelu(x)
    return (
        x * s(u),
        s(u) + x * s1(u) * du,
        2 * s1(u) * du + x * (s2(u) * du**2 + s1(u) * K * x),
    )


ALPHA, SCALE = mp.mpf(activations.SELU_ALPHA), mp.mpf(activations.SELU_SCALE)


def elu(x, alpha=1):
    if x > 0:
        return x, mp.mpf(1), mp.mpf(0)
    return alpha * mp.expm1(x), alpha * mp.exp(x), alpha * mp.exp(x)


#: Name: (operands after the first, value and two derivatives by the first in many digits).
TRUTH = {
    "sigmoid": ((), lambda x: (s(x), s1(x), s2(x))),
    "silu": ((), lambda x: (x * s(x), s(x) + x * s1(x), 2 * s1(x) + x * s2(x))),
    "softplus": ((), lambda x: (mp.log1p(mp.exp(x)) if x < 1000 else x, s(x), s1(x))),
    "gelu_erf": (
        (),
        lambda x: (
            x * normal(x),
            normal(x) + x * phi(x),
            (2 - x * x) * phi(x),
        ),
    ),
    "gelu_tanh": ((), gelu_tanh),
    "leaky_relu": ((0.01,), lambda x: (x, 1, 0) if x >= 0 else (mp.mpf(0.01) * x, 0.01, 0)),
    "elu": ((1.0,), elu),
    "selu": ((), lambda x: tuple(SCALE * part for part in elu(x, ALPHA))),
    "squared_error": ((0.25,), lambda x: ((x - 0.25) ** 2, 2 * (x - mp.mpf(0.25)), 2)),
    "absolute_error": ((0.25,), lambda x: (abs(x - 0.25), mp.sign(x - 0.25), 0)),
    "huber_error": (
        (0.25, 1.5),
        lambda x: (
            ((x - 0.25) ** 2 / 2, x - mp.mpf(0.25), 1)
            if abs(x - 0.25) <= 1.5
            else (1.5 * (abs(x - 0.25) - 0.75), 1.5 * mp.sign(x - 0.25), 0)
        ),
    ),
    "logit_loss": (
        (0.75,),
        lambda x: (mp.log1p(mp.exp(-abs(x))) + max(x, 0) - 0.75 * x, s(x) - 0.75, s1(x)),
    ),
    "hinge_error": ((-1.0,), lambda x: (1 + x, 1, 0) if x > -1 else (0, 0, 0)),
}


def row(name):
    return getattr(activations, name, None) or getattr(losses, name)


def unfused(composite):
    """Return the body, each of its operations by itself, as nothing were known of it."""
    plain = Algebra(rules=[])
    formula = plain.formula(composite.body(*map(Symbol, operands(composite))))

    def compute(*xs):
        found = dict(zip(operands(composite), xs, strict=True))
        for part in parts_of([formula]):
            given = [found[x.label or x] if isinstance(x, Symbol) else x for x in part.inputs]
            found[part] = part.op(*given)
        return found[formula.label or formula]

    return compute


def three(f, x, rest, kind):
    """Return f and its two derivatives by the first operand at x, as floats."""
    numbers = []
    g = lambda v: f(v, *rest)
    for _ in range(3):
        try:
            with np.errstate(all="ignore"):
                y = g(kind(x))
            numbers.append(float(y if isinstance(y, int | float) else y.item()))
        except ag.DomainError:
            numbers.append(math.nan)
        g = ag.grad(g)
    return numbers


def error(found, exact):
    """How far a number is from the truth, in parts of it; a few units where it is denormal."""
    if mp.isnan(exact):
        return 0.0
    nearest = float(exact) if abs(exact) > mp.mpf(10) ** -400 else 0.0
    if math.isinf(nearest) or math.isinf(found):
        return 0.0 if found == nearest else math.inf
    if math.isnan(found):
        return math.inf
    return float(abs(mp.mpf(found) - exact) / max(abs(exact), mp.mpf(2) ** -1022))


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor(float(x))], ids=["Value", "Tensor"])
@pytest.mark.parametrize("name", TRUTH)
def test_never_further_from_the_truth_than_the_body(name, kind):
    composite = row(name)
    rest, truth = TRUTH[name]
    for x in GRID + FAR[:2]:
        with mp.workdps(50):
            exact = [mp.mpf(y) for y in truth(mp.mpf(x))]
            fused = three(composite, x, rest, kind)
            body = three(unfused(composite), x, rest, kind)
            for n, (a, b, e) in enumerate(zip(fused, body, exact, strict=True)):
                if name in KINKS and x in KINKS[name] and n == 2:
                    continue  # no second derivative there
                # Up to the rounding of a few operations more or less.
                allowed = 1.25 * max(error(b, e), 1e-15 * (1 + n)) + 4.5e-16
                assert error(a, e) <= allowed, (x, n, a, b, mp.nstr(e, 17))


#: Where a first derivative jumps.
KINKS = {
    "leaky_relu": [0.0],
    "elu": [0.0],
    "selu": [0.0],
    "absolute_error": [0.25],
    "huber_error": [1.75, -1.25],
    "hinge_error": [-1.0],
}


@pytest.mark.parametrize("name", TRUTH)
@pytest.mark.parametrize("kind", [Value, lambda x: Tensor(float(x))], ids=["Value", "Tensor"])
def test_at_the_kinks_and_at_infinity_it_is_what_the_body_is(name, kind):
    composite = row(name)
    rest, truth = TRUTH[name]
    for x in [*KINKS.get(name, []), math.inf, -math.inf, math.nan]:
        fused = three(composite, x, rest, kind)
        body = three(unfused(composite), x, rest, kind)
        with mp.workdps(50):
            limit = [mp.mpf(y) for y in truth(mp.mpf(math.copysign(1e30, x)))]
        for a, b, e in zip(fused, body, limit, strict=True):
            same = a == pytest.approx(b, rel=1e-15) or (math.isnan(a) and math.isnan(b))
            # The body may be no number where there is one: ∞ − ∞, 0 · ∞.
            better = math.isnan(b) and math.isinf(x) and (a == float(e) or abs(a) > 1e29)
            assert same or better, (x, a, b)


def test_every_activation_and_elementwise_loss_is_here():
    composites = {n for m in (activations, losses) for n, f in vars(m).items()
                  if type(f) is type(nn.sigmoid)}  # fmt: skip
    assert composites <= {*TRUTH, "log_loss", "focal_error"}


@pytest.mark.parametrize(
    ("loss", "rest", "xs"),
    [
        (losses.log_loss, (0.25, math.exp(-100.0)), [0.0, 1e-40, 1e-50, 0.3, 1 - 1e-16, 1.0]),
        (losses.focal_error, (1.0, 2.0), [0.0, 0.3, -0.3, 40.0, -40.0, 750.0, -750.0]),
        (losses.focal_error, (0.0, 0.5), [0.0, 0.3, -0.3, 40.0, -40.0, 750.0, -750.0]),
    ],
)
@pytest.mark.parametrize("kind", [Value, lambda x: Tensor(float(x))], ids=["Value", "Tensor"])
def test_losses_of_several_operands_are_their_bodies(loss, rest, xs, kind):
    for x in xs:
        fused = three(loss, x, rest, kind)
        body = three(unfused(loss), x, rest, kind)
        for a, b in zip(fused, body, strict=True):
            assert a == pytest.approx(b, rel=1e-12, abs=1e-300) or not math.isfinite(b), (x, a, b)


def test_a_wrong_derivative_would_be_seen(monkeypatch):
    wrong = ag.elementwise(
        "wrong", lambda x: x * x, d=[lambda z, x: 2.0 * x * (1 + 1e-13)], view=False
    )
    try:
        found = three(wrong, 5.0, (), Value)
        assert error(found[1], mp.mpf(10)) > 1e-15 * 2
    finally:
        wrong.remove()


@pytest.mark.parametrize("name", ["sigmoid", "silu", "softplus", "gelu", "elu", "leaky_relu"])
def test_whole_large_arrays_have_the_numbers_of_small_ones(name):
    f = getattr(nn, name)
    x = np.concatenate([np.linspace(-30, 30, 40_001), GRID, FAR, [np.nan]])
    large, small = Tensor(x), [Tensor(part) for part in np.array_split(x, 600)]
    with np.errstate(all="ignore"):
        y, ys = f(large), [f(part) for part in small]
        y.backward(np.ones(x.size))
        for part in ys:
            part.backward(np.ones(part.size))
    np.testing.assert_allclose(y.data, np.concatenate([p.data for p in ys]), rtol=1e-15, atol=0)
    np.testing.assert_allclose(
        large.grad, np.concatenate([p.grad for p in small]), rtol=1e-15, atol=0
    )
