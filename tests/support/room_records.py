"""Rooms as a lobby reads them from the directory, for tests of the list."""

from typing import Any

from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import PUBLIC
from shared.protocol.records import RoomRecord, RoomSpec, RoomSummary

ADDRESS = "ws://{host}:8101"


def record(number: int, **changes: Any) -> RoomRecord:
    fields: dict[str, Any] = {"game": "chat", "name": f"Room {number}", "seats": 8, "options": {}, "players": 1}
    fields |= {"created_ms": number, "ping_ms": None, "ping_age_ms": 0, "is_open": True, "authority": "none"}
    fields |= {"doors": PUBLIC, "is_locked": False, "spectators": 0, "spectator_seats": 0} | changes
    spec = RoomSpec(
        room_id=RoomId(f"r{number}"),
        game=GameName(fields["game"]),
        game_hash="h",
        name=fields["name"],
        seats=fields["seats"],
        spectators=fields["spectator_seats"],
        authority=fields["authority"],
        options=fields["options"],
        creator=ClientId("c"),
    )
    return RoomRecord(
        spec,
        WorkerId("w"),
        1,
        is_born=True,
        created_ms=fields["created_ms"],
        renewed_ms=0,
        players=fields["players"],
        spectators=fields["spectators"],
        address=ADDRESS,
        summary=RoomSummary(
            host="c",
            host_name="Ada",
            host_ping_ms=fields["ping_ms"],
            host_ping_age_ms=fields["ping_age_ms"],
            is_open=fields["is_open"],
            doors=fields["doors"],
            is_locked=fields["is_locked"],
        ),
    )
