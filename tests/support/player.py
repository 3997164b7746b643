"""A member with no wits: says hello over a real socket, answers pings, keeps all that it hears and its session code.

Speaks the wire by itself (`websockets` and our codec), so that tests of workers do not lean on the client under test
elsewhere.
"""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import (
    SPECS,
    TO_OTHERS,
    WORKER_TO_CLIENT,
    GiveSession,
    Hello,
    KeepSession,
    Part,
    Ping,
    Pong,
    Relay,
    RoomJoined,
    SendRelay,
)
from shared.wire.codec import Decoder, encode
from shared.wire.parts import Joiner

T = TypeVar("T")


class Player:
    """`heard` in order; `received` of them were counted. `close_code` is None while the line stands, and 1006 when it
    broke without a word."""

    def __init__(self, line: ClientConnection, received: int = 0) -> None:
        self._line = line
        self.received = received
        self.session = ""
        self._decoder, self._joiner = Decoder(WORKER_TO_CLIENT), Joiner(WORKER_TO_CLIENT)
        self.heard: list[Any] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def enter(
        cls,
        address: str,
        token: str,
        *,
        origin: str | None = None,
        version: int = WIRE_VERSION,
        session: str = "",
        owner_epoch: int = 0,
        received: int = -1,
    ) -> Self:
        """Connects and says hello; whether that was welcome shows in what is heard."""
        line = await connect(address, origin=Origin(origin) if origin else None, compression=None, open_timeout=10)
        player = cls(line, max(received, 0))
        await player.say(Hello(version, token, session, owner_epoch, received))
        return player

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def say(self, *messages: Any) -> None:
        for message in messages:
            with suppress(ConnectionClosed):
                await self._line.send(encode(message))

    async def relay(self, body: bytes, to: int = TO_OTHERS) -> None:
        await self.say(SendRelay(to, "test", body))

    async def next(self, cls: type[T] | tuple[type, ...], *, within: float = 5.0) -> T:
        """The first message of this class (or of these), be it heard already or not."""
        found: T = await self._wait(
            lambda: next((entry for entry in self.heard if isinstance(entry, cls)), None), within
        )
        return found

    async def bodies(self, count: int, *, within: float = 10.0) -> list[bytes]:
        """The first `count` relayed bodies."""
        found = await self._wait(lambda: self.relayed if len(self.relayed) >= count else None, within)
        return list(found)

    @property
    def relayed(self) -> list[bytes]:
        """The bodies so far."""
        return [entry.body for entry in self.heard if isinstance(entry, Relay)]

    async def closed(self, *, within: float = 5.0) -> int:
        """The close code."""
        async with asyncio.timeout(within):
            await self._line.wait_closed()
        return int(self._line.close_code or 1006)

    @property
    def close_code(self) -> int | None:
        return self._line.close_code

    async def leave(self) -> None:
        await self._line.close()
        await self._reading

    async def abandon(self) -> None:
        """As a client whose network is gone: nothing more is heard or said."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        self._line.transport.abort()

    async def _wait(self, condition: Any, within: float) -> Any:
        try:
            async with asyncio.timeout(within), self._news:
                return await self._news.wait_for(condition)
        except TimeoutError:
            tail = [entry for entry in self.heard if not isinstance(entry, Ping)][-5:]
            raise AssertionError(f"not heard within {within} s (closed: {self.close_code}); last: {tail}") from None

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for payload in self._line:
                assert isinstance(payload, bytes)
                await self._hear(self._decoder.decode(payload))

    async def _hear(self, message: Any) -> None:
        if isinstance(message, Ping):
            await self.say(Pong(message.stamp))
        if isinstance(message, Part):
            whole = self._joiner.add(message)
            if whole is None:
                return
            spec = next(spec for spec in SPECS.values() if spec.kind == message.kind and spec.cls is not Part)
            message = self._decoder.decode(whole, max(spec.longest, len(whole)))
        if isinstance(message, GiveSession):
            self.session = message.code
            await self.say(KeepSession(message.code))
        async with self._news:
            self.received = 0 if isinstance(message, RoomJoined) else self.received + SPECS[type(message)].counted
            self.heard.append(message)
            self._news.notify_all()
