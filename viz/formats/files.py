"""Write files whole or not at all: a failure leaves the old contents in place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file next to its target, then move it there in one step; return its path.

    Raises OSError as `open` would, with nothing changed.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", "whole").read_text()
    'whole'
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(_usual_mode(target))
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return target


def _usual_mode(target: Path) -> int:
    """Return the file's mode, or that of a new file; temporary files would be private."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
