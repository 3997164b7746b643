"""One room: who is in it, who hosts it, what they say to each other. It is told what happened and when; what is to be
sent comes out of `flush`, what is to be done out of `take_effects`.

`receive` is the hot path: one lookup, one encoding, one append, whatever the number of members. Absent: sockets,
clocks, chance, Redis, the format on the wire (`encode` is handed in). A hook of the game that fails passes as
`CodeFailed`.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from shared.protocol.errors import LEFT, ROOM_FULL, ErrorKind, RoomError
from shared.protocol.limits import SENTENCE_CHARS
from shared.protocol.messages import ClientMessage, Reloaded
from shared.protocol.records import RoomRecord, RoomSummary, Seat
from shared.room import arrivals, departures, errands, snapshot
from shared.room.acts import hear
from shared.room.audience import EVERYONE
from shared.room.beat import beat, stood_still
from shared.room.code import Hooks, RoomCode
from shared.room.effects import Effect
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import RoomEvent, RoomState
from shared.rules.buckets import PACES, Pace
from shared.rules.game_rules import NOT_PLAYED, GameRules
from shared.rules.policy import USUAL, Policy


class Room:
    """`members` by number, also who is away. `now` is seconds since 1970 and never runs backwards."""

    def __init__(
        self,
        record: RoomRecord,
        *,
        encode: Callable[[Any], bytes],
        draw_code: Callable[[int], str],
        now: float,
        code: RoomCode | None = None,
        policy: Policy = USUAL,
        paces: Mapping[str, Pace] = PACES,
        rules: GameRules = NOT_PLAYED,
        chance: Any = None,
        local_member: int = 0,
    ) -> None:
        """`encode` makes of a message the bytes to be written, once per broadcast. `draw_code` draws a secret of so
        many characters. A new room counts as empty until its first join.

        Authority `server` with `rules.has_main`: `code` has `start` and `update`, and the game draws from `chance`, a
        `random.Random`. `local_member`: the one member there is, where the game runs on its own machine.
        """
        self._inside = Interior(
            record,
            encode=encode,
            draw_code=draw_code,
            code=code,
            policy=policy,
            paces=paces,
            now=now,
            rules=rules,
            chance=chance,
            local_member=local_member,
        )
        self._playing = self._inside.playing
        self._present = self._inside.people.present
        self.members: Mapping[int, Member] = MappingProxyType(self._inside.people.members)

    # Coming. A member has one line: whoever had it before is to be closed with TAKEN_OVER before the next message of
    # it is received, because its counts are stated here and now.

    def join(self, seat: Seat, username: str, now: float, *, device_id: str = "") -> int:
        """The member's number: a new one, or its own when its client is in already. Raises RoomError: room-closed,
        banned, join-refused, bad-name, ticket-used (an older session). The seat of one who is refused is given back
        (`Release` with the number 0)."""
        return arrivals.join(self._inside, seat, username, device_id, now).number

    def resume(self, seat: Seat, code: str, owner_epoch: int, received: int, now: float) -> int:
        """The number of the member whose session goes on. Raises RoomError: room-closed, ticket-used; session-over,
        whose seat is given back; ticket-invalid (another code), whose seat stays the member's."""
        return arrivals.resume(self._inside, seat, code, owner_epoch, received, now).number

    # While they are here

    def receive(self, number: int, message: ClientMessage, now: float, said_at: float | None = None) -> None:
        """What a member said, now or, if it had to wait, at `said_at`. From a number without a line it is nothing."""
        member = self._present.get(number)
        if member is not None:
            hear(self._inside, member, message, now, now if said_at is None else said_at)

    def measured(self, number: int, ping_ms: float, now: float) -> None:
        """A round trip to a member was measured."""
        member = self._present.get(number)
        if member is not None:
            member.measured(ping_ms, now)

    def tick(self, now: float) -> None:
        """To be called about once a second; while `is_waiting`, a few times."""
        beat(self._inside, now)

    def stood_still(self, since: float, now: float) -> None:
        """From `since` until now nobody could be heard or come back: what the room or a member waits for is as far away
        as it was then. A wait that began in between begins now."""
        stood_still(self._inside, since, now)

    def reserved(self, number: int, seat: Seat | None, now: float, refusal: ErrorKind = ROOM_FULL) -> None:
        """The directory's answer to `Reserve`; without a seat, the `refusal` says why."""
        errands.reserved(self._inside, number, seat, refusal, now)

    def next_room_failed(self, number: int, request: str, error: RoomError) -> None:
        """The answer to `NextRoom` when there is none. Else the room ends with NEXT_ROOM."""
        errands.next_room_failed(self._inside, number, request, error)

    @property
    def next_update_at(self) -> float | None:
        """When `update` is due; None: not before something happens here, and never after its end. A moment that is past
        means: before the next `flush`."""
        return None if self.state is RoomState.ENDED else self._playing.next_at

    def update(self, now: float, slow: Collection[int] = ()) -> None:
        """The game's steps that are due. Members in `slow` wait for a scene that they need. Raises CodeFailed."""
        if self.state is not RoomState.ENDED:
            self._playing.advance(now, slow)
            departures.settle(self._inside, now)

    def reload(self, load_code: Callable[[], RoomCode | None], now: float) -> tuple[bool, str]:
        """The game's code has changed: it runs on with the new one. Whether its state was kept, and what did not fit.
        Raises CodeFailed when the new one cannot run; then the older one does. `load_code` is called more than once."""
        is_kept, text = self._playing.reload(load_code)
        self._inside.hooks = Hooks(self._playing.code, self._playing.world)
        self._inside.out.broadcast(Reloaded(is_kept, text[:SENTENCE_CHARS]), EVERYONE, now)
        return is_kept, text

    # Going

    def lose(self, number: int, reason: ErrorKind, now: float) -> None:
        """The member's line is gone. It is away for the grace time, or gone when that is 0 or the reason final."""
        member = self._present.get(number)
        if member is None:
            departures.lose_leaving(self._inside, number)
        else:
            departures.lose(self._inside, member, reason, now)

    def leave(self, number: int, reason: ErrorKind, now: float) -> None:
        """It left (LEFT: confirmed to it after its release), or is gone for good (any other reason)."""
        member = self.members.get(number)
        if member is None:
            if reason is not LEFT:
                departures.lose_leaving(self._inside, number)
        elif reason is LEFT:
            departures.let_go(self._inside, member, "", now)
        else:
            departures.go(self._inside, member, reason, now)

    def released(self, number: int) -> None:
        """The directory has freed the seat: the leave is confirmed to the one who left, and its line closed."""
        departures.confirm_leave(self._inside, number)

    def keep(self, until: float) -> None:
        """The directory refused to close the room, because somebody holds a seat until then. It asks again then."""
        self._inside.close_at = max(self._inside.close_at, until)
        self._inside.step(RoomEvent.KEEP)

    def end(self, reason: ErrorKind, now: float) -> None:
        """Over for everyone; a second end changes nothing."""
        if self.state is not RoomState.ENDED:
            departures.end(self._inside, reason)

    # What comes out

    def flush(self, slow: Collection[int] = ()) -> list[tuple[int, bytes]]:
        """(member number, bytes), one entry per member. Members in `slow` get no volatile messages this time."""
        if self._playing.has_posted:
            self._playing.handed_out(slow)
        return self._inside.out.flush(slow)

    def take_effects(self) -> list[Effect]:
        effects, self._inside.effects = self._inside.effects, []
        return effects

    # How things stand

    @property
    def is_waiting(self) -> bool:
        """Something is due at a moment of its own: a grace time or a patience ends, a hand-over, delayed frames."""
        people = self._inside.people
        return (
            len(people.present) < len(people.members) or self._inside.handing is not None or self._inside.out.is_waiting
        )

    @property
    def rules(self) -> GameRules:
        """How its game is played."""
        return self._playing.rules

    @property
    def state(self) -> RoomState:
        return self._inside.state

    @property
    def host(self) -> int:
        """A member's number, or 0."""
        return self._inside.people.host

    @property
    def summary(self) -> RoomSummary:
        return self._inside.summary()

    def number_of(self, client_id: str) -> int:
        """The member with this client, or 0. Such a client's seat is not to be given back."""
        return next((number for number, member in self.members.items() if member.client_id == client_id), 0)

    def seats(self) -> list[Seat]:
        """The seats taken here, to be asserted with each renewal of the room's record."""
        grace_s = self._inside.policy.grace_s
        return [member.as_seat(grace_s) for member in self.members.values()]

    def snapshot(self) -> dict[str, Any]:
        """Plain data, to be taken after `flush` and `take_effects` (see `snapshot.py` for what is left out)."""
        return snapshot.save(self._inside)

    def restore(self, saved: Mapping[str, Any], now: float) -> None:
        """Into a new room, before anybody joins: everybody is away, and comes back to the whole picture."""
        snapshot.load(self._inside, saved, now)
