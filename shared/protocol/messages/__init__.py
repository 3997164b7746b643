"""Every message on the wire: a msgpack array `[kind, …fields]`, its fields in the order written here.

The set is closed per direction (the four tables below). A kind's name and number are shared by both directions; what
travels may differ. *Counted* messages are exact across a resume (docs/PROTOCOL.md, "Counting").
"""

from shared.protocol.messages.call import (
    Answer,
    Candidate,
    Offer,
    SayBye,
    SendAnswer,
    SendBye,
    SendCandidate,
    SendOffer,
)
from shared.protocol.messages.game import (
    AXIS,
    BUTTON,
    INPUT_NUMBERS,
    INPUT_TYPES,
    STICK,
    AddPlayer,
    InputRow,
    PlayerAdded,
    PlayerRemoved,
    PlayerRow,
    Reloaded,
    RemovePlayer,
    Result,
    Scene,
    SendAct,
    SendInput,
    Update,
)
from shared.protocol.messages.host import (
    AsHost,
    AskDeposit,
    Ban,
    Deposit,
    DoorsSet,
    HandOver,
    JournalRow,
    Kick,
    NextRoom,
    SendAsHost,
    SetDoors,
    Snapshot,
)
from shared.protocol.messages.line import Error, Hello, Part, Ping, Pong, Welcome
from shared.protocol.messages.lobby import (
    AllRooms,
    CreateRoom,
    JoinRoom,
    LeaveRoom,
    QuickMatch,
    RefreshRooms,
    Reroute,
    RoomDisconnect,
    RoomRow,
    SetUsername,
    SubscribeRooms,
    UpdateRooms,
)
from shared.protocol.messages.room import (
    Chat,
    ChatRow,
    CloseRoom,
    GiveSession,
    Hidden,
    HostChanged,
    KeepSession,
    MemberAway,
    MemberBack,
    MemberJoined,
    MemberLeft,
    MemberPings,
    MemberRow,
    PingRow,
    Relay,
    RoomJoined,
    RoomResumed,
    SeatTaken,
    SendChat,
    SendRelay,
    SendVolatile,
    TakeSeat,
    UsernameSet,
    Volatile,
)
from shared.protocol.messages.shapes import (
    AUTHORITIES,
    DOORS,
    PLAYER,
    PRIVATE,
    PUBLIC,
    SORTS,
    SPECS,
    SPECTATOR,
    TO_HOST,
    TO_OTHERS,
    UNLISTED,
    MessageSpec,
)

Table = dict[int, MessageSpec]


def _table(*classes: type) -> Table:
    return {SPECS[cls].kind: SPECS[cls] for cls in classes}


CLIENT_TO_LOBBY = _table(
    Hello, Ping, Pong, SubscribeRooms, RefreshRooms, CreateRoom, JoinRoom, QuickMatch, LeaveRoom, SetUsername
)
LOBBY_TO_CLIENT = _table(Welcome, Error, Ping, Pong, Part, AllRooms, UpdateRooms, Reroute, RoomDisconnect, SetUsername)
CLIENT_TO_WORKER = _table(
    Hello,
    Ping,
    Pong,
    Part,
    LeaveRoom,
    SetUsername,
    SendRelay,
    SendVolatile,
    SendChat,
    CloseRoom,
    KeepSession,
    TakeSeat,
    Hidden,
    Deposit,
    SendAsHost,
    HandOver,
    SetDoors,
    Kick,
    Ban,
    NextRoom,
    SendInput,
    SendAct,
    AddPlayer,
    RemovePlayer,
    SendOffer,
    SendAnswer,
    SendCandidate,
    SendBye,
)
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
    GiveSession,
    RoomResumed,
    MemberAway,
    MemberBack,
    MemberPings,
    SeatTaken,
    AskDeposit,
    Snapshot,
    AsHost,
    DoorsSet,
    Scene,
    Update,
    PlayerAdded,
    PlayerRemoved,
    Result,
    Reloaded,
    Offer,
    Answer,
    Candidate,
    SayBye,
)
DIRECTIONS: dict[str, Table] = {
    "client to lobby": CLIENT_TO_LOBBY,
    "lobby to client": LOBBY_TO_CLIENT,
    "client to worker": CLIENT_TO_WORKER,
    "worker to client": WORKER_TO_CLIENT,
}

ClientMessage = (
    Hello
    | Ping
    | Pong
    | LeaveRoom
    | SetUsername
    | SendRelay
    | SendVolatile
    | SendChat
    | CloseRoom
    | KeepSession
    | TakeSeat
    | Hidden
    | Deposit
    | SendAsHost
    | HandOver
    | SetDoors
    | Kick
    | Ban
    | NextRoom
    | SendInput
    | SendAct
    | AddPlayer
    | RemovePlayer
    | SendOffer
    | SendAnswer
    | SendCandidate
    | SendBye
)
"""What a room core may be handed."""

__all__ = [
    "AUTHORITIES",
    "AXIS",
    "BUTTON",
    "CLIENT_TO_LOBBY",
    "CLIENT_TO_WORKER",
    "DIRECTIONS",
    "DOORS",
    "INPUT_NUMBERS",
    "INPUT_TYPES",
    "LOBBY_TO_CLIENT",
    "PLAYER",
    "PRIVATE",
    "PUBLIC",
    "SORTS",
    "SPECS",
    "SPECTATOR",
    "STICK",
    "TO_HOST",
    "TO_OTHERS",
    "UNLISTED",
    "WORKER_TO_CLIENT",
    "AddPlayer",
    "AllRooms",
    "Answer",
    "AsHost",
    "AskDeposit",
    "Ban",
    "Candidate",
    "Chat",
    "ChatRow",
    "ClientMessage",
    "CloseRoom",
    "CreateRoom",
    "Deposit",
    "DoorsSet",
    "Error",
    "GiveSession",
    "HandOver",
    "Hello",
    "Hidden",
    "HostChanged",
    "InputRow",
    "JoinRoom",
    "JournalRow",
    "KeepSession",
    "Kick",
    "LeaveRoom",
    "MemberAway",
    "MemberBack",
    "MemberJoined",
    "MemberLeft",
    "MemberPings",
    "MemberRow",
    "MessageSpec",
    "NextRoom",
    "Offer",
    "Part",
    "Ping",
    "PingRow",
    "PlayerAdded",
    "PlayerRemoved",
    "PlayerRow",
    "Pong",
    "QuickMatch",
    "RefreshRooms",
    "Relay",
    "Reloaded",
    "RemovePlayer",
    "Reroute",
    "Result",
    "RoomDisconnect",
    "RoomJoined",
    "RoomResumed",
    "RoomRow",
    "SayBye",
    "Scene",
    "SeatTaken",
    "SendAct",
    "SendAnswer",
    "SendAsHost",
    "SendBye",
    "SendCandidate",
    "SendChat",
    "SendInput",
    "SendOffer",
    "SendRelay",
    "SendVolatile",
    "SetDoors",
    "SetUsername",
    "Snapshot",
    "SubscribeRooms",
    "Table",
    "TakeSeat",
    "Update",
    "UpdateRooms",
    "UsernameSet",
    "Volatile",
    "Welcome",
]
