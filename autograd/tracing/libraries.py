"""The names of NumPy's functions in `jax.numpy` and torch, and helpers for what those lack."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Library:
    """The names of NumPy's functions in a library.

    imports: the lines that a program begins with. prefix: the module of its functions.
    names: its names where they differ from NumPy's. methods: replacements in the NumPy text.
    helpers: by name, the text of functions that it lacks.
    backward: whether it has slices with a negative step, `x[::-1]`.
    """

    imports: str
    prefix: str
    names: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    backward: bool = True


_COMMON = {
    "share": "def share(x, y):\n    return np.where(x > y, 1.0, np.where(x == y, 0.5, 0.0))",
    "nonzero": "def nonzero(x):\n    return np.where(x == 0, 1.0, x)",
    "base": "def base(x, y):\n    return np.where((x == 0) & (y == 0), 1.0, x)",
    "norm": (
        "def norm(x, axis=None, keepdims=False):\n"
        "    return np.sqrt(np.add.reduce(x * x, axis=axis, keepdims=keepdims))"
    ),
}

JAX = Library(
    "import jax\nimport jax.numpy as jnp",
    "jnp",
    names={"add.reduce": "sum", "maximum.reduce": "max", "minimum.reduce": "min"},
    helpers={
        **_COMMON,
        "expit": "def expit(x):\n    return jax.nn.sigmoid(x)",
        "logaddexp": "def logaddexp(x, y):\n    return jnp.logaddexp(x, y)",
        "logsumexp": (
            "def logsumexp(x, axis=None, keepdims=False):\n"
            "    return jax.scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)"
        ),
        "einsum": "def einsum(*xs, subscripts):\n    return jnp.einsum(subscripts, *xs)",
        "windows": (
            "def windows(x, sizes, steps, gaps):\n"
            "    n, first = len(sizes), x.ndim - len(sizes)\n"
            "    for i in reversed(range(n)):\n"
            "        places = (x.shape[first + i] - (sizes[i] - 1) * gaps[i] - 1) // steps[i] + 1\n"
            "        at = jnp.arange(places)[:, None] * steps[i]\n"
            "        x = jnp.take(x, at + jnp.arange(sizes[i]) * gaps[i], axis=first + i)\n"
            "    after = range(first, first + 2 * n)\n"
            "    return jnp.transpose(x, (*range(first), *after[::2], *after[1::2]))"
        ),
        "overlap": (
            "def overlap(y, shape, steps, gaps):\n"
            "    first = y.ndim - 2 * len(shape)\n"
            "    sizes = y.shape[first + len(shape) :]\n"
            "    zeros = jnp.zeros((*y.shape[:first], *shape), y.dtype)\n"
            "    return jax.vjp(lambda x: windows(x, sizes, steps, gaps), zeros)[1](y)[0]"
        ),
        "erf": "def erf(x):\n    return jax.scipy.special.erf(x)",
        "erfc": "def erfc(x):\n    return jax.scipy.special.erfc(x)",
        "scatter": (
            "def scatter(y, key, shape):\n    return np.zeros(shape, y.dtype).at[key].add(y)"
        ),
    },
)

TORCH = Library(
    "import torch",
    "torch",
    names={
        "equal": "eq",
        "not_equal": "ne",
        "greater": "gt",
        "greater_equal": "ge",
        "less": "lt",
        "less_equal": "le",
        "absolute": "abs",
        "add.reduce": "add_up",
        "array": "clone",
        "concatenate": "cat",
        "float32": "torch.float32",
        "float64": "torch.float64",
        "maximum": "larger",
        "maximum.reduce": "largest",
        "minimum": "smaller",
        "minimum.reduce": "smallest",
        "negative": "neg",
        "power": "pow",
        "where": "choose",
        "bool": "torch.bool",
    },
    backward=False,
    methods={".transpose(": ".permute(", ".astype(": ".to(", "axis=": "dim="},
    helpers={
        **_COMMON,
        # Truth values are used as numbers below; by default torch would make them float32.
        **{
            name: (
                f"def {name}(x, y):\n    x, y = pair(x, y)\n"
                f"    return torch.{name}(x, y).to(x.dtype)"
            )
            for name in ("eq", "ne", "gt", "ge", "lt", "le")
        },
        "share": "def share(x, y):\n    return gt(x, y) + 0.5 * eq(x, y)",
        "add_up": (
            "def add_up(x, dim=None, keepdims=False):\n"
            "    return x.sum() if dim is None and not keepdims else x.sum(dim, keepdim=keepdims)"
        ),
        "largest": (
            "def largest(x, dim=None, keepdims=False):\n"
            "    return x.amax(() if dim is None else dim, keepdim=keepdims)"
        ),
        "smallest": (
            "def smallest(x, dim=None, keepdims=False):\n"
            "    return x.amin(() if dim is None else dim, keepdim=keepdims)"
        ),
        "norm": (
            "def norm(x, dim=None, keepdims=False):\n"
            "    return torch.sqrt(add_up(x * x, dim=dim, keepdims=keepdims))"
        ),
        "larger": "def larger(x, y):\n    return torch.maximum(*pair(x, y))",
        "smaller": "def smaller(x, y):\n    return torch.minimum(*pair(x, y))",
        "choose": (
            "def choose(c, x, y):\n"
            "    kinds = [e.dtype for e in (x, y, c) if isinstance(e, torch.Tensor)]\n"
            "    kind = next((k for k in kinds if k.is_floating_point), torch.float64)\n"
            "    return torch.where(c != 0, *(torch.as_tensor(e, dtype=kind) for e in (x, y)))"
        ),
        "expit": "def expit(x):\n    return torch.sigmoid(x)",
        "logaddexp": "def logaddexp(x, y):\n    return torch.logaddexp(*pair(x, y))",
        "logsumexp": (
            "def logsumexp(x, dim=None, keepdims=False):\n"
            "    dims = tuple(range(x.ndim)) if dim is None else dim\n"
            "    return torch.logsumexp(x, dims, keepdim=keepdims)"
        ),
        "einsum": (
            "def einsum(*xs, subscripts):\n"
            "    xs = [torch.as_tensor(x) for x in xs]\n"
            "    kind = xs[0].dtype\n"
            "    for x in xs:\n"
            "        kind = torch.promote_types(kind, x.dtype)\n"
            "    return torch.einsum(subscripts, *(x.to(kind) for x in xs))"
        ),
        "windows": (
            "def windows(x, sizes, steps, gaps):\n"
            "    n, first = len(sizes), x.ndim - len(sizes)\n"
            "    for i in reversed(range(n)):\n"
            "        places = (x.shape[first + i] - (sizes[i] - 1) * gaps[i] - 1) // steps[i] + 1\n"
            "        at = torch.arange(places)[:, None] * steps[i]\n"
            "        seen = at + torch.arange(sizes[i]) * gaps[i]\n"
            "        x = x.index_select(first + i, seen.reshape(-1))\n"
            "        x = x.unflatten(first + i, seen.shape)\n"
            "    after = range(first, first + 2 * n)\n"
            "    return x.permute(*range(first), *after[::2], *after[1::2])"
        ),
        "overlap": (
            "def overlap(y, shape, steps, gaps):\n"
            "    first = y.ndim - 2 * len(shape)\n"
            "    sizes = y.shape[first + len(shape) :]\n"
            "    zeros = y.new_zeros((*y.shape[:first], *shape))\n"
            "    return torch.func.vjp(lambda x: windows(x, sizes, steps, gaps), zeros)[1](y)[0]"
        ),
        "erf": "def erf(x):\n    return torch.erf(x)",
        "erfc": "def erfc(x):\n    return torch.erfc(x)",
        "scatter": (
            "def scatter(y, key, shape):\n"
            "    where = item(torch.arange(torch.Size(shape).numel()).reshape(shape), key)\n"
            "    flat = torch.zeros(torch.Size(shape).numel(), dtype=y.dtype)\n"
            "    return flat.index_add(\n"
            "        0, where.reshape(-1), y.expand(where.shape).reshape(-1)\n"
            "    ).reshape(shape)"
        ),
        "item": (
            "def item(x, key):\n"
            "    key, axis = list(key if isinstance(key, tuple) else (key,)), 0\n"
            "    for i, k in enumerate(key):\n"
            "        if k is Ellipsis:\n"
            "            axis = x.ndim - sum(e is not None for e in key[i + 1 :])\n"
            "        elif k is not None:\n"
            "            if isinstance(k, slice) and (k.step or 1) < 0:\n"
            "                where = torch.arange(x.shape[axis]).tolist()[k]\n"
            "                x = x.index_select(axis, torch.tensor(where, dtype=torch.long))\n"
            "                key[i] = slice(None)\n"
            "            axis += 1\n"
            "    return x[tuple(key)]"
        ),
        "pair": (
            "def pair(x, y):\n"
            "    tensor = x if isinstance(x, torch.Tensor) else y\n"
            "    x, y = (torch.as_tensor(e, dtype=tensor.dtype) for e in (x, y))\n"
            "    return torch.broadcast_tensors(x, y)"
        ),
    },
)
LIBRARIES = {"jax": JAX, "torch": TORCH}
