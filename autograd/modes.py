"""What surrounds a recording: the open scopes, `no_grad` and `detect_anomaly`.

All of them form one stack of `Origin`s, kept in a context variable, so threads do not see each
other's. A node remembers the origin that it was made under, so a picture can later draw a box
around everything that one layer recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from autograd.decorating import decorated
from autograd.errors import source_line
from autograd.lazy_names import Later

if TYPE_CHECKING:
    from autograd import anomaly as anomalies
    from autograd import notes as source_notes
    from autograd.graph import Contribution
    from autograd.node import Node
    from autograd.notes import Notes, SourcePlace
else:
    anomalies = Later("autograd.anomaly")
    source_notes = Later("autograd.notes")

F = TypeVar("F", bound=Callable[..., Any])


class Origin:
    """One open block: a named scope, `no_grad` or `detect_anomaly`, inside its `parent`.

    name: what a picture writes on the box ("layers.0", "sigmoid"); empty for a mode.
    owner: the object that opened the block, such as a module, if any.
    watch: whether the functions that record have to call `made` for each node.
    recording: the `Recording` of the traced function around this block, if there is one.
    notes: what finds the `place` in the user's program where each node is made, if it is asked for.
    closed: whether the block has ended. constant: whether a leaf made in it is not a variable.
    """

    __slots__ = (
        "anomaly",
        "closed",
        "constant",
        "name",
        "notes",
        "owner",
        "parent",
        "place",
        "recording",
        "records",
        "site",
        "watch",
    )

    def __init__(
        self,
        name: str = "",
        owner: object = None,
        parent: Origin | None = None,
        records: bool | None = None,
        anomaly: bool | None = None,
        site: str = "",
        notes: Notes[Origin] | None = None,
        place: SourcePlace | None = None,
    ) -> None:
        self.name, self.owner, self.site, self.place = name, owner, site, place
        self.parent: Origin | None = parent
        self.closed = self.constant = False
        self.recording: Any = None
        self.notes: Notes[Origin] | None = None
        if parent is None:
            self.records, self.anomaly, self.watch = True, False, False
        else:
            self.records, self.anomaly, self.notes = parent.records, parent.anomaly, parent.notes
            self.recording, self.watch = parent.recording, parent.watch
        plain = records is None and anomaly is None and notes is None
        if plain and self.recording is None and self.notes is None:
            return  # a scope in a plain program: the usual case, once for each call of a layer
        self.records = self.records if records is None else records
        self.anomaly = self.anomaly if anomaly is None else anomaly
        if self.notes is not None and place is None:
            self.parent, self.place = self.notes.opening(self)
        self.notes = self.notes if notes is None else notes
        running = self.recording is not None and self.recording.running
        self.watch = self.anomaly or self.notes is not None or running or not self.records

    def made(self, node: Node) -> object:
        """Finish a node that was recorded in this block, if it is to be watched."""
        if not self.records:
            if self.recording is not None:
                # Each replay computes it anew, but without a gradient, since it has no history.
                node.origin = self.recording.noted(node, None)
                return self.recording.detached(node)
            node.forget()
        elif self.anomaly:
            node.origin = Origin(parent=self, site=source_line())
            node.keep_copies()
            anomalies.check_made(node, node.origin.site)
        elif self.recording is not None:
            node.origin = self.recording.noted(node, self)
        elif self.notes is not None:
            node.origin = self.notes.of_node(self)
        return node

    def read(self, node: Node, reader: str) -> Any:
        """Return a node's data for Python code; a recording refuses what it cannot repeat."""
        return node.raw if self.recording is None else self.recording.read(node, reader)

    def detached(self, node: Node) -> Any:
        """Return a node's data as a constant."""
        return node.raw if self.recording is None else self.recording.detached(node)

    def operands(self, node: Node) -> Any:
        """Return a node's operands as its rule is to see them."""
        return node.inputs if self.recording is None else self.recording.operands(node)

    def stand_in(self, node: Node, x: object) -> Node | None:
        """Return a node equal to x, for `Value(x)` in a trace, where x is already a node."""
        return None if self.recording is None else self.recording.stand_in(node, x)

    def check(self, node: Node, upstream: object, contributions: Iterable[Contribution]) -> None:
        """Check what a node sends to its inputs in a backward pass."""
        if self.anomaly:
            anomalies.check_sent(node, upstream, contributions)

    #: Whether computing a node again gives the same number to the last bit.
    exact = True

    def backward(self, node: object) -> bool:  # noqa: ARG002 - for origins that know a shorter way
        """Do the whole backward pass from a node, if there is a shorter way; say whether."""
        return False

    def scopes(self) -> list[Origin]:
        """Return the named scopes from the outermost to this one."""
        found: list[Origin] = []
        origin: Origin | None = self
        while origin is not None:
            if origin.name:
                found.append(origin)
            origin = origin.parent
        return found[::-1]

    def __repr__(self) -> str:
        return f"Origin({'.'.join(scope.name for scope in self.scopes())!r})"


