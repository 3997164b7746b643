"""Messages of one line that are too long for a frame: put together from their parts, one at a time.

Their kind bounds them, so a line can make the worker hold no more than the longest message of the table. A part that
belongs to another message than the one begun is an error of the client: a line delivers in order.
"""

from shared.protocol.errors import MESSAGE_MALFORMED, RoomError
from shared.protocol.messages import CLIENT_TO_WORKER, SPECS, ClientMessage, Hello, Part, Ping, Pong
from shared.wire.codec import Decoder
from shared.wire.parts import Joiner

_OF_A_LINE = (Hello, Ping, Pong, Part)
_IN_PARTS = {kind: spec for kind, spec in CLIENT_TO_WORKER.items() if spec.cls not in _OF_A_LINE}
_decode = Decoder(_IN_PARTS).decode


class Bodies:
    def __init__(self) -> None:
        self._joiner = Joiner(_IN_PARTS)
        self._begun: int | None = None

    def add(self, part: Part) -> ClientMessage | None:
        """The whole message with its last part, else None. Raises RoomError with one of the MESSAGE_* kinds."""
        if self._begun not in (None, part.kind):
            raise RoomError(MESSAGE_MALFORMED, "A part of another message came before the end of the one begun.")
        whole = self._joiner.add(part)
        self._begun = part.kind if whole is None else None
        return None if whole is None else _read(part.kind, whole)


def _read(kind: int, whole: bytes) -> ClientMessage:
    """Parts that promised one kind must not bring another, whose bound may be lower."""
    message: ClientMessage = _decode(whole, _IN_PARTS[kind].longest)
    if SPECS[type(message)].kind != kind:
        raise RoomError(MESSAGE_MALFORMED, "The parts of one kind brought a message of another.")
    return message
