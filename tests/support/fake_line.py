"""A `Connection` on a transport made of lists, with a client at its other end that speaks bytes.

The transport behaves as asyncio's: it buffers without a bound, says when it is above its high-water mark and when it
is below the low one, and half-closes. `stall` makes the peer stop reading; `drain` lets it read again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from room_worker.transport.connection import Connection
from room_worker.transport.edge import Handler, Line
from room_worker.transport.lines import Lines, Port
from shared.protocol.errors import ErrorKind
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import WORKER_TO_CLIENT, Hello
from shared.wire.codec import Decoder, encode
from tests.support.websocket_bytes import client_frame, request

HELLO = Hello(WIRE_VERSION, "ticket", "", 0, -1)


class FakeTransport(asyncio.Transport):
    def __init__(self, protocol: asyncio.Protocol, *, address: str = "192.0.2.7", is_tls: bool = False) -> None:
        super().__init__({"peername": (address, 50000)})
        self.writes: list[bytes] = []
        self.is_reading, self.has_eof, self.is_closed = True, False, False
        self._protocol, self._is_tls = protocol, is_tls
        self._buffered, self._high, self._is_stalled, self._is_full = 0, 65536, False, False

    def stall(self) -> None:
        self._is_stalled = True

    def drain(self) -> None:
        self._is_stalled, self._buffered = False, 0
        if self._is_full:
            self._is_full = False
            self._protocol.resume_writing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.has_eof, "written after the end"
        self.writes.append(bytes(data))
        if self._is_stalled:
            self._buffered += len(data)
            if self._buffered > self._high and not self._is_full:
                self._is_full = True
                self._protocol.pause_writing()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high is not None
        self._high = high

    def get_write_buffer_size(self) -> int:
        return self._buffered

    def pause_reading(self) -> None:
        assert self.is_reading
        self.is_reading = False

    def resume_reading(self) -> None:
        assert not self.is_reading
        self.is_reading = True

    def can_write_eof(self) -> bool:
        return not self._is_tls

    def write_eof(self) -> None:
        self.has_eof = True

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)


@dataclass
class FakeVisitor:
    """Writes down what it is told. `on_message` may do more."""

    received: int = 0
    messages: list[Any] = field(default_factory=list)
    pings_ms: list[float] = field(default_factory=list)
    lost_as: list[ErrorKind] = field(default_factory=list)
    on_message: Callable[[Any], None] = lambda message: None

    def receive(self, message: Any, now: float) -> None:
        self.received += 1
        self.messages.append(message)
        self.on_message(message)

    def measured(self, ping_ms: float, now: float) -> None:
        self.pings_ms.append(ping_ms)

    def lost(self, kind: ErrorKind) -> None:
        self.lost_as.append(kind)


class LoopClock:
    def now(self) -> float:
        return 1_800_000_000.0 + asyncio.get_running_loop().time()


class FakeHandler:
    """Lets everybody in as `visitor`, unless `judge` says otherwise."""

    def __init__(self, visitor: FakeVisitor, judge: Callable[[Line], Awaitable[None]] | None = None) -> None:
        self._visitor, self._judge = visitor, judge

    async def hello(self, line: Line, hello: Hello) -> FakeVisitor:
        if self._judge is not None:
            await self._judge(line)
        return self._visitor


class FakeLine:
    """The connection, and its client: `say` and `send` towards the worker, `heard` and `close_code` from there."""

    def __init__(
        self,
        judge: Callable[[Line], Awaitable[None]] | None = None,
        *,
        handler: Handler | None = None,
        lines: Lines | None = None,
        is_proxy: Callable[[str], bool] = lambda address: False,
        is_tls: bool = False,
    ) -> None:
        self.visitor = FakeVisitor()
        self.lines = Lines() if lines is None else lines
        self.handler = handler or FakeHandler(self.visitor, judge)
        self.connection = Connection(Port(self.handler, LoopClock(), self.lines, is_proxy))
        self.transport = FakeTransport(self.connection, is_tls=is_tls)
        self.connection.connection_made(self.transport)

    def send(self, data: bytes) -> None:
        self.connection.data_received(data)

    def say(self, *messages: Any) -> None:
        self.send(b"".join(client_frame(encode(message)) for message in messages))

    def upgrade(self, *headers: str) -> None:
        self.send(request(*headers))

    async def enter(self, hello: Hello = HELLO) -> None:
        """All the way to an open line."""
        self.upgrade()
        self.say(hello)
        await self.lines.wait_idle(within=1.0)

    def hang_up(self) -> None:
        self.transport.abort()

    @property
    def http_status(self) -> int:
        return int(self._sent().split(b" ", 2)[1])

    @property
    def heard(self) -> list[Any]:
        """The messages that have reached the client."""
        decode = Decoder(WORKER_TO_CLIENT).decode
        return [decode(bytes(frame.data)) for frame in self._frames() if frame.opcode is Opcode.BINARY]

    def messages(self, *classes: type) -> list[Any]:
        """Those of `heard` that are of these classes."""
        return [message for message in self.heard if isinstance(message, classes)]

    @property
    def close_code(self) -> int | None:
        closes = [frame for frame in self._frames() if frame.opcode is Opcode.CLOSE]
        return int.from_bytes(closes[0].data[:2], "big") if closes else None

    def _sent(self) -> bytes:
        return b"".join(self.transport.writes)

    def _frames(self) -> list[Frame]:
        client = Protocol(Side.CLIENT, state=State.OPEN, max_size=None)
        head, end, frames = self._sent().partition(b"\r\n\r\n")
        client.receive_data(frames if head.startswith(b"HTTP/") else head + end + frames)
        return [event for event in client.events_received() if isinstance(event, Frame)]
