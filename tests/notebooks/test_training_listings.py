"""Notebook 04 shows the lecture's four listings as they are printed, and runs them."""

import importlib.util
from pathlib import Path

import build
import pytest

SOURCE = Path(__file__).parent.parent / "nn" / "test_lecture.py"


def lecture():
    spec = importlib.util.spec_from_file_location("lecture_listings", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["LAYERS", "TRAINING", "BY_HAND", "DROPOUT"])
def test_a_listing_is_in_the_notebook_word_for_word(name):
    cells = [cell for cell in build.read(build.paths("04")[0]).cells if cell.cell_type == "code"]
    code = "\n\n".join(cell.source for cell in cells)
    title, _, listing = getattr(lecture(), name).strip().partition("\n")
    assert title.startswith("#")
    assert listing.strip() in code
