"""A scalar and array autograd engine that shows its work.

`Value` and `Tensor` record what is computed with them; `node.backward()` applies the chain
rule. Everything public is listed here.
"""

from typing import TYPE_CHECKING

import autograd.installation  # noqa: F401 - first, since it says what is wrong with the others
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
from autograd.graph import topological
from autograd.lazy_names import on_demand
from autograd.modes import detect_anomaly, no_grad, scope, source_lines
from autograd.node import Node
from autograd.rows.elementwise import elementwise
from autograd.rows.op import Op
from autograd.rows.reduction import reduction
from autograd.rows.registry import primitives
from autograd.rows.structural import structural
from autograd.rows.table import (
    abs as abs,
)
from autograd.rows.table import (
    affine,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    broadcast_to,
    cbrt,
    ceil,
    concatenate,
    cos,
    cosh,
    equal,
    erf,
    erfc,
    exp,
    exp2,
    expit,
    expm1,
    floor,
    floor_divide,
    greater,
    greater_equal,
    hypot,
    less,
    less_equal,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logsumexp,
    matmul,
    maximum,
    mean,
    minimum,
    not_equal,
    relu,
    remainder,
    reshape,
    rint,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    stack,
    take,
    tan,
    tanh,
    transpose,
    trunc,
    where,
)
from autograd.rows.table import (
    max as max,
)
from autograd.rows.table import (
    min as min,
)
from autograd.rows.table import (
    sum as sum,
)
from autograd.storage import accelerated
from autograd.tensor import Tensor
from autograd.value import Value
from autograd.version import __version__

if TYPE_CHECKING:
    from autograd import linalg
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
    from autograd.forward_mode import hvp, jvp, make_jvp
    from autograd.functions import clip, dot, norm, prod, std, tensordot, var
    from autograd.functions import pow as pow
    from autograd.further_functions import (
        append,
        cumprod,
        cumsum,
        diff,
        einsum,
        inner,
        kron,
        nanmax,
        nanmean,
        nanmin,
        nanstd,
        nansum,
        nanvar,
        outer,
    )
    from autograd.further_functions import (
        round as round,
    )
    from autograd.printers.latex import latex, partial_latex
    from autograd.rearranging import (
        array_split,
        diag,
        flip,
        pad,
        partition,
        ravel,
        repeat,
        roll,
        sort,
        split,
        squeeze,
        swapaxes,
        tile,
        tril,
        triu,
    )
    from autograd.rows.composite import composite
    from autograd.scalar_graph import Scalars, as_values
    from autograd.steps import EdgeStep, Step, backward_steps
    from autograd.trace_hooks import effect, fresh, guard
    from autograd.tracing import Traced, trace
else:
    __getattr__ = on_demand(
        __name__,
        {
            "autograd.scalar_graph": "Scalars as_values",
            "autograd.check": "Report gradcheck gradient_report",
            "autograd.derivatives": (
                "elementwise_grad grad gradients hessian jacobian make_vjp value_and_grad"
            ),
            "autograd.forward_mode": "hvp jvp make_jvp",
            "autograd.functions": "clip dot norm pow prod std tensordot var",
            "autograd.further_functions": (
                "append cumprod cumsum diff einsum inner kron nanmax nanmean nanmin nanstd nansum "
                "nanvar outer round"
            ),
            "autograd.linalg": "",
            "autograd.printers.latex": "latex partial_latex",
            "autograd.rearranging": (
                "array_split diag flip pad partition ravel repeat roll sort split squeeze swapaxes "
                "tile tril triu"
            ),
            "autograd.trace_hooks": "effect fresh guard",
            "autograd.rows.composite": "composite",
            "autograd.steps": "EdgeStep Step backward_steps",
            "autograd.tracing": "Traced trace",
        },
    )

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
    "accelerated",
    "affine",
    "append",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "array_split",
    "as_values",
    "backward_steps",
    "broadcast_to",
    "cbrt",
    "ceil",
    "clip",
    "composite",
    "concatenate",
    "cos",
    "cosh",
    "cumprod",
    "cumsum",
    "detect_anomaly",
    "diag",
    "diff",
    "dot",
    "effect",
    "einsum",
    "elementwise",
    "elementwise_grad",
    "equal",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expit",
    "expm1",
    "flip",
    "floor",
    "floor_divide",
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
    "hypot",
    "inner",
    "jacobian",
    "jvp",
    "kron",
    "latex",
    "less",
    "less_equal",
    "linalg",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logsumexp",
    "make_jvp",
    "make_vjp",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanstd",
    "nansum",
    "nanvar",
    "no_grad",
    "norm",
    "not_equal",
    "outer",
    "pad",
    "partial_latex",
    "partition",
    "primitives",
    "prod",
    "ravel",
    "reduction",
    "relu",
    "remainder",
    "repeat",
    "reshape",
    "rint",
    "roll",
    "scope",
    "sign",
    "sin",
    "sinh",
    "sort",
    "source_lines",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "structural",
    "swapaxes",
    "take",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "topological",
    "trace",
    "transpose",
    "tril",
    "triu",
    "trunc",
    "value_and_grad",
    "var",
    "where",
]


#: Public as well, but `import *` leaves them out: they would hide Python's own.
NAMES_OF_BUILTINS = ("abs", "max", "min", "pow", "round", "sum")


def __dir__() -> list[str]:
    return sorted([*__all__, *NAMES_OF_BUILTINS])
