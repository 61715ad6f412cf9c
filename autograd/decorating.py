"""Context managers as decorators, of generators and coroutines too.

Calling a generator function or a coroutine function does not yet run its code, so a block around
the call would end before the code begins. Here the block is open whenever the code runs, and closed
while it waits.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
Context = AbstractContextManager[object]
#: Something that runs in steps, and is sent a value at each.
Steps = Generator[object, object, object]


def decorated(block: Context, function: F) -> F:
    """Return the function that runs with `block` open.

    >>> from contextlib import redirect_stdout
    >>> import io
    >>> @functools.partial(decorated, redirect_stdout(io.StringIO()))
    ... def numbers():
    ...     print("not shown")
    ...     yield 1
    >>> next(numbers())
    1
    """

    @functools.wraps(function)
    def plain(*args: object, **keywords: object) -> object:
        with block:
            return function(*args, **keywords)

    @functools.wraps(function)
    def generator(*args: object, **keywords: object) -> Generator[object, object, object]:
        return (yield from in_steps(block, function(*args, **keywords)))

    @functools.wraps(function)
    async def coroutine(*args: object, **keywords: object) -> object:
        return await _awaited(block, function(*args, **keywords))

    @functools.wraps(function)
    async def async_generator(*args: object, **keywords: object) -> AsyncGenerator[object, object]:
        inner: AsyncGenerator[object, object] = function(*args, **keywords)
        step = inner.asend(None)
        try:
            while True:
                try:
                    out = await _awaited(block, step)
                except StopAsyncIteration:
                    return
                try:
                    step = inner.asend((yield out))
                except Exception as error:
                    step = inner.athrow(error)
        finally:
            await _awaited(block, inner.aclose())

    if inspect.isgeneratorfunction(function):
        return cast(F, generator)
    if inspect.iscoroutinefunction(function):
        return cast(F, coroutine)
    return cast(F, async_generator if inspect.isasyncgenfunction(function) else plain)


def in_steps(block: Context, inner: Steps) -> Steps:
    """Run a generator with the block open while its own code runs, and closed in between."""
    try:
        with block:
            out = inner.send(None)
        while True:
            try:
                sent = yield out
            except GeneratorExit:
                with block:
                    inner.close()
                raise
            except BaseException as error:
                with block:
                    out = inner.throw(error)
            else:
                with block:
                    out = inner.send(sent)
    except StopIteration as end:
        return end.value


@types.coroutine
def _awaited(block: Context, awaitable: Any) -> Steps:
    inner: Any = awaitable if inspect.iscoroutine(awaitable) else awaitable.__await__()
    return (yield from in_steps(block, inner))
