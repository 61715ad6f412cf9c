"""`Protocol` and `TypedDict` for type checkers; when a program runs, they are plain classes.

For each class of this kind, `typing` would compile the annotations and keep a registry of
subclasses. Nothing here reads them, and importing the package would take a twentieth longer.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol as Protocol
    from typing import TypedDict as TypedDict
else:

    class Protocol:
        """What may stand in for `typing.Protocol` where nothing is checked."""

        def __class_getitem__(cls, parameters: object) -> type:
            return cls

    class TypedDict:
        """The same for `typing.TypedDict`."""

        def __init_subclass__(cls, total: bool = True) -> None:
            """Take what a `TypedDict` takes."""
