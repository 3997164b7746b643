"""What a room asks its shell to do, beside sending bytes. Handed out once, in order, by `Room.take_effects`.

A shell performs them after it has written what `Room.flush` gave it, so that a last word arrives before its close.
"""

from dataclasses import dataclass

from shared.protocol.errors import ErrorKind
from shared.protocol.ids import ClientId


@dataclass(frozen=True, slots=True)
class CloseMember:
    """Close the member's line with this kind's close code. A number without a line means nothing is to be done."""

    number: int
    kind: ErrorKind
    text: str


@dataclass(frozen=True, slots=True)
class Announce:
    """The summary or the members changed: renew the room's record soon."""


@dataclass(frozen=True, slots=True)
class Release:
    """Free the member's seat in the directory. When that is done and `confirm` is set, call `Room.released(number)`."""

    number: int
    client_id: ClientId
    session: int
    reason: ErrorKind
    confirm: bool


@dataclass(frozen=True, slots=True)
class Dispose:
    """Close the room in the directory and drop it. With `only_if_empty` the directory may refuse, because somebody
    holds a seat: then call `Room.keep(until)`."""

    kind: ErrorKind
    only_if_empty: bool


@dataclass(frozen=True, slots=True)
class Reserve:
    """A spectator would like to be a player, or a member to have one player more: ask the directory for `players` seats
    in place of its own, then call `Room.reserved(number, seat)`, with None when there are none."""

    number: int
    client_id: ClientId
    players: int


@dataclass(frozen=True, slots=True)
class NextRoom:
    """The host `number` leads everybody to another room: place it (an empty game or name means the present one) with
    seats for all clients here, then call `Room.end(NEXT_ROOM)`, or `Room.next_room_failed(number, request, error)`."""

    number: int
    request: str
    game: str
    name: str
    is_quick: bool


Effect = CloseMember | Announce | Release | Dispose | Reserve | NextRoom
