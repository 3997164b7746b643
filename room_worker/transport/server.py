"""One port: accepts connections for a handler until it is closed. The socket is bound by whoever calls this."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from room_worker.transport.connection import ADMISSION_S, Connection
from room_worker.transport.edge import Clock, Handler
from room_worker.transport.lines import Lines, Port
from shared.protocol.errors import ErrorKind
from shared.protocol.limits import CLOSE_S, HELLO_S

BACKLOG = 1024
"""Connections that the kernel holds until the loop accepts them; more are left to TCP's own retries."""


class Server:
    def __init__(self, listener: asyncio.Server, lines: Lines) -> None:
        self._listener = listener
        self._lines = lines

    @property
    def connections(self) -> int:
        return len(self._lines)

    async def close(self, kind: ErrorKind) -> None:
        """Accepts nobody more, tells everybody why, and returns when the last one is gone (at most CLOSE_S later)."""
        self._listener.close()
        for line in self._lines:
            line.drop(kind)
        await self._lines.wait_empty()
        await self._lines.wait_idle(within=ADMISSION_S)
        await self._listener.wait_closed()


async def serve(
    handler: Handler,
    *,
    sock: socket.socket,
    clock: Clock,
    ssl: ssl.SSLContext | None = None,
    is_proxy: Callable[[str], bool] = lambda address: False,
) -> Server:
    """Serves the bound socket, over TLS with an `ssl` context. `is_proxy` tells whose `X-Forwarded-For` counts."""
    lines = Lines()
    port = Port(handler, clock, lines, is_proxy)
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(port),
        sock=sock,
        ssl=ssl,
        ssl_handshake_timeout=HELLO_S if ssl else None,
        ssl_shutdown_timeout=CLOSE_S if ssl else None,
        backlog=BACKLOG,
    )
    return Server(listener, lines)
