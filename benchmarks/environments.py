"""Which Python runs which peer.

All peers but one are installed by `pip install 'chainrule[bench]'`. HIPS autograd has our
import name, so it gets an environment of its own, made on first use. `--python NAME=PATH`
names another Python for a peer.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path


def hips_python(home: Path) -> str | None:
    """Return the Python of the environment that has HIPS autograd; None if it cannot be made."""
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        print(f"making an environment for HIPS autograd in {home}")
        venv.create(home, with_pip=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "autograd", "numpy"], check=False
        )
        if done.returncode:
            return None
    return str(python.absolute())  # a peer starts in another folder


def pythons(given: list[str], home: Path) -> dict[str, str]:
    """Return the Python of each peer that does not run on this one."""
    found = dict(item.split("=", 1) for item in given)
    if "HIPS autograd" not in found:
        own = hips_python(home)
        if own is not None:
            found["HIPS autograd"] = own
    return found
