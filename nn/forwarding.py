"""What a call of a module returns, for type checkers: what its `forward` says.

If your own module's `forward(self, x: Tensor) -> Tensor` has types, calls of it have them too.
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
