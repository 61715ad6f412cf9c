"""The workloads' data and starting weights, the same for every peer, and how a peer is served.

No peer imports another's code: this file needs NumPy alone.
"""

import gc
import itertools
import json
import random
import sys
import time

import numpy as np


def moons():
    """S1: 100 samples in a plane, labels ±1, and an MLP 2-16-16-1 of single weights."""
    random.seed(1)
    layers = [
        [([random.uniform(-1, 1) for _ in range(n_in)], 0.0) for _ in range(n_out)]
        for n_in, n_out in ((2, 16), (16, 16), (16, 1))
    ]
    X = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(100)]
    y = [1.0 if a * a + b > 0.7 else -1.0 for a, b in X]
    return layers, X, y


def products():
    """S3: two lists of 10,000 numbers. The gradients add up from step to step."""
    rng = np.random.default_rng(0)
    return rng.normal(size=10_000).tolist(), rng.normal(size=10_000).tolist()


def mlp(sizes, batch, classes):
    """T1 to T3: weights, a batch, and class indices (or what one output shall come near to)."""
    rng = np.random.default_rng(0)
    weights = [
        (
            (rng.normal(size=(n, m)) * np.sqrt(2 / n)).astype(np.float32),
            np.zeros(m, np.float32),
        )
        for n, m in itertools.pairwise(sizes)
    ]
    X = rng.normal(size=(batch, sizes[0])).astype(np.float32)
    y = rng.integers(0, classes, size=batch)
    return weights, X, y


T1 = ([2, 16, 16, 1], 32, 2)
T2 = ([784, 128, 64, 10], 64, 10)
T3 = ([784, 1024, 1024, 10], 256, 10)
RATE = {"S1": 0.1, "T1": 0.1, "T2": 1e-3, "T3": 0.1}


def wave():
    """T4: a million numbers."""
    return np.random.default_rng(0).normal(size=1_000_000)


def serve(workloads):
    """Answer the driver: `NAME` sets a workload up and gives the losses of its first three steps,
    `time K` gives the seconds that K steps take.
    """
    step = None
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "time":
            n = int(rest)
            if n > 1:
                step()  # since earlier peers have filled the processor's caches
            # No garbage is collected before the clock starts: what a peer's own steps leave behind
            # for the collector is part of what they cost.
            start = time.perf_counter()
            for _ in range(n):
                step()
            answer = {"seconds": time.perf_counter() - start}
        elif word not in workloads:
            answer = {"missing": "it does not have this workload"}
        else:
            start = time.perf_counter()
            try:
                step = workloads[word]()
                losses = [float(step()) for _ in range(3)]
            except (ImportError, NotImplementedError) as error:
                answer = {"missing": str(error) or type(error).__name__}
            else:
                answer = {"losses": losses, "setup": time.perf_counter() - start}
        answer["gc"] = gc.isenabled()
        print(json.dumps(answer), flush=True)
