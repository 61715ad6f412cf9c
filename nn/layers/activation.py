"""Activations as layers, for a `Sequential`: each wraps the function of the same name."""

from __future__ import annotations

from typing import Any

from nn import activations
from nn.layers.same_kind import SameKind


class Identity(SameKind):
    """The layer of `nn.identity`."""

    def forward(self, x: Any) -> Any:
        return activations.identity(x)


class Sigmoid(SameKind):
    """The layer of `nn.sigmoid`."""

    def forward(self, x: Any) -> Any:
        return activations.sigmoid(x)


class Tanh(SameKind):
    """The layer of `nn.tanh`."""

    def forward(self, x: Any) -> Any:
        return activations.tanh(x)


class ReLU(SameKind):
    """The layer of `nn.relu`.

    >>> import numpy as np
    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return activations.relu(x)


class LeakyReLU(SameKind):
    """The layer of `nn.leaky_relu`.

    >>> LeakyReLU(0.1)(-2.0)
    -0.2
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return activations.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(SameKind):
    """The layer of `nn.elu`.

    >>> ELU(alpha=2.0)(-1000.0)
    -2.0
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return activations.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(SameKind):
    """The layer of `nn.selu`."""

    def forward(self, x: Any) -> Any:
        return activations.selu(x)


class SiLU(SameKind):
    """The layer of `nn.silu`."""

    def forward(self, x: Any) -> Any:
        return activations.silu(x)


class GELU(SameKind):
    """The layer of `nn.gelu`.

    >>> GELU(approximate="tanh")
    GELU(approximate='tanh')
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        return activations.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(SameKind):
    """The layer of `nn.softplus`."""

    def forward(self, x: Any) -> Any:
        return activations.softplus(x)


class Softmax(SameKind):
    """The layer of `nn.softmax`.

    >>> import numpy as np
    >>> Softmax()(np.array([[0.0, 0.0]]))
    array([[0.5, 0.5]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return activations.softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(SameKind):
    """The layer of `nn.log_softmax`."""

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return activations.log_softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
