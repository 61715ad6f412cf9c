"""The arrays that an optimiser updates, and the parameters that share one.

A large `Tensor`'s array is changed in place. All `Value`s are gathered into one flat array, so a
network of 337 of them costs one update, not 337; and so are small `Tensor`s (mostly biases), for
which calling NumPy takes longer than the arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.storage import NotNumbers, gathering
from nn.module import leaves

#: Tensors of up to this many elements are updated together.
_SMALL = 16_384

State = dict[str, Any]

#: Two scratch arrays for each dtype, large enough for every slot.
Scratch = Mapping[np.dtype[Any], tuple[Any, Any]]

_grad, _has_grad = attrgetter("grad"), attrgetter("has_grad")


class Slot:
    """One array to update: its numbers, its gradients, its state, and scratch space."""

    state: State
    room: Any  # two arrays of the same shape to calculate in
    spare: Any

    def array(self) -> Any:
        """Return the numbers as an array to change in place and then hand back."""
        raise NotImplementedError

    def announce(self) -> None:
        """Tell the parameters that their numbers are about to change."""

    #: The source and target for copying the numbers, if they are not in an array.
    values: Sequence[Value] = ()

    def gradient(self) -> Any:
        """Return the gradients; None unless every parameter has one."""
        raise NotImplementedError

    def reached(self) -> list[bool]:
        """Return for each parameter whether it has a gradient."""
        raise NotImplementedError

    def states(self) -> list[tuple[Any, State]]:
        """Return each parameter with a copy of its part of the state."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        raise NotImplementedError


class TensorSlot(Slot):
    """One tensor, changed in place."""

    def __init__(self, tensor: Tensor, state: State, scratch: Any) -> None:
        self.tensor, self.state = tensor, _copied(state)
        self.room, self.spare = (s[: tensor.size].reshape(tensor.shape) for s in scratch)

    def array(self) -> Any:
        array = self.tensor.raw
        if not array.flags.writeable:
            array = array.copy()
            self.tensor.replace(array)
        return array

    def announce(self) -> None:
        self.tensor.written()

    def gradient(self) -> Any:
        tensor = self.tensor
        g = tensor.grad if tensor.has_grad else None
        return g.raw if isinstance(g, Tensor) else g

    def reached(self) -> list[bool]:
        return [self.tensor.has_grad]

    def states(self) -> list[tuple[Any, State]]:
        return [(self.tensor, _copied(self.state))]

    def zero_grad(self) -> None:
        self.tensor.zero_grad()


class _Gathered(Slot):
    """Several parameters laid end to end in one array, so that they cost one update."""

    def __init__(self, pairs: list[tuple[Any, State]], scratch: Any) -> None:
        self.params = [p for p, _ in pairs]
        stops = list(accumulate(p.size for p in self.params))
        self._places = [
            slice(stop - p.size, stop) for p, stop in zip(self.params, stops, strict=True)
        ]
        self.room, self.spare = (s[: stops[-1]] for s in scratch)
        self.state = {
            name: np.concatenate([np.ravel(state[name]) for _, state in pairs])
            if isinstance(first, np.ndarray)
            else first
            for name, first in pairs[0][1].items()
        }

    def reached(self) -> list[bool]:
        return [any(map(_has_grad, leaves(p))) for p in self.params]

    def states(self) -> list[tuple[Any, State]]:
        def part(v: Any, p: Any, place: slice) -> Any:
            return v[place].reshape(p.shape).copy() if isinstance(v, np.ndarray) else v

        return [
            (p, {name: part(v, p, place) for name, v in self.state.items()})
            for p, place in zip(self.params, self._places, strict=True)
        ]


