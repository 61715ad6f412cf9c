"""`python -m viz`: the chainrule commands that draw and explain.

An entry point is above everything, even inside a package: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m viz", only=("draw", "steps", "live", "explain", "plot")))
