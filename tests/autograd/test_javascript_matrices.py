"""Decompositions of matrices in JavaScript, and on single numbers, beside LAPACK's."""

import json
import re

import numpy as np
import pytest
from node import needs_node, run

from autograd import Tensor, Value, as_values, gradcheck, linalg, topological, trace
from autograd import sum as total
from autograd.printers import javascript
from autograd.rows.linalg import logabsdet

ENGINE = """
const compute = (nodes) => {
  const z = [], d = [];
  nodes.forEach(([name, inputs, leaf]) => {
    if (name === null) { z.push(leaf); return d.push([]); }
    const row = rows[name];
    const xs = inputs.map((x) => (Array.isArray(x) ? x[0] : z[x]));
    const value = row.f(...xs);
    z.push(value);
    if (row.d) return d.push(row.d.map((one) => one && one(value, ...xs)));
    let n = 0;
    if (row.tally) for (const x of xs) n += row.tally(value, x);
    d.push(row.all ? row.all(value, xs) : xs.map((x) => row.each(value, x, n || NaN)));
  });
  return [z, d];
};
"""


def symmetric(x):
    return x + x.swapaxes(-1, -2)


def positive(x):
    return x @ x.swapaxes(-1, -2) + np.eye(x.shape[-2])


#: Functions of a square matrix, or of a stack of them.
OF_SQUARES = {
    "inv": linalg.inv,
    "det": linalg.det,
    "slogdet": logabsdet,  # its sign is a decision, which no trace takes
    "solve": lambda x: linalg.solve(x, x * x + 1.0),
    "solve for known columns": lambda x: linalg.solve(x, np.ones((x.shape[-1], 2))),
    "cholesky": lambda x: linalg.cholesky(positive(x)),
    "eigh, values": lambda x: linalg.eigh(symmetric(x))[0],
    "eigh, vectors": lambda x: linalg.eigh(symmetric(x))[1] ** 2,
    "svd, values": lambda x: linalg.svd(x, compute_uv=False),
    "svd": lambda x: linalg.svd(x)[0] * linalg.svd(x)[2].swapaxes(-1, -2),
    "norm": lambda x: linalg.norm(x, "nuc", axis=(-2, -1)),
    "a power": lambda x: linalg.inv(x) @ linalg.inv(x),
}
#: The same of matrices that are no squares.
OF_OTHERS = {
    "svd, values": lambda x: linalg.svd(x, compute_uv=False),
    "svd, left": lambda x: linalg.svd(x)[0] ** 2,
    "svd, right": lambda x: linalg.svd(x)[2] ** 2,
    "least squares": lambda x: linalg.solve(positive(x.T), x.T @ np.ones((len(x), 1))),
}


def matrices(sizes):
    rng = np.random.default_rng(0)
    for n in sizes:
        for f in OF_SQUARES.items():
            yield (*f, rng.normal(size=(n, n)))
    for shape in ((4, 2), (2, 4), (1, 3)):
        for f in OF_OTHERS.items():
            yield (*f, rng.normal(size=shape))


def weighted(z):
    return total(z * np.linspace(0.5, 1.5, z.size).reshape(z.shape))


@needs_node
def test_programs_of_arrays_compute_what_lapack_does():
    rng = np.random.default_rng(1)
    stacks = [(*f, rng.normal(size=(2, 3, 3))) for f in OF_SQUARES.items()]
    blocks, expected = [], []
    for name, f, x in [*matrices([5]), *stacks]:
        leaf = Tensor(x)
        step = trace(lambda w, f=f: weighted(f(w)))
        loss = step(leaf)
        loss.backward()
        script = step.to("javascript")
        expected.append((name, x.shape, loss.item(), leaf.grad))
        listed = ",".join(map(javascript.number, x.ravel()))
        blocks.append(
            f"(() => {{ {script.source}\nreturn value_and_grad(Float64Array.of({listed}))"
            ".map((x) => Array.from(x)); })()"
        )
    answers = run(f"process.stdout.write(JSON.stringify([{','.join(blocks)}]))")
    for (value, gradient), (name, shape, right, its) in zip(answers, expected, strict=True):
        np.testing.assert_allclose(value, [right], rtol=1e-10, err_msg=f"{name} {shape}")
        np.testing.assert_allclose(
            gradient, its.ravel(), rtol=1e-8, atol=1e-9, err_msg=f"{name} {shape}"
        )


def single_numbers(f, x):
    """The graph of single numbers behind f, and its nodes as a page has them."""
    loss = weighted(f(Tensor(x, label="x")))
    loss.backward()
    numbers = as_values(loss)
    order = topological(numbers.loss)
    at = {node: i for i, node in enumerate(order)}
    written = [
        f"[null, [], {javascript.number(node.data)}]"
        if node.op is None
        else "[{}, [{}]]".format(
            json.dumps(javascript.key(node.op, len(node.inputs))),
            ",".join(
                str(at[e]) if e in at else f"[{javascript.number(float(e))}]" for e in node.inputs
            ),
        )
        for node in order
    ]
    return order, f"[{','.join(written)}]"


