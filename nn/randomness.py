"""Random number generators: where layers and initialisers get their random numbers.

Whatever draws numbers (initial weights, dropout's masks) takes `rng`: a seed, a
`numpy.random.Generator`, or None for the one generator that `seed` restarts.
"""

from __future__ import annotations

import numpy as np

Rng = int | np.random.Generator | None

_common = np.random.default_rng()


def seed(number: int) -> None:
    """Restart the generator of everything that was not given an `rng` of its own.

    Loaders and dropout layers that were made before draw from it too, so they start again.

    >>> from nn import Dense, seed
    >>> seed(0); first = Dense(2, 3).weight.data
    >>> seed(0); bool((Dense(2, 3).weight.data == first).all())
    True
    """
    _common.bit_generator.state = np.random.default_rng(number).bit_generator.state


def generator(rng: Rng = None) -> np.random.Generator:
    """Return the generator that `rng` means: a new one for a seed, the common one for None."""
    if rng is None:
        return _common
    if not isinstance(rng, int | np.integer | np.random.Generator):
        raise TypeError(f"rng must be a seed, a numpy.random.Generator or None, not {rng!r}")
    return np.random.default_rng(rng)
