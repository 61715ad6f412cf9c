"""The live pages of the book: where a reader would want to turn a knob, there is one.

Each is a page of `viz.live` or `viz.playground`, made when the book is made, and shown in a frame
at the end of a section. It needs no kernel, and nothing from outside.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import nn
import viz
from autograd import Value, dot, log, tanh


@dataclass(frozen=True)
class LivePage:
    """A live page, and the heading of the section at whose end it stands."""

    chapter: str
    heading: str
    told: str
    make: Callable[[], Any]


def _neuron() -> Any:
    x1, x2 = Value(2.0, label="x1"), Value(0.5, label="x2")
    w1, w2, b = Value(-0.5, label="w1"), Value(1.0, label="w2"), Value(0.8, label="b")
    y = tanh(w1 * x1 + w2 * x2 + b)
    y.label = "y"
    loss = (y - 1.0) ** 2
    loss.label = "loss"
    return viz.live(loss, title="One neuron", lr=0.5)


def _layers() -> Any:
    rng = np.random.default_rng(0)
    x = [Value(data, label=f"x{i + 1}") for i, data in enumerate((0.6, -0.4))]
    hidden = []
    for j in range(2):
        w = [Value(round(rng.normal(), 2), label=f"w{j + 1}{i + 1}") for i in range(2)]
        hidden.append(tanh(dot(w, x, Value(0.1, label=f"b{j + 1}"))))
        hidden[-1].label = f"h{j + 1}"
    v = [Value(round(rng.normal(), 2), label=f"v{j + 1}") for j in range(2)]
    loss = (dot(v, hidden, Value(0.0, label="c")) - 1.0) ** 2
    loss.label = "loss"
    return viz.live(loss, title="Two neurons and an output", lr=0.2)


def _gate() -> Any:
    z = Value(0.5, label="z")
    y = nn.sigmoid(z)
    y.label = "y"
    loss = -log(y)  # binary cross-entropy where the target is 1
    loss.label = "loss"
    return viz.live(loss, knobs={"z": (-8, 8)}, title="A sigmoid and its loss", lr=1.0)


def _circles() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    inner = np.arange(120) % 2 == 0
    angle, radius = rng.uniform(0, 2 * np.pi, 120), np.where(inner, 0.7, 1.9)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return X + rng.normal(size=X.shape) * 0.15, inner.astype(float)[:, None]


def _training() -> Any:
    model = nn.MLP(2, [6, 4], 1, activation="tanh", rng=0)
    return viz.playground(
        model, nn.binary_cross_entropy_with_logits, _circles(), title="Training, by hand"
    )


def _vanishing() -> Any:
    def make(activation: str) -> Any:
        return nn.MLP(2, [6] * 5, 1, activation=activation, rng=0)

    return viz.playground(
        make,
        nn.binary_cross_entropy_with_logits,
        _circles(),
        choices={"activation": ["sigmoid", "tanh", "relu"]},
        title="Five hidden layers: where does the gradient stay?",
    )


def _penalties() -> Any:
    rng = np.random.default_rng(1)
    X = np.sort(rng.uniform(-2, 2, 24))[:, None]
    y = np.sin(2 * X) + rng.normal(size=X.shape) * 0.3
    model = nn.MLP(1, [24], 1, activation="tanh", rng=0)
    return viz.playground(model, nn.mse_loss, (X, y), title="Learnt by heart, and held back")


_LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the first begins a name and ends it


class _Gpt(nn.Module):
    """The GPT of notebook 10 in layers: embeddings, one block with four heads, and scores."""

    def __init__(self) -> None:
        self.sign = nn.Embedding(len(_LETTERS), 16, rng=0)
        self.place = nn.Embedding(8, 16, rng=1)
        self.block = nn.TransformerBlock(16, 4, 64, dropout=0.0, norm_first=True, rng=2)
        self.logits = nn.Linear(16, len(_LETTERS), rng=3)
        for table in (self.sign.weight, self.place.weight):
            table.data = table.data * 0.2
        for weights in self.parameters():
            weights.data = np.round(weights.data, 3)  # a third of what whole numbers take in a page

    def begin(self, tokens: Any) -> tuple[Any, np.ndarray]:
        """Return a row for each letter, and which letters each may not look at: the later ones."""
        x = self.sign(tokens) + self.place(np.arange(len(tokens)))
        return x, np.triu(np.ones((len(tokens), len(tokens)), bool), 1)

    def forward(self, tokens: Any) -> Any:
        return self.logits(self.block(*self.begin(tokens)))

    def attention(self, tokens: Any) -> Any:
        """Return how much each head looks from each letter at each."""
        x, later = self.begin(tokens)
        x = self.block.norm1(x)
        attend = self.block.self_attn
        return attend(x, x, x, attn_mask=later, average_attn_weights=False)[1]


def _spelling() -> Any:
    model = _Gpt()
    shuffled = np.random.default_rng(1).permutation(nn.load_names())
    names = [name for name in shuffled if len(name) in (4, 5)][:60]
    samples = [[_LETTERS.index(sign) for sign in f".{name}."] for name in names]

    def loss_of(tokens: list[int]) -> Any:
        return nn.cross_entropy(model(tokens[:-1]), np.array(tokens[1:]))

    def says(tokens: list[int]) -> dict[str, Any]:
        chances = nn.softmax(model(tokens[:-1]), axis=-1)
        return {"what comes next": chances, "attention": model.attention(tokens[:-1])}

    return viz.playground(
        loss_of,
        samples,
        parameters=model,
        says=says,
        draws=lambda tokens: nn.softmax(model(tokens)[-1], axis=-1),
        letters=_LETTERS,
        optimizers={"Adam": nn.Adam},
        batch_size=4,
        lr=0.01,
        title="A GPT learns to spell",
    )


PAGES = (
    LivePage("00", "One neuron", "Turn the weights, and watch every number follow.", _neuron),
    LivePage("01", "Step by step", "The same walk at other values: step through it.", _layers),
    LivePage("02", "Sigmoid", "Move z far out: the gradient of the gate goes to 0.", _gate),
    LivePage("04", "The loop", "The loop at work: play, and change the learning rate.", _training),
    LivePage("05", "Does it learn?", "Compare the gradients of the layers.", _vanishing),
    LivePage("06", "L2: a price for large weights", "Train, then raise L1 or L2.", _penalties),
    LivePage("10", "It learns to spell", "Play, and read the names that it draws.", _spelling),
)


def with_live_pages(body: str, chapter: str, folder: Path) -> str:
    """Write the live pages of a chapter into a folder, and return its body with their frames.

    Raises ValueError if the section of one is not there.
    """
    for page in PAGES:
        if page.chapter != chapter:
            continue
        name = f"live_{chapter}.html"
        written = page.make().save(folder / name).read_text(encoding="utf-8")
        body = _placed(body, page, name, written)
    return body


def _placed(body: str, page: LivePage, name: str, written: str) -> str:
    """Put a frame before the heading that follows the page's section.

    The page stands in the frame itself, so that the site's switch for the dark reaches it.
    """
    headings = list(re.finditer(r"<h[123] id=[^>]*>(.*?)</h[123]>", body, flags=re.DOTALL))
    plain = [html.unescape(re.sub(r"<[^>]*>", "", found[1])).strip("¶ ") for found in headings]
    at = [i for i, text in enumerate(plain) if text == page.heading]
    if not at or at[0] + 1 == len(headings):
        raise ValueError(f"{page.chapter} has no section {page.heading!r} for its live page")
    end = headings[at[0] + 1].start()
    cells = re.finditer(r'<div (?:id="[^"]*" )?class="cell ', body[:end])
    start = max((cell.start() for cell in cells), default=end)
    frame = (
        f'<figure class="live"><figcaption>{html.escape(page.told)} '
        f'<a href="{name}">Open it alone</a></figcaption>'
        f'<iframe srcdoc="{html.escape(written)}" title="{html.escape(page.told)}" loading="lazy" '
        'style="width:100%;height:660px;border:1px solid #8c959f"></iframe></figure>'
        "<script>tellPictures();</script>"
    )
    return body[:start] + frame + body[start:]
