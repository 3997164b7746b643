"""What a room is made of, for the modules of this package that act on it; `room.py` owns it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.protocol.messages import AddPlayer, TakeSeat
from shared.protocol.records import RoomRecord, RoomSummary
from shared.room.chat import ChatHistory
from shared.room.code import Hooks, RoomCode
from shared.room.delay import DelayedOutgoing
from shared.room.doors import Bans, Doors
from shared.room.effects import Announce, CloseMember, Effect
from shared.room.journal import Journal
from shared.room.members import Member, Members
from shared.room.outgoing import Outgoing
from shared.room.playing import Playing
from shared.room.states import ROOM, RoomEvent, RoomState, step
from shared.rules.buckets import Pace
from shared.rules.game_rules import GameRules
from shared.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class HandingOver:
    """The host `by` asked for `to` to be host; it has until then for a last deposit."""

    by: int
    to: int
    request: str
    until: float


class Interior:
    """`leaving`: who waits for a leave to be confirmed, with the request id. `asking`: who waits for a seat, with
    what was said. `has_host_acted`: the present host has shown that it knows. `is_going_on`: another room is being
    placed. `close_at`: when an empty room may ask to be closed. `ticked_at`: the time, to a second or so."""

    def __init__(
        self,
        record: RoomRecord,
        *,
        encode: Callable[[Any], bytes],
        draw_code: Callable[[int], str],
        code: RoomCode | None,
        policy: Policy,
        paces: Mapping[str, Pace],
        now: float,
        rules: GameRules,
        chance: Any,
        local_member: int,
    ) -> None:
        self.record, self.policy, self.draw_code = record, policy, draw_code
        self.state = RoomState.OPEN
        self.close_at = now + policy.empty_ttl_s
        self.ticked_at = now
        self.pings_at = now
        self.people = Members(paces, delays_spectators=policy.spectator_delay_s > 0)
        self.leaving: dict[int, tuple[Member, str]] = {}
        self.asking: dict[int, TakeSeat | AddPlayer] = {}
        self.handing: HandingOver | None = None
        self.has_host_acted = False
        self.is_going_on = False
        self.chat = ChatHistory()
        told = record.summary
        self.doors, self.bans = Doors(told.doors, told.is_locked, told.invite), Bans()
        self.journal = Journal() if record.spec.authority == "host" else None
        self.out = _outgoing(encode, self.people, policy.spectator_delay_s)
        self.effects: list[Effect] = []
        self.playing = Playing(
            code,
            rules,
            record.spec.options,
            runs=code is not None and rules.has_main and record.spec.authority == "server",
            room_id=record.spec.room_id,
            chance=chance,
            local_member=local_member,
            people=self.people,
            out=self.out,
        )
        self.hooks = Hooks(code, self.playing.world)

    def step(self, event: RoomEvent) -> None:
        self.state = step(ROOM, self.state, event)

    def announce(self) -> None:
        """Once until the effects are taken."""
        if Announce() not in self.effects:
            self.effects.append(Announce())

    def keep_line(self, number: int) -> None:
        """What was to close this member's older line, and is not done yet, is not for its new one."""
        closes = [one for one in self.effects if isinstance(one, CloseMember) and one.number == number]
        if closes:
            self.effects = [one for one in self.effects if one not in closes]

    def summary(self) -> RoomSummary:
        doors, is_open = self.doors, self.state is RoomState.OPEN
        summary = RoomSummary(is_open=is_open, doors=doors.doors, is_locked=doors.is_locked, invite=doors.invite)
        host = self.people.members.get(self.people.host)
        if host is None:
            return summary
        named = replace(summary, host=host.client_id, host_name=host.username)
        if host.ping_ms is None:
            return named
        age_ms = max(0, round((self.ticked_at - host.measured_at) * 1000))
        return replace(named, host_ping_ms=round(host.ping_ms), host_ping_age_ms=age_ms)


def _outgoing(encode: Callable[[Any], bytes], people: Members, delay_s: float) -> Outgoing:
    return DelayedOutgoing(encode, people, delay_s) if delay_s > 0 else Outgoing(encode, people.live)
