"""Pictures of rooms for tests of clients and codecs; a test names only the fields that it is about."""

from typing import Any

from shared.protocol.messages import PUBLIC, RoomJoined

_DEN: dict[str, Any] = {
    "room_id": "room2222ab",
    "game": "chat",
    "name": "Den",
    "seats": 8,
    "authority": "none",
    "options": {},
    "owner_epoch": 1,
    "host_epoch": 1,
    "host": 1,
    "doors": PUBLIC,
    "is_locked": False,
    "invite": "",
    "spectator_seats": 8,
    "you": 1,
    "has_returned": False,
    "received": 0,
    "members": [],
    "added_players": [],
    "has_main": False,
    "tick_hz": 0,
    "inputs": [],
    "local_players": 1,
    "chat": [],
}


def a_picture(**changed: Any) -> RoomJoined:
    return RoomJoined(**_DEN | changed)
