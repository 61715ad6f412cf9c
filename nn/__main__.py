"""`python -m nn`: the chainrule commands about networks.

An entry point is above everything, even inside a package: nothing imports it.
"""

import sys

from chainrule.command import main

sys.exit(main(prog="python -m nn", only=("demo", "plot")))
