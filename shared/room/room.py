"""One room: who is in it, who hosts it, what they say to each other. (The signatures; the inside follows.)"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from shared.protocol.errors import ErrorKind
from shared.protocol.messages import ClientMessage
from shared.protocol.records import RoomRecord, RoomSummary, Seat
from shared.room.code import RoomCode
from shared.room.effects import Effect
from shared.room.members import Member
from shared.rules.buckets import PACES, Pace


class Room:
    members: Mapping[int, Member]

    def __init__(
        self,
        record: RoomRecord,
        *,
        encode: Callable[[Any], bytes],
        now: float,
        code: RoomCode | None = None,
        empty_ttl_s: float = 0.0,
        paces: Mapping[str, Pace] = PACES,
    ) -> None:
        raise NotImplementedError

    def join(self, seat: Seat, username: str, now: float) -> int:
        """The new member's number. Raises RoomError: room-closed, join-refused, ticket-used (an older session)."""
        raise NotImplementedError

    def receive(self, number: int, message: ClientMessage, now: float) -> None:
        raise NotImplementedError

    def leave(self, number: int, reason: ErrorKind, now: float) -> None:
        raise NotImplementedError

    def released(self, number: int) -> None:
        raise NotImplementedError

    def measured(self, number: int, ping_ms: float, now: float) -> None:
        raise NotImplementedError

    def tick(self, now: float) -> None:
        raise NotImplementedError

    def end(self, reason: ErrorKind, now: float) -> None:
        raise NotImplementedError

    def keep(self, until: float) -> None:
        raise NotImplementedError

    def flush(self, slow: Collection[int] = ()) -> list[tuple[int, bytes]]:
        """(member number, bytes), one entry per member. Members in `slow` get no volatile messages this time."""
        raise NotImplementedError

    def take_effects(self) -> list[Effect]:
        raise NotImplementedError

    @property
    def summary(self) -> RoomSummary:
        raise NotImplementedError

    def seats(self) -> list[Seat]:
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def restore(
        cls,
        snapshot: Mapping[str, Any],
        record: RoomRecord,
        *,
        encode: Callable[[Any], bytes],
        now: float,
        code: RoomCode | None = None,
        empty_ttl_s: float = 0.0,
        paces: Mapping[str, Pace] = PACES,
    ) -> Self:
        raise NotImplementedError
