"""WebSocket frames of one client, cut out of the bytes as they come. No I/O.

Nearly every frame of a client is alike: final, binary, masked, no part of a fragmented message. Such a one is sliced
and unmasked here. Any other goes, whole, to the library's Sans-I/O protocol, which therefore always stands at a
frame's boundary and decides everything that is rare: control frames, fragments, what is malformed. Its private state
is not touched. Whatever the bytes and however they are cut, messages, replies and close codes are those of the
library alone, with two refusals typed: text-frame, and message-too-large for its 1009. What stays a standard code:
1002 (protocol error) and 1007 (a close reason that is no UTF-8).
"""

from collections.abc import Iterator

from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.speedups import apply_mask

from room_worker.transport.frames import close_reason
from shared.protocol.errors import MESSAGE_TOO_LARGE, TEXT_FRAME, ErrorKind, RoomError

_MASKED = 0x80
_FINAL_BINARY = 0x82
_NONE = -1
_OPCODES = frozenset(Opcode)
_DATA_OPCODES = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class FrameStream:
    """Three verbs, as in the library: `receive` bytes, take `messages`, `take_output` to send.

    `longest` bounds a message in bytes, in fragments or not. `has_more`: `messages` stopped before the end of what was
    received. `is_ending`: a side has begun to close, so messages are read over; `is_over`: so is everything else.
    `rare_frames` counts those that the library had to see. `output` waits to be taken.
    """

    def __init__(self, protocol: ServerProtocol, longest: int) -> None:
        self.longest = longest
        self.has_more = False
        self.is_ending = False
        self.is_over = False
        self.rare_frames = 0
        self._protocol = protocol
        self.output: list[bytes] = []
        self._buffer = b""
        self._at = 0
        self._common = _FINAL_BINARY  # the first byte of a frame that the library need not see, or _NONE
        self._fragments: list[bytes] = []
        self._fragments_bytes = 0

    @property
    def has_goodbye(self) -> bool:
        """The peer's close frame has come."""
        return self._protocol.close_rcvd is not None

    def receive(self, data: bytes) -> None:
        self._buffer = b"" if self.is_over else self._buffer[self._at :] + data
        self._at = 0

    def messages(self, most_frames: int) -> Iterator[bytes]:
        """The next binary messages, after at most so many frames of any kind. May be left at any message.

        Raises RoomError (text-frame, message-too-large); then `close`. All in one function: this runs for every frame
        that a worker receives, and a call costs about as much as what it would do.
        """
        self.has_more = True
        buffer, at = self._buffer, self._at
        available = len(buffer)
        for _ in range(most_frames):
            if available - at < 2 or self.is_over:
                break
            first, length = buffer[at], buffer[at + 1] - _MASKED
            payload_at = at + 6
            if length < 0 or (first != _FINAL_BINARY and first & 0x0F not in _OPCODES):
                self._feed(buffer[at : at + 2])  # the library refuses it by these two bytes
                break
            if length > 125:
                payload_at += 2 if length == 126 else 8
                if available < payload_at - 4:
                    break
                length = int.from_bytes(buffer[at + 2 : payload_at - 4], "big")
            if length > self.longest - self._fragments_bytes:
                self._refuse_length()
                break
            end = payload_at + length
            if end > available:
                break
            self._at = end
            if first == self._common:
                if not self.is_ending:
                    yield apply_mask(buffer[payload_at:end], buffer[payload_at - 4 : payload_at])
            else:
                message = self._rare(buffer[at:end])
                if message is not None:
                    yield message
            at = end
        else:
            return
        self.has_more = False

    def close(self, kind: ErrorKind, text: str) -> None:
        """Begins the closing handshake, unless it has begun."""
        if not self.is_ending:
            self._protocol.send_close(kind.close_code, close_reason(text))
            self._collect()

    def take_output(self) -> list[bytes]:
        """What to send; an empty one, always the last, means that nothing follows."""
        output, self.output = self.output, []
        return output

    def _rare(self, whole_frame: bytes) -> bytes | None:
        """The message that this frame completes, if any."""
        self.rare_frames += 1
        message = None
        for frame in self._feed(whole_frame):
            if frame.opcode in _DATA_OPCODES:
                message = self._join(frame)
                if frame.opcode is Opcode.TEXT and not self.is_ending:
                    raise RoomError(TEXT_FRAME)
        return None if self.is_ending else message

    def _join(self, frame: Frame) -> bytes | None:
        self._fragments.append(bytes(frame.data))
        self._fragments_bytes += len(frame.data)
        message = None
        if frame.fin:
            message = b"".join(self._fragments)
            self._fragments.clear()
            self._fragments_bytes = 0
        self._common = _NONE if self._fragments else _FINAL_BINARY
        return message

    def _refuse_length(self) -> None:
        """The frame's end may never come, so there is no closing handshake: a close frame, and the end."""
        was_ending = self.is_ending
        self._protocol.fail(MESSAGE_TOO_LARGE.close_code, close_reason(MESSAGE_TOO_LARGE.text))
        self._collect()
        if not was_ending:
            raise RoomError(MESSAGE_TOO_LARGE)

    def _feed(self, data: bytes) -> list[Frame]:
        self._protocol.receive_data(data)
        self._collect()
        return [event for event in self._protocol.events_received() if isinstance(event, Frame)]

    def _collect(self) -> None:
        output = self._protocol.data_to_send()
        self.output += output
        self.is_ending = self._protocol.state is not State.OPEN
        self.is_over = self.is_over or b"" in output
