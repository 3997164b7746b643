"""What a client says on its line with the lobby, and what it gets to hear: a state table over typed messages.

`greeting` until the hello; `present` from then on; `asking` while one of its requests is under way. In `greeting` every
error ends the line; later, what was refused is answered and only what cannot be decoded or expected ends it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lobby.identity import Identities
from lobby.line import Line
from lobby.live_list import LiveList
from lobby.matching import Matching
from lobby.origins import Caller
from lobby.placing import Placing
from lobby.presence import Presence
from lobby.returning import way_back
from shared.protocol import limits
from shared.protocol.errors import (
    FLOODING,
    LEFT,
    MESSAGE_UNKNOWN,
    TOO_MANY_REQUESTS,
    ErrorKind,
    RoomError,
)
from shared.protocol.ids import RoomId
from shared.protocol.messages import (
    SPECS,
    CreateRoom,
    Error,
    Hello,
    JoinRoom,
    LeaveRoom,
    Ping,
    Pong,
    QuickMatch,
    RefreshRooms,
    Reroute,
    RoomDisconnect,
    SetUsername,
    SubscribeRooms,
    Welcome,
)
from shared.protocol.names import clean_username
from shared.protocol.records import Hold
from shared.rules.buckets import Bucket, Pace, Refusals
from shared.rules.listing import query_of
from shared.store.directory import RoomDirectory
from shared.wire.codec import Decoder, check_version
from shared.wire.tokens import Identity

PACES: Mapping[type, Pace] = {
    Hello: Pace(1.0, 1),
    Ping: Pace(2.0, 10),
    Pong: Pace(2.0, 10),
    SubscribeRooms: Pace(2.0, 8),
    RefreshRooms: Pace(1.0, 4),
    CreateRoom: Pace(1.0, 5),
    JoinRoom: Pace(2.0, 8),
    QuickMatch: Pace(1.0, 5),
    LeaveRoom: Pace(2.0, 8),
    SetUsername: Pace(1.0, 5),
}
"""How often one client may send each kind. Over it, the message is dropped and answered with `too-many-requests`."""


class State(StrEnum):
    GREETING = "greeting"
    PRESENT = "present"
    ASKING = "asking"


@dataclass(frozen=True, slots=True)
class Desk:
    """What all sessions of one lobby share."""

    identities: Identities
    placing: Placing
    matching: Matching
    directory: RoomDirectory
    live_list: LiveList
    presence: Presence
    decoder: Decoder
    now: Callable[[], float]


class Session:
    def __init__(self, line: Line, caller: Caller, desk: Desk) -> None:
        self.state = State.GREETING
        self._line = line
        self._caller = caller
        self._desk = desk
        self._identity: Identity | None = None
        self._buckets = {kind: Bucket(pace) for kind, pace in PACES.items()}
        self._refusals = Refusals()
        self._offered: Hold | None = None
        self._rerouted = ("", 0)

    async def receive(self, payload: bytes) -> None:
        """Deals with one message of the client. A RoomError that comes out of here ends the line."""
        longest = limits.HELLO_BYTES if self.state is State.GREETING else limits.FRAME_BYTES
        if self.state is State.GREETING:
            check_version(payload)
        message = self._desk.decoder.decode(payload, longest)
        handle = EXPECTED[self.state].get(type(message))
        if handle is None:
            raise RoomError(MESSAGE_UNKNOWN, f"`{SPECS[type(message)].name}` is not expected here.")
        if not self._is_within_pace(message):
            return
        try:
            answer = await handle(self, message)
        except RoomError as error:
            if self.state is State.GREETING:
                raise
            answer = _refusal(error, message)
        self._answer(answer)

    def offer(self, hold: Hold) -> None:
        """Somebody held a seat for this client: it is sent there, once, and not in the middle of its own request."""
        if self.state is not State.PRESENT:
            self._offered = hold
        elif (hold.room_id, hold.session) != self._rerouted:
            self._line.send(self._reroute(hold, ""))

    def close(self, kind: ErrorKind, text: str = "") -> None:
        self._line.close(kind, text)

    def over(self) -> None:
        """The line is gone."""
        self._desk.presence.greeted(self._line)
        self._desk.live_list.unsubscribe(self._line)
        if self._identity is not None:
            self._desk.presence.leave(self._identity.client_id, self)

    # --- one per kind of message: the answer, or a RoomError

    async def greet(self, hello: Hello) -> Reroute | RoomDisconnect | None:
        """After the welcome comes, unasked, the way to where the client was called, or to where it comes back."""
        self._identity = identity = self._desk.identities.read(hello.token)
        # Before it is looked up where the client is: whoever is called after that look is told by a hint.
        self._desk.presence.greeted(self._line)
        self._desk.presence.enter(identity.client_id, self, self._caller.address)
        where = await self._desk.directory.whereabouts(identity.client_id)
        called = where.hold if where and where.is_called else None
        room_id, seated_in = RoomId(hello.session), where.room_id if where else None
        way = called or await way_back(self._desk.placing, identity.client_id, room_id, seated_in, self._caller)
        self.state = State.PRESENT
        self._line.send(Welcome(identity.client_id, identity.username, seated_in or ""))
        return self._reroute(way, "") if isinstance(way, Hold) else way

    async def pong(self, ping: Ping) -> Pong:
        return Pong(ping.stamp)

    async def hear(self, pong: Pong) -> None:
        """That it came is all there is to know: silence ends the line."""

    async def subscribe(self, asked: SubscribeRooms) -> None:
        self._desk.live_list.subscribe(self._line, query_of(asked))

    async def refresh(self, asked: RefreshRooms) -> None:
        self._desk.live_list.wish()

    async def create(self, asked: CreateRoom) -> Reroute:
        hold = await self._ask(self._desk.placing.create(self._who.client_id, asked, self._caller))
        return self._reroute(hold, asked.request)

    async def join(self, asked: JoinRoom) -> Reroute:
        hold = await self._ask(self._desk.placing.join(self._who.client_id, asked, self._caller))
        return self._reroute(hold, asked.request, takes_over=asked.take_over)

    async def match(self, asked: QuickMatch) -> Reroute:
        hold = await self._ask(self._desk.matching.quick_match(self._who.client_id, asked, self._caller))
        return self._reroute(hold, asked.request)

    async def leave(self, asked: LeaveRoom) -> RoomDisconnect:
        room_id = await self._ask(self._desk.placing.leave(self._who.client_id))
        return RoomDisconnect(asked.request, room_id or "", LEFT.name, LEFT.text)

    async def rename(self, asked: SetUsername) -> SetUsername:
        self._identity = replace(self._who, username=clean_username(asked.username))
        return SetUsername(asked.request, self._identity.username)

    # --- below the handlers

    @property
    def _who(self) -> Identity:
        assert self._identity is not None, "only a client that said hello gets here"
        return self._identity

    async def _ask(self, deed: Awaitable[Any]) -> Any:
        self.state = State.ASKING
        try:
            return await deed
        finally:
            self.state = State.PRESENT

    def _reroute(self, hold: Hold, request: str, *, takes_over: bool = False) -> Reroute:
        self._rerouted = hold.room_id, hold.session
        return self._desk.placing.reroute(hold, self._who, self._caller, request, takes_over=takes_over)

    def _answer(self, answer: Any) -> None:
        if answer is not None:
            self._line.send(answer)
        if self._offered is not None:
            offered, self._offered = self._offered, None
            self.offer(offered)

    def _is_within_pace(self, message: Any) -> bool:
        now = self._desk.now()
        if self._buckets[type(message)].take(now):
            return True
        self._refusals.add(now)
        if self._refusals.is_flood:
            raise RoomError(FLOODING)
        # A request waits for its answer; anything else needs to be told only now and then.
        if getattr(message, "request", "") or self._refusals.may_tell(now):
            self._line.send(_refusal(RoomError(TOO_MANY_REQUESTS), message))
        return False


def _refusal(error: RoomError, message: Any) -> Error:
    kind, request = SPECS[type(message)].kind, getattr(message, "request", "")
    return Error(error.kind.name, error.text, kind, request, error.room_id)


Handler = Callable[[Session, Any], Awaitable[Any]]

EXPECTED: Mapping[State, Mapping[type, Handler]] = {
    State.GREETING: {Hello: Session.greet},
    State.PRESENT: {
        Ping: Session.pong,
        Pong: Session.hear,
        SubscribeRooms: Session.subscribe,
        RefreshRooms: Session.refresh,
        CreateRoom: Session.create,
        JoinRoom: Session.join,
        QuickMatch: Session.match,
        LeaveRoom: Session.leave,
        SetUsername: Session.rename,
    },
    # Messages are dealt with one after the other, so nothing is received while a request is under way.
    State.ASKING: {},
}