@needs_node
def test_single_numbers_compute_what_lapack_does():
    cases = [(name, *single_numbers(f, x)) for name, f, x in matrices([1, 2, 3])]
    used = {(n.op, len(n.inputs)) for _, order, _ in cases for n in order if n.op is not None}
    rows = javascript.rows(used)
    programs = ",".join(text for *_, text in cases)
    answers = run(
        f"{javascript.runtime(rows)}\nconst rows = {rows};\n{ENGINE}"
        f"process.stdout.write(JSON.stringify([{programs}].map(compute)))"
    )
    for (name, order, _), (values, slopes) in zip(cases, answers, strict=True):
        right = [node.data for node in order]
        np.testing.assert_allclose(values, right, rtol=1e-9, atol=1e-11, err_msg=name)
        for node, mine in zip(order, slopes, strict=True):
            if node.op is not None and node.op.name.endswith("_part"):
                with np.errstate(all="ignore"):
                    xs = [getattr(e, "data", e) for e in node.inputs]
                    its = node.op.partials(node.data, xs, [True] * len(xs))
                assert [e is None for e in mine] == [e is None for e in its]
                known = [(a, b) for a, b in zip(mine, its, strict=True) if b is not None]
                np.testing.assert_allclose(*zip(*known, strict=True), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", OF_SQUARES)
def test_single_numbers_have_the_gradients_of_arrays(name):
    x = np.random.default_rng(2).normal(size=(3, 3))
    leaf = Tensor(x, label="x")
    loss = weighted(OF_SQUARES[name](leaf))
    loss.backward()
    numbers = as_values(loss)
    found = np.array([[e.grad for e in row] for row in numbers[leaf]])
    np.testing.assert_allclose(found, leaf.grad, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "cholesky", "eigh, values"])
def test_elements_are_differentiated_again(name):
    x = np.random.default_rng(3).normal(size=(2, 2)) + 2.0 * np.eye(2)

    leaf = Tensor(x, label="x")
    numbers = as_values(weighted(OF_SQUARES[name](leaf)))
    numbers.loss.backward(create_graph=True)
    first = numbers[leaf][0, 0].grad
    for row in numbers[leaf]:
        for e in row:
            e.zero_grad()
    first.backward()
    found = [e.grad for e in numbers[leaf].flat]
    other = Tensor(x)
    weighted(OF_SQUARES[name](other)).backward(create_graph=True)
    slope = other.grad[0, 0]
    other.zero_grad()
    slope.backward()
    np.testing.assert_allclose(found, other.grad.ravel(), rtol=1e-8, atol=1e-10)
    assert gradcheck(OF_SQUARES[name], x)


def test_a_determinant_of_zero_has_a_gradient_in_single_numbers():
    leaf = Tensor([[1.0, 2.0], [2.0, 4.0]], label="x")
    numbers = as_values(linalg.det(leaf))
    numbers.loss.backward()
    assert [e.grad for e in numbers[leaf].flat] == pytest.approx([4.0, -2.0, -2.0, 1.0])


SINGULAR = {
    "inv": r"inv of a 2 × 2 matrix: Singular matrix",
    "solve": r"solve of a 2 × 2 matrix: Singular matrix",
    "slogdet": r"logabsdet of a 2 × 2 matrix: Singular matrix",
    "cholesky": r"cholesky of a 2 × 2 matrix: Matrix is not positive definite",
}


@needs_node
@pytest.mark.parametrize("name", SINGULAR)
def test_a_matrix_without_a_result_is_told_in_the_words_of_python(name):
    f = linalg.cholesky if name == "cholesky" else OF_SQUARES[name]
    order, _ = single_numbers(f, np.array([[2.0, 1.0], [1.0, 3.0]]))
    node = next(n for n in order if n.op is not None and n.op.name.endswith("_part"))
    odd = [[2.0, 2.0], [2.0, 2.0]] if name != "cholesky" else [[1.0, 2.0], [2.0, 1.0]]
    xs = [float(getattr(e, "data", e)) for e in node.inputs]
    xs[3:7] = np.ravel(odd).tolist()
    with pytest.raises(np.linalg.LinAlgError, match=re.escape(SINGULAR[name])):
        node.op(*[Value(e) if 3 <= i < 7 else e for i, e in enumerate(xs)])
    rows = javascript.rows([(node.op, len(xs))])
    key = json.dumps(javascript.key(node.op, len(xs)))
    said = run(
        f"{javascript.runtime(rows)}\nconst rows = {rows}; let said = '';"
        f"try {{ rows[{key}].f({','.join(map(javascript.number, xs))}); }}"
        "catch (error) { said = error.message; } process.stdout.write(JSON.stringify(said))"
    )
    assert said == SINGULAR[name]


def test_a_page_without_matrices_has_none_of_their_functions():
    assert "matrix_" not in javascript.runtime("tanh(x) + pow(x, 2)")
    assert "matrix_lu" in javascript.runtime("matrix_element(matrix_inv, [...xs])")
    assert "matrix_rotated" not in javascript.runtime("matrix_element(matrix_inv, [...xs])")
