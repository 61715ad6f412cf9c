"""Ctrl-C at any moment of a backward pass: all gradients are there, or none."""

import dis
import gc
import sys
import threading
import time

import numpy as np
import pytest

from autograd import Tensor, Value, trace
from autograd.errors import is_own_file
from autograd.storage import accelerated
from autograd.writing import adding


class InterruptAt:
    """Raises KeyboardInterrupt at the n-th moment of this package's code inside.

    Moments are where Python looks for signals: as a function begins, after a call, and where a
    loop begins again.  The collector waits meanwhile: what comes up in a finaliser that it calls is
    swallowed by Python, and the pass would end as if nothing had happened.
    """

    def __init__(self, n):
        self.left, self.last = n, {}

    def __enter__(self):
        self.before = sys.gettrace()
        gc.disable()
        sys.settrace(self.enter)

    def __exit__(self, kind, *_):
        sys.settrace(self.before)
        gc.enable()
        return kind is KeyboardInterrupt

    def enter(self, frame, event, arg):
        if not is_own_file(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True
        return self.step

    def step(self, frame, event, arg):
        if event == "opcode":
            last = self.last.get(frame, "RESUME")
            self.last[frame] = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            self.left -= last.startswith(("CALL", "JUMP_BACKWARD", "RESUME"))
            if self.left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self.step


def value_graph():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    for x in (a, b, c):
        x.grad = 100.0
    return [a, b, c], a * b + b * c + (a > 0) * 1.0, [103.0, 107.0, 103.0]


def tensor_graph():
    a, b = Tensor([1.0, 2.0]), Tensor(3.0)
    b.grad = 100.0
    return [a, b], (a * b).sum(), [np.full(2, 3.0), 103.0]


def replay_of(kind):
    def graph():
        a, b = kind(2.0), kind(3.0)
        step = trace(lambda x: (a * b + x * b) ** 2)
        step(1.0)
        a.grad = 100.0
        return [a, b], step(1.0), [100.0 + 2 * 9 * 3, 2.0 * 9 * 3]

    return graph


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="Python reports few single instructions to a tracer there"
)
@pytest.mark.parametrize(
    "graph",
    [value_graph, tensor_graph, replay_of(Value), replay_of(Tensor)],
    ids=["values", "tensors", "replayed values", "replayed tensors"],
)
def test_an_interrupted_backward_leaves_all_or_nothing(graph):
    complete, n = 0, 0
    while not complete:
        n += 1
        leaves, y, right = graph()
        before = [np.copy(x.grad) for x in leaves]
        with InterruptAt(n) as interrupt:
            y.backward()
            complete = 1
        assert not adding.locked()
        now = [np.copy(x.grad) for x in leaves]
        none, every = (
            all(map(np.array_equal, now, before)),
            all(map(np.array_equal, now, map(np.asarray, right))),
        )
        assert none or every, f"half of the gradients at moment {n}: {now}"
        if none:  # a second try counts nothing twice
            y.backward()
            assert all(np.array_equal(x.grad, r) for x, r in zip(leaves, right, strict=True)), n
    # Between the steps of Python code is a moment; the compiled pass is a single step.
    assert n > (0 if accelerated and graph is value_graph else 20)
    del interrupt


class Slow(float):
    """A gradient that takes its time to be added to, so that other threads come in between."""

    def __add__(self, other):
        time.sleep(0.02)
        return Slow(float(self) + float(other))


def test_threads_that_share_leaves_lose_no_gradient():
    """Each adds to what is there: without the lock, what another added meanwhile would be lost."""
    w = Value(1.0)
    w.grad_or_none = Slow(0.0)
    threads = [threading.Thread(target=lambda: (w * 1.0).backward()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 4.0
