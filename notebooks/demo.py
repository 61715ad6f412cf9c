"""The main job, end to end: a real sample, a small network, and every gradient accounted for.

A row of the breast cancer data set goes through a network of `Value`s; the loss is walked
backward; each parameter's gradient is printed beside a finite difference, and the graph is
written as an SVG, the backward pass as a page to step through.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer

import nn
import viz
from autograd import Value, no_grad

FEATURES = ("mean radius", "mean texture", "mean smoothness", "mean concavity")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the demo; `--help` lists what can be changed."""
    options = _options(arguments)
    sample, label, name = _sample(options.row)
    print(f"Sample {options.row} of the breast cancer data: {name} (label {label:.0f})")
    for feature, value in zip(FEATURES, sample, strict=True):
        print(f"  {feature:<16} {value:+.3f} standard deviations from the mean")

    model = nn.to_values(
        nn.MLP(len(FEATURES), [options.hidden], 1, activation="tanh", rng=options.seed)
    )
    inputs = np.array([Value(x, label=f) for x, f in zip(sample, FEATURES, strict=True)])

    def compute_loss() -> Value:
        logit = model(inputs)
        return nn.binary_cross_entropy_with_logits(logit[0], label)

    loss = compute_loss()
    loss.backward()
    print(f"\nloss = {loss.item():.6f}\n")
    worst = _print_gradients(model, compute_loss)
    print(f"\nThe largest difference is {worst:.1e}.")

    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    graph, steps = out / "graph.svg", out / "steps.html"
    viz.draw(loss).save(graph)
    viz.steps(loss).save(steps)
    print(f"\nThe graph, with every value and gradient:  {graph.resolve()}")
    print(f"The backward pass, one step at a time:     {steps.resolve()}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    summary = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(
        description=summary, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--row", type=int, default=20, help="which sample of the data set")
    parser.add_argument("--hidden", type=int, default=3, help="neurons in the hidden layer")
    parser.add_argument("--seed", type=int, default=0, help="of the initial weights")
    parser.add_argument("--out", default="out", help="the folder to write to")
    return parser.parse_args(arguments)


def _sample(row: int) -> tuple[np.ndarray, float, str]:
    """Return the standardised features of one sample, its label and the label's name."""
    data = load_breast_cancer()
    columns = [list(data.feature_names).index(name) for name in FEATURES]
    features = data.data[:, columns]
    if not 0 <= row < len(features):
        raise SystemExit(f"--row must be from 0 to {len(features) - 1}, not {row}")
    standardised = (features - features.mean(axis=0)) / features.std(axis=0)
    label = data.target[row]
    return standardised[row], float(label), str(data.target_names[label])


def _print_gradients(model: nn.Module, compute_loss) -> float:
    """Print each parameter's gradient beside a finite difference; return the largest error."""
    print(f"{'parameter':<22}{'value':>12}{'gradient':>14}{'finite diff.':>14}{'error':>10}")
    worst = 0.0
    for name, values in model.named_parameters():
        for place, parameter in np.ndenumerate(np.asarray(values)):
            numeric = _finite_difference(parameter, compute_loss)
            error = abs(parameter.grad - numeric)
            worst = max(worst, error)
            full = f"{name}[{','.join(map(str, place))}]"
            print(
                f"{full:<22}{parameter.data:>12.6f}{parameter.grad:>14.8f}{numeric:>14.8f}"
                f"{error:>10.0e}"
            )
    return worst


def _finite_difference(parameter: Value, compute_loss, step: float = 1e-5) -> float:
    """Return how fast the loss changes with one parameter, by trying it."""
    here = parameter.data
    with no_grad():
        parameter.data = here + step
        above = compute_loss().item()
        parameter.data = here - step
        below = compute_loss().item()
    parameter.data = here
    return (above - below) / (2 * step)


if __name__ == "__main__":
    main()
