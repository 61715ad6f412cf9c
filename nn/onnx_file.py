"""A model as an ONNX file, which other runtimes and viewers read (https://onnx.ai)."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograd import Tensor, trace
from autograd.structure import numbers_of
from autograd.tracing.onnx import OnnxError, OnnxGraph
from nn.evaluation import mode
from nn.magnify import to_tensors
from nn.module import Module

#: The version of ONNX's operators that is written; runtimes since 2022 know it.
OPSET = 18

#: Operators of ONNX that onnxruntime has in float32 alone.
ONLY_FLOAT32 = frozenset({"Erf"})


def export_onnx(model: Module, path: str | os.PathLike[str], sample: Any) -> None:
    """Write what a model computes in evaluation mode as an ONNX file, for batches of any length.

    sample: an input, (samples, …), or a tuple of them, of which only shapes and types matter.

    The model is recorded twice, for batches of two lengths, and the graph is checked by onnx before
    anything is written; the file is complete or not there. Parameters keep their names. A model of
    `Value`s is written as arrays.

    Warns where onnxruntime lacks an operator in float64 (erf, for gelu), though ONNX has it.
    Raises ImportError (onnx is missing) and OnnxError: an operation that has no form in ONNX, or a
    number that holds the length of the batch, is named with its place in the model.

    >>> import onnx
    >>> from nn import MLP
    >>> model = MLP(2, [3], 1, activation="tanh", rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_onnx(model, Path(folder) / "model.onnx", np.zeros((1, 2)))
    ...     graph = onnx.load(Path(folder) / "model.onnx").graph
    >>> [node.op_type for node in graph.node]
    ['MatMul', 'Add', 'Tanh', 'MatMul', 'Add', 'Identity']
    """
    onnx = _onnx()
    if not isinstance(model, Module):
        raise TypeError(f"export_onnx takes a Module, not {type(model).__name__}")
    graph = _graph(model, sample if isinstance(sample, tuple) else (sample,))
    protocol = _protocol(onnx, graph, type(model).__name__)
    onnx.checker.check_model(protocol, full_check=True)
    _write(Path(path), protocol.SerializeToString())
    _warn_of_what_runtimes_lack(graph)


def _graph(model: Module, sample: tuple[Any, ...]) -> OnnxGraph:
    arrays = [np.asarray(x.data if isinstance(x, Tensor) else x) for x in sample]
    if any(not x.ndim or not len(x) for x in arrays):
        raise OnnxError("export_onnx: the sample must be a batch, (samples, …), of at least one")
    # With one sample, an axis of length 1 could mean anything.
    short = [np.concatenate([x[:1]] * 3) for x in arrays]
    long = [np.concatenate([x[:1]] * 4) for x in arrays]
    if not all(isinstance(p, Tensor) for p in model.parameters()):
        model = to_tensors(model)
    with mode(model, False):
        steps = []
        for batch in (short, long):
            step = trace(lambda *xs: _results(model(*xs)))
            step(*map(_node, batch))
            steps.append(step)
        found = steps[0].inputs(*map(_node, short))
        data = [one.var for one in found[: len(short)]]
        given = {one.var.name: np.asarray(one.array) for one in found[len(short) :]}
        return OnnxGraph((steps[0].program, steps[1].program), data, given, batch=3)


def _warn_of_what_runtimes_lack(graph: OnnxGraph) -> None:
    for node in graph.nodes:
        if node.operator in ONLY_FLOAT32 and graph.dtypes[node.inputs[0]] == np.float64:
            warnings.warn(
                f"export_onnx: the file holds {node.operator} in float64, which ONNX has but "
                "onnxruntime does not run; for that give it the model and the sample in float32: "
                "export_onnx(nn.to_tensors(model, np.float32), path, sample.astype(np.float32))",
                UserWarning,
                stacklevel=3,
            )
            return


def _results(output: Any) -> Any:
    return numbers_of(output) if isinstance(output, tuple) else output


def _node(array: Any) -> Any:
    return Tensor(array) if array.dtype.kind == "f" else array


def _protocol(onnx: ModuleType, graph: OnnxGraph, name: str) -> Any:
    helper: Any = onnx.helper
    kind = helper.np_dtype_to_tensor_dtype
    nodes = []
    for node in graph.nodes:
        attributes = dict(node.attributes)
        if "to" in attributes:
            attributes["to"] = kind(attributes["to"])
        nodes.append(helper.make_node(node.operator, node.inputs, [node.output], **attributes))
    inputs = [
        helper.make_tensor_value_info(x.name, kind(np.dtype(x.dtype)), ["batch", *x.shape[1:]])
        for x in graph.data
    ]
    outputs = [
        helper.make_tensor_value_info(result, kind(np.dtype(dtype)), shape)
        for result, (dtype, shape) in zip(graph.results, graph.kinds, strict=True)
    ]
    constants = [onnx.numpy_helper.from_array(a, n) for n, a in graph.constants.items()]
    return helper.make_model(
        helper.make_graph(nodes, name, inputs, outputs, initializer=constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
        producer_name="chainrule",
    )


def _write(target: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _onnx() -> ModuleType:
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    except ImportError as error:
        raise ImportError("export_onnx needs onnx: pip install 'chainrule[onnx]'") from error
    module: ModuleType = onnx
    return module
