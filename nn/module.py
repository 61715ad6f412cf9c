"""`Module`: a part of a network that knows its parameters and its submodules.

A layer, a block of layers and a whole model are all modules. What is assigned to an
attribute decides what it is: a leaf `Value`, a leaf `Tensor` or an array of leaf `Value`s
is a parameter, a module is a sub-module, an array of numbers is state that is saved but not
learnt. Lists, tuples and dicts of these are looked into. Nothing is registered by hand.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from autograd import Node, ShapeError, Tensor, Value
from autograd.modes import enter, leave
from nn.numbers import plain_array
from nn.options import made
from nn.randomness import Rng, generator

if TYPE_CHECKING:
    from nn.forwarding import Forwarding, P, R_co

M = TypeVar("M", bound="Module")

#: A leaf `Tensor`, a leaf `Value`, or an object array of leaf `Value`s.
Parameter = Any


class _Sealed(type):
    """Closes a module after its constructor: from then on a misspelt attribute raises."""

    # Typed for editors: calling a class makes an instance, with the constructor's arguments.
    def __call__(cls: type[M], *args: Any, **keywords: Any) -> M:  # type: ignore[misc]
        module = made(cls, args, keywords)
        for name in reversed(module.__dict__):
            module._adopt(name)  # noqa: SLF001 - a class and its metaclass are one
        vars(module)["_sealed"] = True
        return module

    @property
    def __signature__(cls) -> inspect.Signature:
        """The constructor's arguments, for help() and editors; they would show `__call__`'s."""
        constructor: Any = cls.__init__  # type: ignore[misc] # of whichever class
        if constructor is object.__init__:
            return inspect.Signature()
        own = list(inspect.signature(constructor).parameters.values())
        return inspect.Signature(own[1:])


class Module(metaclass=_Sealed):
    """The base of layers and models: assign parts in `__init__`, compute in `forward`.

    Parameters and sub-modules keep the order in which they were assigned. Calling a module
    runs `forward` inside a scope of its name, so that a picture can draw a box around what it
    recorded. After the constructor, assigning or reading an attribute that is not there
    raises AttributeError and suggests the nearest name; so does, at any time, an attribute that
    would hide a method.

    `unpenalised` names the attributes that penalties and `weights` leave out, "bias" if the class
    does not set it: with a bias called `b1`, write `unpenalised = ("b1",)` in the class.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope = Tensor(2.0)
    ...         self.height = Tensor(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.height
    >>> line = Line()
    >>> line(3.0).item(), [name for name, _ in line.named_parameters()]
    (7.0, ['slope', 'height'])
    >>> line.slop = 5.0
    Traceback (most recent call last):
    AttributeError: Line has no attribute 'slop' to assign to; did you mean 'slope'?...
    """

    training: bool = True
    #: Attributes that penalties leave alone, by name: they shift or scale, they do not connect.
    unpenalised: tuple[str, ...] = ("bias",)
    _name: str = ""
    _sealed: bool = False

    def forward(self, *args: Any, **keywords: Any) -> Any:
        """Compute the output; every module defines its own."""
        raise NotImplementedError(
            f"{type(self).__name__} does not define forward(); write what it computes there"
        )

    if TYPE_CHECKING:  # a call takes and gives what `forward` says

        def __call__(self: Forwarding[P, R_co], *args: P.args, **keywords: P.kwargs) -> R_co: ...

    else:

        def __call__(self, *args: Any, **keywords: Any) -> Any:
            token = enter(self._name or type(self).__name__, self)
            try:
                return self.forward(*args, **keywords) if keywords else self.forward(*args)
            finally:
                leave(token)

    # --- attributes -----------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        hidden = getattr(type(self), name, None)
        if isinstance(hidden, FunctionType) and not isinstance(value, FunctionType | MethodType):
            raise AttributeError(
                f"{type(self).__name__}: an attribute {name!r} would hide the method {name}(); "
                "give it another name"
            )
        if self._sealed and name not in self.__dict__ and not hasattr(type(self), name):
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r} to assign to; "
                f"{self._nearest(name)}new attributes are made in __init__"
            )
        super().__setattr__(name, value)
        if self._sealed and name in self.__dict__:
            self._adopt(name)

    def __getattr__(self, name: str) -> Any:
        # Reached only when the usual search has found nothing.
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}; {self._nearest(name)}"
            "it has: " + ", ".join(key for key in self.__dict__ if not key.startswith("_")),
            name=name,
            obj=None,
        )

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, [k for k in dir(self) if k[0] != "_"], n=1)
        return f"did you mean {near[0]!r}? " if near else ""

    def _adopt(self, name: str) -> None:
        """Name the parts that an attribute holds after it; a part keeps its first name."""
        for path, part in reversed(list(_parts(name, self.__dict__[name]))):
            if isinstance(part, Module):
                vars(part)["_name"] = path
            elif isinstance(part, Node):
                part.label = part.label or path
            elif part.dtype == object:
                for place, value in np.ndenumerate(part):
                    value.label = value.label or f"{path}[{','.join(map(str, place))}]"

    # --- parts ----------------------------------------------------------------------------

    def _own(self) -> Iterator[tuple[str, Any]]:
        """Yield the parameters, modules and arrays that the attributes hold, in order."""
        for name, value in self.__dict__.items():
            yield from _parts(name, value)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules directly inside, with their names, in definition order."""
        seen: set[int] = set()
        for name, part in self._own():
            if isinstance(part, Module) and id(part) not in seen:
                seen.add(id(part))
                yield name, part

    def children(self) -> Iterator[Module]:
        """Yield the modules directly inside."""
        return (module for _, module in self.named_children())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module (its name is "") and all inside, each once, outermost first.

        >>> from nn import Dense, ReLU, Sequential
        >>> [name for name, _ in Sequential(Dense(2, 3), ReLU()).named_modules()]
        ['', '0', '1']
        """
        seen: set[int] = set()

        def walk(prefix: str, module: Module) -> Iterator[tuple[str, Module]]:
            if id(module) in seen:
                return
            seen.add(id(module))
            yield prefix, module
            for name, child in module.named_children():
                yield from walk(f"{prefix}.{name}" if prefix else name, child)

        yield from walk("", self)

    def modules(self) -> Iterator[Module]:
        """Yield this module and all inside, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Yield each parameter once with its dotted name, in definition order."""
        return ((name, part) for name, part in self.named_state() if _is_parameter(part))

    def parameters(self) -> list[Tensor]:
        """Return the parameters, each once, in definition order (Tensors, or `Value`s)."""
        return [parameter for _, parameter in self.named_parameters()]

    def weights(self) -> list[Tensor]:
        """Return the parameters that connect: all but biases and the scales of a normalisation.

        These are what penalties and weight decay are meant for. The name of the attribute
        decides: those in the `unpenalised` of their module, which is ("bias",) unless the class
        sets another, are left out.
        """
        spared = {
            id(part)
            for module in self.modules()
            for name, part in module._own()  # noqa: SLF001 - of its own class
            if name.split(".")[0] in module.unpenalised
        }
        return [parameter for parameter in self.parameters() if id(parameter) not in spared]

    def named_state(self) -> Iterator[tuple[str, Any]]:
        """Yield parameters and arrays of state, each once, with dotted names."""
        seen: set[int] = set()

        def walk(prefix: str, module: Module) -> Iterator[tuple[str, Any]]:
            for name, part in module._own():
                if id(part) in seen:
                    continue
                seen.add(id(part))
                if isinstance(part, Module):
                    yield from walk(f"{prefix}{name}.", part)
                else:
                    yield f"{prefix}{name}", part

        yield from walk("", self)

    def zero_grad(self) -> None:
        """Forget the gradient of every parameter."""
        for parameter in self.parameters():
            for leaf in leaves(parameter):
                leaf.zero_grad()

    # --- mode and state -------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Switch to training (dropout drops, batch norm uses the batch); returns self."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    @contextmanager
    def in_mode(self, training: bool) -> Iterator[None]:
        """Put every module in training or evaluation mode for a block, then back in its own.

        >>> from nn import Dropout
        >>> layer = Dropout(0.5)
        >>> with layer.in_mode(training=False):
        ...     layer.training
        False
        >>> layer.training
        True
        """
        modules = list(self.modules())
        before = [module.training for module in modules]
        try:
            for module in modules:
                module.training = training
            yield
        finally:
            for module, its in zip(modules, before, strict=True):
                module.training = its

    def eval(self) -> Self:
        """Switch to evaluation: the output depends on the input alone; returns self."""
        return self.train(False)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Return a copy of all parameters and state as arrays of numbers, by dotted name.

        An array of `Value`s and a `Tensor` of the same shape are written alike, so the state
        of either magnification of a network fits the other.
        """
        return {name: np.array(plain_array(part)) for name, part in self.named_state()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Load the numbers of a `state_dict`.

        All names, shapes and types are checked before the first number is changed.
        Raises ValueError (missing or unknown names), ShapeError and TypeError.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"the state must be a state_dict(), not {type(state).__name__}")
        own = dict(self.named_state())
        missing = [name for name in own if name not in state]
        unknown = [name for name in state if name not in own]
        if missing or unknown:
            raise ValueError(
                f"the state does not fit {type(self).__name__}: "
                + "; ".join(
                    f"{what}: {', '.join(names)}"
                    for what, names in (("missing", missing), ("unknown", unknown))
                    if names
                )
                + ". Build the model with the architecture that the state was saved from"
            )
        arrays = {name: _fitting(name, part, state[name]) for name, part in own.items()}
        for name, part in own.items():
            _assign(part, arrays[name])

    def drawn(self, rng: np.random.Generator) -> Mapping[str, Any]:  # noqa: ARG002 - layers use it
        """Return starting numbers for this module's own parameters, by attribute."""
        return {}

    def reset_parameters(self, rng: Rng = None) -> None:
        """Let each layer draw its parameters anew, by the rule that drew them first."""
        rng = generator(rng)
        for module in self.modules():
            for name, array in module.drawn(rng).items():
                parameter = getattr(module, name)
                _assign(parameter, np.asarray(array, dtype=plain_array(parameter).dtype))

    # --- description ----------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return what `repr` writes between the brackets: the arguments that matter."""
        return ""

    def __repr__(self) -> str:
        lines = [
            f"({name}): " + repr(child).replace("\n", "\n  ")
            for name, child in self._own()
            if isinstance(child, Module)
        ]
        inside = "\n  ".join(["", *lines]) + "\n" if lines else ""
        return f"{type(self).__name__}({self.extra_repr()}{inside})"

    def __treescope_repr__(self, path: str | None, subtree_renderer: Any) -> Any:
        """Show the module as a tree of its parts, where treescope is used (and installed)."""
        import treescope

        kind = type(self)
        return treescope.repr_lib.render_object_constructor(
            object_type=kind,
            attributes={k: v for k, v in self.__dict__.items() if not k.startswith("_")},
            path=path,
            subtree_renderer=subtree_renderer,
            roundtrippable=False,
            color=treescope.formatting_util.color_from_string(kind.__qualname__),
        )


def leaves(parameter: Parameter) -> list[Any]:
    """Return the nodes of a parameter: itself, or the `Value`s of an array.

    >>> leaves(Tensor([1.0, 2.0], label="w"))
    [Tensor([1., 2.], label='w')]
    """
    return list(parameter.flat) if isinstance(parameter, np.ndarray) else [parameter]


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an attribute holds: parameters, modules, arrays; also inside containers."""
    if isinstance(value, Module) or _is_parameter(value) or _is_state(value):
        yield name, value
    elif isinstance(value, list | tuple):
        for i, element in enumerate(value):
            yield from _parts(f"{name}.{i}", element)
    elif isinstance(value, dict):
        for key, element in value.items():
            yield from _parts(f"{name}.{key}", element)


def _is_state(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "biuf"


def _is_leaf(x: Any) -> bool:
    return isinstance(x, Node) and x.op is None


def _is_parameter(x: Any) -> bool:
    if isinstance(x, np.ndarray):
        return x.dtype == object and x.size > 0 and all(map(_is_leaf, x.flat))
    return _is_leaf(x)


def _fitting(name: str, part: Any, array: Any) -> Any:
    """Return a copy of the array for a part of the state if it fits there; else raise."""
    array = np.array(plain_array(array))  # a copy: optimisers change a parameter's array in place
    if array.dtype.kind not in "biuf":
        raise TypeError(f"the state of {name!r} must be real numbers, not {array.dtype}")
    if array.shape != part.shape:
        raise ShapeError(f"the state of {name!r} has shape {array.shape}, not {part.shape}")
    return array


def _assign(part: Any, array: Any) -> None:
    if isinstance(part, Tensor):
        part.data = array
    elif isinstance(part, Value):
        part.data = float(array)
    elif part.dtype == object:
        for value, number in zip(part.flat, array.flat, strict=True):
            value.data = float(number)
    else:
        part[...] = array
