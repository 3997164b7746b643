"""A TCP proxy in the test's own loop that can cut the lines through it, or swallow what passes without closing
anything: a line gone deaf."""

import asyncio
from types import TracebackType
from typing import Self


class SwallowingProxy:
    """`async with SwallowingProxy(port) as proxy:` then talk to `proxy.port`."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._lines:
            line.transport.abort()
        await self._server.wait_closed()

    def swallow_present_lines(self) -> None:
        """From now on nothing passes on the lines that are open; new ones work."""
        for task in self._tasks:
            task.cancel()

    def cut_present_lines(self) -> None:
        """Both ends of every open line see it break, with whatever was on its way."""
        self.swallow_present_lines()
        for line in self._lines:
            line.transport.abort()
        self._lines.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._lines |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65536):
            sink.write(chunk)
        sink.close()
