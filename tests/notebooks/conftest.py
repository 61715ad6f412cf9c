"""The course is a folder of scripts, not a package: its modules are imported from there."""

import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))

# nbformat has it imported to check addresses in schemas, of which notebooks have none: two seconds
# of building parsers, in each process that collects these tests.
sys.modules.setdefault("rfc3987_syntax", None)
