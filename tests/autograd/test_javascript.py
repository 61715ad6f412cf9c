"""The JavaScript of the rows, run by node (or Chromium) beside the rows themselves."""

import itertools
import json
import math
import re

import numpy as np
import pytest
from node import WRITTEN, needs_node, run

import nn
from autograd import elementwise, primitives
from autograd.errors import DomainError
from autograd.printers import javascript
from autograd.rows.composite import Composite
from autograd.rows.elementwise import Elementwise
from autograd.rows.reduction import Reduction, reduction

ARITHMETIC = {"add", "sub", "mul", "div", "neg", "square", "abs", "relu", "maximum", "minimum"}
FINITE = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, -40.0, 800.0, -800.0, 1e-300)
SPECIAL = (*FINITE, math.inf, -math.inf, math.nan)
ROWS = [op for op in primitives().values() if isinstance(op, Elementwise | Reduction)]
OWN = [op for op in ROWS if not isinstance(op, Composite)]


def listed(xs):
    return ",".join(map(javascript.number, xs))


def points_of(op):
    """Points over the row's domain, at its kinks, and at what is special."""
    if isinstance(op, Reduction):
        rng = np.random.default_rng(3)
        lists = [list(rng.normal(size=n) * 3) for n in (1, 2, 3, 7)]
        return [
            *lists,
            *map(list, itertools.product(SPECIAL, repeat=2)),
            [1.0, 1.0, 0.0],
            [0.0] * 3,
        ]
    rng = np.random.default_rng(1)
    low, high = np.array(op.sample).T
    inside = [list(map(float, p)) for p in rng.uniform(low, high, size=(30, op.arity))]
    return (
        inside
        + [list(map(float, k)) for k in op.kinks]
        + [list(p) for p in itertools.product(SPECIAL, repeat=op.arity)]
    )


def on_arrays(function, *xs):
    """Compute as NumPy does, which raises nothing."""
    with np.errstate(all="ignore"):
        return float(np.asarray(function(*[np.array([x]) for x in xs]), dtype=float).ravel()[0])


def close(mine, right, ulps):
    if math.isnan(mine) or math.isnan(right):
        return math.isnan(mine) and math.isnan(right)
    if mine == right:
        return True
    if not (math.isfinite(mine) and math.isfinite(right)):
        return False
    if ulps:
        return abs(mine - right) <= ulps * math.ulp(right)
    return abs(mine - right) <= 1e-12 * abs(right) + 1e-300


def expected_of(op, xs):
    """The value (None where a Value raises) and the local derivatives, from the row itself."""
    if isinstance(op, Reduction):
        z = op.number(*xs)
        with np.errstate(all="ignore"):
            locals_ = [
                float(d)
                for d in op.partials(np.float64(z), [np.float64(x) for x in xs], [True] * len(xs))
            ]
        return z, locals_
    try:
        z = op.number(*xs)
    except DomainError:
        return None, []
    return z, [None if d is None else on_arrays(d, z, *xs) for d in op.d]


RUN = """
const answers = cases.map(([name, ...xs]) => {
  const row = rows[name];
  const z = row.f(...xs);
  if (row.outside && row.outside(z, ...xs)) return [null, []];
  if (row.d) return [z, row.d.map((d) => d && d(z, ...xs))];
  const n = row.tally ? xs.reduce((n, x) => n + row.tally(z, x), 0) || NaN : 0;
  return [z, xs.map((x) => row.each(z, x, n))];
});
"""


def answers_of(ops, cases):
    written = ",".join(
        f"[{json.dumps(n)},{','.join(map(javascript.number, xs))}]" for n, xs in cases
    )
    used = [(op, 0) for op in ops]
    return run(
        f"{javascript.runtime()}\nconst rows = {javascript.rows(used)};\nconst cases = [{written}];"
        f"{RUN}\nprocess.stdout.write(JSON.stringify(answers, {WRITTEN}));"
    )


@needs_node
def test_every_row_computes_in_javascript_what_it_computes_in_python():
    cases = [(op, xs) for op in OWN for xs in points_of(op)]
    answers = answers_of(OWN, [(op.name, xs) for op, xs in cases])
    wrong = []
    for (op, xs), (z, locals_) in zip(cases, answers, strict=True):
        right, right_locals = expected_of(op, xs)
        if (z is None) != (right is None):
            wrong.append((op.name, xs, z, right))
            continue
        if z is None:
            continue
        ulps = 2 if op.name in ARITHMETIC else 0
        pairs = [(z, right, ulps)]
        for mine, its in zip(locals_, right_locals, strict=True):
            if (mine is None) != (its is None):
                wrong.append((op.name, xs, "no gradient", mine, its))
            elif its is not None:
                pairs.append((mine, its, 0))
        wrong += [(op.name, xs, mine, its) for mine, its, u in pairs if not close(mine, its, u)]
    assert len(cases) > 2000
    assert not wrong, wrong[:20]


