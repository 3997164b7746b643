"""A line with a socket below it: moves the data, minds the time, and says how it ended. Used once.

All that goes out goes through one writer: what the line has to say by itself and answers first, then what the session
lets out at its pace. So the order in which things were said is the order on the wire.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from client_py.line import Line
from client_py.session import Session
from client_py.shell import Shell, Socket
from shared.protocol.errors import RoomError
from shared.protocol.limits import PING_EVERY_S
from shared.protocol.messages import Hello, Table


class Connection:
    """`on_message` gets each message of the other side that is not the line's own affair; `on_written` is called when
    something of the session's went out."""

    def __init__(
        self,
        shell: Shell,
        incoming: Table,
        on_message: Callable[[Any], None],
        session: Session | None = None,
        on_written: Callable[[], None] = lambda: None,
    ) -> None:
        self._shell = shell
        self._incoming = incoming
        self._on_message = on_message
        self._session = session
        self._on_written = on_written
        self._line: Line | None = None
        self._wake = asyncio.Event()
        self._talking: asyncio.Task[RoomError] | None = None
        self._reason: RoomError | None = None

    @property
    def round_trip_ms(self) -> float | None:
        return None if self._line is None else self._line.round_trip_ms

    async def run(self, url: str, hello: Hello) -> RoomError:
        """From dialling to the end, whose reason it returns."""
        if self._reason is not None:
            return self._reason
        self._talking = asyncio.create_task(self._talk(url, hello))
        try:
            await asyncio.wait([self._talking])
        finally:
            self._talking.cancel()
            await asyncio.wait([self._talking])
        return self._reason or self._talking.result()

    def say(self, *messages: Any) -> None:
        """Sent as soon as possible, ahead of the session's. Nothing once it has ended."""
        if self._line is not None:
            for message in messages:
                self._line.say(message)
            self._wake.set()

    def wake(self) -> None:
        """The session has something to say."""
        self._wake.set()

    def hang_up(self, reason: RoomError) -> None:
        """Ends it from this side."""
        if self._reason is None:
            self._reason = reason
            if self._talking is not None:
                self._talking.cancel()

    async def _talk(self, url: str, hello: Hello) -> RoomError:
        try:
            socket = await self._shell.dial(url)
            try:
                return await self._converse(socket, hello)
            finally:
                await socket.close()
        except RoomError as error:
            self._reason = error
            return error

    async def _converse(self, socket: Socket, hello: Hello) -> RoomError:
        """Only a RoomError leads out of here."""
        line = self._line = Line(self._incoming, hello, _now(), self._session)
        writer = asyncio.create_task(self._write(socket, line))
        try:
            while True:
                message = line.receive(await socket.receive(), _now())
                if message is not None:
                    self._on_message(message)
                if line.has_output:
                    self._wake.set()
        finally:
            writer.cancel()
            await asyncio.wait([writer])

    async def _write(self, socket: Socket, line: Line) -> None:
        """A socket that takes nothing more is the reader's to explain, by its close code."""
        beat_at = _now() + PING_EVERY_S
        while True:
            self._wake.clear()
            if _now() >= beat_at:
                try:
                    line.beat(_now())
                except RoomError as silent:
                    return self.hang_up(silent)
                beat_at = _now() + PING_EVERY_S
            try:
                await self._write_all(socket, line)
            except RoomError:
                return None
            await self._wait_until(beat_at)

    async def _write_all(self, socket: Socket, line: Line) -> None:
        for payload in line.take_output():
            await socket.send(payload)
        said = self._session.outbox.take(_now()) if self._session is not None else []
        for message in said:
            line.say(message)
        for payload in line.take_output():
            await socket.send(payload)
        if said:
            self._on_written()

    async def _wait_until(self, at: float) -> None:
        """Or until there is something to write."""
        due_at = self._session.outbox.due_at if self._session is not None else None
        try:
            async with asyncio.timeout_at(at if due_at is None else min(at, due_at)):
                await self._wake.wait()
        except TimeoutError:
            pass


def _now() -> float:
    return asyncio.get_running_loop().time()
