"""A line with a socket below it: moves the data, minds the time, and says how it ended. Used once."""

import asyncio
from collections.abc import Callable
from typing import Any

from client_py.line import Line
from client_py.shell import Shell, Socket
from shared.protocol.errors import LINE_LOST, RoomError
from shared.protocol.limits import PING_EVERY_S
from shared.protocol.messages import Table
from shared.wire.codec import encode


class Connection:
    """`on_message` gets each message of the other side that is not the line's own affair."""

    def __init__(self, shell: Shell, incoming: Table, on_message: Callable[[Any], None]) -> None:
        self._shell = shell
        self._incoming = incoming
        self._on_message = on_message
        self._socket: Socket | None = None
        self._line: Line | None = None
        self._talking: asyncio.Task[RoomError] | None = None
        self._reason: RoomError | None = None

    @property
    def round_trip_ms(self) -> float | None:
        return None if self._line is None else self._line.round_trip_ms

    async def run(self, url: str, token: str) -> RoomError:
        """From dialling to the end, whose reason it returns."""
        if self._reason is not None:
            return self._reason
        self._talking = asyncio.create_task(self._talk(url, token))
        try:
            await asyncio.wait([self._talking])
        finally:
            self._talking.cancel()
            await asyncio.wait([self._talking])
        return self._reason or self._talking.result()

    async def send(self, message: Any) -> None:
        """Waits while the socket is full. Raises RoomError when there is none (any more)."""
        if self._socket is None or self._reason is not None:
            raise self._reason or RoomError(LINE_LOST)
        await self._socket.send(encode(message))

    def answer(self, *messages: Any) -> None:
        """From inside `on_message`: sent as soon as that returns."""
        if self._line is not None:
            for message in messages:
                self._line.say(message)

    def hang_up(self, reason: RoomError) -> None:
        """Ends it from this side."""
        if self._reason is None:
            self._reason = reason
            if self._talking is not None:
                self._talking.cancel()

    async def _talk(self, url: str, token: str) -> RoomError:
        try:
            self._socket = await self._shell.dial(url)
            try:
                return await self._converse(self._socket, token)
            finally:
                await self._socket.close()
        except RoomError as error:
            self._reason = error
            return error

    async def _converse(self, socket: Socket, token: str) -> RoomError:
        """Only a RoomError leads out of here."""
        now = asyncio.get_running_loop().time
        line = self._line = Line(self._incoming, token, now())
        beat_at = now() + PING_EVERY_S
        while True:
            for payload in line.take_output():
                await socket.send(payload)
            received = await _receive_until(socket, beat_at)
            if received is not None:
                message = line.receive(received, now())
                if message is not None:
                    self._on_message(message)
            if now() >= beat_at:
                line.beat(now())
                beat_at = now() + PING_EVERY_S


async def _receive_until(socket: Socket, deadline: float) -> bytes | str | None:
    try:
        async with asyncio.timeout_at(deadline):
            return await socket.receive()
    except TimeoutError:
        return None
