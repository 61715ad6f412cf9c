"""What an epoch of `nn.fit` costs, as a multiple of the same loop written by hand.

Both are timed in turn, round by round, so that other work on the machine affects both.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from nn import MLP, Adam, DataLoader, cross_entropy, fit

EPOCHS = 10


def ratio(rounds: int) -> float:
    """Return the median over rounds of fit's time divided by the bare loop's."""
    bare(), fitted()  # warm up
    return statistics.median(fitted() / bare() for _ in range(rounds))


def bare() -> float:
    """Return the seconds that the loop of the lecture takes."""
    model, data, optimizer = _made()
    start = time.process_time()
    for _ in range(EPOCHS):
        total = 0.0
        for x_batch, y_batch in data:
            loss = cross_entropy(model(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
    return time.process_time() - start


def fitted() -> float:
    """Return the seconds that `fit` takes for the same steps."""
    model, data, optimizer = _made()
    start = time.process_time()
    fit(model, cross_entropy, data, optimizer, epochs=EPOCHS, progress=False)
    return time.process_time() - start


def _made() -> tuple[MLP, DataLoader, Adam]:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(640, 2)), rng.integers(0, 2, 640)
    model = MLP(2, [16, 16], 2, rng=0)
    data = DataLoader(X, y, batch_size=32, shuffle=True, seed=0)
    return model, data, Adam(model.parameters())
