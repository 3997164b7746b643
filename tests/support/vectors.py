"""Golden vectors: one example or more of each message in each direction, and payloads that nobody may accept.

`python -m tests.support.vectors` rewrites tests/vectors/*.json from here; a test says when they are stale. The format
is in tests/vectors/README.md.
"""

import json
from pathlib import Path
from typing import Any

from shared.protocol.messages import (
    BUTTON,
    PLAYER,
    PRIVATE,
    PUBLIC,
    SPECS,
    SPECTATOR,
    STICK,
    TO_HOST,
    TO_OTHERS,
    AddPlayer,
    AllRooms,
    Answer,
    AsHost,
    AskDeposit,
    Ban,
    Candidate,
    Chat,
    ChatRow,
    CloseRoom,
    CreateRoom,
    Deposit,
    DoorsSet,
    Error,
    GiveSession,
    HandOver,
    Hello,
    Hidden,
    HostChanged,
    InputRow,
    JoinRoom,
    JournalRow,
    KeepSession,
    Kick,
    LeaveRoom,
    MemberAway,
    MemberBack,
    MemberJoined,
    MemberLeft,
    MemberPings,
    MemberRow,
    NextRoom,
    Offer,
    Part,
    Ping,
    PingRow,
    PlayerAdded,
    PlayerRemoved,
    PlayerRow,
    Pong,
    QuickMatch,
    RefreshRooms,
    Relay,
    Reloaded,
    RemovePlayer,
    Reroute,
    Result,
    RoomDisconnect,
    RoomResumed,
    RoomRow,
    SayBye,
    Scene,
    SeatTaken,
    SendAct,
    SendAnswer,
    SendAsHost,
    SendBye,
    SendCandidate,
    SendChat,
    SendInput,
    SendOffer,
    SendRelay,
    SendVolatile,
    SetDoors,
    SetUsername,
    Snapshot,
    SubscribeRooms,
    TakeSeat,
    Update,
    UpdateRooms,
    UsernameSet,
    Volatile,
    Welcome,
)
from shared.wire.codec import encode
from tests.support.pictures import a_picture
from tests.support.scene_vectors import scenes_json, sticks_json

FOLDER = Path(__file__).parent.parent / "vectors"

NOW_MS = 1_800_000_000_123
OPTIONS = {"speed": 3, "friction": 0.5, "map": "Zürich", "teams": True, "offset": -7}
DEN = RoomRow("room2222ab", "chat", "Den", "Ann", 2, 8, 0, 8, False, "none", {}, NOW_MS, 43, False, "ws://{host}:8101")
BOARD = RoomRow(
    "room3333cd", "sketch", "Board 🦊", "Zoë", 1, 64, 3, 16, True, "host", OPTIONS, NOW_MS + 1, None, True, ""
)
ANN = MemberRow(1, "annannannannanna", "Ann", PLAYER, False)
EVE = MemberRow(4, "eveeveeveeveevee", "Eve", SPECTATOR, True)
LINES = [ChatRow(1, "Ann", "hello\nyou", NOW_MS), ChatRow(0, "Bob", "👋 bye", NOW_MS + 1)]

CLASSES = [["Tank", ["x", "y", "name"], [0.25, 0.25, 0]], ["Shot", ["x"], [0]]]
SDP = b"v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
CANDIDATE = "candidate:1 1 udp 2113937151 192.0.2.7 51472 typ host generation 0 ufrag 4ZcD network-cost 999"
CODE = "abcdefghjkmnpqrstvwxyz23456789ab"
PRIVATE_BOARD = a_picture(
    room_id="room3333cd",
    game="sketch",
    name="Board 🦊",
    seats=64,
    authority="host",
    options=OPTIONS,
    owner_epoch=3,
    host_epoch=9,
    doors=PRIVATE,
    is_locked=True,
    invite="k7m2xw9p",
    spectator_seats=16,
    you=4,
    has_returned=True,
    received=12,
    members=[ANN, EVE],
    added_players=[PlayerRow(5, 1, "Ann's brother")],
    has_main=True,
    tick_hz=20,
    inputs=[InputRow("move", STICK), InputRow("fire", BUTTON)],
    local_players=2,
    chat=LINES,
)

EITHER_WAY: list[Any] = [Ping(NOW_MS, 70_000), Ping(0, 0), Pong(NOW_MS), Pong(2**53 - 1)]
FROM_A_SERVER: list[Any] = [
    Welcome("annannannannanna", "Ann", ""),
    Welcome("annannannannanna", "Ann", "room2222ab"),
    Error("seated", "You are already in another room. Leave it first.", 13, "request2222aaaaa", "room2222ab"),
    Error("bad-request", "", 0, "", ""),
    Part(30, 40_000, b"\x00\x01\xfe\xff"),
    RoomDisconnect("request2222aaaaa", "room2222ab", "left", "You left the room."),
    RoomDisconnect("", "", "worker-lost", "The server of this room is gone."),
]

