"""What a room tells its application, in order: typed, with members instead of numbers and bodies unpacked."""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from shared.protocol.errors import RoomError
from shared.protocol.messages import MemberRow, PlayerRow


@dataclass(frozen=True, slots=True)
class Relay:
    sender: MemberRow
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Volatile:
    sender: MemberRow
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class AsHost:
    """What the room's host said as host."""

    host_epoch: int
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Chat:
    sender: MemberRow
    text: str
    sent_ms: int


@dataclass(frozen=True, slots=True)
class Joined:
    member: MemberRow


@dataclass(frozen=True, slots=True)
class Left:
    """For good. `reason` is a row of the error table."""

    member: MemberRow
    reason: str


@dataclass(frozen=True, slots=True)
class Away:
    """This member's line is lost; its seat is kept for the grace time."""

    member: MemberRow


@dataclass(frozen=True, slots=True)
class Back:
    member: MemberRow


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """This spectator is a player now."""

    member: MemberRow


@dataclass(frozen=True, slots=True)
class Renamed:
    """`before` is the member under its old name."""

    member: MemberRow
    before: MemberRow


@dataclass(frozen=True, slots=True)
class DoorsSet:
    """`invite` opens a private room."""

    doors: str
    is_locked: bool
    invite: str


@dataclass(frozen=True, slots=True)
class HostChanged:
    """`host` is None while no player is there."""

    host: MemberRow | None
    host_epoch: int


class Said(NamedTuple):
    """A line of the journal. The sender is None for what the host said as host."""

    sender: MemberRow | None
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Authority `host`: the host's last state, what was said since (to be applied in order, without effects), and then
    what this member itself has said to all and the room had not got. Not `is_whole`: there is no such state."""

    is_whole: bool
    tick: int
    state: bytes
    journal: tuple[Said, ...]
    own: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class PlayerAdded:
    """One more person at a member's screen."""

    player: PlayerRow


@dataclass(frozen=True, slots=True)
class PlayerRemoved:
    player: PlayerRow


@dataclass(frozen=True, slots=True)
class Emitted:
    """What the game told once, with the update of this tick: each with a name and fields."""

    tick: int
    events: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the game ended with."""

    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """In development: the game's code was changed, and runs on with the same people."""

    is_kept: bool
    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """One's own line is lost. What is said from now on goes out after the return."""

    reason: RoomError


@dataclass(frozen=True, slots=True)
class Resumed:
    """One is back. Recovered: all that was missed follows, as if nothing had happened. Otherwise the room's members,
    chat, doors and host are as they are now, and what was said meanwhile is lost to this client."""

    recovered: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was sent without a request id did not pass."""

    error: RoomError


Event: TypeAlias = (
    Relay
    | Volatile
    | AsHost
    | Chat
    | Joined
    | Left
    | Away
    | Back
    | SeatTaken
    | Renamed
    | DoorsSet
    | HostChanged
    | Snapshot
    | PlayerAdded
    | PlayerRemoved
    | Emitted
    | Result
    | Reloaded
    | Dropped
    | Resumed
    | Refused
)
