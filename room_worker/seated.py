"""A member's line from both sides: what a room asks of it, and what it tells its room as the transport's visitor."""

from typing import Protocol

from shared.protocol.errors import ErrorKind
from shared.protocol.messages import ClientMessage
from shared.room.members import Member


class Line(Protocol):
    """The part of a connection that a room uses."""

    @property
    def is_slow(self) -> bool: ...
    def write(self, data: bytes) -> None: ...
    def close(self, kind: ErrorKind, text: str = "") -> None: ...


class Ears(Protocol):
    """The part of a room's shell that listens to its members."""

    def receive(self, number: int, message: ClientMessage, now: float) -> None: ...
    def measured(self, number: int, ping_ms: float, now: float) -> None: ...
    def lost(self, number: int, kind: ErrorKind) -> None: ...


class Seated:
    """`member` is None for one whom the room let in and sent away in the same breath."""

    __slots__ = ("_member", "_number", "_room")

    def __init__(self, room: Ears, number: int, member: Member | None) -> None:
        self._room, self._number, self._member = room, number, member

    @property
    def received(self) -> int:
        return self._member.received if self._member else 0

    def receive(self, message: ClientMessage, now: float) -> None:
        self._room.receive(self._number, message, now)

    def measured(self, ping_ms: float, now: float) -> None:
        self._room.measured(self._number, ping_ms, now)

    def lost(self, kind: ErrorKind) -> None:
        self._room.lost(self._number, kind)
