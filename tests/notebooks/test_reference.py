"""The API reference: every public name is there, with what the table knows of it."""

import xml.etree.ElementTree as ET

import pytest
import reference
from bs4 import BeautifulSoup

import autograd
from autograd import Op


@pytest.fixture(scope="module")
def pages():
    return {file: BeautifulSoup(body, "html.parser") for file, _, body in reference.pages()}


@pytest.mark.parametrize(("package", "_"), reference.PACKAGES)
def test_every_public_name_has_a_place_and_a_sentence(pages, package, _):
    page = pages[f"reference_{package.__name__}.html"]
    for name in dir(package):
        heading = page.find("h2", id=name)
        assert heading is not None, name
        following = heading.find_next_siblings(limit=3)
        assert any(part.name in ("p", "pre") and part.get_text() for part in following), name


def test_every_row_shows_its_derivative_and_its_curve(pages):
    page = pages["reference_autograd.html"]
    rows = [name for name in dir(autograd) if isinstance(getattr(autograd, name), Op)]
    assert len(rows) > 25
    for name in rows:
        figure = page.find("h2", id=name).find_next_sibling("figure")
        assert figure.find("math") is not None, name
    curve = page.find("h2", id="tanh").find_next_sibling("figure").find("svg")
    lines = curve.find_all("polyline")
    assert len(lines) == 2
    first = [tuple(map(float, p.split(","))) for p in lines[0]["points"].split()]
    assert first[0][1] > first[-1][1]  # tanh rises: y counts downwards
    ET.fromstring(str(curve))


def test_curves_stop_where_a_function_is_not_defined(pages):
    page = pages["reference_autograd.html"]
    line = page.find("h2", id="log").find_next_sibling("figure").find("polyline")
    xs = [float(p.split(",")[0]) for p in line["points"].split()]
    assert min(xs) >= reference._WIDTH / 2
