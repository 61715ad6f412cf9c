"""Playgrounds in Chromium: trained beside Python, and played with."""

import random
from operator import mul

import numpy as np
import pytest
from browsing import in_a_browser

import autograd as ag
import nn
import viz
from autograd import Tensor, Value, exp, logsumexp, tanh, trace

pytestmark = in_a_browser

OPTIMIZERS = {
    "SGD": nn.SGD,
    "momentum": lambda p: nn.SGD(p, momentum=0.9, nesterov=True),
    "Adam": nn.Adam,
    "AdamW": nn.AdamW,
    "RMSprop": lambda p: nn.RMSprop(p, momentum=0.5, centered=True),
    "Adagrad": lambda p: nn.Adagrad(p, lr_decay=0.01),
}


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


def test_played_paused_and_put_back(open_page, until):
    page = open_page(small())
    start = page.evaluate("chainrule.loss()")
    page.click("#play")
    until(page, "Number(document.querySelector('#epochs').textContent) > 30")
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


def test_a_thin_line_is_met_from_near_and_a_wrong_weight_is_marked(open_page):
    page = open_page(small(), has_touch=True)
    middle = page.evaluate("""() => {
      const line = document.querySelectorAll('#network path.weight')[8];
      const at = line.getPointAtLength(0.3 * line.getTotalLength());
      const frame = document.querySelector('#network svg').getBoundingClientRect();
      return [frame.x + at.x, frame.y + at.y - 7]; }""")
    page.touchscreen.tap(*middle)
    assert page.inner_text("#weight-name") == "2.weight[0,0]"
    before = page.evaluate("chainrule.parameters()['2.weight'][0][0]")
    page.fill("#weight-value", "heavy")
    page.press("#weight-value", "Enter")
    assert page.get_attribute("#weight-value", "aria-invalid") == "true"
    assert page.evaluate("chainrule.parameters()['2.weight'][0][0]") == before
    page.fill("#weight-value", "−0,5")
    page.press("#weight-value", "Enter")
    assert page.evaluate("chainrule.parameters()['2.weight'][0][0]") == -0.5


def test_variants_and_optimisers_are_chosen(open_page):
    def make(activation):
        return nn.MLP(2, [4], 1, activation=activation, rng=0)

    page = open_page(
        viz.playground(
            make, nn.mse_loss, circles(), choices={"activation": ["tanh", "relu", "sigmoid"]}
        )
    )
    assert page.inner_text("h1") == "Training MLP"
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


# --- a loss in single numbers -------------------------------------------------------------------

WORDS = ("abba", "cab", "bad", "dab", "add", "abcd", "cd")


def scalar_net():
    """A tiny GPT's parameters, as nested lists and dicts of Values."""
    draw = random.Random(3)

    def table(rows, columns=3):
        return [[Value(draw.gauss(0.0, 0.5)) for _ in range(columns)] for _ in range(rows)]

    attention = {"query": table(3), "key": table(3), "value": table(3)}
    return {"letter": table(5), "attention": attention, "out": table(5), "bias": table(1, 5)[0]}


def scalar_gpt(net, tokens):
    """Return the probabilities of what follows each letter, and what it looks back at."""

    def times(matrix, x):
        return [ag.sum(w * e for w, e in zip(row, x, strict=True)) for row in matrix]

    def softmax(x):
        top = ag.max(e.data for e in x)
        powers = [(e - top).exp() for e in x]
        total = ag.sum(powers)
        return [e / total for e in powers]

    keys, values, said, seen = [], [], [], []
    for i in range(len(tokens)):
        x = ag.take(net["letter"], tokens[i])
        query = times(net["attention"]["query"], x)
        keys.append(times(net["attention"]["key"], x))
        values.append(times(net["attention"]["value"], x))
        seen.append(softmax([ag.sum(map(mul, query, key)) for key in keys]))
        mixed = [ag.sum(map(mul, seen[-1], column)) for column in zip(*values, strict=True)]
        x = [(a + b).tanh() for a, b in zip(x, mixed, strict=True)]
        scores = [a + b for a, b in zip(times(net["out"], x), net["bias"], strict=True)]
        said.append(softmax(scores))
    return said, seen


def scalar_page(net):
    def loss_of(tokens):
        said, _ = scalar_gpt(net, tokens[:-1])
        parts = [-ag.take(p, tokens[i + 1]).log() for i, p in enumerate(said)]
        return ag.sum(parts) / len(parts)

    def says(tokens):
        said, seen = scalar_gpt(net, tokens[:-1])
        return {"probabilities": said, "attention": seen}

    samples = [[0, *(".abcd".index(c) for c in word), 0] for word in WORDS]
    return loss_of, says, samples


def trained_by_hand(net, loss_of, samples):
    """Take the page's 200 steps, and return the parameters as they are then."""
    parameters = ag.structure.numbers_of(net)
    values = [x for part in parameters for x in np.ravel(np.array(part))]
    optimizer = nn.Adam(values, lr=0.02)
    at = 0
    for _ in range(200):
        optimizer.zero_grad()
        batch = samples[at : at + 2]
        (ag.sum(loss_of(sample) for sample in batch) / len(batch)).backward()
        for x in values:  # a letter that is not there has the gradient 0, as in an array
            x.grad = x.grad if x.has_grad else 0.0
        optimizer.step()
        at = (at + 2) % (len(samples) + 1)
    return parameters


