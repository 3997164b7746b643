"""The one table of errors: name, close code, HTTP status, who is at fault, and whether to try again.

A close code from 4000 to 4499 says *try again* (through the lobby), one from 4500 to 4999 is *final*.
Foreign exceptions are translated into a `RoomError` at the edge where they appear.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.protocol.limits import SENTENCE_CHARS

FINAL_FROM = 4500


class Fault(StrEnum):
    CLIENT = "client"
    SERVER = "server"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One row of the table. `text` is the sentence a person may read; it says what to do where that helps."""

    name: str
    close_code: int
    http_status: int
    fault: Fault
    text: str

    @property
    def is_final(self) -> bool:
        return self.close_code >= FINAL_FROM


class RoomError(Exception):
    """A typed error on its way to the client that caused or suffers it.

    `kind` is a row of `ERRORS`; `detail` replaces the row's sentence; `room_id` names the room that it is about. `text`
    fits the wire, however much `detail` lists.
    """

    def __init__(self, kind: ErrorKind, detail: str = "", room_id: str = "") -> None:
        super().__init__(f"{kind.name}: {detail or kind.text}")
        self.kind = kind
        self.text = (detail or kind.text)[:SENTENCE_CHARS]
        self.room_id = room_id


ERRORS: dict[str, ErrorKind] = {}


def _row(name: str, close_code: int, http_status: int, fault: Fault, text: str) -> ErrorKind:
    ERRORS[name] = kind = ErrorKind(name, close_code, http_status, fault, text)
    return kind


# Try again
LINE_LOST = _row("line-lost", 4000, 503, Fault.NOBODY, "The connection was lost.")
LINE_SILENT = _row("line-silent", 4001, 503, Fault.NOBODY, "Nothing was heard from you for a while.")
WORKER_STOPPING = _row("worker-stopping", 4002, 503, Fault.SERVER, "This server is being stopped.")
WORKER_LOST = _row("worker-lost", 4003, 503, Fault.SERVER, "The server of this room is gone.")
ROOM_MOVED = _row("room-moved", 4004, 503, Fault.SERVER, "Another server runs this room now. Join it again.")
MEMBER_SLOW = _row("member-slow", 4005, 503, Fault.CLIENT, "Your connection cannot keep up with this room.")
HELLO_LATE = _row("hello-late", 4006, 408, Fault.CLIENT, "No hello arrived in time.")
HELLO_CROWDED = _row("hello-crowded", 4007, 503, Fault.NOBODY, "Too many connections are waiting. Try again.")
PROBE_OVER = _row("probe-over", 4008, 408, Fault.NOBODY, "This probe has ended.")
TOO_MANY_CONNECTIONS = _row("too-many-connections", 4009, 429, Fault.CLIENT, "Too many connections from your address.")
TOO_MANY_REQUESTS = _row("too-many-requests", 4010, 429, Fault.CLIENT, "Too many at once. Wait a little.")
TICKET_EXPIRED = _row("ticket-expired", 4011, 401, Fault.CLIENT, "This ticket has expired. Ask the lobby again.")
TOKEN_EXPIRED = _row("token-expired", 4012, 401, Fault.CLIENT, "This identity has expired. Ask for a new one.")
STORE_UNAVAILABLE = _row("store-unavailable", 4013, 503, Fault.SERVER, "The directory cannot be reached. Try again.")
NO_WORKER = _row("no-worker", 4014, 503, Fault.SERVER, "No server is free for this game right now. Try again.")
INTERNAL = _row("internal", 4015, 500, Fault.SERVER, "Something went wrong on our side.")
NEXT_ROOM = _row("next-room", 4016, 409, Fault.NOBODY, "Everybody goes on to another room.")

