"""The course is a folder of scripts, not a package: its modules are imported from there."""

import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