SAMPLES: dict[str, list[Any]] = {
    "client to lobby": [
        Hello(1, "header.claims.signature", "", 0, -1),
        Hello(1, "header.claims.signature", "room2222ab", 0, -1),
        *EITHER_WAY,
        SubscribeRooms("", {}, "newest", False, 200),
        SubscribeRooms("sketch", OPTIONS, "ping", True, 1),
        RefreshRooms(),
        CreateRoom("request2222aaaaa", "chat", "Den", 0, {}),
        CreateRoom("request2222aaaaa", "sketch", "Board 🦊", 64, OPTIONS),
        JoinRoom("request2222aaaaa", "room2222ab", PLAYER, "", False),
        JoinRoom("request2222aaaaa", "room2222ab", SPECTATOR, "", True),
        JoinRoom("request2222aaaaa", "", PLAYER, "k7m2xw9p", False),
        QuickMatch("request2222aaaaa", "sketch", OPTIONS),
        LeaveRoom("request2222aaaaa"),
        SetUsername("request2222aaaaa", "Zoë"),
    ],
    "lobby to client": [
        *FROM_A_SERVER,
        *EITHER_WAY,
        AllRooms([], 0),
        AllRooms([DEN, BOARD], 300),
        UpdateRooms([DEN], ["room3333cd", "room4444ef"], 1),
        Reroute("request2222aaaaa", "room2222ab", "chat", "ws://192.0.2.7:8101", "header.claims.signature"),
        Reroute("", "room2222ab", "chat", "wss://rooms.example/w/node2345/8101", "header.claims.signature"),
        SetUsername("request2222aaaaa", "Zoë"),
    ],
    "client to worker": [
        Hello(1, "header.claims.signature", "", 0, -1),
        Hello(1, "header.claims.signature", CODE, 3, 70_000),
        *EITHER_WAY,
        Part(50, 1_048_999, b"\x00\x01\xfe\xff"),
        LeaveRoom("request2222aaaaa"),
        SetUsername("", "नमस्ते"),
        SendRelay(TO_OTHERS, "stroke", bytes(range(40))),
        SendRelay(TO_HOST, "", b""),
        SendRelay(2**31, "t" * 32, b"\xc0" * 300),
        SendVolatile(TO_OTHERS, "cursor", b"\x92\x01\x02"),
        SendVolatile(3, "cursor", b""),
        SendChat("hello\nyou 👋"),
        CloseRoom("request2222aaaaa"),
        KeepSession(CODE),
        TakeSeat("request2222aaaaa"),
        Hidden(True),
        Hidden(False),
        Deposit(3, 70_000, 12, 0, b"\x81\xa1a\x01"),
        SendAsHost(3, TO_OTHERS, "score", b"\x92\x01\x02"),
        SendAsHost(3, 4, "", b""),
        HandOver("request2222aaaaa", 4),
        SetDoors("request2222aaaaa", PRIVATE, False),
        SetDoors("request2222aaaaa", PUBLIC, True),
        Kick("request2222aaaaa", 4),
        Ban("request2222aaaaa", 4),
        NextRoom("request2222aaaaa", "", "", False),
        NextRoom("request2222aaaaa", "sketch", "Board 🦊", True),
        SendInput(4, 0, []),
        SendInput(4, 70_000, [-1, 0.5, 1]),
        SendAct(4, "play", {}),
        SendAct(4, "play", OPTIONS),
        AddPlayer("request2222aaaaa", "Zoë"),
        RemovePlayer("request2222aaaaa", 5),
        SendOffer(2, "k7m2xw9p.1", SDP),
        SendAnswer(70_000, "k7m2xw9p.1", SDP),
        SendCandidate(2, "k7m2xw9p.1", CANDIDATE, "0", "4ZcD"),
        SendCandidate(2, "k7m2xw9p.1", "", "", ""),
        SendBye(2, "", "again"),
        SendBye(2, "k7m2xw9p.1", "left"),
    ],
    "worker to client": [
        *FROM_A_SERVER,
        *EITHER_WAY,
        a_picture(members=[ANN]),
        PRIVATE_BOARD,
        RoomResumed(4, 12, 0),
        RoomResumed(4, 0, 70_000),
        GiveSession(CODE),
        MemberAway(4),
        MemberBack(4),
        MemberPings([]),
        MemberPings([PingRow(1, 43), PingRow(4, 0)]),
        SeatTaken(4),
        MemberJoined(2, "bobbobbobbobbobb", "Bob", PLAYER),
        MemberLeft(2, "line-lost"),
        HostChanged(3, 2),
        HostChanged(0, 3),
        UsernameSet(2, "नमस्ते"),
        Relay(1, "stroke", bytes(range(40))),
        Relay(70_000, "", b""),
        Volatile(1, "cursor", b"\x92\x01\x02"),
        Chat(1, "hello\nyou 👋", NOW_MS),
        AskDeposit(1000),
        Snapshot(False, 0, b"", [], 0),
        Snapshot(True, 900, b"\x81\xa1a\x01", [JournalRow(4, "stroke", bytes(range(40))), JournalRow(0, "", b"")], 12),
        AsHost(3, "score", b"\x92\x01\x02"),
        DoorsSet(PUBLIC, True, ""),
        DoorsSet(PRIVATE, False, "k7m2xw9p"),
        Scene(0, [], {}, []),
        Scene(900, CLASSES, {"score": 3, "board": [[0, 1], [2, None]]}, [[7, 0, 12, -3, "Ann"], [8, 1, 0.5]]),
        Update(901, 900, [], {}, [], [], [], [], []),
        Update(902, 901, CLASSES, {"score": 4}, [[9, 1, 1.5]], [[7, 0, 13]], [8], [["hit", {"by": 7}]], [[4, 70_000]]),
        PlayerAdded(5, 4, "Zoë"),
        PlayerRemoved(5),
        Result({"winner": 4, "scores": [3, 1]}),
        Reloaded(True, ""),
        Reloaded(False, "Ball has no field `speed` any more."),
        Offer(4, "k7m2xw9p.1", SDP),
        Answer(4, "", SDP),
        Candidate(4, "k7m2xw9p.12", CANDIDATE, "0", "4ZcD"),
        SayBye(4, "k7m2xw9p.1", "full"),
    ],
}