# Final
LEFT = _row("left", 4500, 200, Fault.NOBODY, "You left the room.")
ROOM_CLOSED = _row("room-closed", 4501, 410, Fault.NOBODY, "This room has ended.")
ROOM_UNKNOWN = _row("room-unknown", 4502, 404, Fault.CLIENT, "There is no such room.")
ROOM_FULL = _row("room-full", 4503, 409, Fault.CLIENT, "Every seat of this room is taken.")
ROOM_EXISTS = _row("room-exists", 4504, 409, Fault.CLIENT, "A room of this name already exists. Choose another name.")
ROOM_LIMIT = _row("room-limit", 4505, 503, Fault.SERVER, "This server has as many rooms as it can hold.")
CLIENT_ROOM_LIMIT = _row("client-room-limit", 4506, 409, Fault.CLIENT, "You have opened too many rooms. Close one.")
SEATED = _row("seated", 4507, 409, Fault.CLIENT, "You are already in another room. Leave it first.")
GAME_UNKNOWN = _row("game-unknown", 4508, 404, Fault.CLIENT, "This server does not have that game.")
GAME_BROKEN = _row("game-broken", 4509, 500, Fault.SERVER, "The game failed, so this room had to end.")
JOIN_REFUSED = _row("join-refused", 4510, 403, Fault.CLIENT, "This room did not let you in.")
NOT_HOST = _row("not-host", 4511, 403, Fault.CLIENT, "Only the host may do that.")
NOT_A_PLAYER = _row("not-a-player", 4512, 403, Fault.CLIENT, "Spectators may not do that.")
MEMBER_UNKNOWN = _row("member-unknown", 4513, 404, Fault.CLIENT, "There is no such member in this room.")
USERNAME_TAKEN = _row("username-taken", 4514, 409, Fault.CLIENT, "Somebody in this room has that name already.")
BAD_NAME = _row("bad-name", 4515, 422, Fault.CLIENT, "This name cannot be used.")
BAD_SEATS = _row("bad-seats", 4516, 422, Fault.CLIENT, "This game cannot have that many seats.")
BAD_OPTIONS = _row("bad-options", 4517, 422, Fault.CLIENT, "These options do not fit the game.")
BAD_REQUEST = _row("bad-request", 4518, 422, Fault.CLIENT, "This request cannot be understood.")
TEXT_TOO_LONG = _row("text-too-long", 4519, 422, Fault.CLIENT, "This text is too long.")
TOKEN_INVALID = _row("token-invalid", 4520, 401, Fault.CLIENT, "This identity is not valid here.")
TICKET_INVALID = _row("ticket-invalid", 4521, 401, Fault.CLIENT, "This ticket is not valid here.")
TICKET_USED = _row("ticket-used", 4522, 401, Fault.CLIENT, "This ticket was used before.")
ORIGIN_REFUSED = _row("origin-refused", 4523, 403, Fault.CLIENT, "This site may not connect here.")
NOT_ALLOWED = _row("not-allowed", 4524, 403, Fault.CLIENT, "You may not do that.")
VERSION_UNSUPPORTED = _row(
    "version-unsupported", 4525, 426, Fault.CLIENT, "This page is older or newer than the server. Reload it."
)
MESSAGE_MALFORMED = _row("message-malformed", 4526, 400, Fault.CLIENT, "A message could not be decoded.")
MESSAGE_UNKNOWN = _row("message-unknown", 4527, 400, Fault.CLIENT, "A message is of a kind unknown here.")
MESSAGE_TOO_LARGE = _row("message-too-large", 4528, 413, Fault.CLIENT, "A message is larger than allowed.")
TEXT_FRAME = _row("text-frame", 4529, 400, Fault.CLIENT, "Only binary frames are spoken here.")
FLOODING = _row("flooding", 4530, 429, Fault.CLIENT, "You kept sending far more than is allowed.")
SESSION_OVER = _row("session-over", 4531, 410, Fault.NOBODY, "You were away for too long; your seat is free again.")
TAKEN_OVER = _row("taken-over", 4532, 409, Fault.NOBODY, "You went on playing somewhere else.")
KICKED = _row("kicked", 4533, 403, Fault.CLIENT, "The host sent you out of the room.")
BANNED = _row("banned", 4534, 403, Fault.CLIENT, "The host does not want you in this room.")
INVITE_WRONG = _row("invite-wrong", 4535, 404, Fault.CLIENT, "There is no such room, or the invite code is wrong.")
ROOM_LOCKED = _row("room-locked", 4536, 409, Fault.CLIENT, "The host has locked this room.")
HOST_EPOCH_OLD = _row("host-epoch-old", 4537, 409, Fault.CLIENT, "Somebody else is host by now.")
ACT_UNKNOWN = _row("act-unknown", 4538, 422, Fault.CLIENT, "This game has no such act.")
PLAYER_UNKNOWN = _row("player-unknown", 4539, 404, Fault.CLIENT, "That is no player of yours.")
LOCAL_PLAYERS_FULL = _row("local-players-full", 4540, 409, Fault.CLIENT, "No more people can share this screen.")
GAME_TOO_SLOW = _row("game-too-slow", 4541, 500, Fault.SERVER, "The game could not keep up, so this room had to end.")
