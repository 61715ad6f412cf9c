"""Rows that copy a node: the same number, with or without a gradient."""

from __future__ import annotations

import numpy as np

from autograd.rows.elementwise import elementwise

#: The same number as a new node, with respect to which a transform can differentiate.
identity = elementwise(
    "identity",
    scalar=lambda x: x,
    array=np.positive,
    d=[lambda z, x: 1],
    symbol="id",
    latex="$x",
    text={
        "c": "$x",
        "float": "$x",
        "numpy": "np.array($x)",
        "javascript": "$x",
        "onnx": "Identity($x)",
    },
    linear=(0,),
    role="copy",
)

#: The same number without a gradient: `.detach()` inside a function that is being traced.
detach = elementwise(
    "detach",
    scalar=lambda x: x,
    array=np.positive,
    d=[None],
    symbol="∥",
    latex="$x",
    text={"c": "$x", "float": "$x", "javascript": "$x", "onnx": "Identity($x)"},
    role="constant",
)
