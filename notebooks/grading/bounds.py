"""How long a check may take in the judge itself, and how much memory.

The child has limits of its own. But a recorded graph is computed again here, and a check may walk
what it is given, so that a short answer could keep the judge busy for ever.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows: there the limits on an answer's size have to do
    resource = None  # type: ignore[assignment]

#: Bytes that a check may take beside what the judge has taken before.
MEMORY = 2 << 30


@contextmanager
def within(seconds: float, too_long: Exception) -> Iterator[None]:
    """Raise `too_long` in what runs here after so many seconds, and MemoryError beyond `MEMORY`.

    It is raised again each second, for a check may take it for an error of the answer. Where the
    system has no such limits, or outside the main thread, nothing is limited.
    """
    if resource is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def stop(*_: Any) -> None:
        if running:
            raise too_long

    before = signal.signal(signal.SIGALRM, stop)
    memory = resource.getrlimit(resource.RLIMIT_AS)
    most = _taken() + MEMORY
    if memory[1] == resource.RLIM_INFINITY or most < memory[1]:
        resource.setrlimit(resource.RLIMIT_AS, (most, memory[1]))
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, memory)


def _taken() -> int:
    """Return the bytes that this process has in its address space."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 64 << 30  # it cannot be known here, and then only what is absurd is refused
    return pages * resource.getpagesize()
