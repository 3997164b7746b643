"""One line of a client: hello, admission, then its visitor's messages; pings and silence are minded here.

`states.py` draws its life. Decides nothing about rooms, and knows no tickets.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from room_worker.transport.bodies import Bodies
from room_worker.transport.edge import Visitor
from room_worker.transport.frames import encode_frames
from room_worker.transport.handshake import client_address
from room_worker.transport.lines import Port
from room_worker.transport.pulse import Pulse
from room_worker.transport.states import IS_OVER, LineState
from room_worker.transport.websocket import WebSocket
from shared.protocol.errors import (
    FLOODING,
    HELLO_LATE,
    INTERNAL,
    LINE_SILENT,
    STORE_UNAVAILABLE,
    ErrorKind,
    RoomError,
)
from shared.protocol.limits import FRAME_BYTES, HELLO_S, PING_EVERY_S, SILENT_AFTER_S
from shared.protocol.messages import CLIENT_TO_WORKER, SPECS, Hello, Part, Ping, Pong
from shared.wire.codec import Decoder, check_version

ADMISSION_S = 5.0
"""How long the judging of a hello may take; later is `store-unavailable`."""
FIRST_PING_S = 0.1
"""After the admission, so that the answer to the hello is the first message."""
CHATTER_PER_BEAT = 1000
"""Pings, pongs, parts, fragments and control frames within PING_EVERY_S: what no room counts. More is `flooding`."""
PART_CHATTER = 4
"""What one part weighs among them: 250 within PING_EVERY_S are 8 MiB, more than a host may deposit in that time."""

_HELLO = SPECS[Hello]
_decode_hello = Decoder({_HELLO.kind: _HELLO}).decode
_decode = Decoder({kind: spec for kind, spec in CLIENT_TO_WORKER.items() if spec is not _HELLO}).decode

logger = logging.getLogger(__name__)


class Connection(WebSocket):
    """Implements `edge.Line`. `remote` is the client's address, `origin` its page's."""

    def __init__(self, port: Port) -> None:
        super().__init__(port.clock.now)
        self.remote = ""
        self.origin: str | None = None
        self._port = port
        self._pulse = Pulse()
        self._bodies = Bodies()
        self._chatter = 0
        self._visitor: Visitor | None = None
        self._lost_as: ErrorKind | None = None  # while its visitor was still being looked for

    def close(self, kind: ErrorKind, text: str = "") -> None:
        """The visitor is not told: it is the one who asks for this."""
        self._visitor = None
        if self._state not in IS_OVER:
            self._shut(kind, text or kind.text)

    # Coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = asyncio.get_running_loop().call_later(HELLO_S, self.drop, HELLO_LATE)
        self._port.lines.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._port.lines.gone(self)

    def _upgraded(self) -> None:
        request = self._handshake.request
        assert request is not None
        peer, *_ = self._transport.get_extra_info("peername") or ("",)
        self.remote = client_address(request, peer, self._port.is_proxy)
        self.origin = self._handshake.origin

    def _lost(self, kind: ErrorKind) -> None:
        self._port.lines.greeted(self)
        if self._visitor is None:
            self._lost_as = kind
        else:
            self._visitor.lost(kind)
            self._visitor = None

    # Hello and admission

    def _receive_hello(self, payload: bytes) -> None:
        check_version(payload)
        hello: Hello = _decode_hello(payload)
        self._move(LineState.ADMISSION)
        self._set_timer(ADMISSION_S, self.drop, STORE_UNAVAILABLE)
        self._port.lines.greeted(self)
        self._port.lines.run(self._admit(hello))

    async def _admit(self, hello: Hello) -> None:
        try:
            visitor = await self._port.handler.hello(self, hello)
        except RoomError as error:
            self.drop(error.kind, error.text)
        except Exception:
            logger.exception("a hello could not be judged")
            self.drop(INTERNAL)
        else:
            self._open(visitor)

    def _open(self, visitor: Visitor) -> None:
        if self._state is LineState.ADMISSION:
            self._visitor = visitor
            self._move(LineState.OPEN)
            self._stream.longest = FRAME_BYTES
            self._set_timer(FIRST_PING_S, self._beat)
            self._read()
        elif self._lost_as is not None:
            visitor.lost(self._lost_as)

    # Open

    def _receive(self, payload: bytes, now: float) -> None:
        if self._visitor is None:
            self._receive_hello(payload)
            return
        message = _decode(payload)
        answer = _ANSWERED_HERE.get(type(message))
        if answer is None:
            self._visitor.receive(message, now)
        else:
            answer(self, self._visitor, message, now)

    def _pinged(self, visitor: Visitor, ping: Ping, now: float) -> None:
        self._chatter += 1
        self.write(encode_frames(Pong(ping.stamp)))

    def _ponged(self, visitor: Visitor, pong: Pong, now: float) -> None:
        self._chatter += 1
        ping_ms = self._pulse.pong_ms(pong.stamp, now)
        if ping_ms is not None:
            visitor.measured(ping_ms, now)

    def _continued(self, visitor: Visitor, part: Part, now: float) -> None:
        self._chatter += PART_CHATTER
        message = self._bodies.add(part)
        if message is not None:
            visitor.receive(message, now)

    def _beat(self) -> None:
        """Every PING_EVERY_S: is the peer still there, does it chatter, how far away is it?"""
        now = self._now()
        chatter = self._chatter + self._stream.rare_frames
        self._chatter = self._stream.rare_frames = 0
        if now - self._heard_at >= SILENT_AFTER_S:
            self.drop(LINE_SILENT)
        elif chatter > CHATTER_PER_BEAT:
            self.drop(FLOODING)
        elif self._visitor is not None:
            self._set_timer(PING_EVERY_S, self._beat)
            self.write(encode_frames(self._pulse.ping(self._visitor.received, now)))


_ANSWERED_HERE: dict[type, Callable[[Connection, Visitor, Any, float], None]] = {
    Ping: Connection._pinged,
    Pong: Connection._ponged,
    Part: Connection._continued,
}
"""What is between a line and its client; everything else is the visitor's."""
