"""The main job, end to end: a real sample, a small network, and every gradient accounted for.

A sample of the breast cancer data set goes through a network of `Value`s, and a backward pass runs
from the loss. Each parameter's gradient is printed beside a finite difference; the graph is written
as an SVG, the backward pass as a page to step through.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
import viz
from autograd import Value, no_grad

FEATURES = ("mean radius", "mean texture", "mean smoothness", "mean concavity")


def run(row: int = 20, hidden: int = 3, seed: int = 0, folder: str = "out") -> None:
    """Print what is computed and checked, and write the graph and the player to `folder`.

    row: the index of the sample. hidden: neurons in the hidden layer. seed: for the weights.

    Raises ValueError (no such sample) and ImportError (no scikit-learn).
    """
    sample, label, name = _sample(row)
    print(f"Sample {row} of the breast cancer data: {name} (label {label:.0f})")
    for feature, value in zip(FEATURES, sample, strict=True):
        print(f"  {feature:<16} {value:+.3f} standard deviations from the mean")

    model = nn.to_values(nn.MLP(len(FEATURES), [hidden], 1, activation="tanh", rng=seed))
    inputs = np.array([Value(x, label=f) for x, f in zip(sample, FEATURES, strict=True)])

    def compute_loss() -> Value:
        logit = model(inputs)
        loss: Value = nn.binary_cross_entropy_with_logits(logit[0], label)
        return loss

    loss = compute_loss()
    loss.backward()
    print(f"\nloss = {loss.item():.6f}\n")
    worst = _print_gradients(model, compute_loss)
    print(f"\nThe largest difference is {worst:.1e}.")

    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    graph, steps, live = out / "graph.svg", out / "steps.html", out / "live.html"
    viz.draw(loss).save(graph)
    viz.steps(loss).save(steps)
    viz.live(loss).save(live)
    print(f"\nThe graph, with every value and gradient:  {graph.resolve()}")
    print(f"The backward pass, one step at a time:     {steps.resolve()}")
    print(f"The same graph, with knobs to turn:        {live.resolve()}")


def _sample(row: int) -> tuple[Any, float, str]:
    """Return the standardised features of one sample, its label and the label's name."""
    try:
        from sklearn.datasets import load_breast_cancer
    except ImportError:
        raise ImportError(
            "the demo's data comes with scikit-learn, which is not installed: "
            "pip install 'chainrule[learn]'"
        ) from None
    data: Any = load_breast_cancer()
    columns = [list(data.feature_names).index(name) for name in FEATURES]
    features = data.data[:, columns]
    if not 0 <= row < len(features):
        raise ValueError(f"--row must be from 0 to {len(features) - 1}, not {row}")
    standardised = (features - features.mean(axis=0)) / features.std(axis=0)
    label = data.target[row]
    return standardised[row], float(label), str(data.target_names[label])


def _print_gradients(model: nn.Module, compute_loss: Callable[[], Value]) -> float:
    """Print each parameter's gradient beside a finite difference; return the largest error."""
    print(f"{'parameter':<22}{'value':>12}{'gradient':>14}{'finite diff.':>14}{'error':>10}")
    worst = 0.0
    for name, values in model.named_parameters():
        for place, parameter in np.ndenumerate(np.asarray(values, dtype=object)):
            numeric = _finite_difference(parameter, compute_loss)
            error = abs(parameter.grad - numeric)
            worst = max(worst, error)
            full = f"{name}[{','.join(map(str, place))}]"
            print(
                f"{full:<22}{parameter.data:>12.6f}{parameter.grad:>14.8f}{numeric:>14.8f}"
                f"{error:>10.0e}"
            )
    return worst


def _finite_difference(
    parameter: Value, compute_loss: Callable[[], Value], step: float = 1e-5
) -> float:
    """Return how fast the loss changes with one parameter, by changing it."""
    here = parameter.data
    with no_grad():
        parameter.data = here + step
        above = compute_loss().item()
        parameter.data = here - step
        below = compute_loss().item()
    parameter.data = here
    return (above - below) / (2 * step)
