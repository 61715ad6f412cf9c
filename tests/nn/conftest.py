import numpy as np
import pytest

from autograd import Tensor, Value


@pytest.fixture
def five_kinds():
    """Return a function that gives x as each kind of argument that functions take."""

    def kinds(x):
        array = np.asarray(x, dtype=float)
        values = np.frompyfunc(Value, 1, 1)(array)
        found = {"array": array, "tensor": Tensor(array), "values": values}
        if array.ndim:
            found["list"] = values.tolist()
        else:
            found["float"] = float(array)
        return found

    return kinds


@pytest.fixture
def plain():
    """Return a function that gives the numbers of any kind of result."""

    def numbers(x):
        if isinstance(x, Tensor | Value):
            return np.asarray(x.data)
        array = np.asarray(x)
        if array.dtype != object:
            return array
        return np.frompyfunc(lambda e: getattr(e, "data", e), 1, 1)(array).astype(float)

    return numbers


@pytest.fixture
def slope(plain):
    """Return a function that gives ∂(Σ result)/∂x of a Tensor, or of an array of Values."""

    def of(result, x):
        if isinstance(x, Tensor):
            (result.sum() if result.shape else result).backward()
            return x.grad
        values = np.atleast_1d(np.asarray(x, dtype=object)).ravel()
        np.atleast_1d(np.asarray(result, dtype=object)).sum().backward()
        return np.array([v.grad for v in values]).reshape(np.shape(x))

    return of
