"""What is measured without peers: importing, and activations beside `tanh`, which is one row."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nn
from autograd import Value, tanh

ROOT = Path(__file__).parents[1]


def importing(rounds: int) -> float:
    """Return the processor time of `import autograd, nn, viz`, in times of NumPy's own."""
    # Compiled files are kept, as they are wherever the package is installed.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def seconds(code: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    seconds("import autograd, nn, viz")
    ours, numpys = [], []
    for _ in range(rounds):
        ours.append(seconds("import autograd, nn, viz"))
        numpys.append(seconds("import numpy"))
    return min(ours) / min(numpys)


def activations(rounds: int) -> float:
    """Return the longest of sigmoid, silu, softplus and gelu of a `Value`, in times of `tanh`."""

    def seconds(f: Callable[[Value], Value]) -> float:
        start = time.process_time()
        for _ in range(2_000):
            f(Value(0.5)).backward()
        return time.process_time() - start

    names: list[Callable[[Value], Value]] = [tanh, nn.sigmoid, nn.silu, nn.softplus, nn.gelu]
    best = [float("inf")] * len(names)
    for _ in range(rounds):
        best = [min(b, seconds(f)) for b, f in zip(best, names, strict=True)]
    return max(best[1:]) / best[0]
