"""Messages too long for one frame travel as `part`s of their encoded bytes, in order, each part a message itself.

The parts of one kind follow one another; other messages may stand between them. Nothing is numbered: a line
delivers in order, and one that breaks off is begun anew.
"""

from shared.protocol import limits
from shared.protocol.errors import MESSAGE_MALFORMED, MESSAGE_TOO_LARGE, MESSAGE_UNKNOWN, RoomError
from shared.protocol.messages import SPECS, Part, Table
from shared.wire.codec import encode


def split(message: tuple[object, ...]) -> list[bytes]:
    """The payloads to send, one per frame: the encoded message, or its parts when it exceeds PART_BYTES."""
    whole = encode(message)
    if len(whole) <= limits.PART_BYTES:
        return [whole]
    kind, step = SPECS[type(message)].kind, limits.PART_BYTES
    return [encode(Part(kind, len(whole), whole[start : start + step])) for start in range(0, len(whole), step)]


class Joiner:
    """Puts the parts of one line together. What it holds is bounded by the `longest` of each kind in its table."""

    def __init__(self, table: Table) -> None:
        self._longest = {kind: spec.longest for kind, spec in table.items() if spec.cls is not Part}
        self._begun: dict[int, tuple[int, bytearray]] = {}

    def add(self, part: Part) -> bytes | None:
        """The whole message with its last part, else None. Raises RoomError with one of the MESSAGE_* kinds."""
        self._check(part)
        total, chunks = self._begun.setdefault(part.kind, (part.total, bytearray()))
        chunks += part.chunk
        if len(chunks) < total:
            return None
        del self._begun[part.kind]
        return bytes(chunks)

    def _check(self, part: Part) -> None:
        longest = self._longest.get(part.kind)
        if longest is None:
            raise RoomError(MESSAGE_UNKNOWN, f"No message of kind {part.kind} comes in parts here.")
        if part.total > longest:
            raise RoomError(MESSAGE_TOO_LARGE)
        total, chunks = self._begun.get(part.kind, (part.total, b""))
        if part.total != total or not part.chunk or len(chunks) + len(part.chunk) > total:
            raise RoomError(MESSAGE_MALFORMED, "A part does not continue what came before it.")