class SmallTensorsSlot(_Gathered):
    """From the first step on the tensors' own arrays are parts of one, so none has to be copied."""

    def __init__(self, pairs: list[tuple[Any, State]], scratch: Any) -> None:
        super().__init__(pairs, scratch)
        self._together = np.empty_like(self.room)
        self._gradients = np.empty_like(self.room)
        self._parts = [
            (p, self._together[place].reshape(p.shape), self._gradients[place].reshape(p.shape))
            for p, place in zip(self.params, self._places, strict=True)
        ]

    def __reduce__(self) -> tuple[Any, ...]:
        # In a copy the parts must be parts of the copy's own array.
        return SmallTensorsSlot, (self.states(), (self.room, self.spare))

    def array(self) -> Any:
        for tensor, part, _ in self._parts:
            if tensor.raw is not part:  # at first, and after another array was assigned
                part[...] = tensor.raw
                tensor.replace(part)
        return self._together

    def announce(self) -> None:
        for tensor in self.params:
            if tensor.glimpse is None:  # a quick check that nobody can have written to it
                tensor.version += 1
            else:
                tensor.written()

    def gradient(self) -> Any:
        # Written in place, which takes 60 % of the time of np.concatenate.
        for tensor, _, part in self._parts:
            g = tensor.grad_or_none
            if g is None:
                return None
            part[...] = g.raw if isinstance(g, Tensor) else g
        return self._gradients

    def zero_grad(self) -> None:
        for tensor in self.params:
            tensor.grad_or_none = None  # as its zero_grad does


class ValuesSlot(_Gathered):
    """Numbers that are gathered for each step, and handed back after it."""

    def __init__(self, pairs: list[tuple[Any, State]], scratch: Any) -> None:
        super().__init__(pairs, scratch)
        self.values = [v for p in self.params for v in leaves(p)]

    def array(self) -> Any:
        return self._gathered([v.raw for v in self.values])

    def gradient(self) -> Any:
        try:
            return self._gathered([v.grad_or_none for v in self.values])
        except NotNumbers:  # there is a None
            # In an array that was only partly reached, the rest has the gradient 0.
            return self._gathered(list(map(_grad, self.values))) if all(self.reached()) else None

    def _gathered(self, numbers: list[float]) -> Any:
        return gathering(self.room.shape)(numbers)

    def zero_grad(self) -> None:
        for value in self.values:
            value.grad_or_none = None  # as its zero_grad does; there are hundreds


def arrange(params: Sequence[Any], states: Sequence[State], scratch: Scratch) -> list[Slot]:
    """Make a slot for each large `Tensor`, and one for all small ones with equal step counts."""
    slots: list[Slot] = []
    together: dict[Any, list[tuple[Any, State]]] = {}
    for p, state in zip(params, states, strict=True):
        dtype = p.dtype if isinstance(p, Tensor) else None
        if dtype is not None and p.size > _SMALL:
            slots.append(TensorSlot(p, state, scratch[dtype]))
        else:
            far = tuple((k, None if isinstance(v, np.ndarray) else v) for k, v in state.items())
            together.setdefault((dtype, far), []).append((p, state))
    for (dtype, _), pairs in together.items():
        room = scratch[dtype or np.dtype(float)]
        if dtype is None:
            slots.append(ValuesSlot(pairs, room))
        elif len(pairs) > 1:
            slots.append(SmallTensorsSlot(pairs, room))
        else:
            slots.append(TensorSlot(*pairs[0], room))
    return slots


def _copied(state: State) -> State:
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in state.items()}


def scratch_for(nodes: list[Any]) -> Scratch:
    """Make two scratch arrays of each dtype, large enough for the slots of these nodes."""
    large: dict[np.dtype[Any], int] = defaultdict(int)
    small: dict[np.dtype[Any], int] = defaultdict(int)
    values = 0
    for node in nodes:
        if isinstance(node, Value):
            values += 1
        elif node.size > _SMALL:
            large[node.dtype] = max(large[node.dtype], node.size)
        else:
            small[node.dtype] += node.size
    large[np.dtype(float)] = max(large[np.dtype(float)], values)
    sizes = {dtype: max(large[dtype], small[dtype]) for dtype in {*large, *small}}
    return {dtype: (np.empty(n, dtype), np.empty(n, dtype)) for dtype, n in sizes.items()}
