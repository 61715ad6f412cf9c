"""A browser for tests of pages, and tabs of it that are used again."""

import os
import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
#: A mark for tests; without a browser they are skipped, unless it is required.
in_a_browser = pytest.mark.browser


@contextmanager
def launched():
    """Start the browser for the length of a block; skip the test where there is none."""
    if not CHROMIUM and not os.environ.get("CHAINRULE_REQUIRE_BROWSER"):
        pytest.skip("no Chromium was found; CHAINRULE_REQUIRE_BROWSER=1 makes that an error")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Tab:
    """A page of the browser, what it said on its console, and every address it asked for."""

    def __init__(self, page):
        self.page, self.said, self.asked = page, [], []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


class Tabs:
    """Tabs that are used again: a new one takes three times as long as another address in one."""

    def __init__(self, browser):
        self.browser, self.free = browser, {}

    def take(self, viewport, color_scheme="light", reduced_motion="no-preference", **options):
        """Return a tab as good as new; `options` are those of a context."""
        free = self.free.setdefault(tuple(sorted(options.items())), [])
        if free:
            tab = free.pop()
        else:
            tab = Tab(self.browser.new_context(**options).new_page())
            tab.kind = free
        tab.page.set_viewport_size(viewport)
        tab.page.emulate_media(
            media="null", color_scheme=color_scheme, reduced_motion=reduced_motion
        )
        return tab

    def give_back(self, tab):
        """Leave a tab empty, for the next test."""
        tab.page.mouse.move(0, 0)
        tab.page.goto("about:blank")
        tab.said.clear()
        tab.asked.clear()
        tab.kind.append(tab)
