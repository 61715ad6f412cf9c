"""The pool of large arrays: quick, bounded, and never a number that somebody still holds."""

import ctypes
import gc
import random
import subprocess
import sys
import threading
import weakref
from collections import deque

import numpy as np
import pytest

from autograd import pool as module
from autograd.pool import Pool

SHAPE = (128, 512)  # twice what counts as large

pytestmark = pytest.mark.skipif(not Pool.works, reason="reference counts cannot be trusted here")


def running(array):
    """A generator that is stopped in the middle, its frame holding the array."""

    def frame():
        held = array
        yield
        del held

    generator = frame()
    next(generator)
    return generator


def caught(array):
    """An exception whose traceback holds the frame that holds the array."""
    try:
        held = array[2:]
        raise RuntimeError(str(held.shape))
    except RuntimeError as error:
        return error


def cycle(array):
    loop = [array]
    loop.append(loop)
    return loop


class Interface:
    """An object of another library, over the same memory."""

    def __init__(self, array):
        self.__array_interface__ = array.__array_interface__
        self.owner = array


HOLDERS = {
    "itself": lambda a: a,
    "a view": lambda a: a[1:],
    "a view of a view": lambda a: a[1:][::2].T,
    "one element as an array": lambda a: a[3:4, 5:6].reshape(()),
    "reshape": lambda a: a.reshape(-1),
    "another type over it": lambda a: a.view(np.uint8),
    "a subclass": lambda a: a.view(np.matrix),
    "a record array": lambda a: a.view(np.recarray),
    "a masked array": lambda a: np.ma.masked_array(a, copy=False),
    "as_strided": lambda a: np.lib.stride_tricks.as_strided(a, (3,), (8,)),
    "a sliding window": lambda a: np.lib.stride_tricks.sliding_window_view(a, (2, 2)),
    "broadcast_to": lambda a: np.broadcast_to(a, (2, *SHAPE)),
    "broadcast": lambda a: np.broadcast(a, 1.0),
    "nditer": np.nditer,
    "flat": lambda a: a.flat,
    "an iterator over rows": iter,
    "a row by the iterator": lambda a: next(iter(a)),
    "memoryview": memoryview,
    "a cast memoryview": lambda a: memoryview(a).cast("B")[5:],
    "frombuffer": lambda a: np.frombuffer(a, dtype=np.uint8),
    "a structure's buffer": lambda a: (ctypes.c_double * 4).from_buffer(a),
    "ctypes": lambda a: a.ctypes,
    "a ctypes pointer": lambda a: a.ctypes.data_as(ctypes.c_void_p),
    "as_ctypes": np.ctypeslib.as_ctypes,
    "dlpack": lambda a: a.__dlpack__(),
    "from_dlpack": np.from_dlpack,
    "__array_struct__": lambda a: a.__array_struct__,
    "an array interface": lambda a: np.asarray(Interface(a)),
    "an object array": lambda a: np.array([a, None], dtype=object)[:1],
    "a dict": lambda a: {"w": a},
    "a deque": lambda a: deque([a]),
    "a closure": lambda a: lambda: a,
    "a bound method": lambda a: a.sum,
    "a default argument": lambda a: lambda x=a: x,
    "a stopped generator": running,
    "a traceback": caught,
    "a cycle": cycle,
    "a list's iterator": lambda a: iter([a]),
}


@pytest.mark.parametrize("how", HOLDERS)
def test_what_is_held_is_not_given_out(how):
    pool = Pool()
    array = pool.empty(SHAPE)
    array.fill(3.0)
    address = array.ctypes.data
    held = HOLDERS[how](array)
    del array
    for _ in range(40):
        other = pool.empty(SHAPE)
        assert other.ctypes.data != address, how
        other.fill(-1.0)
    del held, other
    gc.collect()
    pool_again = [pool.empty(SHAPE) for _ in range(3)]
    assert address in [a.ctypes.data for a in pool_again], "and afterwards it is"


def test_torch_over_the_same_memory():
    torch = pytest.importorskip("torch", reason="another library's arrays")
    pool = Pool()
    for convert in (torch.from_numpy, torch.as_tensor, torch.from_dlpack):
        array = pool.empty(SHAPE)
        array.fill(3.0)
        held = convert(array)[1:]
        del array
        pool.empty(SHAPE).fill(-1.0)
        assert float(held.min()) == 3.0


def test_a_free_array_is_given_out_again():
    pool = Pool()
    addresses = set()
    for _ in range(100):
        array = pool.empty(SHAPE)
        addresses.add(array.ctypes.data)
        del array
    assert len(addresses) == 1


def test_steps_of_many_arrays_make_nothing_new():
    pool = Pool()
    for _ in range(5):
        step = [pool.empty(SHAPE) for _ in range(60)]
        kept = pool.nbytes
        del step
    assert kept == 60 * 8 * SHAPE[0] * SHAPE[1]


