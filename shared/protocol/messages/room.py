"""Messages between a member and its room: who is there, what they say to each other."""

from typing import Annotated, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import ListOf, Text
from shared.protocol.messages.game import InputRow, PlayerRow
from shared.protocol.messages.shapes import (
    Authority,
    Body,
    Count,
    Doors,
    Flag,
    Id,
    InviteCode,
    MemberNumber,
    Milliseconds,
    Recipient,
    RequestId,
    Role,
    RoomName,
    RoomOptions,
    SessionCode,
    TypeName,
    Username,
    message,
)


class MemberRow(NamedTuple):
    number: MemberNumber
    client_id: Id
    username: Username
    role: Role
    is_away: Flag


class PingRow(NamedTuple):
    number: MemberNumber
    ping_ms: Count


class ChatRow(NamedTuple):
    """`number` is 0 when the line's author is no longer known by a number of this room."""

    number: Count
    username: Username
    text: Annotated[str, Text(limits.CHAT_CHARS)]
    sent_ms: Milliseconds


@message(17, "set-username", counted=True)
class UsernameSet(NamedTuple):
    number: MemberNumber
    username: Username


@message(30, "room-joined", longest=16 * limits.FRAME_BYTES)
class RoomJoined(NamedTuple):
    """The worker's answer to a ticket: the whole picture of the room. What the client receives is counted from here on.

    `received` says how many counted messages of this client the room has; the client's own count goes on from there.
    `has_returned`: its session goes on, but what it missed cannot be told exactly, hence the picture. It is the session
    that the client knows if `you` is the number that it had.

    `has_main`: a `main.py` runs here, on the worker or, in authority `host`, in the host's page. `tick_hz` (0: turns),
    `inputs` and `local_players` (how many may share one screen) are what the game declares.
    """

    room_id: Id
    game: Id
    name: RoomName
    seats: Count
    authority: Authority
    options: RoomOptions
    owner_epoch: Count
    host_epoch: Count
    host: Count
    doors: Doors
    is_locked: Flag
    invite: InviteCode
    spectator_seats: Count
    you: MemberNumber
    has_returned: Flag
    received: Count
    members: Annotated[list[MemberRow], ListOf(MemberRow, 1024)]
    added_players: Annotated[list[PlayerRow], ListOf(PlayerRow, 1024)]
    has_main: Flag
    tick_hz: Count
    inputs: Annotated[list[InputRow], ListOf(InputRow, limits.INPUT_VALUES)]
    local_players: Count
    chat: Annotated[list[ChatRow], ListOf(ChatRow, limits.CHAT_HISTORY)]


@message(31, "member-joined", counted=True)
class MemberJoined(NamedTuple):
    number: MemberNumber
    client_id: Id
    username: Username
    role: Role


@message(32, "member-left", counted=True)
class MemberLeft(NamedTuple):
    """`reason` is a row of the error table."""

    number: MemberNumber
    reason: Annotated[str, Text(32, least=1)]


@message(33, "host-changed", counted=True)
class HostChanged(NamedTuple):
    number: Count
    host_epoch: Count


@message(34, "relay", counted=True)
class SendRelay(NamedTuple):
    """`to` is a member's number, 0 (all others) or -1 (the host). The body is opaque to the server."""

    to: Recipient
    type: TypeName
    body: Body


@message(34, "relay", counted=True)
class Relay(NamedTuple):
    sender: MemberNumber
    type: TypeName
    body: Body


@message(35, "volatile")
class SendVolatile(NamedTuple):
    """`relay` for what the next one replaces (positions, cursors): not counted, logged or kept for a slow member."""

    to: Recipient
    type: TypeName
    body: Body


@message(35, "volatile")
class Volatile(NamedTuple):
    sender: MemberNumber
    type: TypeName
    body: Body


@message(36, "chat", counted=True)
class SendChat(NamedTuple):
    text: Annotated[str, Text(8 * limits.CHAT_CHARS)]


@message(36, "chat", counted=True)
class Chat(NamedTuple):
    """Also goes to its author, so that all members see the same order."""

    number: MemberNumber
    text: Annotated[str, Text(limits.CHAT_CHARS)]
    sent_ms: Milliseconds


@message(37, "close-room", counted=True)
class CloseRoom(NamedTuple):
    """The host ends the room for everyone."""

    request: RequestId


@message(38, "session-code")
class GiveSession(NamedTuple):
    """The secret with which this member comes back. It changes at each return; keep it and say so."""

    code: SessionCode


@message(38, "session-code")
class KeepSession(NamedTuple):
    """The client has kept this code; the one before is no longer valid."""

    code: SessionCode


@message(39, "room-resumed")
class RoomResumed(NamedTuple):
    """The worker's answer to a ticket with a session code when nothing is lost: the next `missed` counted messages are
    those that the client has not got, and both counts go on. `received` as in `room-joined`."""

    you: MemberNumber
    received: Count
    missed: Count


@message(40, "member-away", counted=True)
class MemberAway(NamedTuple):
    """Its line is lost, and its seat kept for the grace time."""

    number: MemberNumber


@message(41, "member-back", counted=True)
class MemberBack(NamedTuple):
    number: MemberNumber


@message(42, "member-pings")
class MemberPings(NamedTuple):
    """Smoothed round trips between the worker and the members, in milliseconds."""

    pings: Annotated[list[PingRow], ListOf(PingRow, 1024)]


@message(43, "take-seat", counted=True)
class TakeSeat(NamedTuple):
    """A spectator asks to become a player."""

    request: RequestId


@message(43, "take-seat", counted=True)
class SeatTaken(NamedTuple):
    """This spectator is a player now."""

    number: MemberNumber


@message(44, "hidden")
class Hidden(NamedTuple):
    """The client's page went to the background, or came back. A hidden host is replaced after a while."""

    is_hidden: Flag
