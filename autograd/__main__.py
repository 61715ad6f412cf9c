"""`python -m autograd`: the commands of chainrule about the engine.

An entry stands above everything, also where it lies inside a package: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m autograd", only=("table", "check")))
