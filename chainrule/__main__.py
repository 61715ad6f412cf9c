"""`python -m chainrule`: the same as the command `chainrule`."""

import sys

from chainrule.command import main

sys.exit(main())
