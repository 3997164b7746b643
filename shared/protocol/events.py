"""What travels between lobbies, nodes and workers on the bus: hints. A missed one costs delay, never correctness.

An event is a msgpack array `[name, …fields]` on the channel named by its class.
"""

from enum import StrEnum
from typing import NamedTuple

from shared.protocol.ids import ClientId, RoomId, WorkerId


class Channel(StrEnum):
    ROOMS = "rooms"
    HOST_PING = "host-ping"
    DISCONNECT = "disconnect"
    LOBBIES = "lobbies"
    WORKERS = "workers"


class RoomOpened(NamedTuple):
    room_id: RoomId


class RoomChanged(NamedTuple):
    room_id: RoomId


class RoomEnded(NamedTuple):
    """`reason` is a row of the error table."""

    room_id: RoomId
    reason: str


class WorkerEnded(NamedTuple):
    """Its lease is gone; whoever lists rooms reads the directory anew."""

    worker_id: WorkerId


class HostPings(NamedTuple):
    """One worker's rooms and their hosts' smoothed round trips in milliseconds, once per RENEW_EVERY_S."""

    worker_id: WorkerId
    pings: list[tuple[RoomId, int]]


class ClientDisconnected(NamedTuple):
    """A member's line is lost or it left; `reason` is a row of the error table. Nothing here listens to it: it is for a
    fork's own programs."""

    client_id: ClientId
    room_id: RoomId
    reason: str


class SeatHeld(NamedTuple):
    """Somebody held a seat for this client; the lobby that has its line sends it a `reroute`."""

    client_id: ClientId
    room_id: RoomId


class SeatReleased(NamedTuple):
    """A seat was given up through a lobby; the owner lets the member of this or an older session number go."""

    room_id: RoomId
    client_id: ClientId
    session: int


Event = RoomOpened | RoomChanged | RoomEnded | WorkerEnded | HostPings | ClientDisconnected | SeatHeld | SeatReleased

CHANNEL_OF: dict[type, Channel] = {
    RoomOpened: Channel.ROOMS,
    RoomChanged: Channel.ROOMS,
    RoomEnded: Channel.ROOMS,
    WorkerEnded: Channel.ROOMS,
    HostPings: Channel.HOST_PING,
    ClientDisconnected: Channel.DISCONNECT,
    SeatHeld: Channel.LOBBIES,
    SeatReleased: Channel.WORKERS,
}
EVENTS: dict[str, type] = {cls.__name__: cls for cls in CHANNEL_OF}
