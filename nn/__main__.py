"""`python -m nn`: the commands of chainrule about networks.

An entry stands above everything, also where it lies inside a package: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m nn", only=("demo", "plot")))
