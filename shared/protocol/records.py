"""What the directory keeps, as lobbies, nodes and workers see it. Times are milliseconds since 1970 by Redis `TIME`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.protocol.ids import ClientId, GameName, NodeId, RoomId, WorkerId
from shared.protocol.messages import PLAYER, PUBLIC


class SeatState(StrEnum):
    HELD = "held"
    TAKEN = "taken"
    AWAY = "away"


class Entry(StrEnum):
    """As what somebody asks for a seat. One's own seat in the room is always given; the doors are for newcomers."""

    JOIN = "join"
    """Through the doors. Whoever is in already, on another line, is refused as `seated`."""
    TAKE_OVER = "take-over"
    """The same, except that one's other line is to end."""
    RETURN = "return"
    """Back to one's own seat, or not at all."""
    CALLED = "called"
    """By a server of one's own: through closed doors."""


@dataclass(frozen=True, slots=True)
class SeatRequest:
    """Seats for one client: `players` of them (local players share a client), or none for a spectator."""

    client_id: ClientId
    role: str = PLAYER
    players: int = 1


@dataclass(frozen=True, slots=True)
class Seat:
    """A client's place in a room. `session` rises with each hold for it; a smaller one does nothing.

    `until_ms` ends a hold (or, away, the grace time); 0 means that it does not end by itself.
    """

    client_id: ClientId
    session: int
    state: SeatState
    role: str
    players: int
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """What a room was created with; never changes."""

    room_id: RoomId
    game: GameName
    game_hash: str
    name: str
    seats: int
    spectators: int
    authority: str
    options: dict[str, Any]
    creator: ClientId
    isolated: bool = False
    durable: bool = False


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """What its owner publishes of a living room with each renewal.

    `host_ping_age_ms` counts until that renewal; in what the directory hands out, until the reading. `is_open`: not
    about to end. `invite` is empty unless the doors are private.
    """

    host: str = ""
    host_name: str = ""
    host_ping_ms: int | None = None
    host_ping_age_ms: int = 0
    is_open: bool = True
    doors: str = PUBLIC
    is_locked: bool = False
    invite: str = ""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A room in the directory. `is_born` after its first claim; `players` and `spectators` count taken, away and living
    held seats. `address` is its worker's, as announced."""

    spec: RoomSpec
    owner: WorkerId
    owner_epoch: int
    is_born: bool
    created_ms: int
    renewed_ms: int
    players: int
    spectators: int = 0
    address: str = ""
    summary: RoomSummary = field(default_factory=RoomSummary)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What an owner renews of a room. `seats`: all that it has, taken and away.

    `reservations`: how many of its changes to seats the directory had answered when the owner looked. What a later one
    changed, these facts do not know yet, and leave as it is.
    """

    record: RoomRecord
    summary: RoomSummary
    seats: Sequence[Seat]
    reservations: int = 0


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker under its lease. `games`: a game's name to the hash of its code; `load`: busy share of its loop."""

    worker_id: WorkerId
    node_id: NodeId
    address: str
    games: dict[str, str]
    load: float = 0.0
    rooms: int = 0
    room_limit: int = 0
    is_draining: bool = False
    is_exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A seat held for a client: all that a ticket says. `until_ms` is when the hold ends."""

    room_id: RoomId
    game: GameName
    owner: WorkerId
    owner_epoch: int
    address: str
    client_id: ClientId
    session: int
    role: str
    players: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What the owner gets for a ticket: the room (to build it at the first claim) and the seat, now taken."""

    room: RoomRecord
    seat: Seat
