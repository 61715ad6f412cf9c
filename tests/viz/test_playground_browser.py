"""Playgrounds in Chromium: trained beside Python, and played with."""

import os
import shutil

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

import nn
import viz
from autograd import Tensor, exp, logsumexp, tanh

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
REQUIRED = bool(os.environ.get("CHAINRULE_REQUIRE_BROWSER"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and not REQUIRED,
        reason="no Chromium was found; CHAINRULE_REQUIRE_BROWSER=1 makes that an error",
    ),
]

OPTIMIZERS = {
    "SGD": nn.SGD,
    "momentum": lambda p: nn.SGD(p, momentum=0.9, nesterov=True),
    "Adam": nn.Adam,
    "AdamW": nn.AdamW,
    "RMSprop": lambda p: nn.RMSprop(p, momentum=0.5, centered=True),
    "Adagrad": lambda p: nn.Adagrad(p, lr_decay=0.01),
}


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, tmp_path):
    """Open a saved page; it must say nothing on the console and ask for nothing else."""
    opened = []

    def open_(playground, **options):
        path = playground.save(tmp_path / f"page{len(opened)}.html")
        page = chromium.new_page(**{"viewport": {"width": 1280, "height": 720}, **options})
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        opened.append((page, said, asked, path.as_uri()))
        return page

    yield open_
    for page, said, asked, address in opened:
        page.close()
        assert said == []
        assert asked == [address]


def circles(n=60):
    rng = np.random.default_rng(1)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(np.arange(n) % 2, 0.6, 1.8)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return X + rng.normal(size=(n, 2)) * 0.1, (np.arange(n) % 2).astype(float)[:, None]


def trained(model, loss, X, y, optimizer, steps, batch):
    """Train in Python: the samples in their order, again and again."""
    at = 0
    for _ in range(steps):
        chosen = slice(at, at + batch)
        optimizer.zero_grad()
        loss(model(Tensor(X[chosen])), y[chosen]).backward()
        optimizer.step()
        at = at + batch if at + batch < len(X) else 0
    return {name: p.data for name, p in model.named_parameters()}


def assert_equal(page, expected):
    found = page.evaluate("chainrule.parameters()")
    assert found.keys() == expected.keys()
    for name, right in expected.items():
        assert np.abs(np.array(found[name]) - right).max() < 1e-9


def test_two_hundred_steps_equal_those_in_python_for_every_optimiser(open_page):
    X, y = circles()
    model = nn.MLP(2, [8, 8], 1, activation="tanh", rng=0)
    loss = nn.binary_cross_entropy_with_logits
    page = open_page(
        viz.playground(model, loss, (X, y), held_out=0, optimizers=OPTIMIZERS, batch_size=16)
    )
    hyper = {"lr": 0.02, "weight_decay": 0.01, "l1": 0.001}
    for name, make in OPTIMIZERS.items():
        page.evaluate(
            f"chainrule.reset(); chainrule.set({{optimizer: '{name}', lr: 0.02, "
            "weight_decay: 0.01, l1: 0.001}); chainrule.step(200)"
        )
        again = nn.MLP(2, [8, 8], 1, activation="tanh", rng=0)
        optimizer = make([p for _, p in again.named_parameters()])
        optimizer.param_groups[0].update(hyper)
        assert_equal(page, trained(again, loss, X, y, optimizer, 200, 16))
        assert abs(page.evaluate("chainrule.loss()") - loss(again(Tensor(X)), y).item()) < 1e-9


@pytest.mark.parametrize("kind", ["classes", "curve"])
def test_classes_and_curves_equal_python_too(open_page, kind):
    rng = np.random.default_rng(0)
    if kind == "classes":
        X, y = rng.normal(size=(30, 3)), rng.integers(0, 3, 30)
        sizes, loss = (3, [5], 3), nn.cross_entropy
    else:
        X = np.linspace(-2, 2, 30)[:, None]
        y, sizes, loss = np.sin(2 * X), (1, [6], 1), nn.mse_loss
    page = open_page(
        viz.playground(nn.MLP(*sizes, activation="relu", rng=0), loss, (X, y), batch_size=30)
    )
    page.evaluate("chainrule.step(200)")
    model = nn.MLP(*sizes, activation="relu", rng=0)
    held = np.arange(30) % 5 == 4
    optimizer = nn.SGD([p for _, p in model.named_parameters()], lr=0.1)
    assert_equal(page, trained(model, loss, X[~held], y[~held], optimizer, 200, 24))


def small(**options):
    model = nn.MLP(2, [4], 1, activation="tanh", rng=0)
    return viz.playground(model, nn.binary_cross_entropy_with_logits, circles(), **options)


def test_played_paused_and_put_back(open_page):
    page = open_page(small())
    start = page.evaluate("chainrule.loss()")
    page.click("#play")
    page.wait_for_function("Number(document.querySelector('#epochs').textContent) > 30")
    page.click("#play")
    assert page.evaluate("chainrule.loss()") < start
    epochs = page.inner_text("#epochs")
    page.click("#epoch")
    assert int(page.inner_text("#epochs")) == int(epochs) + 1
    page.click("#reset")
    assert page.evaluate("chainrule.loss()") == start
    page.click("#seed")
    assert page.evaluate("chainrule.loss()") != start


