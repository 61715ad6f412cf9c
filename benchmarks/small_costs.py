"""What no peer is asked for: importing, recording, activations beside `tanh`, which is one row."""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nn
from autograd import Value, accelerated, tanh, trace
from autograd import max as largest

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
    return _in_a_process(f"print_activations({rounds})", compiled)


def recording(rounds: int, compiled: bool) -> float | None:
    """Return the time to record M1, a GPT of single numbers, as a multiple of a plainest step.

    Recording is all of the first call of a trace, up to its first result. The step is M1's forward,
    backward and update in the plainest engine. The two take turns.

    compiled: as above.
    """
    return _in_a_process(f"print_recording({rounds})", compiled)


def _in_a_process(call: str, compiled: bool) -> float | None:
    """Return the ratio that a call prints, None if the compiled core is wanted but not built."""
    code = f"from benchmarks import small_costs; small_costs.{call}"
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


def print_recording(rounds: int) -> None:
    """Measure recordings in this process, and print that and whether the core is used."""
    sys.path.insert(0, str(ROOT / "benchmarks" / "peers"))
    gpt, plainest = map(importlib.import_module, ("scalar_gpt", "plainest_peer"))
    net = {name: [[Value(w) for w in row] for row in rows] for name, rows in gpt.weights().items()}

    def seconds(f: Callable[[], object]) -> float:
        gc.collect()  # what the other one has left behind
        start = time.process_time()
        f()
        return time.process_time() - start

    def record() -> object:
        return trace(lambda: gpt.loss_of(net, largest))()

    step: Callable[[], object] = plainest.m1()
    pairs = [(seconds(record), seconds(step)) for _ in range(rounds)]
    ours, plain = map(min, zip(*pairs, strict=True))
    print(json.dumps([ours / plain, accelerated]))
