"""The playground as text, and its programs beside Python."""

import json
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor
from autograd.printers import javascript
from viz.pages.rules import rules
from viz.pages.seeds import distributions
from viz.pages.training import parameters_of


def points(n=40, classes=2):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2))
    return X, (np.arange(n) % classes)


def binary(n=40):
    X, y = points(n)
    return X, y.astype(float)[:, None]


def test_one_small_file_that_loads_nothing(tmp_path):
    page = viz.playground(
        nn.MLP(2, [8, 8], 1, activation="tanh", rng=0),
        nn.binary_cross_entropy_with_logits,
        binary(200),
    )
    html = page.save(tmp_path / "page.html").read_text()
    assert len(html) < 300_000
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert repr(page) == "<Playground: 105 parameters, 160 points>"
    assert page._repr_html_().count("</script>") == 1
    with pytest.raises(ValueError, match=r"saved as \.html"):
        page.save(tmp_path / "page.svg")


def test_gradients_of_the_users_model_are_left_as_they_were():
    model = nn.MLP(2, [3], 1, rng=0)
    nn.mse_loss(model(Tensor(binary()[0])), binary()[1]).backward()
    before = [p.grad.copy() for _, p in model.named_parameters()]
    viz.playground(model, nn.mse_loss, binary())
    for (_, p), grad in zip(model.named_parameters(), before, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


def test_classes_by_number_are_recorded_one_by_one():
    def picked(prediction, y):
        return nn.cross_entropy(prediction, np.asarray(y))

    X, y = points(classes=3)
    model = nn.MLP(2, [4], 3, rng=0)
    page = viz.playground(model, picked, (X, y), optimizers={"SGD": nn.SGD})
    assert set(page.variants[0][1].train) == {"0", "1", "2"}


def test_choices_are_recorded_each():
    def make(activation, hidden):
        return nn.MLP(2, hidden, 1, activation=activation, rng=0)

    choices = {"activation": ["tanh", "relu"], "hidden": [[4], [3, 3]]}
    page = viz.playground(make, nn.mse_loss, binary(), choices=choices)
    assert [choice for choice, _ in page.variants] == [
        {"activation": a, "hidden": h} for a in ("tanh", "relu") for h in ("[4]", "[3, 3]")
    ]
    with pytest.raises(ValueError, match="too many for one page"):
        viz.playground(make, nn.mse_loss, binary(), choices={"hidden": [[n] for n in range(40)]})


def test_held_out_points_are_taken_evenly_or_given():
    X, y = binary(10)
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y))
    assert [len(part) for part in page.data] == [8, 8, 2, 2]
    np.testing.assert_array_equal(page.data[2], X[[4, 9]])
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y), held_out=0)
    assert len(page.data[0]) == 10
    page = viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X, y), held_out=(X[:3], y[:3]))
    assert [len(part) for part in page.data] == [10, 10, 3, 3]


def test_what_cannot_be_trained_is_refused_with_the_remedy():
    X, y = binary()
    with pytest.raises(TypeError, match="without to_values"):
        viz.playground(nn.to_values(nn.MLP(2, [2], 1, rng=0)), nn.mse_loss, (X, y))
    with pytest.raises(ValueError, match="trains sample by sample"):
        viz.playground(nn.MLP(2, [2], 1, rng=0), total, (X, y), optimizers={"SGD": nn.SGD})
    with pytest.raises(ValueError, match="shape"):
        viz.playground(nn.MLP(2, [2], 1, rng=0), nn.mse_loss, (X[:, 0], y))
    with pytest.raises(TypeError, match="no optimisers were found"):
        viz.playground(Plain(), partial(total), (X, y))
    with pytest.raises(TypeError, match="no optimiser whose rule can be printed"):
        rules({"mine": lambda parameters: object()})


def total(prediction, y):
    """A loss that grows with the batch."""
    return ((prediction - y) ** 2).sum()


