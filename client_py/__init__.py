"""The protocol's client for Python: bots, tests, headless players. `docs/PROTOCOL.md` tells its conversations.

    lobby = await connect("http://localhost:8000", username="Robo")
    room = await lobby.create("chat", "Den")
    await room.send("hello", {"from": "a bot"})
    relay = await room.next(Relay)
    await lobby.close()

In reading order: `states.py` (one connection, one table), `line.py` (a conversation without I/O), `connection.py`
(moves its bytes and minds its time), `lobby.py` and `room.py` (what an application holds), `shell.py` (sockets, HTTP).
"""

from client_py.events import Chat, HostChanged, Joined, Left, Refused, Relay, Renamed, Volatile
from client_py.lobby import Lobby, connect
from client_py.room import Room
from client_py.shell import Shell
from client_py.states import State
from shared.protocol.errors import RoomError
from shared.protocol.messages import PLAYER, SPECTATOR, TO_HOST, TO_OTHERS

__all__ = [
    "PLAYER",
    "SPECTATOR",
    "TO_HOST",
    "TO_OTHERS",
    "Chat",
    "HostChanged",
    "Joined",
    "Left",
    "Lobby",
    "Refused",
    "Relay",
    "Renamed",
    "Room",
    "RoomError",
    "Shell",
    "State",
    "Volatile",
    "connect",
]
