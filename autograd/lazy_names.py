"""Import on first use: the public names of a package (PEP 562), and modules inside ours.

Most programs use few of the pictures, layers and derivatives. Importing all of them would take as
long as importing NumPy; this way, what is not used costs nothing. Type checkers and editors read
the imports under `if TYPE_CHECKING:` beside the list that is given here; a test checks that the two
agree.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def on_demand(package: str, homes: Mapping[str, str], unknown: str = "") -> Callable[[str], object]:
    """Return the `__getattr__` of a package.

    homes: for each module its public names, separated by spaces.
    unknown: the module whose `unknown_name(name, known)` says what is wrong with any other name.

    >>> find = on_demand("autograd", {"autograd.errors": "DomainError ShapeError"})
    >>> find("ShapeError")
    <class 'autograd.errors.ShapeError'>
    """
    home_of = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> object:
        if f"{package}.{name}" in homes:  # `import nn` gives nn.losses too
            return import_module(f"{package}.{name}")
        module = home_of.get(name)
        if module is None:
            said = f"module {package!r} has no attribute {name!r}"
            if unknown and not name.startswith("_"):  # Python itself asks for such names
                known = dir(sys.modules[package])
                said = import_module(unknown).unknown_name(name, known)
            raise AttributeError(said, name=name)
        found = vars(sys.modules[package])[name] = getattr(import_module(module), name)
        return found

    return find


class Later:
    """Stands for a module, which is imported when an attribute of it is first used.

    >>> errors = Later("autograd.errors")
    >>> errors.ShapeError
    <class 'autograd.errors.ShapeError'>
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> object:
        module = import_module(self.__name__)
        self.__dict__ = vars(module)  # from now on its names are found without `__getattr__`
        return getattr(module, name)
