"""For the tests and doctests of every package."""

import gc
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from hypothesis import settings

from autograd import primitives

os.environ.setdefault("MPLBACKEND", "Agg")

# Random programs are drawn from a fixed seed, and a busy machine may take its time over one.
settings.register_profile("chainrule", deadline=None, derandomize=True)
settings.load_profile("chainrule")


#: What an example needs that `make test` does not install.
NEEDS = {"nn.onnx_file.export_onnx": "onnx"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the examples of what is not installed."""
    for item in items:
        needed = NEEDS.get(item.name)
        if needed and find_spec(needed) is None:
            item.add_marker(pytest.mark.skip(reason=f"the example needs {needed}"))


def pytest_collection_finish() -> None:
    """Keep the million objects that tests are made of out of what the garbage collector lists.

    Each recording of a traced function looks through that list for random generators.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    """Matplotlib keeps every figure until it is told not to."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(autouse=True)
def _keep_the_table() -> Iterator[None]:
    """A primitive that a test declares is gone after it."""
    before = primitives()
    yield
    for name, op in primitives().items():
        if name not in before:
            op.remove()
