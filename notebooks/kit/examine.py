"""The workshop for “Find the fault”: a broken engine beside measurements and a sound engine."""

from __future__ import annotations

import base64
import json
import zlib
from types import SimpleNamespace
from typing import Any

import numpy as np

import autograd
import viz

#: The ten engines, written here by the teacher's kit.
PACKED = ""


def _entry(n: int) -> list[str]:
    entries = json.loads(zlib.decompress(base64.b85decode(PACKED)))
    found: list[str] = entries[n - 1]
    return found


def engine(n: int) -> SimpleNamespace:
    """Return engine n: Num, add, mul, tanh, exp, relu, backward, affine_backward."""
    names: dict[str, Any] = {}
    exec(compile(_entry(n)[0], f"<engine {n}>", "exec"), names)
    return SimpleNamespace(**{k: v for k, v in names.items() if not k.startswith("__")})


def hint(n: int) -> None:
    """Print a hint for engine n."""
    print(_entry(n)[2])


def truth(n: int) -> tuple[str, str]:
    """Return what is broken and why: for the check."""
    return _entry(n)[1], _entry(n)[3]


def gradients(e: Any, program: Any, at: dict[str, float], times: int = 1) -> dict[str, float]:
    """Return what an engine says."""
    leaves = {name: e.Num(value) for name, value in at.items()}
    result = program(e, *leaves.values())
    for _ in range(times):
        e.backward(result)
    return {name: leaf.grad for name, leaf in leaves.items()}


def measured(e: Any, program: Any, at: dict[str, float], h: float = 1e-6) -> dict[str, float]:
    """Return what pushing each number a little says: no calculus at all."""

    def value(**moved: float) -> float:
        result = program(e, *(e.Num(v) for v in (at | moved).values()))
        return float(result.data)

    return {k: (value(**{k: v + h}) - value(**{k: v - h})) / (2 * h) for k, v in at.items()}


def compare(e: Any, program: Any, times: int = 1, **at: float) -> None:
    """Print the gradients of a program beside the measured ones."""
    found, true = gradients(e, program, at, times), measured(e, program, at)
    for name in at:
        same = abs(found[name] - true[name]) < 1e-5 * max(1.0, abs(true[name]))
        verdict = "" if same else "  <- differs"
        both = f"engine {found[name]:.5g}, measured {true[name]:.5g}"
        print(f"{name} = {at[name]:g}: {both}{verdict}")


def compare_layer(e: Any, samples: int, inputs: int, outputs: int) -> None:
    """Print the gradients of a layer beside those of the package, which `gradcheck` has tested."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=s) for s in ((samples, inputs), (inputs, outputs), outputs)]
    g = rng.normal(size=(samples, outputs))
    nodes = [autograd.Tensor(part) for part in parts]
    autograd.affine(*nodes).backward(g)
    for name, found, node in zip("xWb", e.affine_backward(g, *parts[:2]), nodes, strict=True):
        same = np.shape(found) == node.grad.shape and np.allclose(found, node.grad)
        print(f"d{name}: {'as it should be' if same else 'differs from the package'}")


class _Sound:
    """The package's operations under the names that a program uses."""

    tanh, exp = staticmethod(autograd.tanh), staticmethod(autograd.exp)

    @staticmethod
    def relu(x: Any) -> Any:
        return autograd.maximum(x, 0.0)


def _sound(program: Any, at: dict[str, float]) -> Any:
    leaves = [autograd.Value(value, name) for name, value in at.items()]
    return program(_Sound, *leaves)


def picture(e: Any, program: Any, **at: float) -> Any:
    """Draw a program with the right gradients; the leaves also say what the engine says."""
    found = gradients(e, program, at)
    result = _sound(program, at)
    result.backward()
    names = {
        node: f"{node.label} (engine: {found[node.label]:.4g})"
        for node in autograd.topological(result)
        if node.label in found
    }
    return viz.draw(result, names=names)


def player(program: Any, **at: float) -> Any:
    """Show how a sound engine walks through a program."""
    return viz.steps(_sound(program, at))
