"""`python -m benchmarks.playground`: programs of pages, timed in node.

A network, next to the same by hand:

2-8-8-1 with tanh on 200 points, batches of 10, plain SGD. By hand it is written as the page of
TensorFlow Playground is, with objects for nodes and links. Both must end at the same loss.

And M1, the GPT of single numbers (57,587 of them a step): forward, backward and update.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
import viz
from autograd import Value
from autograd.printers import javascript
from benchmarks.peers import scalar_gpt

#: The parts of the page that draw are loaded too, and ask for these.
_NO_PAGE = """
const document = { createElement: () => ({}) };
const ResizeObserver = class { observe() {} };
"""
_RUN = """
const settings = { batch: 10, lr: 0.1, optimizer: "SGD", weight_decay: 0, l1: 0, shuffle: false };
const trainer = makeTrainer(variant, data, rules, settings);
trainer.note = () => {};
const hand = handMade([2, 8, 8, 1], variant.start);
const time = (f) => { const t = performance.now(); f(); return performance.now() - t; };
const ours = [], theirs = [];
for (let round = 0; round < rounds; round += 1) {
  ours.push(time(() => { for (let i = 0; i < 20; i += 1) trainer.epoch(); }));
  theirs.push(time(() => { for (let i = 0; i < 20; i += 1) hand.epoch(data.X, data.y, 10, 0.1); }));
}
console.log(JSON.stringify({ ours: Math.min(...ours) / 20, theirs: Math.min(...theirs) / 20,
  losses: [trainer.loss(), hand.loss(data.X, data.y)] }));
"""


def measure(rounds: int = 30) -> dict[str, float]:
    """Return the milliseconds of an epoch in a page's code and by hand, and their final losses."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    model = nn.MLP(2, [8, 8], 1, activation="tanh", rng=0)
    html = viz.playground(
        model, nn.binary_cross_entropy_with_logits, (X, y), held_out=0, batch_size=10
    ).html
    start, _, _ = html.rpartition("window.chainrule = startPlayground(")
    script = start.rpartition("<script>\n(() => {\n")[2]
    arguments = html.rpartition("window.chainrule = startPlayground(")[2].rpartition(");\n})();")[0]
    hand = (Path(__file__).parent / "by_hand.js").read_text(encoding="utf-8")
    program = "\n".join(
        [
            _NO_PAGE,
            script,
            hand,
            f"const [[variant], rules, data] = [{arguments}], rounds = {rounds};",
            _RUN,
        ]
    )
    found = _in_node(program)
    ours, theirs = found["losses"]
    if abs(ours - theirs) > 1e-9:
        raise SystemExit(f"the losses differ: {javascript.number(ours)} and {theirs}")
    return {"page": found["ours"], "by hand": found["theirs"], "loss": ours}


_RUN_GPT = """
const settings = { batch: 1, lr: 0.05, optimizer: "SGD", weight_decay: 0, l1: 0, shuffle: false };
const data = { X: new Float64Array(1), width: 1, y: new Float64Array(1), targets: 1,
  heldX: [], heldY: [], many: true };
const [program, numbers] = task.samples[0];
const train = { "": (w, g) => task.programs[program](w, g, numbers) };
const trainer = makeTrainer({ ...task, train, predict: () => {}, size: 0 }, data, rules, settings);
const first = trainer.loss();
let best = Infinity;
for (let round = 0; round < rounds; round += 1) {
  const t = performance.now();
  for (let i = 0; i < 20; i += 1) trainer.step();
  best = Math.min(best, (performance.now() - t) / 20);
}
console.log(JSON.stringify({ step: best, losses: [first, trainer.loss()] }));
"""


def measure_gpt(rounds: int = 20) -> dict[str, float]:
    """Return the milliseconds of a training step of M1 in a page's code, and its losses."""
    rows = scalar_gpt.weights().items()
    net = {name: [[Value(w) for w in row] for row in table] for name, table in rows}
    html = viz.playground(
        lambda name: scalar_gpt.loss_of(net, autograd.max),
        ["a name"],
        parameters=net,
        optimizers={"SGD": nn.SGD},
    ).html
    start, _, end = html.rpartition("window.chainrule = startSamples(")
    script = start.rpartition("<script>\n(() => {\n")[2]
    program = "\n".join(
        [
            _NO_PAGE,
            script,
            f"const [task, rules] = [{end.rpartition(');' + chr(10) + '})();')[0]}];",
            f"const rounds = {rounds};",
            _RUN_GPT,
        ]
    )
    found = _in_node(program)
    right = scalar_gpt.loss_of(net, autograd.max).data
    if abs(found["losses"][0] - right) > 1e-9:
        raise SystemExit(f"the losses differ: {found['losses'][0]} and {right}")
    return {"step": found["step"], "loss": found["losses"][0], "then": found["losses"][1]}


def _in_node(program: str) -> Any:
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node runs this, and is not here")
    done = subprocess.run(
        [node, "-"], input=program, capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout)


def main() -> None:
    """Print both, and their ratio."""
    found = measure()
    page, hand = found["page"], found["by hand"]
    print(f"an epoch of 200 points: page {page:.3f} ms, by hand {hand:.3f} ms")
    print(f"page / by hand: {page / hand:.2f}; {1000 / page:.0f} epochs a second")
    gpt = measure_gpt()
    print(
        f"M1, a GPT of single numbers: {gpt['step']:.2f} ms a step, {1000 / gpt['step']:.0f} steps "
        f"a second; loss {gpt['loss']:.6g}, after 400 steps {gpt['then']:.3g}"
    )


if __name__ == "__main__":
    main()
