"""What a row says of itself for ONNX is all that is asked, so a row of one's own has a form too."""

import numpy as np
import pytest

from autograd import Tensor, TraceError, exp, structural, trace
from autograd.tracing.onnx import OnnxGraph


def flipped(g, x):
    """Write x[::-1] along the last axis."""
    last = len(g.shape) - 1
    ends = (-1, np.iinfo(np.int64).min + 1, last, -1)
    return g.add("Slice", x, *[g.integers(n) for n in ends])


@pytest.fixture
def flip():
    row = structural(
        "flip_last",
        lambda x: x[..., ::-1],
        vjp=[lambda g, z, x: row(g)],
        text={"onnx": flipped},
    )
    yield row
    row.remove()


def graph_of(f):
    steps = [trace(f) for _ in range(2)]
    for step, n in zip(steps, (3, 4), strict=True):
        step(Tensor(np.ones((n, 2))))
    (x,) = steps[0].inputs(Tensor(np.ones((3, 2))))
    return OnnxGraph((steps[0].program, steps[1].program), [x.var], {}, batch=3)


def test_a_row_of_ones_own_gives_its_form(flip):
    graph = graph_of(lambda x: exp(flip(x)))
    assert [node.operator for node in graph.nodes] == ["Slice", "Exp", "Identity"]
    slicing = graph.nodes[0]
    assert slicing.inputs[0] == "x"
    numbers = [graph.constants[name].tolist() for name in slicing.inputs[1:]]
    assert numbers == [[-1], [np.iinfo(np.int64).min + 1], [1], [-1]]
    assert graph.kinds == [(np.dtype(float), ["batch", 2])]


def test_a_row_without_a_form_is_refused_by_name():
    row = structural("mirrored", lambda x: x[..., ::-1], vjp=[lambda g, z, x: row(g)])
    try:
        with pytest.raises(TraceError, match=r"mirrored \(.*no form in ONNX"):
            graph_of(lambda x: exp(row(x)))
    finally:
        row.remove()


def test_the_form_of_a_composite_is_that_of_its_parts():
    from nn import silu

    operators = {node.operator for node in graph_of(silu).nodes}
    assert operators <= {"Mul", "Sigmoid", "Identity", "Neg", "Exp", "Add", "Div"}


def test_an_index_that_hangs_on_the_batch_is_refused():
    with pytest.raises(TraceError, match=r"getitem \(.*the key .* depends on the length"):
        graph_of(lambda x: x[: x.shape[0] - 1])