def test_a_loss_in_single_numbers_trains_as_in_python_and_draws_new_samples(open_page, until):
    net = scalar_net()
    loss_of, says, samples = scalar_page(net)
    playground = viz.playground(
        loss_of,
        samples,
        parameters=net,
        says=says,
        draws=lambda tokens: scalar_gpt(net, tokens)[0][-1],
        letters=".abcd",
        batch_size=2,
        lr=0.02,
        optimizers={"Adam": nn.Adam},
    )
    assert len(playground.programs.texts) == len({len(word) for word in WORDS})
    assert len(playground.html) < 150_000
    page = open_page(playground)
    start = page.evaluate("chainrule.names(5)")
    page.evaluate("chainrule.step(200)")

    again = scalar_net()
    loss_of, says, _ = scalar_page(again)
    parameters = trained_by_hand(again, loss_of, samples)
    found = page.evaluate("chainrule.parameters()")
    assert list(found)[:2] == ["letter", "attention.query"]
    for mine, right in zip(found.values(), parameters, strict=True):
        expected = np.vectorize(lambda x: x.data)(np.array(right, dtype=object))
        np.testing.assert_allclose(mine, expected, rtol=0, atol=1e-9)
    mean = ag.sum(loss_of(sample) for sample in samples).data / len(samples)
    assert abs(page.evaluate("chainrule.loss()") - mean) < 1e-9
    said = {one["name"]: one for one in page.evaluate("chainrule.says(0)")}
    probabilities, seen = scalar_gpt(again, samples[0][:-1])
    np.testing.assert_allclose(
        np.reshape(said["probabilities"]["numbers"], said["probabilities"]["shape"]),
        [[x.data for x in row] for row in probabilities],
        atol=1e-8,
    )
    attention = np.reshape(said["attention"]["numbers"], said["attention"]["shape"])
    assert attention.shape == (5, 5)
    for i, row in enumerate(seen):  # a letter looks at those before it
        np.testing.assert_allclose(attention[i, : i + 1], [x.data for x in row], atol=1e-8)
        assert np.isnan(attention[i, i + 1 :]).all()
    follows = page.evaluate("chainrule.draws([0, 1, 2])")
    right = [x.data for x in scalar_gpt(again, [0, 1, 2])[0][-1]]
    np.testing.assert_allclose(follows, right, atol=1e-8)
    names = page.evaluate("chainrule.names(40)")
    assert page.evaluate("chainrule.names(40)") == names  # the same dice
    assert page.evaluate("chainrule.names(5)") != start
    assert set("".join(names)) <= set("abcd")
    assert len(set(names) & set(WORDS)) >= 3
    assert page.locator("#parameters canvas").count() == 2 * len(found)
    assert page.locator("#drawn li").count() == 12
    page.click("#play")
    until(page, "Number(document.querySelector('#steps').textContent) > 260")
    page.click("#play")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_numbers_that_differ_inside_a_sum_of_products_are_those_of_the_sample(open_page):
    rng = np.random.default_rng(0)
    rows, M = Tensor(rng.normal(size=(4, 3)), "rows"), Tensor(rng.normal(size=(3, 2)), "M")

    def loss_of(i):
        return (tanh(rows[i] @ M) ** 2).sum()

    traced = trace(loss_of)  # it may be traced: the page records what it replays
    page = viz.playground(traced, [1, 2, 3], parameters=[rows, M], says=traced)
    assert page.title == "Training loss_of"
    assert len(page.programs.texts) == 1
    mean = np.mean([loss_of(i).item() for i in (1, 2, 3)])
    assert abs(open_page(page).evaluate("chainrule.loss()") - mean) < 1e-12


def test_samples_of_floats_and_a_module_of_values_train_too(open_page):
    samples = [([0.1, 0.2, 0.3], [1.0, 0.0]), ([0.5, -0.2, 0.1], [0.0, 1.0])]

    def task():
        model = nn.to_values(nn.MLP(3, [4], 2, activation="tanh", rng=0))

        def loss_of(sample):
            x, y = sample
            return ag.sum((a - b) ** 2 for a, b in zip(model(x), y, strict=True))

        return model, loss_of

    model, loss_of = task()
    page = open_page(
        viz.playground(
            loss_of,
            samples,
            parameters=model,
            says=lambda sample: list(model(sample[0])),
            optimizers={"SGD": nn.SGD},
            batch_size=2,
            lr=0.1,
        )
    )
    page.evaluate("chainrule.step(100)")
    again, loss_of = task()
    optimizer = nn.SGD(again.parameters(), lr=0.1)
    for _ in range(100):
        optimizer.zero_grad()
        (ag.sum(map(loss_of, samples)) / 2).backward()
        optimizer.step()
    assert_equal(page, again.state_dict())
    said = page.evaluate("chainrule.says(1)")[0]["numbers"]
    np.testing.assert_allclose(said, [y.data for y in again(samples[1][0])], atol=1e-9)


