"""A film of a training: what is kept, and the page that shows it."""

import os
import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

import nn
import viz

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
REQUIRED = bool(os.environ.get("CHAINRULE_REQUIRE_BROWSER"))


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


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium was found")
def test_scrubbed_through_in_a_browser(tmp_path, until):
    runs = [trained(activation) for activation in ("sigmoid", "relu")]
    path = viz.film(*(history for _, history, _ in runs)).save(tmp_path / "film.html")
    said = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.fill("#scrubber", "4")
        assert page.inner_text("#epoch") == "4"
        for run, (_, _, film) in enumerate(runs):
            shown = page.evaluate(f"chainrule.weights({run})")
            np.testing.assert_array_equal(np.float32(shown), film.snapshots[4].weights)
        page.click("#play")
        until(page, "document.querySelector('#epoch').textContent === '6'")
        assert page.locator(".run").count() == 2
        browser.close()
    assert said == []
