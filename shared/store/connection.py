"""One Redis, and how it is called: one loop of ours per operation, with a total deadline and jittered backoff.

The library's own retries are off: they re-send on the same address and add up to half a minute. Whatever goes wrong
longer than the deadline comes out as STORE_UNAVAILABLE; a wrong script or command stays a `ResponseError`.
"""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as LineError
from redis.exceptions import TimeoutError as LineTimeout

from shared.protocol.errors import STORE_UNAVAILABLE, RoomError

Clock = Callable[[], float]

SOCKET_S = 1.0
"""One answer may take so long; then the line counts as dead."""
DEADLINE_S = 4.0
"""A whole operation with its retries; then STORE_UNAVAILABLE, at worst one SOCKET_S later (see `Cancellation`)."""
CALLS = 32
"""Commands in flight; one more waits for its turn, within its own deadline."""
SUBSCRIPTIONS = 16
"""Lines beside those of calls; one more subscription fails, and tries again, until one is free."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.4

LINE_FAILURES = (LineError, LineTimeout, OSError, asyncio.TimeoutError)
RETRYABLE = (*LINE_FAILURES, BusyLoadingError, ClusterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
"""The library gives these a class and takes the word away; its refusals of a password are failures of the line."""
RETRYABLE_ANSWERS = ("NOREPLICAS", "MISCONF", "UNBLOCKED", "BUSY ")
"""Words without a class. Both are what a server says while it starts, fails over, is held up by a long script, or takes
no writes because its memory or its disk is full."""


def is_retryable(error: Exception) -> bool:
    if isinstance(error, RETRYABLE):
        return True
    return isinstance(error, ResponseError) and str(error).startswith(RETRYABLE_ANSWERS)


class Backoff:
    """Pauses that double, each drawn from its upper half, so that clients of one failure do not come back in step."""

    def __init__(self, dice: random.Random, first_s: float = FIRST_PAUSE_S, longest_s: float = LONGEST_PAUSE_S) -> None:
        self._dice, self._first_s, self._longest_s = dice, first_s, longest_s
        self._next_s = first_s

    def reset(self) -> None:
        self._next_s = self._first_s

    def pause_s(self) -> float:
        pause_s = self._dice.uniform(self._next_s / 2, self._next_s)
        self._next_s = min(self._next_s * 2, self._longest_s)
        return pause_s


class Cancellation:
    """Brings back a cancellation that got lost on the way.

    On Python 3.11 `asyncio.wait_for`, which the library sends with, swallows one that comes in the same turn as the
    result: a task that tries again would then never end.
    """

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._before = self._task.cancelling() if self._task else 0

    def honour(self) -> None:
        if self._task and self._task.cancelling() > self._before:
            raise asyncio.CancelledError


class Connection:
    def __init__(
        self,
        url: str,
        *,
        deadline_s: float = DEADLINE_S,
        socket_s: float = SOCKET_S,
        clock: Clock = time.monotonic,
        dice: random.Random | None = None,
    ) -> None:
        self.clock = clock
        self.dice = dice or random.Random()
        self.socket_s = socket_s
        self._deadline_s = deadline_s
        self._turns = asyncio.Semaphore(CALLS)
        self._pool = ConnectionPool.from_url(
            url,
            max_connections=CALLS + SUBSCRIPTIONS,
            socket_timeout=socket_s,
            socket_connect_timeout=socket_s,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._redis = Redis(connection_pool=self._pool)

    async def run(self, *command: str | bytes | int) -> Any:
        """The command's answer. It may be carried out more than once, and even after STORE_UNAVAILABLE was raised, so a
        repeat must do no harm. Of the scripts, the heads of allow.lua and leave.lua say what it costs there."""
        try:
            async with asyncio.timeout(self._deadline_s), self._turns:
                return await self._persist(command)
        except TimeoutError:
            raise RoomError(STORE_UNAVAILABLE) from None

    async def _persist(self, command: tuple[str | bytes | int, ...]) -> Any:
        backoff, cancellation = Backoff(self.dice), Cancellation()
        while True:
            try:
                answer = await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
                cancellation.honour()
                return answer
            except Exception as error:
                cancellation.honour()
                if not is_retryable(error):
                    raise
                if not isinstance(error, LINE_FAILURES):
                    await self._forget_lines()
            await asyncio.sleep(backoff.pause_s())

    async def _forget_lines(self) -> None:
        """A server that is not the master any more stays reachable: only new lines find the new one."""
        await self._pool.disconnect(inuse_connections=False)

    def pubsub(self) -> PubSub:
        return self._redis.pubsub()

    async def ping(self) -> None:
        """Raises STORE_UNAVAILABLE if Redis does not answer within the deadline."""
        await self.run("PING")

    async def why_not(self) -> str:
        """Why this Redis cannot be used, as the end of a sentence; empty when it can. As patient as a call."""
        backoff = Backoff(self.dice)
        try:
            async with asyncio.timeout(self._deadline_s):
                while True:
                    try:
                        await self._redis.execute_command("PING")  # type: ignore[no-untyped-call]
                        return ""
                    except AuthenticationError:
                        return "refuses the password"
                    except Exception as error:
                        if not is_retryable(error):
                            return f"cannot be used: {error}"
                    await asyncio.sleep(backoff.pause_s())
        except TimeoutError:
            return "does not answer"

    async def close(self) -> None:
        await self._redis.aclose()
        await self._pool.aclose()
