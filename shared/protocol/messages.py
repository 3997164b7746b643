"""Every message on the wire: a msgpack array `[kind, …fields]`, its fields in the order written here.

The set is closed per direction (the four tables at the end). A kind's name and number are shared by both
directions; what travels may differ. *Counted* messages are exact across a resume (docs/PROTOCOL.md, "Counting").
"""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar

from shared.protocol import limits
from shared.protocol.fields import (
    Boolean,
    Bytes,
    FieldSpec,
    Integer,
    ListOf,
    Maybe,
    OneOf,
    Options,
    Text,
    fields_of,
)

PLAYER, SPECTATOR = "player", "spectator"
AUTHORITIES = ("none", "host", "server")
SORTS = ("newest", "name", "fullest", "emptiest", "ping")

TO_OTHERS, TO_HOST = 0, -1
"""Where a relayed message goes, when it is not a member's number."""

Count = Annotated[int, Integer()]
Flag = Annotated[bool, Boolean()]
Id = Annotated[str, Text(32, least=1)]
MemberNumber = Annotated[int, Integer(1, 2**31)]
Milliseconds = Annotated[int, Integer()]
RequestId = Annotated[str, Text(32)]
Role = Annotated[str, OneOf((PLAYER, SPECTATOR))]
RoomOptions = Annotated[dict[str, Any], Options()]
Sentence = Annotated[str, Text(300)]
Token = Annotated[str, Text(limits.HELLO_BYTES)]
Username = Annotated[str, Text(limits.USERNAME_CHARS)]
RoomName = Annotated[str, Text(limits.ROOM_NAME_CHARS)]
Authority = Annotated[str, OneOf(AUTHORITIES)]
TypeName = Annotated[str, Text(limits.TYPE_CHARS)]
Body = Annotated[bytes, Bytes(limits.BODY_BYTES)]
Recipient = Annotated[int, Integer(TO_HOST, 2**31)]


class MessageSpec(NamedTuple):
    """`longest` is the bound of the encoded message in bytes; one above FRAME_BYTES travels in parts."""

    kind: int
    name: str
    cls: type
    fields: tuple[FieldSpec, ...]
    counted: bool
    longest: int


SPECS: dict[type, MessageSpec] = {}

M = TypeVar("M", bound=type)


def _message(kind: int, name: str, *, counted: bool = False, longest: int = limits.FRAME_BYTES) -> Callable[[M], M]:
    def register(cls: M) -> M:
        SPECS[cls] = MessageSpec(kind, name, cls, fields_of(cls), counted, longest)
        return cls

    return register


# --- rows inside messages


class RoomRow(NamedTuple):
    """One line of the room list. `host_ping_ms` is nil until it was measured."""

    room_id: Id
    game: Id
    name: RoomName
    host_name: Username
    players: Count
    seats: Count
    authority: Authority
    options: RoomOptions
    created_ms: Milliseconds
    host_ping_ms: Annotated[int | None, Maybe(Integer())]


class MemberRow(NamedTuple):
    number: MemberNumber
    client_id: Id
    username: Username
    role: Role


class ChatRow(NamedTuple):
    """`number` is 0 when the line's author is no longer known by a number of this room."""

    number: Count
    username: Username
    text: Annotated[str, Text(limits.CHAT_CHARS)]
    sent_ms: Milliseconds


# --- both directions, on lobby and worker


@_message(1, "hello")
class Hello(NamedTuple):
    """First on every connection. The token is an identity (on a worker: a probe) or a ticket (worker only)."""

    version: Count
    token: Token


@_message(2, "welcome")
class Welcome(NamedTuple):
    """A lobby's, or a probe's, answer to `hello`. `room_id` is the room in which the client has a seat, or empty."""

    client_id: Id
    username: Username
    room_id: Annotated[str, Text(32)]


@_message(3, "error")
class Error(NamedTuple):
    """Something the client sent was refused. `about` is the kind it answers, `request` that message's request id."""

    name: Annotated[str, Text(32, least=1)]
    text: Sentence
    about: Count
    request: RequestId
    room_id: Annotated[str, Text(32)]


@_message(4, "ping")
class Ping(NamedTuple):
    """`stamp` comes back in the `pong`; `received` is how many counted messages the sender has got."""

    stamp: Count
    received: Count


@_message(5, "pong")
class Pong(NamedTuple):
    stamp: Count


@_message(6, "part")
class Part(NamedTuple):
    """A chunk of a message too long for one frame. Chunks of one `kind` come in order and fill `total` bytes."""

    kind: Count
    total: Count
    chunk: Annotated[bytes, Bytes(limits.PART_BYTES)]


# --- lobby


@_message(10, "all-rooms")
class SubscribeRooms(NamedTuple):
    """Subscribe to the list. Empty `game` means all games; `options` must all match; at most `most` rows."""

    game: Annotated[str, Text(32)]
    options: RoomOptions
    sort: Annotated[str, OneOf(SORTS)]
    open_only: Flag
    most: Annotated[int, Integer(1, limits.LIST_ROWS)]


@_message(10, "all-rooms", longest=8 * limits.FRAME_BYTES)
class AllRooms(NamedTuple):
    """The full list, in the asked order. `more` counts the matching rooms beyond it."""

    rooms: Annotated[list[RoomRow], ListOf(RoomRow, limits.LIST_ROWS)]
    more: Count


@_message(11, "update-rooms")
class RefreshRooms(NamedTuple):
    """Ask the lobby to read the directory anew now instead of at its next beat."""


@_message(11, "update-rooms", longest=8 * limits.FRAME_BYTES)
class UpdateRooms(NamedTuple):
    """What changed in the subscribed list: new and changed rows, and the ids of rows that left it."""

    changed: Annotated[list[RoomRow], ListOf(RoomRow, limits.LIST_ROWS)]
    removed: Annotated[list[str], ListOf(Text(32), limits.LIST_ROWS)]
    more: Count


