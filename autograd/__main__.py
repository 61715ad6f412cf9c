"""`python -m autograd`: the commands of chainrule about the engine.

An entry point stands above every package, even where its file lies inside one: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m autograd", only=("table", "check")))
