"""`python -m benchmarks.frames`: what a frame of a live page costs while a knob is turned.

The time is that of the page's own thread at work (scripts, style, layout, paint), taken from
Chromium's trace, so that a busy machine does not change it. A screen of 60 frames a second leaves
16.7 ms.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

import nn
import viz
from autograd import Value, tanh, topological

_FRAMES = 120
_CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
_PARTS = ("FireAnimationFrame", "EventDispatch", "UpdateLayoutTree", "Layout", "PrePaint", "Paint")
_TURN = """(frames) => new Promise((done) => {
  const slider = document.querySelector(".knob input[type=range]");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  let k = 0;
  const step = () => {
    if (k >= frames) { done(); return; }
    slider.value = low + (high - low) * (0.5 + 0.45 * Math.sin(k / 9));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    k += 1;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def chain() -> Value:
    """Return a long graph: 658 nodes."""
    rng = np.random.default_rng(0)
    nodes = [Value(float(rng.normal()), label=f"v{i}") for i in range(20)]
    while len(nodes) < 150:
        earlier = nodes[int(rng.integers(max(0, len(nodes) - 25), len(nodes)))]
        nodes.append(tanh(earlier * 0.5) + nodes[-1] * 0.1)
    total = nodes[-1]
    for node in nodes[20:-1]:
        total = total + node
    return total


def network() -> Value:
    """Return the loss of a network of single numbers on two samples: 489 nodes."""
    model = nn.to_values(nn.MLP(3, [16, 16], 1, activation="tanh", rng=0))
    rows = np.random.default_rng(1).normal(size=(2, 3))
    outputs = [np.ravel(model(list(map(float, row))))[0] for row in rows]
    loss: Value = (outputs[0] - 0.5) ** 2 + (outputs[1] - 0.5) ** 2
    return loss


def measure(page: Page, browser: Any) -> dict[str, float]:
    """Return the milliseconds of a frame on the page's thread, in all and by part."""
    page.evaluate(_TURN, 60)
    browser.start_tracing(page=page, categories=_CATEGORIES)
    page.evaluate(_TURN, _FRAMES)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    spent: Counter[str] = Counter()
    for e in events:
        if (
            e.get("ph") == "X"
            and "tdur" in e
            and names.get((e["pid"], e["tid"])) == "CrRendererMain"
        ):
            spent[e["name"]] += e["tdur"]
    return {name: spent[name] / 1000 / _FRAMES for name in ("RunTask", *_PARTS)}


def main() -> None:
    """Print what a frame costs, for both graphs at a few sizes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for loss in (chain(), network()):
            path = viz.live(loss).save(Path(folder) / "page.html")
            for smaller in (0, 3):
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(path.as_uri())
                page.wait_for_selector("body.alive", state="attached")
                for _ in range(smaller):
                    page.click("#tools button >> nth=0")
                found = measure(page, browser)
                whole = found.pop("RunTask")
                parts = ", ".join(f"{name} {ms:.1f}" for name, ms in found.items())
                print(
                    f"{len(topological(loss))} nodes, {smaller} times smaller: {whole:.1f} ms of "
                    f"16.7 ({whole / 16.7:.2f}): {parts}"
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
