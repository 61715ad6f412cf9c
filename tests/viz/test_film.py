"""A film of a training: what is kept, and the page that shows it."""

import re

import numpy as np
import pytest
from browsing import in_a_browser

import nn
import viz


def trained(activation="tanh", epochs=6, hidden=(4,), **options):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    model = nn.MLP(2, list(hidden), 1, activation=activation, rng=0)
    film = viz.Film(data=(X, y), name=activation, **options)
    history = nn.fit(
        model,
        nn.binary_cross_entropy_with_logits,
        nn.DataLoader(X, y, batch_size=20),
        nn.Adam(model.parameters(), lr=0.05),
        epochs=epochs,
        callbacks=[film],
        progress=False,
    )
    return model, history, film


def test_the_first_every_so_many_and_the_last_epoch_are_kept():
    model, history, film = trained(epochs=7, every=3)
    assert [shot.epoch for shot in film.snapshots] == [0, 3, 6, 7]
    last = np.concatenate([np.ravel(p.data) for p in model.parameters()])
    np.testing.assert_allclose(film.snapshots[-1].weights, last, rtol=1e-6)
    assert film.snapshots[0].norms == [0.0] * 4
    assert min(film.snapshots[-1].norms) > 0
    assert film.snapshots[-1].figures["loss"] == history["loss"][-1]
    assert repr(viz.film(history)) == "<Film of 4 frames>"


def test_two_hundred_frames_are_small_and_load_nothing(tmp_path):
    _, history, _ = trained(epochs=199, hidden=(8, 8))
    path = viz.film(history).save(tmp_path / "film.html")
    html = path.read_text()
    assert len(html) < 2_000_000
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)


def test_what_has_no_film_is_told_how_to_get_one():
    _, history, _ = trained(epochs=1)
    with pytest.raises(TypeError, match=r"callbacks=\[viz\.Film"):
        viz.film(nn.History())
    with pytest.raises(ValueError, match="snapshots"):
        viz.film()
    with pytest.raises(ValueError, match="not every 0"):
        viz.Film(every=0)
    with pytest.raises(ValueError, match=r"saved as \.html"):
        viz.film(history).save("film.gif")


@in_a_browser
def test_scrubbed_through_in_a_browser(open_page, until):
    runs = [trained(activation) for activation in ("sigmoid", "relu")]
    page = open_page(viz.film(*(history for _, history, _ in runs)))
    page.fill("#scrubber", "4")
    assert page.inner_text("#epoch") == "4"
    for run, (_, _, film) in enumerate(runs):
        shown = page.evaluate(f"chainrule.weights({run})")
        np.testing.assert_array_equal(np.float32(shown), film.snapshots[4].weights)
    page.click("#play")
    until(page, "document.querySelector('#epoch').textContent === '6'")
    assert page.locator(".run").count() == 2
    assert page.locator(".weight[role=button]").count() == 0  # there is nothing to press


TOUCHING = """() => {
  const all = [...document.querySelectorAll(".network .layer, #network .layer")];
  const rects = all.map((e) => e.getBoundingClientRect());
  const inside = rects.every((r) => r.left >= 0 && r.right <= innerWidth);
  return [inside, rects.some((a, i) => rects.slice(i + 1).some((b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom))];
}"""


@in_a_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_names_of_many_layers_stay_apart(open_page, width):
    runs = [trained(activation, 1, (3,) * 6)[1] for activation in ("sigmoid", "relu")]
    page = open_page(viz.film(*runs), viewport={"width": width, "height": 844})
    assert page.evaluate(TOUCHING) == [True, False]
