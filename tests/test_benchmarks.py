"""The benchmark of pages takes their programs apart: it runs on the pages as they are written now.

Both measurements compare the losses of the page's code with an independent result, and end with an
error where they differ.
"""

import pytest
from node import needs_node

from benchmarks import playground


@needs_node
def test_a_page_and_the_same_by_hand_are_timed_and_learn_the_same():
    found = playground.measure(rounds=1)
    assert found["page"] > 0 < found["by hand"]
    assert 0 < found["loss"] < 0.5  # of ln 2 for a guess


@needs_node
def test_a_gpt_of_single_numbers_is_timed_and_learns():
    found = playground.measure_gpt(rounds=1)
    assert found["step"] > 0
    assert 0 < found["then"] < found["loss"] / 10


@needs_node
def test_a_page_that_learns_something_else_is_an_error(monkeypatch):
    monkeypatch.setattr(playground, "_RUN", playground._RUN.replace("[2, 8, 8, 1]", "[2, 8, 1]"))
    with pytest.raises((SystemExit, playground.subprocess.CalledProcessError)):
        playground.measure(rounds=1)
