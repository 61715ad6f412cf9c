"""What tests of pages share: to wait for what is awaited, not for a time."""

import time

import pytest


@pytest.fixture
def until():
    """Return a function that waits until an expression is true in a page.

    Playwright's own evaluates text in the page, which the pages' content policy does not allow.
    """

    def wait(page, expression):
        end = time.monotonic() + 60
        while not page.evaluate(expression):
            assert time.monotonic() < end, f"it never came true: {expression}"
            page.wait_for_timeout(20)

    return wait
