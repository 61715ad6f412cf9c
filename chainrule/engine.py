"""Report which engine computes single numbers here, and how to build the faster one.

pip hides the output of a build, so users who installed without a C compiler learn it here: at the
end of `chainrule demo` and in `chainrule --version`.
"""

from __future__ import annotations

import autograd
from autograd.compiled.build import why_not


def engine() -> str:
    """Return one line that says which engine is in use, and why if it is not the compiled one.

    >>> engine().split(":")[0]
    'engine'
    """
    if autograd.accelerated:
        return "engine: compiled"
    build = "`python -m autograd.compiled.build` builds the compiled one, seven times as fast"
    reason = why_not()
    if not reason:
        return f"engine: pure Python ({build})"
    if "compiler" in reason:
        return f"engine: pure Python ({reason}; with one, {build})"
    return f"engine: pure Python ({reason})"
