"""One client's WebSocket, from accept to its typed close: an outbox, a reader, a writer that also pings.

What messages mean is the session's business. Payloads are handed over one after the other, the next only when the last
was dealt with, so that a client's requests take effect in its order and a flood waits in its own socket.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from shared.protocol import limits
from shared.protocol.errors import (
    HELLO_LATE,
    INTERNAL,
    LINE_SILENT,
    MEMBER_SLOW,
    TEXT_FRAME,
    ErrorKind,
    RoomError,
)
from shared.protocol.messages import Ping
from shared.wire.parts import split

log = logging.getLogger(__name__)

REASON_BYTES = 123
"""A close frame has room for no more (RFC 6455, 5.5)."""

Receive = Callable[[bytes], Awaitable[None]]


class Line:
    def __init__(self, socket: WebSocket, now: Callable[[], float]) -> None:
        self._socket = socket
        self._now = now
        self._outbox: deque[bytes] = deque()
        self._unsent_bytes = 0
        self._wake = asyncio.Event()
        self._heard = 0
        self._end: tuple[ErrorKind, str] | None = None
        self._ended = asyncio.Event()

    @property
    def is_clear(self) -> bool:
        return not self._unsent_bytes

    def send(self, message: Any) -> None:
        self.write(split(message))

    def write(self, frames: Sequence[bytes]) -> None:
        """Finished payloads, one per frame. At OUTBOX_BYTES the line is closed: its client cannot keep up."""
        if self._end is not None:
            return
        self._outbox.extend(frames)
        self._unsent_bytes += sum(map(len, frames))
        if self._unsent_bytes > limits.OUTBOX_BYTES:
            self._outbox.clear()
            self.close(MEMBER_SLOW)
        self._wake.set()

    def close(self, kind: ErrorKind, text: str = "") -> None:
        """Ends the line with the kind's close code, after what was sent before. The first call counts."""
        if self._end is None:
            self._end = kind, text or kind.text
            self._wake.set()
            self._ended.set()

    async def run(self, receive: Receive) -> None:
        """Until the line is over, from either side."""
        reader = asyncio.create_task(self._read(receive))
        writer = asyncio.create_task(self._write())
        patience = asyncio.create_task(self._out_of_patience())
        try:
            await asyncio.wait({reader, writer, patience}, return_when=asyncio.FIRST_COMPLETED)
            if self._end is not None:
                await asyncio.wait({writer, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reader, writer, patience):
                task.cancel()
            await asyncio.wait({reader, writer, patience})

    async def _out_of_patience(self) -> None:
        """Returns when a client that was to be closed does not even take that."""
        await self._ended.wait()
        await asyncio.sleep(limits.CLOSE_S)

    async def _read(self, receive: Receive) -> None:
        try:
            while (payload := await self._next_payload()) is not None:
                await receive(payload)
                # Messages that lie ready are handed out without waiting: others get their turn in between.
                await asyncio.sleep(0)
        except RoomError as error:
            self.close(error.kind, error.text)
        except Exception:
            log.exception("a client's message could not be dealt with")
            self.close(INTERNAL)

    async def _next_payload(self) -> bytes | None:
        """None when the client is gone. Raises RoomError for silence and for text."""
        patience_s, late = (limits.SILENT_AFTER_S, LINE_SILENT) if self._heard else (limits.HELLO_S, HELLO_LATE)
        try:
            async with asyncio.timeout(patience_s):
                event = await self._socket.receive()
        except TimeoutError:
            raise RoomError(late) from None
        if event["type"] == "websocket.disconnect":
            return None
        payload: bytes | None = event.get("bytes")
        if payload is None:
            raise RoomError(TEXT_FRAME)
        self._heard += 1
        return payload

    async def _write(self) -> None:
        try:
            while self._end is None or self._outbox:
                await self._drain()
                if self._end is None:
                    await self._wait_or_ping()
            kind, text = self._end
            await self._socket.close(kind.close_code, text.encode()[:REASON_BYTES].decode(errors="ignore"))
        except (WebSocketDisconnect, RuntimeError):
            # The client went first; the reader hears of it as well.
            return

    async def _drain(self) -> None:
        while self._outbox:
            payload = self._outbox.popleft()
            await self._socket.send_bytes(payload)
            self._unsent_bytes -= len(payload)

    async def _wait_or_ping(self) -> None:
        try:
            async with asyncio.timeout(limits.PING_EVERY_S):
                await self._wake.wait()
        except TimeoutError:
            if self._heard:
                self.send(Ping(int(self._now() * 1000), 0))
        self._wake.clear()
