"""`accuracy`, the one metric that everybody needs; scikit-learn has the others.

`fit` and `evaluate` call a metric with the true targets and the model's outputs. Those of
scikit-learn take classes: `lambda y, z: f1_score(y, z.argmax(axis=1), average="macro")`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.numbers import plain_array


def accuracy(target: Any, output: Any, threshold: float = 0.0) -> float:
    """Return the share of samples whose class is right.

    output: one score per class, (n, classes); or a single logit, (n,) or (n, 1), which means
        class 1 above the threshold (0 for logits, 0.5 for probabilities) and class 0 otherwise.
    target: classes, (n,) or (n, 1), or one-hot rows; 0 and 1 for a single logit.

    Raises ValueError (the shapes do not fit; other classes than 0 and 1 for a single logit).

    >>> accuracy([0, 1, 1], [[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]])
    0.6666666666666666
    """
    y, z = plain_array(target), plain_array(output)
    several = z.ndim > 1 and z.shape[-1] > 1
    if several:
        predicted = z.argmax(axis=-1)
        y = y.argmax(axis=-1) if y.shape == z.shape else y
    else:
        predicted = z > threshold
    if y.size != predicted.size or not y.size:
        raise ValueError(
            f"accuracy: targets of shape {np.shape(target)} do not fit outputs of shape "
            f"{np.shape(output)}"
        )
    if not several and not np.isin(y, (0, 1)).all():
        other = y[~np.isin(y, (0, 1))][0]
        raise ValueError(
            f"accuracy: with one score for each sample the targets must be 0 or 1, not {other}; "
            "of -1 and 1 take target > 0"
        )
    return float(np.mean(y.ravel() == predicted.ravel()))
