"""`DataLoader`: arrays in, batches out; and the split into training and test data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import numpy as np

from autograd import Node, ShapeError
from nn.arguments import check_whole
from nn.randomness import Rng, generator

#: What a batch is: an array, several in a tuple, or what a transform makes of them.
B = TypeVar("B")

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    class LoaderOptions(TypedDict, total=False):
        """The keywords of a `DataLoader`, besides its arrays and their transform."""

        batch_size: int
        shuffle: bool
        seed: Rng
        drop_last: bool

    class SplitOptions(TypedDict, total=False):
        """The keywords of `train_test_split`, besides the arrays."""

        test_size: float | None
        seed: int | None
        stratify: object
        shuffle: bool


class DataLoader(Generic[B]):
    """Go through arrays in batches of rows, once per loop over it.

    arrays: one or more (features, targets, …) with equally many rows.
    batch_size: rows per batch; the last batch has what remains, or is left out with `drop_last`.
    shuffle: a new order in every epoch, from `seed` (a number, a `numpy.random.Generator`, or
        None for the generator of `nn.seed`).
    transform: called with the arrays of each batch, returns those to use instead: the place for
        augmentation, or for batches whose samples are columns (`lambda x, y: (x.T, y.T)`), which
        your own loop can take, but not `fit`, which counts rows.

    A batch is a tuple with one array for each given (just the array if there is only one). `len`
    is the number of batches. Raises ShapeError (unequal or no rows), ValueError (batch_size) and
    TypeError (a node, or a tuple of arrays, instead of an array).

    >>> loader = DataLoader(np.arange(5), np.arange(5) * 10, batch_size=2)
    >>> [(x.tolist(), y.tolist()) for x, y in loader]
    [([0, 1], [0, 10]), ([2, 3], [20, 30]), ([4], [40])]
    >>> len(loader)
    3
    """

    @overload
    def __init__(
        self: DataLoader[np.ndarray], array: object, /, **options: Unpack[LoaderOptions]
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[np.ndarray, ...]], *arrays: object, **options: Unpack[LoaderOptions]
    ) -> None: ...
    @overload
    def __init__(
        self, *arrays: object, transform: Callable[..., B], **options: Unpack[LoaderOptions]
    ) -> None: ...
    def __init__(
        self,
        *arrays: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: Rng = None,
        drop_last: bool = False,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        for array in arrays:
            if isinstance(array, Node):
                raise TypeError(
                    f"DataLoader takes arrays, not {array!r}: no gradient flows to data, so "
                    "give x.detach()"
                )
            if isinstance(array, tuple) and any(isinstance(part, np.ndarray) for part in array):
                raise TypeError(
                    "DataLoader takes arrays one by one, not in a tuple: DataLoader(X, y)"
                )
        self.arrays = tuple(np.asarray(array) for array in arrays)
        shapes = [array.shape for array in self.arrays]
        if (
            not shapes
            or () in shapes
            or len({shape[0] for shape in shapes}) != 1
            or not shapes[0][0]
        ):
            raise ShapeError(
                f"DataLoader needs arrays with equally many rows, at least one; got shapes {shapes}"
            )
        check_whole("DataLoader", batch_size=batch_size)
        self.batch_size, self.shuffle, self.drop_last = int(batch_size), shuffle, drop_last
        if not len(self):
            raise ValueError(
                f"DataLoader: {shapes[0][0]} rows make no batch of {batch_size} with drop_last=True"
            )
        self.transform = transform
        self._generator = generator(seed)

    def __len__(self) -> int:
        rows = len(self.arrays[0])
        return rows // self.batch_size if self.drop_last else -(-rows // self.batch_size)

    def __iter__(self) -> Iterator[B]:
        rows, size = len(self.arrays[0]), self.batch_size
        order = self._generator.permutation(rows) if self.shuffle else None
        for start in range(0, len(self) * size, size):
            chosen = slice(start, start + size) if order is None else order[start : start + size]
            batch: Any = tuple([array[chosen] for array in self.arrays])
            if self.transform is not None:
                if order is None:  # slices are views: a transform must not reach the data
                    batch = tuple([array.copy() for array in batch])
                batch = self.transform(*batch)
                yield batch
            else:
                yield batch if len(batch) > 1 else batch[0]

    def __repr__(self) -> str:
        shapes = ", ".join(str(array.shape) for array in self.arrays)
        return f"DataLoader({shapes}, batch_size={self.batch_size}, shuffle={self.shuffle})"


@overload
def train_test_split(*arrays: np.ndarray, **shares: Unpack[SplitOptions]) -> list[np.ndarray]: ...
@overload
def train_test_split(*arrays: object, **shares: Unpack[SplitOptions]) -> list[Any]: ...
def train_test_split(
    *arrays: Any,
    test_size: float | int | None = None,
    seed: int | None = None,
    stratify: Any = None,
    shuffle: bool = True,
) -> list[Any]:
    """Split arrays into random training and test rows, in pairs: X_train, X_test, y_train, y_test.

    It calls `sklearn.model_selection.train_test_split`; a quarter is for testing unless test_size
    (a fraction or a count) says otherwise. `stratify=y` keeps the shares of the classes. Without a
    seed of its own the split follows `nn.seed`.

    Raises ImportError if scikit-learn is missing.

    >>> X_train, X_test = train_test_split(np.arange(8), seed=0)
    >>> len(X_train), len(X_test)
    (6, 2)
    """
    try:
        from sklearn.model_selection import train_test_split as split
    except ImportError as error:
        raise ImportError(
            "train_test_split needs scikit-learn: pip install 'chainrule[learn]'"
        ) from error
    if seed is None:
        seed = int(generator().integers(2**31))
    parts: list[Any] = split(
        *arrays, test_size=test_size, random_state=seed, stratify=stratify, shuffle=shuffle
    )
    return parts
