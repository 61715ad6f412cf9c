"""What calling a module gives, for type checkers: what its `forward` says.

A module of yours whose `forward(self, x: Tensor) -> Tensor` has types is called with these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Forwarding(Protocol[P, R_co]):
    """A module, by the arguments and the result of its `forward`."""

    @property
    def forward(self) -> Callable[P, R_co]: ...
