"""`python -m viz`: the commands of chainrule that draw and explain.

An entry stands above everything, also where it lies inside a package: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m viz", only=("draw", "steps", "live", "explain", "plot")))