@_message(12, "create-room")
class CreateRoom(NamedTuple):
    """0 `seats` means the game's usual number. The answer is a `reroute` or an `error` with the same request id."""

    request: RequestId
    game: Annotated[str, Text(32)]
    name: Annotated[str, Text(200)]
    seats: Count
    options: RoomOptions


@_message(13, "join-room")
class JoinRoom(NamedTuple):
    request: RequestId
    room_id: Annotated[str, Text(32)]
    role: Role


@_message(14, "leave-room")
class LeaveRoom(NamedTuple):
    """To a lobby: give up one's seat, wherever it is. To a worker: leave this room. The answer is `room-disconnect`."""

    request: RequestId


@_message(15, "reroute")
class Reroute(NamedTuple):
    """Go to `address` (a WebSocket URL) and say `hello` with `ticket`. Unasked ones have an empty request id."""

    request: RequestId
    room_id: Id
    game: Id
    address: Annotated[str, Text(300, least=1)]
    ticket: Token


@_message(16, "room-disconnect")
class RoomDisconnect(NamedTuple):
    """The client is no longer in this room. `name` is a row of the error table (`left`, `room-closed`, …)."""

    request: RequestId
    room_id: Annotated[str, Text(32)]
    name: Annotated[str, Text(32, least=1)]
    text: Sentence


@_message(17, "set-username", counted=True)
class SetUsername(NamedTuple):
    """To a lobby: the name to carry into rooms. To a worker: the name in this room, where it must be free."""

    request: RequestId
    username: Annotated[str, Text(200)]


# --- room


@_message(17, "set-username", counted=True)
class UsernameSet(NamedTuple):
    number: MemberNumber
    username: Username


@_message(30, "room-joined", longest=16 * limits.FRAME_BYTES)
class RoomJoined(NamedTuple):
    """The worker's answer to a ticket: the whole picture of the room. Counting starts after it."""

    room_id: Id
    game: Id
    name: RoomName
    seats: Count
    authority: Authority
    options: RoomOptions
    owner_epoch: Count
    host_epoch: Count
    host: Count
    you: MemberNumber
    members: Annotated[list[MemberRow], ListOf(MemberRow, 1024)]
    chat: Annotated[list[ChatRow], ListOf(ChatRow, limits.CHAT_HISTORY)]


@_message(31, "member-joined", counted=True)
class MemberJoined(NamedTuple):
    number: MemberNumber
    client_id: Id
    username: Username
    role: Role


@_message(32, "member-left", counted=True)
class MemberLeft(NamedTuple):
    """`reason` is a row of the error table."""

    number: MemberNumber
    reason: Annotated[str, Text(32, least=1)]


@_message(33, "host-changed", counted=True)
class HostChanged(NamedTuple):
    number: Count
    host_epoch: Count


@_message(34, "relay", counted=True)
class SendRelay(NamedTuple):
    """`to` is a member's number, 0 (all others) or -1 (the host). The body is opaque to the server."""

    to: Recipient
    type: TypeName
    body: Body


@_message(34, "relay", counted=True)
class Relay(NamedTuple):
    sender: MemberNumber
    type: TypeName
    body: Body


@_message(35, "volatile")
class SendVolatile(NamedTuple):
    """`relay` for what the next one replaces (positions, cursors): not counted, logged or kept for a slow member."""

    to: Recipient
    type: TypeName
    body: Body


@_message(35, "volatile")
class Volatile(NamedTuple):
    sender: MemberNumber
    type: TypeName
    body: Body


@_message(36, "chat", counted=True)
class SendChat(NamedTuple):
    text: Annotated[str, Text(8 * limits.CHAT_CHARS)]


@_message(36, "chat", counted=True)
class Chat(NamedTuple):
    """Also goes to its author, so that all members see the same order."""

    number: MemberNumber
    text: Annotated[str, Text(limits.CHAT_CHARS)]
    sent_ms: Milliseconds


@_message(37, "close-room", counted=True)
class CloseRoom(NamedTuple):
    """The host ends the room for everyone."""

    request: RequestId


# --- the closed set of each direction: kind → class

Table = dict[int, MessageSpec]


def _table(*classes: type) -> Table:
    return {SPECS[cls].kind: SPECS[cls] for cls in classes}


CLIENT_TO_LOBBY = _table(Hello, Ping, Pong, SubscribeRooms, RefreshRooms, CreateRoom, JoinRoom, LeaveRoom, SetUsername)
LOBBY_TO_CLIENT = _table(Welcome, Error, Ping, Pong, Part, AllRooms, UpdateRooms, Reroute, RoomDisconnect, SetUsername)
CLIENT_TO_WORKER = _table(Hello, Ping, Pong, LeaveRoom, SetUsername, SendRelay, SendVolatile, SendChat, CloseRoom)
WORKER_TO_CLIENT = _table(
    Welcome,
    Error,
    Ping,
    Pong,
    Part,
    RoomDisconnect,
    UsernameSet,
    RoomJoined,
    MemberJoined,
    MemberLeft,
    HostChanged,
    Relay,
    Volatile,
    Chat,
)
DIRECTIONS: dict[str, Table] = {
    "client to lobby": CLIENT_TO_LOBBY,
    "lobby to client": LOBBY_TO_CLIENT,
    "client to worker": CLIENT_TO_WORKER,
    "worker to client": WORKER_TO_CLIENT,
}

ClientMessage = Hello | Ping | Pong | LeaveRoom | SetUsername | SendRelay | SendVolatile | SendChat | CloseRoom
"""What a room core may be handed."""
