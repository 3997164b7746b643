"""Messages between a client and a lobby: the list, seats, and the way to them."""

from typing import Annotated, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import Integer, ListOf, Maybe, OneOf, Text
from shared.protocol.messages.shapes import (
    SORTS,
    Authority,
    Count,
    Flag,
    Id,
    InviteCode,
    MaybeId,
    Milliseconds,
    RequestId,
    Role,
    RoomName,
    RoomOptions,
    Sentence,
    Token,
    Username,
    message,
)


class RoomRow(NamedTuple):
    """One line of the room list. `host_ping_ms` is nil until it was measured; `is_ping_old`: not measured lately.

    `address` is where a client may probe the room's worker; `{host}` and `{netloc}` in it stand for what the client
    reached the lobby by.
    """

    room_id: Id
    game: Id
    name: RoomName
    host_name: Username
    players: Count
    seats: Count
    spectators: Count
    spectator_seats: Count
    is_locked: Flag
    authority: Authority
    options: RoomOptions
    created_ms: Milliseconds
    host_ping_ms: Annotated[int | None, Maybe(Integer())]
    is_ping_old: Flag
    address: Annotated[str, Text(300)]


@message(10, "all-rooms")
class SubscribeRooms(NamedTuple):
    """Subscribe to the list. Empty `game` means all games; `options` must all match; at most `most` rows."""

    game: MaybeId
    options: RoomOptions
    sort: Annotated[str, OneOf(SORTS)]
    open_only: Flag
    most: Annotated[int, Integer(1, limits.LIST_ROWS)]


@message(10, "all-rooms", longest=8 * limits.FRAME_BYTES)
class AllRooms(NamedTuple):
    """The full list, in the asked order. `more` counts the matching rooms beyond it."""

    rooms: Annotated[list[RoomRow], ListOf(RoomRow, limits.LIST_ROWS)]
    more: Count


@message(11, "update-rooms")
class RefreshRooms(NamedTuple):
    """Ask the lobby to read the directory anew now instead of at its next beat."""


@message(11, "update-rooms", longest=8 * limits.FRAME_BYTES)
class UpdateRooms(NamedTuple):
    """What changed in the subscribed list: new and changed rows, and the ids of rows that left it."""

    changed: Annotated[list[RoomRow], ListOf(RoomRow, limits.LIST_ROWS)]
    removed: Annotated[list[str], ListOf(Text(32), limits.LIST_ROWS)]
    more: Count


@message(12, "create-room")
class CreateRoom(NamedTuple):
    """0 `seats` means the game's usual number. The answer is a `reroute` or an `error` with the same request id."""

    request: RequestId
    game: MaybeId
    name: Annotated[str, Text(200)]
    seats: Count
    options: RoomOptions


@message(13, "join-room")
class JoinRoom(NamedTuple):
    """By id, or by the invite code of a private room (then the id may be empty). Who is in the room already, on another
    line, is refused as `seated` unless it asks to take over."""

    request: RequestId
    room_id: MaybeId
    role: Role
    invite: InviteCode
    take_over: Flag


@message(14, "leave-room")
class LeaveRoom(NamedTuple):
    """To a lobby: give up one's seat, wherever it is. To a worker: leave this room. The answer is `room-disconnect`."""

    request: RequestId


@message(15, "reroute")
class Reroute(NamedTuple):
    """Go to `address` (a WebSocket URL) and say `hello` with `ticket`. Unasked ones have an empty request id."""

    request: RequestId
    room_id: Id
    game: Id
    address: Annotated[str, Text(300, least=1)]
    ticket: Token


@message(16, "room-disconnect")
class RoomDisconnect(NamedTuple):
    """The client is no longer in this room. `name` is a row of the error table (`left`, `room-closed`, …)."""

    request: RequestId
    room_id: MaybeId
    name: Annotated[str, Text(32, least=1)]
    text: Sentence


@message(17, "set-username", counted=True)
class SetUsername(NamedTuple):
    """To a lobby: the name to carry into rooms. To a worker: the name in this room, where it must be free."""

    request: RequestId
    username: Annotated[str, Text(200)]


@message(18, "quick-match")
class QuickMatch(NamedTuple):
    """The best open room of this game with these options, or a new one. The answer is a `reroute`."""

    request: RequestId
    game: MaybeId
    options: RoomOptions