_new = object.__new__
#: The innermost open block of this thread. Python reads it by `current`, the compiled core here.
origins: ContextVar[Origin | None] = ContextVar("origin", default=None)

#: The innermost open `Origin`, or None. Bound once, since it is called for each node.
current = origins.get


def recording() -> Any:
    """Return the `Recording` in progress (see tracing/recording.py), or None."""
    origin = current()
    return None if origin is None else origin.recording


def records() -> bool:
    """Return whether operations are recorded here: outside of `no_grad`."""
    origin = current()
    return origin is None or origin.records


def watching() -> bool:
    """Return whether `detect_anomaly` is on."""
    origin = current()
    return origin is not None and origin.anomaly


def constant(already: bool = True) -> Origin:
    """Return an origin for leaves that are not variables, such as the seed of a backward pass.

    already: whether they are constants from the start, or only once `constant` is set.
    """
    origin = Origin(parent=current())
    origin.constant = already
    return origin


def leaf_origin() -> Origin | None:
    """Return where a new leaf belongs: to the function that is being recorded, if one is."""
    origin = current()
    return None if origin is None or origin.recording is None else origin


def enter(name: str, owner: object = None) -> Token[Origin | None]:
    """Open a scope; pass what is returned to `leave` to close it.

    It is for calls of layers, where a `with` statement would cost as much as all the rest.
    """
    parent = current()
    if parent is not None and (parent.recording is not None or parent.notes is not None):
        return origins.set(Origin(name, owner, parent))
    # What the constructor does in a plain program; calling it would take twice as long.
    origin = _new(Origin)
    origin.name, origin.owner, origin.parent = name, owner, parent
    origin.site, origin.closed, origin.constant = "", False, False
    origin.place = origin.recording = origin.notes = None
    if parent is None:
        origin.records, origin.anomaly, origin.watch = True, False, False
    else:
        origin.records, origin.anomaly, origin.watch = parent.records, parent.anomaly, parent.watch
    return origins.set(origin)


leave = origins.reset