class Plain:
    """A model of nobody's package."""

    def __init__(self):
        self.w = Tensor(np.ones((2, 1)))

    def named_parameters(self):
        yield "w", self.w

    def __call__(self, x):
        return x @ self.w


# --- a new seed ----------------------------------------------------------------------------------

INITIALISERS = {
    "xavier_uniform": nn.init.xavier_uniform,
    "he_normal": nn.init.he_normal,
    "lecun_uniform": nn.init.lecun_uniform,
    "orthogonal": partial(nn.init.orthogonal, gain=1.5),
    "constant": partial(nn.init.constant, value=0.25),
    "own": lambda shape, rng: 0.5 + 0.1 * np.random.default_rng(rng).normal(size=shape),
}


def rules_of(init, inputs=30, outputs=50):
    model = nn.Sequential(nn.Dense(inputs, outputs, init=init, rng=0))
    return distributions(model, parameters_of(model.named_parameters()))


def test_the_distribution_of_each_initialiser_is_printed_as_it_draws():
    found = {name: json.loads(rules_of(init)[0]) for name, init in INITIALISERS.items()}
    bound = np.sqrt(6 / 80)
    expected = {
        "xavier_uniform": ("uniform", -bound, 2 * bound),
        "he_normal": ("normal", 0, np.sqrt(2 / 30)),
        "lecun_uniform": ("uniform", -np.sqrt(3 / 30), 2 * np.sqrt(3 / 30)),
        "orthogonal": ("orthogonal", 1.5),
        "constant": ("constant", 0.25),
        "own": ("normal", 0.5, 0.1),
    }
    for name, (kind, *numbers) in expected.items():
        assert found[name][0] == kind
        np.testing.assert_allclose(found[name][1:], numbers, rtol=1e-9, atol=1e-9)
    assert json.loads(rules_of(nn.init.he_normal)[1]) == ["constant", 0.0]  # the bias
    assert distributions({"w": Tensor([1.0])}, parameters_of([("w", Tensor([1.0]))])) == ["null"]


@pytest.mark.skipif(not shutil.which("node"), reason="node runs the JavaScript, and is not here")
def test_a_page_draws_anew_by_each_layers_own_rule():
    kinds = list(INITIALISERS)
    written = ", ".join(
        f"{{shape: [30, 50], offset: {1500 * i}, drawn: {rules_of(INITIALISERS[kind])[0]}}}"
        for i, kind in enumerate(kinds)
    )
    trainer = (Path(viz.__file__).parent / "pages" / "trainer.js").read_text()
    script = f"""{javascript.runtime()}
    {trainer}
    const size = {1500 * len(kinds)};
    const start = new Float64Array(size);
    const variant = {{ parameters: [{written}], start, size: 0, train: {{}} }};
    const none = new Float64Array(0);
    const data = {{ X: none, y: none, heldX: none, heldY: none, width: 1, targets: 1 }};
    const trainer = makeTrainer(variant, data, {{}}, {{}});
    const drawn = [0, 1].map(() => {{ trainer.reset(true); return Array.from(trainer.w); }});
    console.log(JSON.stringify(drawn));"""
    done = subprocess.run(
        [shutil.which("node"), "-"], input=script, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr[-2000:]
    first, other = (np.reshape(x, (len(kinds), 30, 50)) for x in json.loads(done.stdout))
    for kind, mine, another in zip(kinds, first, other, strict=True):
        right = INITIALISERS[kind]((30, 50), rng=np.random.default_rng(3))
        assert mine.mean() == pytest.approx(right.mean(), abs=0.03), kind
        assert mine.std() == pytest.approx(right.std(), rel=0.06), kind
        if kind == "constant":
            continue
        assert not np.array_equal(mine, another)
        if kind == "orthogonal":
            np.testing.assert_allclose(mine @ mine.T, 1.5**2 * np.eye(30), atol=1e-12)
        if "uniform" in kind:
            assert abs(mine).max() == pytest.approx(abs(right).max(), rel=0.01)