@needs_node
def test_rows_of_any_number_of_operands_compute_what_they_compute_in_python():
    rng = np.random.default_rng(2)
    several = [op for op in primitives().values() if getattr(op, "scalar", None) and op.arity < 0]
    wide = [op for op in several if not isinstance(op, Reduction)]
    wide = [op for op in wide if "matrix_" not in str(op.text)]  # test_javascript_matrices.py
    assert {op.name for op in wide} == {"dot", "take"}
    # The first operand of a choice is a position, and for a sum of products a number like others.
    cases = [(op, [float(i), *rng.normal(size=4)]) for op in wide for i in (0, 3, -1, -4)]
    odd = [(op, [float(i), 2.0, 3.0]) for op in wide for i in (2, -3, 0.5)]
    written = ",".join(f"['{javascript.key(op, 5)}', [{listed(xs)}]]" for op, xs in cases + odd)
    rows = javascript.rows([(op, 5) for op in wide])
    dots = javascript.rows([(op, 3) for op in wide])
    answers = run(
        f"{javascript.runtime()}\nconst rows = {{...{rows}, ...{dots}}};"
        f"const answers = [{written}].map(([name, xs]) => {{ try {{ const z = rows[name].f(...xs);"
        "return [z, rows[name].all(z, xs)]; } catch (refused) { return [refused.message, []]; } });"
        f"process.stdout.write(JSON.stringify(answers, {WRITTEN}))"
    )
    for (op, xs), (z, slopes) in zip(cases + odd, answers, strict=True):
        if op.name == "take" and (op, xs) not in cases:
            with pytest.raises((IndexError, ValueError), match=re.escape(z)):
                op.number(*xs)
            continue
        right = op.number(*xs)
        assert close(z, right, 2), (op.name, xs)
        if (op, xs) in cases:
            assert slopes == list(op.partials(right, xs, [True] * len(xs))), (op.name, xs)


@needs_node
def test_composites_compute_what_they_compute_in_python():
    assert nn.sigmoid in ROWS
    composites = [op for op in ROWS if isinstance(op, Composite)]
    cases = [(op, xs) for op in composites for xs in points_of(op) if np.isfinite(xs).all()]
    answers = answers_of(composites, [(op.name, xs) for op, xs in cases])
    for (op, xs), (z, locals_) in zip(cases, answers, strict=True):
        right, right_locals = expected_of(op, xs)
        for mine, its in zip([z, *locals_], [right, *right_locals], strict=True):
            if its is not None and math.isfinite(its):  # up to what cancels in a sum
                assert mine == pytest.approx(its, rel=1e-12, abs=1e-12), (op.name, xs)


@needs_node
def test_a_row_of_ones_own_works_when_it_is_made_of_rows_and_otherwise_with_a_text():
    from autograd import exp

    mine = elementwise("softly", lambda x: x / (1 + exp(-x)) ** 2, d=[lambda z, x: 0])
    try:
        ((z, _), (far, _)) = answers_of([mine], [("softly", [0.7]), ("softly", [-900.0])])
        assert close(z, mine(0.7), 0)
        assert far is None  # as on a Value: e⁹⁰⁰ overflows
    finally:
        mine.remove()


def test_a_row_without_a_text_is_named_with_the_remedy():
    coth = elementwise("coth", math.cosh, d=[lambda z, x: x])
    try:
        with pytest.raises(javascript.JavaScriptError, match=r"'coth'.*text=\{'javascript': 'Math"):
            javascript.row(coth)
    finally:
        coth.remove()
    text = {"javascript": "Math.cosh($x)"}
    told = elementwise("coth", math.cosh, d=[lambda z, x: x], text=text)
    try:
        assert javascript.row(told).forward == "Math.cosh(x)"
    finally:
        told.remove()


def renamed(op):
    """Declare a row again under another name, through the public functions, with all it says."""
    facts = {"symbol": op.symbol, "latex": op.latex, "text": op.text, "infix": op.infix}
    if isinstance(op, Reduction):
        rules = {"d": op.d, "tally": op.tally, "scalar": op.scalar, "array": op.array}
        return reduction(f"my_{op.name}", empty=op.empty, **rules, **facts)
    more = {"domain": op.domain, "sample": op.sample, "kinks": op.kinks}
    return elementwise(f"my_{op.name}", scalar=op.scalar, array=op.array, d=op.d, **more, **facts)


def test_no_list_knows_the_rows_by_name():
    for op in OWN:
        again = renamed(op)
        try:
            assert javascript.row(again) == javascript.row(op)
        finally:
            again.remove()


def test_what_only_rearranges_arrays_is_refused():
    with pytest.raises(javascript.JavaScriptError, match="reshape rearranges arrays"):
        javascript.row(primitives()["reshape"])


@needs_node
def test_numbers_read_back_as_the_same_double():
    rng = np.random.default_rng(0)
    numbers = [
        *rng.normal(size=300),
        *10.0 ** rng.uniform(-320, 308, 300),
        0.1,
        5e-324,
        1e16,
        2.0**53,
        -1e-5,
    ]
    back = run(
        f"process.stdout.write(JSON.stringify([{','.join(map(javascript.number, numbers))}]))"
    )
    assert back == [float(x) for x in numbers]


@needs_node
def test_erf_agrees_with_python():
    xs = [*np.linspace(-7, 7, 561), 1e-300, 28.0, -28.0]
    both = f"[{listed(xs)}].map((x) => [erf(x), erfc(x)])"
    back = run(f"{javascript.runtime()}process.stdout.write(JSON.stringify({both}))")
    for x, (erf, erfc) in zip(xs, back, strict=True):
        assert close(erf, math.erf(x), 0), x
        assert math.isclose(erfc, math.erfc(x), rel_tol=1e-11, abs_tol=1e-300), x