REFUSED: list[tuple[str, str, str, str]] = [
    ("client to worker", "", "message-malformed", "nothing at all"),
    ("client to worker", "c1", "message-malformed", "a byte that msgpack never uses"),
    ("client to worker", "90", "message-malformed", "an empty array"),
    ("client to worker", "8122c0", "message-malformed", "a map"),
    ("client to worker", "22", "message-malformed", "a bare number"),
    ("client to worker", "9422", "message-malformed", "cut after the kind"),
    ("client to worker", "942200a174c403", "message-malformed", "cut inside the body"),
    ("client to worker", "942200a174c400c0", "message-malformed", "one value too much behind it"),
    ("client to worker", "932200a174", "message-malformed", "a field too few"),
    ("client to worker", "952200a174c400c0", "message-malformed", "a field too many"),
    ("client to worker", "942200a174a161", "message-malformed", "a text for a body"),
    ("client to worker", "9422fea174c400", "message-malformed", "to -2"),
    ("client to worker", "9422c3a174c400", "message-malformed", "true for a number"),
    ("client to worker", "9422cb3fe0000000000000a174c400", "message-malformed", "a half for a number"),
    ("client to worker", "942200a1ffc400", "message-malformed", "text that is not UTF-8"),
    ("client to worker", "942200a174d6ff00000000", "message-malformed", "a timestamp"),
    ("client to worker", "942200a174" + "91" * 2000 + "c0", "message-malformed", "nested too deep"),
    ("client to worker", "945002a161c400c0", "message-malformed", "one value too much behind an offer"),
    ("client to worker", "935000a161", "message-malformed", "an offer to nobody"),
    ("client to worker", "945302a161a46e6f6e65", "message-malformed", "a bye without a reason of the list"),
    ("client to worker", "91cd03e7", "message-unknown", "kind 999"),
    ("client to worker", "91a572656c6179", "message-unknown", "a name for a kind"),
    ("client to worker", "930aa000", "message-unknown", "a lobby's message to a worker"),
    ("lobby to client", "94220101c400", "message-unknown", "a worker's message from a lobby"),
    ("worker to client", "931f01a3626f62", "message-malformed", "a member without name and role"),
    ("worker to client", "", "message-malformed", "nothing at all, from a worker"),
    ("worker to client", "942201a174", "message-malformed", "a relay cut before its body"),
    ("worker to client", "942200a174c400", "message-malformed", "a relay from member 0"),
    ("worker to client", "942201a174a161", "message-malformed", "a text for the body of a relay"),
    ("worker to client", "942201a174c400c0", "message-malformed", "one value too much behind a relay"),
    ("worker to client", "91cd03e7", "message-unknown", "kind 999, from a worker"),
]


def messages_json() -> str:
    rows = [_row(direction, message) for direction, messages in SAMPLES.items() for message in messages]
    return _lines(rows)


def refused_json() -> str:
    return _lines([dict(zip(("direction", "hex", "error", "what"), row, strict=True)) for row in REFUSED])


def _row(direction: str, message: Any) -> dict[str, Any]:
    name = SPECS[type(message)].name
    return {"direction": direction, "name": name, "fields": _plain(message), "hex": encode(message).hex()}


def _plain(value: Any) -> Any:
    """As JSON: rows as objects, bytes as `{"bytes": hex}`."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, tuple):
        return {name: _plain(item) for name, item in zip(value._fields, value, strict=True)}  # type: ignore[attr-defined]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _lines(rows: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


FILES = {
    "messages.json": messages_json,
    "refused.json": refused_json,
    "scenes.json": scenes_json,
    "sticks.json": sticks_json,
}

if __name__ == "__main__":
    for name, write in FILES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")
