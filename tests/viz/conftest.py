"""Measures that a busy machine does not change, and a browser to look at pages with."""

import os
import shutil
import sys

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@pytest.fixture(scope="module")
def chromium():
    """Return the browser. Without one these tests are skipped, unless it is required."""
    if not CHROMIUM and not os.environ.get("CHAINRULE_REQUIRE_BROWSER"):
        pytest.skip("no Chromium was found; CHAINRULE_REQUIRE_BROWSER=1 makes that an error")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


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
