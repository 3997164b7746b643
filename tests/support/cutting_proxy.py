"""One client's way into the network, to be harmed: a TCP proxy in the test's own loop that cuts, stalls, goes deaf.

`async with CuttingProxy() as proxy:` and hand `proxy.shell(dice)` to the client: all that it dials leads through here.
What passes is never changed. A line that is gone for one end need not be gone for the other: a FIN can be swallowed.
"""

import asyncio
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from client_py.shell import Dice, Shell, Socket, dial


class Flow(StrEnum):
    PASSING = "passing"
    STALLED = "stalled"
    DEAF = "deaf"
    """Nothing passes any more, not even that an end has closed."""


class CuttingProxy:
    """`is_blocked`: nobody gets through, who tries is reset."""

    def __init__(self) -> None:
        self.is_blocked = False
        self._servers: dict[tuple[str, int], asyncio.Server] = {}
        self._lines: set[_Line] = set()
        self._dialling: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.close()
        for task in self._dialling:
            task.cancel()
        await asyncio.gather(*self._dialling, return_exceptions=True)
        self.cut()
        for server in self._servers.values():
            await server.wait_closed()

    def shell(self, dice: Dice) -> Shell:
        """A client's surroundings, with every socket through this proxy."""

        async def dial_through(url: str) -> Socket:
            return await dial(await self.through(url))

        return Shell(dial=dial_through, dice=dice)

    async def through(self, url: str) -> str:
        """The same place by way of here."""
        there = urlsplit(url)
        target = there.hostname or "", there.port or 80
        if target not in self._servers:
            loop = asyncio.get_running_loop()
            self._servers[target] = await loop.create_server(lambda: self._accept(*target), "127.0.0.1", 0)
        port = self._servers[target].sockets[0].getsockname()[1]
        return there._replace(netloc=f"127.0.0.1:{port}").geturl()

    # --- harm

    def cut(self) -> None:
        """The present lines are reset; both ends see it at once."""
        for line in tuple(self._lines):
            line.abort()

    def lose(self) -> None:
        """The client's end is reset; the other end never hears of it."""
        for line in self._lines:
            line.turn(Flow.DEAF)
            line.near.abort()

    def swallow(self) -> None:
        """The present lines go deaf, for both ends."""
        for line in self._lines:
            line.turn(Flow.DEAF)

    def stall(self) -> None:
        """Nothing passes on the present lines until `go_on`; then all of it does."""
        for line in self._lines:
            line.turn(Flow.STALLED)

    def go_on(self) -> None:
        for line in self._lines:
            line.turn(Flow.PASSING)

    # --- lines

    def _accept(self, host: str, port: int) -> asyncio.Protocol:
        line = _Line(self._lines.discard)
        self._lines.add(line)
        task = asyncio.create_task(self._lead_on(line, host, port))
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)
        return line.near

    async def _lead_on(self, line: "_Line", host: str, port: int) -> None:
        if not self.is_blocked:
            with suppress(OSError):
                await asyncio.get_running_loop().create_connection(lambda: line.far, host, port)
                return
        line.abort()


class _Line:
    """Two ends. What one sends the other gets, as long as it flows."""

    def __init__(self, gone: "object") -> None:
        self.flow = Flow.PASSING
        self.near, self.far = _End(self), _End(self)
        self.near.other, self.far.other = self.far, self.near
        self._gone = gone

    def turn(self, flow: Flow) -> None:
        """Deaf once is deaf for ever."""
        if self.flow is not Flow.DEAF:
            self.flow = flow
            for end in (self.near, self.far):
                end.listen(flow is not Flow.STALLED)

    def abort(self) -> None:
        self.near.abort()
        self.far.abort()
        self._gone(self)  # type: ignore[operator]


class _End(asyncio.Protocol):
    def __init__(self, line: _Line) -> None:
        self._line = line
        self.other: _End
        self._transport: asyncio.Transport | None = None
        self._waiting: list[bytes] = []
        self._is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        if self._is_over:
            self.abort()
            return
        waiting, self._waiting = self._waiting, []
        for chunk in waiting:
            self.write(chunk)
        self.listen(self._line.flow is not Flow.STALLED)

    def data_received(self, chunk: bytes) -> None:
        if self._line.flow is not Flow.DEAF:
            self.other.write(chunk)

    def connection_lost(self, error: Exception | None) -> None:
        self._is_over = True
        if self._line.flow is not Flow.DEAF:
            self.other.close()

    def write(self, chunk: bytes) -> None:
        if self._transport is None:
            self._waiting.append(chunk)
        elif not self._transport.is_closing():
            self._transport.write(chunk)

    def listen(self, is_listening: bool) -> None:
        if self._transport is not None and not self._transport.is_closing():
            if is_listening:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def close(self) -> None:
        self._is_over = True
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        self._is_over = True
        if self._transport is not None:
            self._transport.abort()
