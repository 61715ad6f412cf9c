"""Measures that a busy machine does not change, and a browser to look at pages with."""

import sys

import pytest
from browsing import Tabs, launched


@pytest.fixture(scope="module")
def chromium():
    """Return the browser; its event loop ends with the file, for other tests have their own."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def tabs(chromium):
    """Return the tabs of the browser."""
    return Tabs(chromium)


@pytest.fixture
def viewport():
    """Return the size that pages are opened at, unless a test says another."""
    return {"width": 1280, "height": 720}


@pytest.fixture
def open_page(tabs, viewport, tmp_path):
    """Return a function that opens a page, saved first; or text, as one.

    The page must say nothing on the console and ask for nothing but itself.
    """
    opened = []

    def open_(shown, fragment="", **options):
        path = tmp_path / f"page{len(opened)}.html"
        text = isinstance(shown, str)
        if text:
            path.write_text(shown, encoding="utf-8")
        else:
            shown.save(path)
        tab = tabs.take(**{"viewport": viewport, **options})
        opened.append((tab, path.as_uri()))
        tab.page.goto(path.as_uri() + fragment)
        comes_alive = not text or shown.startswith("<!DOCTYPE html>\n")
        if comes_alive and options.get("java_script_enabled", True):
            tab.page.wait_for_selector("body.alive", state="attached")
        return tab.page

    yield open_
    for tab, address in opened:
        said = list(tab.said)
        asked = [url for url in tab.asked if not url.startswith(("data:", "about:srcdoc"))]
        tabs.give_back(tab)
        assert said == []
        assert asked == [address]


@pytest.fixture
def calls_of():
    """Return a function that counts the calls (of Python and of C) that a function makes."""

    def count(function):
        calls = 0

        def profile(frame, event, argument):
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            function()
        finally:
            sys.setprofile(before)
        return calls

    return count
