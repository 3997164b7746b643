"""The last resort of a test that waits for a fact which nothing announces: ask again until it holds.

A condition returns what it saw; anything true ends the wait and is returned. An AssertionError inside it means
"not yet". The failure prints the last value seen.
"""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any, NoReturn


async def eventually(condition: Callable[[], Any], *, within: float = 5.0, every: float = 0.02) -> Any:
    """Waits on the running loop (virtual ones too). The condition may be a function or a coroutine function."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        is_true, seen = _ask(condition)
        if inspect.isawaitable(seen):
            is_true, seen = await _ask_awaitable(seen)
        if is_true:
            return seen
        if loop.time() >= deadline:
            _give_up(condition, within, seen)
        await asyncio.sleep(every)


def eventually_sync(condition: Callable[[], Any], *, within: float = 20.0, every: float = 0.02) -> Any:
    """The same for tests without a loop, which look at other processes or at a browser."""
    deadline = time.monotonic() + within
    while True:
        is_true, seen = _ask(condition)
        if is_true:
            return seen
        if time.monotonic() >= deadline:
            _give_up(condition, within, seen)
        time.sleep(every)


def _ask(condition: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        seen = condition()
    except AssertionError as not_yet:
        return False, not_yet
    return bool(seen), seen


async def _ask_awaitable(awaitable: Any) -> tuple[bool, Any]:
    try:
        seen = await awaitable
    except AssertionError as not_yet:
        return False, not_yet
    return bool(seen), seen


def _give_up(condition: Callable[[], Any], within: float, seen: Any) -> NoReturn:
    name = getattr(condition, "__qualname__", repr(condition))
    raise AssertionError(f"{name} did not hold within {within:g} s; last seen: {seen!r}")
