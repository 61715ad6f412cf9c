"""Measures that a busy machine does not change."""

import sys

import pytest


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