class Block:
    """An open `Origin`, as a context manager and a decorator.

    It closes only itself. Blocks in generators that take turns need not end in reverse order, so
    restoring what was open at the start could leave another generator's block open for ever.
    """

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[Origin] = []

    def _origin(self) -> Origin:
        """Return the origin that this block opens."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        origin = self._origin()
        self._open.append(origin)
        origins.set(origin)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.pop().closed = True
        innermost = current()
        while innermost is not None and innermost.closed:
            innermost = innermost.parent
        origins.set(innermost)

    def __call__(self, function: F) -> F:
        """Return a function that runs inside such a block.

        A generator or coroutine is inside only while its own code runs.
        """
        return decorated(self, function)


class Scope(Block):
    """A named block; `scope` makes one."""

    __slots__ = ("name", "owner")

    def __init__(self, name: str, owner: object = None) -> None:
        super().__init__()
        self.name, self.owner = name, owner

    def _origin(self) -> Origin:
        return Origin(self.name, self.owner, current())


@overload
def scope(name: F) -> F: ...


@overload
def scope(name: str, owner: object = None) -> Scope: ...


def scope(name: str | F, owner: object = None) -> Scope | F:
    """Put everything recorded inside into the box `name`.

    As a decorator, `@scope` or `@scope("name")`, it makes a box of each call of a function.

    Raises TypeError for a name that is not a string.

    >>> from autograd import Value
    >>> with scope("hidden"):
    ...     y = Value(2.0) * 3.0
    >>> y.origin
    Origin('hidden')
    >>> @scope
    ... def double(x):
    ...     return 2.0 * x
    >>> double(y).origin
    Origin('double')
    """
    if isinstance(name, str):
        return Scope(name, owner)
    if not callable(name):
        raise TypeError(f'a scope has a name, such as scope("hidden"), not {name!r}')
    return Scope(getattr(name, "__name__", type(name).__name__))(name)


@contextmanager
def inside(origin: Origin | None) -> Iterator[None]:
    """Give everything recorded inside an origin that exists already."""
    token = origins.set(origin)
    try:
        yield
    finally:
        origins.reset(token)


def _noted(name: str, around: Origin, place: SourcePlace) -> Origin:
    """Return an origin that no block has opened, so that none has to close it."""
    origin = Origin(name, None, around, place=place)
    origin.closed = True
    return origin


class source_lines(Block):  # noqa: N801 - used as a function is
    """Note on each node the line of the program that made it, for pictures beside the code.

    `node.origin.place` is that place; noting it takes about 1 µs a node. Works as a decorator too.

    functions: whether each call of one of your functions becomes a scope too, as if it were
        marked with `@scope`; a picture then shows the program.

    >>> from autograd import Value
    >>> with source_lines():
    ...     y = Value(2.0) * 3.0
    >>> y.origin.place.line
    2
    """

    __slots__ = ("_notes", "functions")

    def __init__(self, functions: bool = False) -> None:
        super().__init__()
        self.functions = functions
        self._notes: list[Notes[Origin]] = []

    def _origin(self) -> Origin:
        notes = source_notes.Notes(self.functions, _noted)
        self._notes.append(notes)
        origin = Origin(parent=current(), notes=notes)
        notes.begin(origin)
        return origin

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._notes.pop().end()

    def variables(self) -> list[tuple[Origin, dict[str, object]]]:
        """Return each call of a function so far, as (its scope, its final variables)."""
        return self._notes[-1].variables()


class no_grad(Block):  # noqa: N801 - used as a function is
    """Record nothing inside: results know their number but not how they came to be.

    Works as a decorator too, also of generators and coroutines. Other threads are not affected.

    >>> from autograd import Value
    >>> with no_grad():
    ...     y = Value(2.0) * 3.0
    >>> y.inputs
    ()
    """

    __slots__ = ()

    def _origin(self) -> Origin:
        return Origin(parent=current(), records=False)


class recorded(Block):  # noqa: N801 - used as a function is
    """Record inside, even within `no_grad`, since a derivative needs a recording."""

    __slots__ = ()

    def _origin(self) -> Origin:
        return Origin(parent=current(), records=True)


class detect_anomaly(Block):  # noqa: N801 - used as a function is
    """Stop at the first value or gradient that is not finite, and say where it was made.

    Inside, each node also remembers the source line that made it, and tensors keep copies of their
    operands, so that any change of the data before the backward pass is found, even one made in
    place (`w.data[0] = 1`). Recording is several times slower. Works as a decorator too.

    Raises AnomalyError from the operation, or from the backward pass if that runs inside too.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> with detect_anomaly(), np.errstate(divide="ignore"):
    ...     y = np.log(Tensor([0.0, 1.0], label="p"))
    Traceback (most recent call last):
    autograd.errors.AnomalyError: log gave a value that is not finite...
    """

    __slots__ = ()

    def _origin(self) -> Origin:
        return Origin(parent=current(), anomaly=True)
