"""A scalar and array autograd engine that shows its work.

`Value` and `Tensor` record what is computed with them; `node.backward()` applies the chain
rule. Everything public is listed here.
"""

import autograd.installation  # noqa: F401 - first, for it says what is wrong with the others
from autograd.as_values import Scalars, as_values
from autograd.check import Report, gradcheck, gradient_report
from autograd.derivatives import (
    elementwise_grad,
    grad,
    gradients,
    hessian,
    jacobian,
    make_vjp,
    value_and_grad,
)
from autograd.errors import (
    AnomalyError,
    BackwardError,
    DomainError,
    GradcheckError,
    GradientLostWarning,
    MixedNodesError,
    RedeclaredWarning,
    ShapeError,
    StaleDataError,
    TraceError,
)
from autograd.forward_mode import hvp, jvp, make_jvp
from autograd.functions import clip, dot, norm, pow, prod, std, var
from autograd.graph import topological
from autograd.modes import detect_anomaly, no_grad, scope, source_lines
from autograd.node import Node
from autograd.printers.latex import latex, partial_latex
from autograd.recording import effect, fresh, guard
from autograd.rows.composite import composite
from autograd.rows.elementwise import elementwise
from autograd.rows.op import Op, primitives
from autograd.rows.reduction import reduction
from autograd.rows.structural import structural
from autograd.rows.table import (
    abs,
    affine,
    broadcast_to,
    concatenate,
    cos,
    equal,
    erf,
    erfc,
    exp,
    expit,
    expm1,
    greater,
    greater_equal,
    less,
    less_equal,
    log,
    log1p,
    logaddexp,
    logsumexp,
    matmul,
    max,
    maximum,
    mean,
    min,
    minimum,
    not_equal,
    relu,
    reshape,
    sign,
    sin,
    sqrt,
    square,
    stack,
    sum,
    take,
    tanh,
    transpose,
    where,
)
from autograd.steps import EdgeStep, Step, backward_steps
from autograd.tensor import Tensor
from autograd.trace import Traced, trace
from autograd.value import Value
from autograd.version import __version__

__all__ = [
    "AnomalyError",
    "BackwardError",
    "DomainError",
    "EdgeStep",
    "GradcheckError",
    "GradientLostWarning",
    "MixedNodesError",
    "Node",
    "Op",
    "RedeclaredWarning",
    "Report",
    "Scalars",
    "ShapeError",
    "StaleDataError",
    "Step",
    "Tensor",
    "TraceError",
    "Traced",
    "Value",
    "__version__",
    "abs",
    "affine",
    "as_values",
    "backward_steps",
    "broadcast_to",
    "clip",
    "composite",
    "concatenate",
    "cos",
    "detect_anomaly",
    "dot",
    "effect",
    "elementwise",
    "elementwise_grad",
    "equal",
    "erf",
    "erfc",
    "exp",
    "expit",
    "expm1",
    "fresh",
    "grad",
    "gradcheck",
    "gradient_report",
    "gradients",
    "greater",
    "greater_equal",
    "guard",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "latex",
    "less",
    "less_equal",
    "log",
    "log1p",
    "logaddexp",
    "logsumexp",
    "make_jvp",
    "make_vjp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "no_grad",
    "norm",
    "not_equal",
    "partial_latex",
    "pow",
    "primitives",
    "prod",
    "reduction",
    "relu",
    "reshape",
    "scope",
    "sign",
    "sin",
    "source_lines",
    "sqrt",
    "square",
    "stack",
    "std",
    "structural",
    "sum",
    "take",
    "tanh",
    "topological",
    "trace",
    "transpose",
    "value_and_grad",
    "var",
    "where",
]


def __dir__() -> list[str]:
    return sorted(__all__)
