"""A room as plain data (maps, lists, texts, numbers: what msgpack and a browser can carry) and back.

Absent on purpose: the log (once another owner has adopted the room, the answer to a resume is the whole picture),
how full the buckets are, what waits in the batch, who waits for a leave to be confirmed. So it is taken after `flush`
and `take_effects`.
"""

from collections.abc import Mapping
from typing import Any

from shared.protocol.messages import ChatRow
from shared.room.chat import ChatHistory
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.states import RoomState

_MEMBER_FIELDS = ("number", "client_id", "session", "username", "role", "players", "received", "ping_ms")


def save(room: Interior) -> dict[str, Any]:
    return {
        "state": str(room.state),
        "close_at": room.close_at,
        "host": room.people.host,
        "host_epoch": room.people.host_epoch,
        "last_number": room.people.last_number,
        "members": [_save_member(room, member) for member in room.people.present.values()],
        "chat": [list(row) for row in room.chat],
    }


def load(room: Interior, saved: Mapping[str, Any]) -> None:
    """Into a new, empty interior."""
    room.state = RoomState(saved["state"])
    room.close_at = saved["close_at"]
    room.chat = ChatHistory(ChatRow(*row) for row in saved["chat"])
    for row in saved["members"]:
        _load_member(room, **row)
    room.people.host = saved["host"]
    room.people.host_epoch = saved["host_epoch"]
    room.people.last_number = saved["last_number"]


def _save_member(room: Interior, member: Member) -> dict[str, Any]:
    row = {name: getattr(member, name) for name in _MEMBER_FIELDS}
    return row | {"sent": room.out.log.sent(member.number)}


def _load_member(room: Interior, sent: int, **row: Any) -> None:
    member = room.people.put(Member(**row))
    room.out.log.join(member.number, sent)
    if member.is_player:
        room.world.enter(member.as_player())
