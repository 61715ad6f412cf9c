"""Check that this folder is ours alone, since another package on PyPI is called `autograd` too.

Installed beside this one, it is silently merged into the same folder: whichever comes last
overwrites the other's files of the same name, and uninstalling one breaks the other. `autograd`,
`nn` and `viz` import this module first, so that the user gets an explanation.
"""

import os
import warnings

_REMEDY = (
    "pip uninstall -y autograd chainrule, then pip install chainrule; keep the other package in "
    "an environment of its own"
)

#: A file that the other package has and this one never will.
_FOREIGN = "tracer.py"


def look(folder: str) -> None:
    """Check the folder that `autograd` is imported from.

    Warns if the other package's files are among ours. Raises ImportError if its `__init__` has
    replaced ours, or did so and has been uninstalled.
    """
    if not os.path.exists(os.path.join(folder, "__init__.py")):  # noqa: PTH110, PTH118 - pathlib takes longer to import than all of this module
        raise ImportError(
            "chainrule's package autograd has no __init__.py any more: another package called "
            "autograd was uninstalled from the same folder, and took it along. The way out: "
            "pip install --force-reinstall --no-deps chainrule"
        )
    if not os.path.exists(os.path.join(folder, _FOREIGN)):  # noqa: PTH110, PTH118 - likewise
        return
    with open(os.path.join(folder, "__init__.py"), encoding="utf-8") as file:  # noqa: PTH118, PTH123 - likewise
        front_door = file.read()
    if "autograd.installation" not in front_door:
        raise ImportError(
            "another package called autograd was installed over chainrule's, so that neither works "
            f"as it should. The way out: {_REMEDY}"
        )
    warnings.warn(
        "another package called autograd is installed in the same folder as chainrule's: it is "
        f"broken, and uninstalling it would break this one. The way out: {_REMEDY}",
        stacklevel=2,
    )


look(os.path.dirname(__file__))  # noqa: PTH120 - likewise
