"""What is measured without peers: importing, and activations beside `tanh`, which is one row."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nn
from autograd import Value, accelerated, tanh

ROOT = Path(__file__).parents[1]


def importing(rounds: int) -> float:
    """Return the processor time of `import autograd, nn, viz` as a multiple of NumPy's."""
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


def activations(rounds: int, compiled: bool) -> float | None:
    """Return the slowest of sigmoid, silu, softplus and gelu of a `Value`, as a multiple of `tanh`.

    compiled: with or without the compiled core. The result is None if it is wanted but not built.
    """
    code = f"from benchmarks import small_costs; small_costs.print_activations({rounds})"
    environment = {**os.environ, "CHAINRULE_PURE": "0" if compiled else "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, env=environment, cwd=ROOT, stdout=subprocess.PIPE
    )
    ratio, accelerated = json.loads(done.stdout)
    return ratio if accelerated is compiled else None


def print_activations(rounds: int) -> None:
    """Measure the activations in this process, and print that and whether the core is used."""

    def seconds(f: Callable[[Value], Value]) -> float:
        start = time.process_time()
        for _ in range(2_000):
            f(Value(0.5)).backward()
        return time.process_time() - start

    names: list[Callable[[Value], Value]] = [tanh, nn.sigmoid, nn.silu, nn.softplus, nn.gelu]
    best = [float("inf")] * len(names)
    for _ in range(rounds):
        best = [min(b, seconds(f)) for b, f in zip(best, names, strict=True)]
    print(json.dumps([max(best[1:]) / best[0], accelerated]))
