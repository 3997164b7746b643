"""A room as plain data (maps, lists, texts, numbers, bytes: what msgpack and a browser can carry) and back.

Absent on purpose: the log (once another owner has adopted the room, the answer to a resume is the whole picture),
lines (everybody is away and has the grace time to come back), how full the buckets are, what waits in the batch or
for an answer of the directory. So it is taken after `flush` and `take_effects`.
"""

from collections.abc import Mapping
from typing import Any

from shared.protocol.messages import ChatRow
from shared.room.chat import ChatHistory
from shared.room.doors import Bans, Doors
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.session_codes import SessionCodes
from shared.room.states import MemberState, RoomState

_MEMBER_FIELDS = (
    "number",
    "client_id",
    "session",
    "username",
    "role",
    "players",
    "added",
    "device_id",
    "received",
    "ping_ms",
    "measured_at",
)


def save(room: Interior) -> dict[str, Any]:
    doors = room.doors
    return {
        "state": str(room.state),
        "close_at": room.close_at,
        "host": room.people.host,
        "host_epoch": room.people.host_epoch,
        "last_number": room.people.last_number,
        "members": [_save_member(member) for member in room.people.members.values()],
        "chat": [list(row) for row in room.chat],
        "doors": [doors.doors, doors.is_locked, doors.invite],
        "bans": room.bans.save(),
        "game": room.playing.save(),
        "journal": None if room.journal is None else room.journal.save(),
    }


def load(room: Interior, saved: Mapping[str, Any], now: float) -> None:
    """Into a new, empty interior."""
    room.state = RoomState(saved["state"])
    room.close_at = saved["close_at"]
    room.chat = ChatHistory(ChatRow(*row) for row in saved["chat"])
    for row in saved["members"]:
        _load_member(room, now, **row)
    room.people.host = saved["host"]
    room.people.host_epoch = saved["host_epoch"]
    room.people.last_number = saved["last_number"]
    room.doors, room.bans = Doors(*saved["doors"]), Bans(saved["bans"])
    if room.journal is not None:
        room.journal.load(saved["journal"])
    room.playing.load(saved["game"])


def _save_member(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in _MEMBER_FIELDS} | {"codes": member.codes.save()}


def _load_member(room: Interior, now: float, codes: list[str], **row: Any) -> None:
    member = Member(**row, codes=SessionCodes(codes), away_at=now, state=MemberState.AWAY)
    room.people.put(member)
    room.out.log.join(member.number)
