"""Advice for names that `nn` does not have: those of other libraries, and misspellings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

#: PyTorch's names for things that have another name here.
_THEIRS = {
    "MSELoss": "mse_loss(prediction, target)",
    "L1Loss": "l1_loss(prediction, target)",
    "SmoothL1Loss": "smooth_l1_loss(prediction, target)",
    "HuberLoss": "huber_loss(prediction, target)",
    "CrossEntropyLoss": "cross_entropy(logits, target)",
    "NLLLoss": "nll_loss(log_probabilities, target)",
    "BCELoss": "binary_cross_entropy(probability, target)",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits(logit, target)",
    "Parameter": "an attribute that is a Tensor: it is a parameter by itself",
    "functional": "nn itself: nn.relu, nn.cross_entropy",
    "ModuleList": "a list: modules in it are found",
    "ModuleDict": "a dict: modules in it are found",
    "TransformerEncoderLayer": "TransformerBlock",
}


def unknown_name(name: str, known: Sequence[str]) -> str:
    """Return the sentence of the error for `nn.name`.

    >>> unknown_name("Relu", ["ReLU", "relu"])
    "nn has no 'Relu'; did you mean nn.ReLU?"
    """
    if name in _THEIRS:
        return f"nn has no {name!r}; the same is {_THEIRS[name]}"
    lower = {each.lower(): each for each in reversed(known)}
    near = difflib.get_close_matches(name.lower(), lower, n=1)
    return f"nn has no {name!r}" + (f"; did you mean nn.{lower[near[0]]}?" if near else "")
