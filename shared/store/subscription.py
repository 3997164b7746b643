"""A watched subscription: Redis pub/sub can go deaf on a line that looks healthy, and then stays silent for ever.

So the reader pings on the same line and waits for the answer with a deadline; without one it reopens, and because what
was published meanwhile is lost, it calls `on_gap` before it hands out the next event.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from redis.asyncio.client import PubSub

from shared.protocol.errors import RoomError
from shared.protocol.events import Event
from shared.store.connection import Backoff, Cancellation, Connection, is_retryable
from shared.store.events import EventDecoder


@dataclass(frozen=True, slots=True)
class Watch:
    """How closely a line is watched: a ping unanswered for `deaf_after_s` means that it is deaf."""

    ping_every_s: float = 1.0
    deaf_after_s: float = 2.5


USUAL_WATCH = Watch()


class Subscription:
    """`async for event in subscription` never ends by itself; an outage of Redis only delays it.

    `healthy` is False from a lost line until after the next `on_gap`, and also when nobody has read for a while.
    """

    def __init__(
        self,
        connection: Connection,
        channels: Sequence[str],
        on_gap: Callable[[], Awaitable[None]],
        decoder: EventDecoder,
        watch: Watch,
    ) -> None:
        self.decoder = decoder
        self._connection = connection
        self._channels = channels
        self._on_gap = on_gap
        self._watch = watch
        self._backoff = Backoff(connection.dice)
        self._line: PubSub | None = None
        self._heard_at = self._pinged_at = 0.0
        self._is_awaiting_pong = False

    @property
    def healthy(self) -> bool:
        return self._line is not None and self._connection.clock() - self._heard_at < self._watch.deaf_after_s

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        cancellation = Cancellation()
        while True:
            try:
                event = await self._next_event()
                cancellation.honour()
            except Exception as error:
                await self.close()
                cancellation.honour()
                if not (isinstance(error, RoomError) or is_retryable(error)):
                    raise
                await asyncio.sleep(self._backoff.pause_s())
            else:
                if event is not None:
                    return event

    async def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await _drop(line)

    async def _next_event(self) -> Event | None:
        if self._line is None:
            self._line = await self._open()
            self._backoff.reset()
        message = await self._line.get_message(timeout=self._watch.ping_every_s)
        now = self._connection.clock()
        if message is not None:
            self._heard_at, self._is_awaiting_pong = now, False
        await self._probe(self._line, now)
        return self.decoder.decode(message["data"]) if message and message["type"] == "message" else None

    async def _probe(self, line: PubSub, now: float) -> None:
        if self._is_awaiting_pong:
            if now - self._pinged_at > self._watch.deaf_after_s:
                raise TimeoutError("the subscription is deaf")
        elif now - self._pinged_at > self._watch.ping_every_s:
            async with asyncio.timeout(self._connection.socket_s):
                await line.ping()
            self._pinged_at, self._is_awaiting_pong = now, True

    async def _open(self) -> PubSub:
        """A line with all channels confirmed, after the reader has re-read what it follows."""
        line = self._connection.pubsub()
        try:
            async with asyncio.timeout(self._watch.deaf_after_s):
                await line.subscribe(*self._channels)
                await self._confirmed(line)
            await self._on_gap()
        except BaseException:
            await _drop(line)
            raise
        self._heard_at = self._pinged_at = self._connection.clock()
        self._is_awaiting_pong = False
        return line

    async def _confirmed(self, line: PubSub) -> None:
        waiting = set(self._channels)
        while waiting:
            message: dict[str, Any] | None = await line.get_message(timeout=self._watch.deaf_after_s)
            if message and message["type"] == "subscribe":
                waiting.discard(message["channel"].decode())


async def _drop(line: PubSub) -> None:
    with contextlib.suppress(Exception):
        await line.aclose()  # type: ignore[no-untyped-call]
