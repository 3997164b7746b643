"""The protocol's client for Python: bots, tests, headless players. `docs/PROTOCOL.md` tells its conversations.

    lobby = await connect("http://localhost:8000", username="Robo")
    room = await lobby.create("chat", "Den")
    await room.send("hello", {"from": "a bot"})
    relay = await room.next(Relay)
    await lobby.close()

In reading order: `states.py` (one connection, one table), `line.py` (a conversation without I/O), `session.py` and
`outbox.py` (what outlives it, without I/O), `connection.py` (moves bytes and minds time), `stay.py` and `life.py` (from
one connection to the next), `lobby.py` and `room.py` (what an application holds), `shell.py` (sockets, HTTP).
"""

from client_py.events import (
    AsHost,
    Away,
    Back,
    Chat,
    DoorsSet,
    Dropped,
    Emitted,
    HostChanged,
    Joined,
    Left,
    PlayerAdded,
    PlayerRemoved,
    Refused,
    Relay,
    Reloaded,
    Renamed,
    Result,
    Resumed,
    Said,
    SeatTaken,
    Snapshot,
    Volatile,
)
from client_py.lobby import Lobby, connect
from client_py.pings import Pings, RoomPing, probe
from client_py.room import Room
from client_py.shell import Shell
from client_py.states import State
from shared.protocol.errors import RoomError
from shared.protocol.messages import PLAYER, PRIVATE, PUBLIC, SPECTATOR, TO_HOST, TO_OTHERS, UNLISTED

__all__ = [
    "PLAYER",
    "PRIVATE",
    "PUBLIC",
    "SPECTATOR",
    "TO_HOST",
    "TO_OTHERS",
    "UNLISTED",
    "AsHost",
    "Away",
    "Back",
    "Chat",
    "DoorsSet",
    "Dropped",
    "Emitted",
    "HostChanged",
    "Joined",
    "Left",
    "Lobby",
    "Pings",
    "PlayerAdded",
    "PlayerRemoved",
    "Refused",
    "Relay",
    "Reloaded",
    "Renamed",
    "Result",
    "Resumed",
    "Room",
    "RoomError",
    "RoomPing",
    "Said",
    "SeatTaken",
    "Shell",
    "Snapshot",
    "State",
    "Volatile",
    "connect",
    "probe",
]