def test_a_weight_is_held_and_changed_and_a_point_added(open_page):
    page = open_page(small())
    page.eval_on_selector("#network path.weight", "line => line.dispatchEvent(new Event('click'))")
    name = page.inner_text("#weight-name")
    assert name == "0.weight[0,0]"
    page.fill("#weight-value", "0.75")
    page.keyboard.press("Enter")
    page.check("#weight-held")
    before = page.evaluate("chainrule.parameters()['0.weight']")
    page.evaluate("chainrule.step(20)")
    after = page.evaluate("chainrule.parameters()['0.weight']")
    assert after[0][0] == before[0][0] == 0.75
    assert after[1][1] != before[1][1]
    loss = page.evaluate("chainrule.loss()")
    page.click("#plane", position={"x": 20, "y": 20})
    assert page.evaluate("chainrule.loss()") != loss


def test_variants_and_optimisers_are_chosen(open_page):
    def make(activation):
        return nn.MLP(2, [4], 1, activation=activation, rng=0)

    page = open_page(
        viz.playground(
            make, nn.mse_loss, circles(), choices={"activation": ["tanh", "relu", "sigmoid"]}
        )
    )
    first = page.evaluate("chainrule.loss()")
    page.select_option("select[aria-label=activation]", "relu")
    assert page.evaluate("chainrule.loss()") != first
    page.select_option("select[aria-label=optimiser]", "Adam")
    assert page.evaluate("chainrule.settings().optimizer") == "Adam"


def test_quick_enough_and_seen_on_a_phone(open_page):
    page = open_page(
        viz.playground(
            nn.MLP(2, [8, 8], 1, activation="tanh", rng=0),
            nn.binary_cross_entropy_with_logits,
            circles(200),
            held_out=0,
        )
    )
    page.evaluate("window.began = performance.now(); chainrule.epoch(20)")
    took = page.evaluate("performance.now() - window.began")
    assert took < 1000
    page = open_page(small(), viewport={"width": 390, "height": 800}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# --- samples that are no points ----------------------------------------------------------------

NAMES = ("emma", "olivia", "ava", "isabella", "sophia", "mia", "ella", "evelyn")
LETTERS = "." + "".join(sorted(set("".join(NAMES))))


def letter_model():
    """Attention over the letters of a name, a layer, and a guess of the next letter."""
    rng = np.random.default_rng(0)
    shapes = {"letters": (len(LETTERS), 6), "places": (10, 6), "q": (6, 6), "k": (6, 6)}
    shapes |= {"v": (6, 6), "out": (6, len(LETTERS))}
    return {name: Tensor(rng.normal(size=shape) * 0.4) for name, shape in shapes.items()}


def letter_loss(p):
    def softmax(z):
        return exp(z - logsumexp(z, axis=-1, keepdims=True))

    def run(name):
        ids = np.array([0] + [LETTERS.index(c) for c in name])
        x = p["letters"][ids] + p["places"][: len(ids)]
        later = np.triu(np.full((len(ids), len(ids)), -1e9), 1)
        attention = softmax((x @ p["q"]) @ (x @ p["k"]).T + later)
        return tanh(x + attention @ (x @ p["v"])) @ p["out"], attention

    def loss_of(name):
        scores, _ = run(name)
        following = np.array([LETTERS.index(c) for c in name] + [0])
        picked = scores[np.arange(len(following)), following]
        return (logsumexp(scores, axis=-1) - picked).mean()

    def says(name):
        scores, attention = run(name)
        return {"probabilities": softmax(scores), "attention": attention}

    return loss_of, says


def test_a_small_language_model_trains_as_in_python(open_page):
    p = letter_model()
    loss_of, says = letter_loss(p)
    playground = viz.playground(
        loss_of, NAMES, parameters=p, says=says, optimizers={"Adam": nn.Adam}, batch_size=4, lr=0.01
    )
    assert len(playground.html) < 500_000
    assert len(playground.programs.texts) <= len({len(name) for name in NAMES})
    page = open_page(playground)
    page.evaluate("chainrule.step(200)")
    again = letter_model()
    loss_of, says = letter_loss(again)
    optimizer = nn.Adam(list(again.values()), lr=0.01)
    for step in range(200):
        optimizer.zero_grad()
        for name in NAMES[4 * (step % 2) : 4 * (step % 2) + 4]:
            (loss_of(name) / 4).backward()
        optimizer.step()
    assert_equal(page, {name: tensor.data for name, tensor in again.items()})
    said = {one["name"]: one["numbers"] for one in page.evaluate("chainrule.says(3)")}
    for name, right in says(NAMES[3]).items():
        np.testing.assert_allclose(said[name], right.data.ravel(), atol=1e-8)
    page.select_option("#sample", "3")
    assert page.locator("#said figure").count() == 2
