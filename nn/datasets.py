"""Small classification problems in the plane, made from a seed.

Each returns X of shape (n_samples, 2) and the classes y, whole numbers of shape (n_samples,), in
mixed order. None of them can be separated by a straight line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nn.arguments import check_numbers, check_whole
from nn.randomness import Rng, generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    #: X, and the class of each of its rows.
    Samples = tuple[NDArray[np.float64], NDArray[np.int64]]


def make_moons(n_samples: int = 100, noise: float = 0.1, seed: Rng = None) -> Samples:
    """Return two interleaving half circles, of radius 1, as scikit-learn's of the same name.

    noise: the standard deviation of the noise added to each coordinate.

    >>> X, y = make_moons(50, seed=0)
    >>> X.shape, np.bincount(y)
    ((50, 2), array([25, 25]))
    """
    rng = _checked("make_moons", n_samples, noise, seed)
    upper, lower = (np.linspace(0, np.pi, n) for n in (n_samples // 2, n_samples - n_samples // 2))
    X = np.concatenate(
        [
            np.column_stack([np.cos(upper), np.sin(upper)]),
            np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]),
        ]
    )
    y = np.repeat([0, 1], [len(upper), len(lower)])
    return _mixed(X, y, noise, rng)


def make_xor(n_samples: int = 100, noise: float = 0.1, seed: Rng = None) -> Samples:
    """Return points around the corners (0, 0), (0, 1), (1, 0), (1, 1); y is x₁ xor x₂.

    With n_samples=4 and noise=0 this is the truth table.

    >>> X, y = make_xor(4, noise=0, seed=0)
    >>> bool(((X[:, 0] != X[:, 1]) == y).all())
    True
    """
    rng = _checked("make_xor", n_samples, noise, seed)
    corner = np.arange(n_samples) % 4
    X = np.column_stack([corner // 2, corner % 2]).astype(float)
    return _mixed(X, (corner // 2) ^ (corner % 2), noise, rng)


def make_spirals(
    n_samples: int = 200,
    noise: float = 0.02,
    seed: Rng = None,
    classes: int = 2,
    turns: float = 1.0,
) -> Samples:
    """Return the arms of a spiral inside the unit circle, one for each class.

    >>> X, y = make_spirals(90, classes=3, seed=0)
    >>> np.bincount(y)
    array([30, 30, 30])
    """
    rng = _checked("make_spirals", n_samples, noise, seed)
    if classes < 1:
        raise ValueError(f"make_spirals: classes must be at least 1, not {classes!r}")
    y = np.arange(n_samples) % classes
    radius = (np.arange(n_samples) // classes + 1) / -(-n_samples // classes)
    angle = 2 * np.pi * (turns * radius + y / classes)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _mixed(X, y, noise, rng)


def _checked(name: str, n_samples: int, noise: float, seed: Rng) -> np.random.Generator:
    check_whole(name, n_samples=n_samples)
    check_numbers(name, noise=noise)
    if n_samples < 1 or not noise >= 0:
        raise ValueError(
            f"{name} needs n_samples ≥ 1 and noise ≥ 0, not {n_samples!r} and {noise!r}"
        )
    return generator(seed)


def _mixed(X: Any, y: Any, noise: float, rng: np.random.Generator) -> Samples:
    order = rng.permutation(len(X))
    return X[order] + rng.normal(scale=noise, size=X.shape), y[order]
