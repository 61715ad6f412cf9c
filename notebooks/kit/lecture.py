"""From each section of the lecture to the notebooks that teach it, and back."""

from __future__ import annotations

import re
from collections import defaultdict

import build

#: The lecture's sections, in order: which notebook and which heading of it teaches them.
SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "Introduction: neurons, weights, biases": (
        ("00", "One neuron"),
        ("00", "Connections: from one neuron to a layer"),
    ),
    "1.1 Defining the Vanishing Gradient Problem": (("05", "A message through many hands"),),
    "1.2 Causes and Implications": (
        ("05", "Three causes"),
        ("05", "Where a sigmoid's factor comes from"),
    ),
    "1.3 Real-World Example": (
        ("05", "The lecture's network: ten hidden layers of sigmoids"),
        ("05", "Does it learn?"),
    ),
    "1.4 Techniques to Mitigate Vanishing Gradients": (
        ("05", "Cure 1 · ReLU and its family"),
        ("05", "Cure 2 · Weights of the right size: Xavier and He"),
        ("05", "Cure 3 · Batch norm"),
        ("05", "Cure 4 · Residual connections"),
        ("05", "Alone and together"),
    ),
    "2.1 The Role of Activation Functions": (
        ("02", "The gate at the end of a neuron"),
        ("02", "Why any bend at all?"),
    ),
    "2.2 Common Activation Functions": (("02", "One by one"),),
    "2.3 Choosing the Right Activation": (("02", "Choosing"),),
    "2.3 Listing: a three-layer network": (("04", "The loop"),),
    "3.1 Understanding the Purpose of Loss": (("03", "One number for how wrong"),),
    "3.2 Mean Squared Error, Mean Absolute Error": (("03", "For numbers: MSE, MAE, Huber"),),
    "3.2 Cross-Entropy Loss": (
        ("03", "For yes and no: binary cross-entropy"),
        ("03", "For one of several: categorical cross-entropy"),
    ),
    "3.2 Hinge Loss": (("03", "Margins: the hinge"),),
    "3.3 Minimizing Loss in Practice": (
        ("04", "Down the slope"),
        ("04", "The loop"),
        ("04", "Better steps: momentum, RMSprop, Adam"),
    ),
    "3.4 Balancing Loss with Evaluation Metrics": (
        ("03", "When one class is rare"),
        ("03", "Training loss, validation loss, and what you want"),
    ),
    "4.1 High-Level Overview": (("00", "Asking backward"), ("01", "The chain rule on one line")),
    "4.2 Mathematical Underpinnings": (
        ("01", "The network of this lesson"),
        ("01", "On paper"),
        ("01", "By the engine"),
    ),
    "4.3 Implementation Steps": (("04", "The loop"),),
    "4.4 Common Traps: Exploding and Vanishing Gradients": (
        ("05", "The other way: exploding"),
        ("05", "Clipping: the length, not the direction"),
    ),
    "5.1 Why We Need Regularization": (("06", "Learnt by heart"),),
    "5.2 L2 (Ridge) Regularization": (("06", "L2: a price for large weights"),),
    "5.2 L1 (Lasso) Regularization": (("06", "L1: a price that does not shrink"),),
    "5.2 Dropout": (("06", "Dropout"), ("04", "The loop")),
    "5.2 Early Stopping": (("06", "Early stopping"),),
    "5.3 Practical Advice for Better Generalization": (
        ("06", "Model size"),
        ("06", "More data from the same: augmentation"),
        ("06", "k-fold cross-validation"),
        ("06", "The search: grid, random, Bayesian"),
    ),
    "5.4 Use Cases and Industry Applications": (
        ("06", "Where one uses what"),
        ("07", "The data: look before you compute"),
        ("09", "Convolution: the same weights everywhere"),
        ("10", "The whole program"),
    ),
    "6 Summary": (("07", "The test score, once"), ("09", "How far is it to the famous ones?")),
}


def headings(number: str) -> dict[str, int]:
    """Return the sections of a notebook, and the cell in which each begins."""
    found = {}
    for i, cell in enumerate(build.read(build.paths(number)[0]).cells):
        if cell.cell_type == "markdown":
            for title in re.findall(r"(?m)^## (.+)$", cell.source):
                found.setdefault(title, i)
    return found


def page() -> str:
    """Return the map as Markdown, both ways."""
    cells = {path.stem[:2]: headings(path.stem[:2]) for path in build.paths()}
    names = {path.stem[:2]: path.name for path in build.paths()}
    lines = ["# The lecture and the notebooks", "", "## From the lecture to the notebooks", "",
             "| section | notebook and cell |", "|---|---|"]  # fmt: skip
    back: dict[tuple[str, str], list[str]] = defaultdict(list)
    for section, places in SECTIONS.items():
        links = []
        for number, title in places:
            cell = cells[number][title]
            links.append(f"[{number} · {title}]({names[number]}) (cell {cell})")
            back[number, title].append(section)
        lines.append(f"| {section} | {'<br>'.join(links)} |")
    lines += ["", "## From the notebooks to the lecture", "", "| notebook | section | lecture |",
              "|---|---|---|"]  # fmt: skip
    for number, titles in cells.items():
        for title in titles:
            said = "; ".join(back.get((number, title), [])) or "beyond the lecture"
            if title not in ("Summary", "Exercises", "Next"):
                lines.append(f"| {number} | {title} | {said} |")
    return "\n".join(lines) + "\n"