def test_samples_in_single_numbers_are_refused_with_the_remedy():
    net = {"w": [Value(1.0), Value(2.0)]}
    others = [Value(3.0), Value(4.0)]
    options = {"parameters": net, "optimizers": {"SGD": nn.SGD}}

    def mixed(x):
        return ag.take([*net["w"], *others], x[0]) ** 2

    with pytest.raises(ValueError, match=r"is none of them: pass all that is trained"):
        viz.playground(mixed, [[1], [2]], **options)
    with pytest.raises(TypeError, match="must be one number"):
        viz.playground(lambda x: list(net["w"]), [[1]], **options)
    with pytest.raises(TypeError, match="'w' holds str"):
        viz.playground(lambda x: net["w"][0], [[1]], parameters={"w": ["a"]}, optimizers={})
    with pytest.raises(ValueError, match="letters="):
        viz.playground(lambda x: net["w"][0] * 2.0, [[1]], draws=lambda x: net["w"], **options)


def test_a_neuron_of_one_feature_shows_its_curve(open_page):
    X = np.linspace(-2, 2, 30)[:, None]
    model = nn.MLP(1, [3], 1, activation="tanh", rng=0)
    page = open_page(viz.playground(model, nn.mse_loss, (X, np.sin(X)), lr=0.05))
    page.evaluate("chainrule.epoch(5)")
    curves = page.evaluate("""() => [...document.querySelectorAll('.maps canvas')].map((c) => {
      const {data} = c.getContext('2d').getImageData(0, 0, c.width, c.height);
      const colors = new Set();
      for (let i = 0; i < data.length; i += 4) colors.add(data.slice(i, i + 3).join());
      return colors.size; })""")
    assert len(curves) == 4
    assert min(curves) > 2  # the ground, the line at 0, and the curve


def test_what_is_set_from_the_console_stands_in_the_fields_and_is_looked_at(open_page, until):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(9, 2)), np.arange(9) % 3
    page = open_page(viz.playground(nn.MLP(2, [3], 3, rng=0), nn.cross_entropy, (X, y), held_out=0))
    page.evaluate("chainrule.set({lr: 0.25, batch: 4, optimizer: 'Adam', shuffle: true})")
    fields = "['lr', 'batch'].map((id) => document.getElementById(id).value)"
    assert page.evaluate(fields) == ["0.25", "4"]
    assert page.evaluate("document.querySelector('#choices select').value") == "Adam"
    assert page.evaluate("document.getElementById('shuffle').checked")
    for wrong, said in (
        ("{batch: 2.5}", "batch cannot be 2.5: it is a whole number from 1 on"),
        ("{lr: -1}", "lr cannot be -1"),
        ("{optimizer: 'Newton'}", "it is one of SGD"),
        ("{rate: 1}", "there is no setting rate: batch, lr"),
    ):
        told = page.evaluate(
            f"(() => {{ try {{ chainrule.set({wrong}); }} catch (e) {{ return e.message; }} }})()"
        )
        assert said in told
    page.fill("#batch", "2.5")
    page.press("#batch", "Enter")
    assert page.get_attribute("#batch", "aria-invalid") == "true"
    assert page.evaluate("chainrule.settings().batch") == 4
    # The classes by their colours, and the one that a click adds.
    assert page.inner_text("#classes").split() == ["0", "1", "2"]
    page.select_option("select[aria-label='a click adds']", "1")
    before = page.evaluate("chainrule.loss()")
    page.click("#plane", position={"x": 30, "y": 40})
    assert page.evaluate("chainrule.loss()") != before


def test_a_point_is_added_to_a_curve_where_it_is_clicked(open_page):
    x = np.linspace(-1.0, 1.0, 9)[:, None]
    page = open_page(viz.playground(nn.MLP(1, [3], 1, rng=0), nn.mse_loss, (x, x * 0.5)))
    prediction = page.evaluate("chainrule.predict([0])[0]")
    before = page.evaluate("chainrule.loss()")
    side = page.evaluate("document.getElementById('plane').clientHeight")
    page.click("#plane", position={"x": side / 2, "y": side / 2})
    after = page.evaluate("chainrule.loss()")
    # The middle of the plane is at 0 in both; 8 points are trained on.
    assert after == pytest.approx((8 * before + prediction**2) / 9, rel=0.02, abs=1e-3)


def test_a_program_that_refuses_its_numbers_says_so_and_stops(open_page, until):
    w = Tensor([[1.0]], label="w")  # 0 after a step

    def loss_of(x):
        return (w * x + ag.linalg.inv(w) * 0.0).sum()

    options = {"lr": 1.0, "batch_size": 1, "optimizers": {"SGD": nn.SGD}}
    page = open_page(viz.playground(loss_of, [1.0], parameters=[w], **options))
    page.click("#play")
    until(page, "document.getElementById('refused').textContent !== ''")
    assert "inv of a 1 × 1 matrix: Singular matrix" in page.inner_text("#refused")
    assert page.inner_text("#play") == "Play"