def test_a_weak_reference_never_finds_other_numbers():
    pool = Pool()
    array = pool.empty(SHAPE)
    array.fill(3.0)
    seen = weakref.ref(array)
    del array
    pool.empty(SHAPE).fill(-1.0)
    found = seen()
    assert found is None or found.min() == 3.0


@pytest.mark.parametrize("change", ["shape", "dtype", "read-only", "strides"])
@pytest.mark.filterwarnings("ignore:Setting the:DeprecationWarning")
def test_an_array_that_was_changed_in_place_is_not_given_out(change):
    pool = Pool()
    array = pool.empty(SHAPE)
    address = array.ctypes.data
    if change == "shape":
        array.shape = (SHAPE[0] * SHAPE[1],)
    elif change == "dtype":
        array.dtype = np.int64
    elif change == "strides":
        array.strides = (0, 8)
    else:
        array.flags.writeable = False
    del array
    other = pool.empty(SHAPE)
    assert other.ctypes.data != address
    assert (other.shape, other.dtype) == (SHAPE, float)
    assert other.flags.carray


def test_types_and_shapes_are_kept_apart():
    pool = Pool()
    made = [(shape, dtype) for shape in (SHAPE, SHAPE[::-1]) for dtype in ("f8", "f4", ">f8", "i8")]
    for shape, dtype in made * 3:
        array = pool.empty(shape, np.dtype(dtype))
        assert (array.shape, array.dtype) == (shape, np.dtype(dtype))
        assert array.flags.owndata


def test_small_arrays_are_none_of_its_business():
    pool = Pool()
    pool.empty((10, 10))
    pool.empty(())
    assert pool.nbytes == 0


def test_it_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 10 * 8 * SHAPE[0] * SHAPE[1])
    pool = Pool()
    held = []
    for i in range(100):
        held.append(pool.empty(SHAPE))
        held[-1].fill(i)
        assert pool.nbytes <= module.LIMIT
    assert [a[0, 0] for a in held] == list(range(100))
    assert len({a.ctypes.data for a in held}) == 100


def test_it_goes_on_with_other_shapes_when_it_is_full(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 4 * 8 * SHAPE[0] * SHAPE[1])
    pool = Pool()
    held = [pool.empty(SHAPE) for _ in range(4)]  # for ever
    for _ in range(10):
        pool.empty((SHAPE[0], SHAPE[1] + 1))
    other = pool.empty((SHAPE[0], SHAPE[1] + 1))
    address = other.ctypes.data
    del other
    assert pool.empty((SHAPE[0], SHAPE[1] + 1)).ctypes.data == address
    assert len(held) == 4


def test_threads_have_a_pool_each():
    pool = Pool()
    array = pool.empty(SHAPE)
    kept = []
    worker = threading.Thread(target=lambda: kept.append((pool.nbytes, pool.empty(SHAPE))))
    worker.start()
    worker.join()
    assert kept[0][0] == 0
    assert not np.may_share_memory(kept[0][1], array)


def test_an_array_handed_to_another_thread_stays_its():
    pool = Pool()
    go_on, finished = threading.Event(), []

    def use(array):
        go_on.wait()
        finished.append(float(array.min()))

    worker = threading.Thread(target=use, args=(np.multiply(1.0, 3.0, out=pool.empty(SHAPE)),))
    worker.start()
    for _ in range(10):
        pool.empty(SHAPE).fill(-1.0)
    go_on.set()
    worker.join()
    assert finished == [3.0]


def test_random_holding_and_letting_go():
    """Every array is filled with a number of its own; whatever is held must keep it."""
    rng = random.Random(13)
    pool = Pool()
    shapes = [SHAPE, (SHAPE[0] * SHAPE[1],), (64, 513)]
    views = [lambda a: a, lambda a: a[1:], lambda a: a.T[::3], lambda a: np.asarray(memoryview(a))]
    held = []
    for i in range(3000):
        array = pool.empty(rng.choice(shapes))
        array.fill(i)
        if rng.random() < 0.6:
            held.append((i, rng.choice(views)(array)))
        del array
        if len(held) > 30 or (held and rng.random() < 0.3):
            number, view = held.pop(rng.randrange(len(held)))
            assert view.min() == view.max() == number
            del view
    for number, view in held:
        assert view.min() == view.max() == number
    assert pool.nbytes < 64 * 8 * SHAPE[0] * SHAPE[1], "and memory was given out again"


@pytest.mark.parametrize(
    "before", ["sys._is_gil_enabled = lambda: False", "sys.getrefcount = lambda x: 7"]
)
def test_it_is_off_where_counts_mean_nothing(before):
    program = f"""import sys; {before}
from autograd.pool import Pool
pool = Pool()
pool.empty((1000, 1000))
assert not pool.works and pool.nbytes == 0"""
    subprocess.run([sys.executable, "-c", program], check=True)
