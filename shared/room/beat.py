"""What a room does about once a second: who is away for too long goes, hosts are looked after, pings are told.

And what it does after a time in which it could not.
"""

from dataclasses import replace

from shared.protocol.errors import LINE_LOST
from shared.protocol.limits import PING_EVERY_S
from shared.protocol.messages import MemberPings, PingRow
from shared.room import departures, leading
from shared.room.audience import EVERYONE
from shared.room.effects import CloseMember
from shared.room.interior import Interior

HALF_A_BEAT_S = 0.5
"""A timer that fires a little early must not cost a whole second."""


def beat(room: Interior, now: float) -> None:
    room.ticked_at = now
    room.out.log.trim(now)
    room.out.release(now)
    _start_over(room, now)
    departures.expire(room, now)
    leading.beat(room, now)
    _tell_pings(room, now)
    departures.settle(room, now)


def stood_still(room: Interior, since: float, now: float) -> None:
    """The time in between has not passed for those who wait; a wait that began in between begins now. A room that is
    younger stood still for its life."""
    since = max(since, room.ticked_at)
    pause_s = now - since
    for member in room.people.members.values():
        if member.away_at is not None:
            member.away_at = min(member.away_at, since) + pause_s
            room.announce()  # its seat is kept for longer
        if member.hidden_at is not None:
            member.hidden_at = min(member.hidden_at, since) + pause_s
    if room.handing is not None:
        room.handing = replace(room.handing, until=room.handing.until + pause_s)
    room.close_at = min(room.close_at, since + room.policy.empty_ttl_s) + pause_s


def _start_over(room: Interior, now: float) -> None:
    """On another line: a client takes a whole picture as the first thing on one."""
    for number in room.out.to_start_over(now):
        member = room.people.present.get(number)
        if member is not None:
            room.effects.append(CloseMember(number, LINE_LOST, LINE_LOST.text))
            departures.lose(room, member, LINE_LOST, now)


def _tell_pings(room: Interior, now: float) -> None:
    """Nobody needs to be told about nobody but itself."""
    present = room.people.present
    if now < room.pings_at or len(present) < 2:
        return
    room.pings_at = now + PING_EVERY_S - HALF_A_BEAT_S
    rows = [PingRow(one.number, round(one.ping_ms)) for one in present.values() if one.ping_ms is not None]
    if rows:
        room.out.volatile(MemberPings(rows), EVERYONE, now)
