"""Make the pictures and the live page that the README shows: `make pictures`.

They are drawn by the package itself, the first one by the README's own code, so they show what
it draws now.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

import nn
import viz

IMAGES = Path(__file__).parent / "images"
LIVE = Path(__file__).parent / "live.html"
README = Path(__file__).parent.parent / "README.md"


def first_graph() -> None:
    """Run the first code block of the README, which saves its graph."""
    block = re.search(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    if block is None:
        raise SystemExit("the README shows no Python")
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            made: dict[str, Any] = {}
            exec(block[1], made)  # noqa: S102 - it is the README's own code
            (IMAGES / "first_graph.svg").write_text(Path("graph.svg").read_text())
        finally:
            os.chdir(here)
    names = {made[name]: name for name in ("x", "w", "b", "y", "loss")}
    for node, name in names.items():
        node.label = name
    viz.live(made["loss"], title="README's first graph, alive").save(LIVE)


def backward() -> None:
    """Tell the backward pass of the README's first code as a picture that plays by itself."""
    block = re.search(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    if block is None:
        raise SystemExit("the README shows no Python")
    here, names = Path.cwd(), {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(block[1], names)  # noqa: S102 - it is the README's own code
        finally:
            os.chdir(here)
    loss = names["loss"]
    names["y"].label, loss.label = "y", "loss"
    viz.steps(loss).save(IMAGES / "backward.svg", animated=True)


def moons() -> None:
    """Run the README's code that trains a network, which saves the plot of what it learnt."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    block = next(text for text in blocks if "moons.svg" in text)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(block, {})  # noqa: S102 - it is the README's own code
            (IMAGES / "moons.svg").write_text(Path("moons.svg").read_text())
        finally:
            os.chdir(here)


def network() -> None:
    """Draw a two-layer network of tensors: boxes for its layers, gradients for its parameters."""
    model = nn.MLP(2, [4], 1, activation="tanh", rng=0)
    X = np.random.default_rng(0).normal(size=(8, 2))
    y = (X[:, :1] > 0).astype(float)
    loss = nn.mse_loss(model(X), y)
    loss.backward()
    viz.draw(loss).save(IMAGES / "network.svg")


if __name__ == "__main__":
    # Drawn again, the same picture is the same file: no date in it, no names made at random.
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    plt.rcParams["svg.hashsalt"] = "chainrule"
    IMAGES.mkdir(exist_ok=True)
    first_graph()
    backward()
    moons()
    network()
