"""Find the fault: ten engines, each with one planted fault, and the notebook to find them in.

Each is the engine of notebook 00 (and a layer's backward pass) with one piece replaced. Students
compare what it says with measurements, with a picture and with the player of the sound engine,
and name the function that is broken.
"""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from kit.engine import inspect_source, scalar_engine
from kit.student import FIRST

RELU = """
def relu(x):
    return Num(max(x.data, 0.0), (x,), (1.0 if x.data > 0 else 0.0,))
"""


@dataclass(frozen=True)
class Fault:
    """One planted fault: what is replaced by what, in which function, a hint, an explanation."""

    old: str
    new: str
    where: str
    hint: str
    why: str


FAULTS = (
    Fault("(1 - t**2,)", "(1 + t**2,)", "tanh",
          "At 0 all is well. What about a neuron that is sure?",
          "A lost sign: 1 + t² for 1 − t². At 0 both are 1, so a check there finds nothing."),
    Fault("x.grad += node.grad", "x.grad = node.grad", "backward",
          "Every program without a repeated name is right.",
          "`=` for `+=`: a number that is used twice keeps only the last contribution."),
    Fault("Num(e, (x,), (e,))", "Num(e, (x,), (1.0,))", "exp",
          "Everything that comes after one of the functions is right; before it, a factor is off.",
          "A forgotten factor: the slope of eˣ is eˣ, and 1 only at 0."),
    Fault("for x in node.inputs:\n                visit(x)\n            found.append(node)",
          "found.append(node)\n            for x in node.inputs:\n                visit(x)",
          "order",
          "Look at which nodes have a gradient at all.",
          "A wrong order: each node stands before its inputs, so it passes on a sum of 0."),
    Fault("(y.data, x.data)", "(x.data, y.data)", "mul __mul__",
          "Try factors that are equal, then factors that are not.",
          "Swapped: the product moves by y when x moves by 1. With equal factors nobody notices."),
    Fault("node.grad * partial", "partial", "backward",
          "One operation deep it is right. And two deep?",
          "The upstream gradient is forgotten: each edge sends its local derivative alone."),
    Fault("1.0 if x.data > 0 else", "1.0 if x.data > -1 else", "relu",
          "Walk along the axis with a single number; measure as you go.",
          "A kink in the wrong place: between −1 and 0 the unit is off, and learns all the same."),
    Fault("g @ W.T", "g @ W", "affine_backward affine",
          "It raises for most shapes. For square weights it does not: is it right there?",
          "A transposed weight: the gradient goes back through Wᵀ. A square W hides the mistake."),
    Fault("g.sum(axis=0)", "g.mean(axis=0)", "affine_backward affine",
          "Use one sample, then several.",
          "A mean for a sum: the bias is used once by every sample, and collects from all."),
    Fault("        node.grad = 0.0\n", "        pass\n", "backward",
          "The first answer is right. Ask again.",
          "Old gradients are kept: the second walk adds to the first. Training needs them at 0."),
)  # fmt: skip


def engine_source(fault: Fault | None = None) -> str:
    """Return an engine as a program, with its fault."""
    layer = inspect_source("affine_backward")
    sound = scalar_engine() + "\n" + RELU + "\n" + layer
    if fault is None:
        return sound
    if sound.count(fault.old) != 1:
        raise ValueError(f"the engine of 00 has changed: {fault.old!r} is there "
                         f"{sound.count(fault.old)} times")  # fmt: skip
    return sound.replace(fault.old, fault.new)


def packed() -> str:
    """Return all engines as text that is not read by accident."""
    entries = [[engine_source(f), f.where, f.hint, f.why] for f in FAULTS]
    return base64.b85encode(zlib.compress(json.dumps(entries).encode(), 9)).decode()


TABLE = """\
e = engine({n})
compare(e, lambda e, a, b: e.tanh(a * b + a), a=0.5, b=-1.5)"""
OTHERS = {
    3: "compare(e, lambda e, a, b: e.exp(a * b) * a, a=0.5, b=-1.5)",
    7: "compare(e, lambda e, a, b: e.relu(a * b), a=0.5, b=-1.5)",
    8: "compare_layer(e, samples=4, inputs=3, outputs=3)",
    9: "compare_layer(e, samples=4, inputs=3, outputs=2)",
    10: "compare(e, lambda e, a, b: e.tanh(a * b + a), a=0.5, b=-1.5, times=2)",
}


def notebook() -> NotebookNode:
    """Return the notebook in which the ten engines are examined."""
    cells = [
        nbformat.v4.new_markdown_cell(
            "# Find the fault\n\nTen engines, each with one fault. For each: compare its gradients "
            "with measured ones (`compare`), change the program until you know *when* it is wrong, "
            "look at the graph (`picture`) and at the walk of a sound engine (`player`), and name "
            "the function that is broken. `hint(n)` helps."
        ),
        nbformat.v4.new_code_cell(FIRST),
        nbformat.v4.new_code_cell(
            "from checks import engine as check\n"
            "from faults import compare, compare_layer, engine, hint, picture, player, truth"
        ),
    ]
    for n in range(1, len(FAULTS) + 1):
        first = TABLE.format(n=n).splitlines()
        if n in OTHERS:
            first[1] = OTHERS[n]
        cells += [
            nbformat.v4.new_markdown_cell(f"## Engine {n}"),
            nbformat.v4.new_code_cell("\n".join(first)),
            nbformat.v4.new_code_cell(f"broken = ...\ncheck.fault(broken, {n}, *truth({n}))"),
        ]
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i:02d}"
    return nbformat.v4.new_notebook(cells=cells)


def write(folder: Path) -> list[Path]:
    """Write the notebook and the module with the engines."""
    made = folder / "find_the_fault.ipynb"
    nbformat.write(notebook(), made)
    module = folder / "faults.py"
    shutil.copy(Path(__file__).parent / "examine.py", module)
    text = module.read_text().replace('PACKED = ""', f"PACKED = {packed()!r}")
    module.write_text(text)
    return [made, module]
