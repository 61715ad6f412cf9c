"""Saving and loading a model's state as a safetensors file.

The format holds names, shapes, types and numbers, and nothing that could run when it is read
(https://github.com/huggingface/safetensors); other libraries read it too. Only the state is
kept: to load it, build the same model first.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from nn.module import Module

M = TypeVar("M", bound=Module)


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write all parameters and state of a model to a file.

    The file is complete or not there: it is written next to its destination and then moved, so that
    a crash leaves an older file as it was. A model of `Value`s and one of `Tensor`s with the same
    shapes write the same file.

    Raises ImportError (safetensors is missing) and OSError (the folder is not there, is full, …).

    >>> from nn import Dense
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Dense(2, 1, rng=0), f"{folder}/line.safetensors")
    ...     model = load(Dense(2, 1, rng=1), f"{folder}/line.safetensors")
    >>> bool((model.weight.data == Dense(2, 1, rng=0).weight.data).all())
    True
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"save: the path must be a file's name, not {path!r}")
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"save: there is no folder {target.parent} to write {target.name} to"
        )
    state = {name: np.asarray(array, order="C") for name, array in _state(model).items()}
    content = _safetensors("save").save(state, metadata={"model": type(model).__name__})
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o666 & ~_umask())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def load(model: M, path: str | os.PathLike[str]) -> M:
    """Read a file that `save` wrote into a model of the same architecture; return the model.

    Everything is checked before the first number is changed, so after any error the model is as
    it was. Raises OSError (no such file), ValueError (not such a file, cut short, or of a model
    with other names), ShapeError and TypeError (other shapes, other types).

    >>> from nn import Dense
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Dense(2, 1, rng=0), f"{folder}/line.safetensors")
    ...     load(Dense(3, 1), f"{folder}/line.safetensors")
    Traceback (most recent call last):
    autograd.errors.ShapeError: load: ...line.safetensors: the state of 'weight' has shape (2, 1)...
    """
    own = _state(model)
    content = Path(path).read_bytes()
    safetensors = _safetensors("load")
    try:
        state = safetensors.load(content)
    except Exception as error:
        raise ValueError(
            f"load: {path} is not a safetensors file, or only a part of one ({error}); save the "
            "model again, or copy the file again"
        ) from error
    for name in own.keys() & state.keys():
        if own[name].dtype != state[name].dtype:
            raise TypeError(
                f"load: {name!r} is {state[name].dtype} in {path} and {own[name].dtype} in the "
                "model; build the model with that type"
            )
    try:
        model.load_state_dict(state)
    except (ValueError, TypeError) as error:
        raise type(error)(f"load: {path}: {error}") from error
    return model


def _state(model: Any) -> dict[str, Any]:
    if not isinstance(model, Module):
        raise TypeError(
            f"only a Module's state can be saved and loaded, not {type(model).__name__}"
        )
    return model.state_dict()


def _umask() -> int:
    """Return the permission bits denied to new files, which can only be read by setting them."""
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _safetensors(what: str) -> ModuleType:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(f"{what} needs safetensors: pip install 'chainrule[learn]'") from error
    module: ModuleType = safetensors.numpy
    return module
