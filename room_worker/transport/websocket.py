"""One WebSocket over one asyncio transport: bytes to messages, frames to bytes, and its end. What messages mean is not
known here (`connection.py`).

Whoever causes the end, the peer gets a close code of the error table while it can still get anything, or an HTTP status
before there is a WebSocket. Both asyncio and uvloop set TCP_NODELAY: many frames in one write come from above.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from websockets.server import ServerProtocol

from room_worker.transport.handshake import Handshake
from room_worker.transport.outbox import Outbox
from room_worker.transport.states import IS_OVER, NEXT, LineState
from room_worker.transport.stream import FrameStream
from shared.protocol.errors import INTERNAL, LINE_LOST, MEMBER_SLOW, MESSAGE_MALFORMED, ErrorKind, RoomError
from shared.protocol.limits import CLOSE_S, FRAME_BYTES, HELLO_BYTES

FRAMES_PER_TURN = 64
"""Of one line in one turn of the loop (before its hello: one). The rest waits, and reading with it."""

logger = logging.getLogger(__name__)
_library_logger = logging.getLogger(f"{__name__}.library")
_library_logger.setLevel(logging.WARNING)  # below, it would write frames, and so tickets, into the log


class WebSocket(asyncio.Protocol):
    """To be derived from: `_upgraded`, `_receive` and `_lost` are told; `_state` moves on from HELLO by the heir."""

    _transport: asyncio.Transport
    _outbox: Outbox
    _timer: asyncio.TimerHandle
    """The one timer of a line; what it does depends on the state."""

    def __init__(self, now: Callable[[], float]) -> None:
        protocol = ServerProtocol(max_size=FRAME_BYTES, logger=_library_logger)
        self._handshake = Handshake(protocol)
        self._stream = FrameStream(protocol, HELLO_BYTES)
        self._state = LineState.HANDSHAKE
        self._now = now
        self._heard_at = now()
        self._is_reading = True

    def _upgraded(self) -> None:
        raise NotImplementedError

    def _receive(self, payload: bytes, now: float) -> None:
        """Raises RoomError to close the line with its kind."""
        raise NotImplementedError

    def _lost(self, kind: ErrorKind) -> None:
        """Called once at most, and not after `_shut`."""
        raise NotImplementedError

    @property
    def is_slow(self) -> bool:
        return self._outbox.is_held

    def write(self, data: bytes) -> None:
        state = self._state
        if (state is LineState.OPEN or state is LineState.ADMISSION) and not self._outbox.write(data):
            self._overflow()

    def drop(self, kind: ErrorKind, text: str = "") -> None:
        """Say why, close, and tell the heir, unless it is over already."""
        if self._state not in IS_OVER:
            self._shut(kind, text or kind.text)
            self._lost(kind)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._outbox = Outbox(self._transport)

    def data_received(self, data: bytes) -> None:
        if self._state is LineState.HANDSHAKE:
            data = self._receive_handshake(data)
        self._stream.receive(data)
        if self._is_reading:
            self._read()

    def eof_received(self) -> None:
        """Then the transport closes by itself: WebSocket has nothing to say to a peer that says nothing more."""
        self._end(LINE_LOST)

    def pause_writing(self) -> None:
        self._outbox.hold()

    def resume_writing(self) -> None:
        self._outbox.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(LINE_LOST)
        self._move(LineState.CLOSED)
        self._timer.cancel()
        self._outbox.forget()

    # Reading

    def _receive_handshake(self, data: bytes) -> bytes:
        """Returns what belongs to the frames."""
        rest = self._handshake.receive(data)
        output = self._handshake.take_output()
        if self._handshake.is_over:
            self._begin_closing()
        elif self._handshake.request is not None:
            self._move(LineState.HELLO)
            self._upgraded()
        self._send(output)
        return rest

    def _read(self) -> None:
        """What one turn allows, so that nobody who sends much at once starves the others."""
        now = self._heard_at = self._now()
        try:
            for payload in self._stream.messages(1 if self._state is LineState.HELLO else FRAMES_PER_TURN):
                self._receive(payload, now)
        except RoomError as error:
            self.drop(error.kind, error.text)
        except Exception:
            logger.exception("a line failed")
            self.drop(INTERNAL)
        if self._stream.output:
            self._send(self._stream.take_output())
            if self._stream.is_ending:
                self._end(LINE_LOST if self._stream.has_goodbye else MESSAGE_MALFORMED)
        if self._stream.has_more or self._state is not LineState.OPEN or not self._is_reading:
            self._rest_or_go_on()

    def _rest_or_go_on(self) -> None:
        """While a hello is judged, or while there is enough to do, nothing is read from the socket."""
        is_judged = self._state is LineState.ADMISSION
        has_more = self._stream.has_more
        if has_more and not is_judged:
            asyncio.get_running_loop().call_soon(self._read)
        is_reading = not (has_more or is_judged)
        if is_reading is not self._is_reading:
            self._is_reading = is_reading
            (self._transport.resume_reading if is_reading else self._transport.pause_reading)()

    # Writing

    def _send(self, output: list[bytes]) -> None:
        """What the library wants to be sent."""
        for data in output:
            if not data:
                self._outbox.finish()
            elif not self._outbox.write(data):
                self._overflow()

    def _overflow(self) -> None:
        """What waits is given up, so that the reason is the next thing that the peer reads."""
        self._outbox.forget()
        self.drop(MEMBER_SLOW)

    # The end

    def _shut(self, kind: ErrorKind, text: str) -> None:
        """Say why and begin to close."""
        was = self._state
        self._begin_closing()
        speaker = self._handshake if was is LineState.HANDSHAKE else self._stream
        speaker.close(kind, text)
        self._send(speaker.take_output())
        if was is LineState.ADMISSION:
            self._rest_or_go_on()

    def _end(self, kind: ErrorKind) -> None:
        """The peer has ended it."""
        if self._state not in IS_OVER:
            self._begin_closing()
            self._lost(kind)

    def _begin_closing(self) -> None:
        if self._state is LineState.HANDSHAKE:
            self._stream.is_over = True  # there will be no frames
        self._move(LineState.CLOSING)
        self._set_timer(CLOSE_S, self._transport.abort)

    def _move(self, state: LineState) -> None:
        assert state in NEXT[self._state], f"a line cannot go from {self._state} to {state}"
        self._state = state

    def _set_timer(self, delay_s: float, callback: Callable[..., None], *args: Any) -> None:
        self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay_s, callback, *args)
