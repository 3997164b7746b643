"""One room: who is in it, who hosts it, what they say to each other. It is told what happened and when; what is to be
sent comes out of `flush`, what is to be done out of `take_effects`.

`receive` is the hot path: one lookup, one encoding, one append, whatever the number of members. Absent: sockets,
clocks, Redis, the format on the wire (`encode` is handed in). A hook of the game that fails passes as `CodeFailed`.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Self

from shared.protocol.errors import LEFT, ErrorKind
from shared.protocol.messages import ClientMessage
from shared.protocol.records import RoomRecord, RoomSummary, Seat
from shared.room import presence, snapshot
from shared.room.code import RoomCode
from shared.room.effects import Effect
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import RoomEvent, RoomState
from shared.room.talk import hear
from shared.rules.buckets import PACES, Pace


class Room:
    """`members` by number. `now` is seconds since 1970 and never runs backwards."""

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
        """`encode` makes of a message the bytes to be written, once per broadcast. An empty room asks to be closed
        after `empty_ttl_s`; a new one counts as empty until its first join."""
        self._inside = Interior(record, encode, code, paces, empty_ttl_s, now)
        self._present = self._inside.people.present
        self.members: Mapping[int, Member] = MappingProxyType(self._present)

    def join(self, seat: Seat, username: str, now: float) -> int:
        """The new member's number. Raises RoomError: room-closed, join-refused, bad-name, ticket-used (an older
        session). The seat of one who is refused is given back (`Release` with the number 0)."""
        return presence.join(self._inside, seat, username, now).number

    def receive(self, number: int, message: ClientMessage, now: float) -> None:
        """What a member said. From a number that is no member (any more) it is nothing."""
        member = self._present.get(number)
        if member is not None:
            hear(self._inside, member, message, now)

    def leave(self, number: int, reason: ErrorKind, now: float) -> None:
        """It left (LEFT: confirmed to it after its release), or its line is gone (any other reason)."""
        member = self._present.get(number)
        if member is None:
            if reason is not LEFT:
                presence.lose_leaving(self._inside, number)
        elif reason is LEFT:
            presence.let_go(self._inside, member, "", now)
        else:
            presence.lose(self._inside, member, reason, now)

    def released(self, number: int) -> None:
        """The directory has freed the seat: the leave is confirmed to the one who left, and its line closed."""
        presence.confirm_leave(self._inside, number)

    def measured(self, number: int, ping_ms: float, now: float) -> None:
        """A round trip to a member was measured."""
        member = self._present.get(number)
        if member is not None:
            member.measured(ping_ms)

    def tick(self, now: float) -> None:
        """To be called about once a second."""
        self._inside.out.log.trim(now)
        presence.settle(self._inside, now)

    def keep(self, until: float) -> None:
        """The directory refused to close the room, because somebody holds a seat until then. It asks again then."""
        self._inside.close_at = max(self._inside.close_at, until)
        self._inside.step(RoomEvent.KEEP)

    def end(self, reason: ErrorKind, now: float) -> None:
        """Over for everyone; a second end changes nothing."""
        if self.state is not RoomState.ENDED:
            presence.end(self._inside, reason)

    def flush(self, slow: Collection[int] = ()) -> list[tuple[int, bytes]]:
        """(member number, bytes), one entry per member. Members in `slow` get no volatile messages this time."""
        return self._inside.out.flush(self._present, slow)

    def take_effects(self) -> list[Effect]:
        effects, self._inside.effects = self._inside.effects, []
        return effects

    @property
    def state(self) -> RoomState:
        return self._inside.state

    @property
    def host(self) -> int:
        """A member's number, or 0."""
        return self._inside.people.host

    @property
    def summary(self) -> RoomSummary:
        is_open, host = self.state is RoomState.OPEN, self._present.get(self.host)
        if host is None:
            return RoomSummary(is_open=is_open)
        ping_ms = None if host.ping_ms is None else round(host.ping_ms)
        return RoomSummary(host.client_id, host.username, ping_ms, is_open=is_open)

    def seats(self) -> list[Seat]:
        """The seats taken here, to be asserted with each renewal of the room's record."""
        return [member.as_seat() for member in self._present.values()]

    def snapshot(self) -> dict[str, Any]:
        """Plain data, to be taken after `flush` and `take_effects` (see `snapshot.py` for what is left out)."""
        return snapshot.save(self._inside)

    @classmethod
    def restore(
        cls,
        saved: Mapping[str, Any],
        record: RoomRecord,
        *,
        encode: Callable[[Any], bytes],
        now: float,
        code: RoomCode | None = None,
        empty_ttl_s: float = 0.0,
        paces: Mapping[str, Pace] = PACES,
    ) -> Self:
        room = cls(record, encode=encode, now=now, code=code, empty_ttl_s=empty_ttl_s, paces=paces)
        snapshot.load(room._inside, saved)
        return room
