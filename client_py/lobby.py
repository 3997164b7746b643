"""What an application holds: the live list, ways into rooms, and back. Its states are lived in `life.py`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from client_py.errors import error_named
from client_py.identity import Identity
from client_py.life import Life
from client_py.pings import Pings
from client_py.requests import Requests
from client_py.room import Room
from client_py.room_list import RoomList
from client_py.session import Session
from client_py.shell import Shell
from client_py.states import State
from client_py.stay import TICKET_ERRORS
from shared.protocol.errors import (
    JOIN_REFUSED,
    LEFT,
    NOT_ALLOWED,
    ROOM_CLOSED,
    ROOM_FULL,
    ROOM_LOCKED,
    ROOM_UNKNOWN,
    SEATED,
    SESSION_OVER,
    WORKER_LOST,
    RoomError,
)
from shared.protocol.messages import (
    PLAYER,
    AllRooms,
    CreateRoom,
    Error,
    JoinRoom,
    LeaveRoom,
    QuickMatch,
    Reroute,
    RoomDisconnect,
    SetUsername,
    UpdateRooms,
    Welcome,
)

OnReroute = Callable[[Reroute], bool | None]
"""Returns False when the reroute is not to be followed here."""
OnRoomDisconnect = Callable[[RoomError, Room], None]
"""A room is over. A line that is lost and can be taken up again is no such thing."""
OnSession = Callable[[dict[str, Any]], None]
"""The session to come back with has changed: to be kept now, if anywhere, for the one before ends."""

GONE = (ROOM_UNKNOWN, ROOM_CLOSED, ROOM_FULL, ROOM_LOCKED, JOIN_REFUSED, SESSION_OVER, WORKER_LOST)
"""What the room may be by the second try: there is no seat held in it any more."""

log = logging.getLogger(__name__)


async def connect(
    url: str,
    *,
    token: str | None = None,
    username: str = "",
    on_reroute: OnReroute | None = None,
    on_room_disconnect: OnRoomDisconnect | None = None,
    on_session: OnSession | None = None,
    session: dict[str, Any] | None = None,
    shell: Shell | None = None,
) -> "Lobby":
    """A client that was welcomed by the lobby at `url` (`http://host:port`), however long that took.

    Without a `token` it comes as a guest. With a `session` (`Room.session`, and the token of the same client) it goes
    on to its room: `await lobby.arrival()`. Raises RoomError when the lobby refuses it for good.
    """
    shell, url = shell or Shell(), url.rstrip("/")
    begun = Session.load(session) if session is not None else None
    lobby = Lobby(url, Identity(shell, url, token, username), shell, begun)
    lobby.on_reroute, lobby.on_room_disconnect, lobby.on_session = on_reroute, on_room_disconnect, on_session
    try:
        await lobby.wait_for(State.LOBBY, State.REROUTING, State.ROOM)
    except BaseException:
        await lobby.close()
        raise
    return lobby


class Lobby:
    """`seated_in` is the room in which this client has a seat, as far as it knows, or empty."""

    on_reroute: OnReroute | None = None
    on_room_disconnect: OnRoomDisconnect | None = None
    on_session: OnSession | None = None

    def __init__(self, url: str, identity: Identity, shell: Shell, session: Session | None = None) -> None:
        self.client_id = self.username = self.seated_in = ""
        self._identity = identity
        self._requests = Requests(shell.dice)
        self._followers: set[asyncio.Task[None]] = set()
        self._awaited: set[asyncio.Future[Room]] = set()
        self._life = Life(
            url,
            identity,
            shell,
            session,
            from_lobby=self._hear,
            arrived=self._arrived,
            keep_session=self._keep_session,
            room_over=self._room_over,
            closed=self._closed,
        )
        self.rooms = RoomList(self._life.tell_lobby)
        self.pings = Pings(url, identity, shell, self.rooms)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def state(self) -> State:
        return self._life.state

    @property
    def room(self) -> Room | None:
        """The room that this client is in."""
        return self._life.stay.room

    async def wait_for(self, *states: State) -> State:
        """Raises RoomError when the client is closed instead."""
        return await self._life.wait_for(*states)

    async def token(self) -> str:
        """What says who this client is. A secret."""
        return await self._identity.token()

    async def create(self, game: str, name: str, *, seats: int = 0, options: Mapping[str, Any] | None = None) -> Room:
        """0 seats: the game's usual number. Raises RoomError: room-exists, game-unknown, room-limit, …"""
        return await self._enter(lambda: self._ask(CreateRoom, game, name, seats, dict(options or {})))

    async def join(self, room_id: str = "", *, role: str = PLAYER, invite: str = "", take_over: bool = False) -> Room:
        """By id, or by the invite code of a private room. `take_over`: also from one's own other connection.

        Raises RoomError: room-full, room-unknown, invite-wrong, room-locked, seated, join-refused, …
        """
        return await self._enter(lambda: self._ask(JoinRoom, room_id, role, invite, take_over), role, invite)

    async def quick_match(self, game: str, options: Mapping[str, Any] | None = None) -> Room:
        """Into the best open room of this game, or a new one."""
        return await self._enter(lambda: self._ask(QuickMatch, game, dict(options or {})))

    async def arrival(self) -> Room:
        """The room that this client is in, or comes into next, be it unasked. Raises RoomError: what ended the way."""
        if self.room is not None:
            return self.room
        if self.state is State.CLOSED:
            raise RoomError(LEFT, "This client was closed.")
        awaited: asyncio.Future[Room] = asyncio.get_running_loop().create_future()
        self._awaited.add(awaited)
        try:
            return await awaited
        finally:
            self._awaited.discard(awaited)

    async def next_room(self, game: str = "", name: str = "", *, is_quick: bool = False) -> Room:
        """As host: everybody into another room. See `Room.next_room`."""
        if self.room is None:
            raise RoomError(NOT_ALLOWED, "There is no room to go on from.")
        await self.room.next_room(game, name, is_quick=is_quick)
        return await self.arrival()

    async def follow(self, reroute: Reroute) -> Room:
        """Goes where a reroute leads."""
        if self.on_reroute is not None and self.on_reroute(reroute) is False:
            raise RoomError(NOT_ALLOWED, "The reroute is not followed here.", reroute.room_id)
        return await self._life.travel(reroute)

    async def leave(self) -> None:
        """Leaves the room, or gives up a seat that another connection took."""
        room = self.room
        if room is not None and room.is_connected:
            await room.leave()
            return
        if room is not None:
            await room.leave()
        await self._ask(LeaveRoom)
        self.seated_in = ""

    async def set_username(self, username: str) -> None:
        """The name to carry into rooms; inside one, the name there. Raises RoomError: bad-name, username-taken."""
        if self.room is not None:
            await self.room.set_username(username)
        else:
            await self._ask(SetUsername, username)

    async def close(self) -> None:
        """The end: nothing is called again."""
        await self._life.end()
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)

    # --- questions

    async def _ask(self, cls: type, *fields: Any) -> Any:
        """Asked now, or as soon as the lobby is reached."""
        if self.room is not None:
            raise RoomError(SEATED, room_id=self.room.id)
        if self.state is State.CLOSED:
            raise RoomError(LEFT, "This client was closed.")
        request = self._requests.put(cls, *fields)
        self._life.tell_lobby(request.message)
        return await self._requests.answer(request)

    async def _enter(self, ask: Callable[[], Awaitable[Reroute]], role: str = PLAYER, invite: str = "") -> Room:
        """Asks for a way and follows it. If that fails for no fault of this client, it tries once more: the seat may be
        its own by now, or the room gone."""
        reroute = await ask()
        try:
            return await self.follow(reroute)
        except RoomError as error:
            if error.kind.is_final and error.kind not in TICKET_ERRORS:
                raise
        try:
            again = await self._ask(JoinRoom, reroute.room_id, role, invite, True)
        except RoomError as error:
            if error.kind not in GONE:
                raise
            again = await ask()
        return await self.follow(again)

    # --- what the lobby says

    def _hear(self, message: Any) -> None:
        heard = _HEARD.get(type(message))
        if heard is not None:
            heard(self, message)

    def _welcomed(self, welcome: Welcome) -> None:
        self.client_id, self.username, self.seated_in = welcome
        if self.rooms.subscription is not None:
            self._life.tell_lobby(self.rooms.subscription)
        self._life.tell_lobby(*self._requests.messages())

    def _rerouted(self, reroute: Reroute) -> None:
        if reroute.request:
            self._requests.resolve(reroute.request, reroute)
            return
        follower = asyncio.create_task(self._follow_unasked(reroute))
        self._followers.add(follower)
        follower.add_done_callback(self._followers.discard)

    async def _follow_unasked(self, reroute: Reroute) -> None:
        if self.state is not State.LOBBY or reroute.room_id == self._life.stay.left:
            return  # on its way to somewhere else already; or the lobby had not heard yet that it was given up
        try:
            await self.follow(reroute)
        except RoomError as error:
            self._way_ended(error, reroute)

    def _way_ended(self, error: RoomError, reroute: Reroute) -> None:
        if error.kind is NOT_ALLOWED and self.room is not None:
            self._life.give_up(error)
        if error.kind.is_final or self.room is None:
            log.warning("the way to room %s failed: %s", reroute.room_id, error)
            self._disappoint(error)

    def _seat_given_up(self, message: RoomDisconnect) -> None:
        if not self._requests.resolve(message.request):
            self.seated_in = ""
            self._disappoint(error_named(message.name, message.text, message.room_id))

    def _renamed(self, message: SetUsername) -> None:
        self.username = message.username
        self._identity.rename(message.username)
        self._requests.resolve(message.request)

    def _refused(self, message: Error) -> None:
        error = error_named(message.name, message.text, message.room_id)
        if not self._requests.reject(message.request, error):
            log.warning("the lobby refused something: %s", error)

    def _list_changed(self, message: AllRooms | UpdateRooms) -> None:
        self.rooms.hear(message)

    def _arrived(self, room: Room) -> None:
        self.seated_in = room.id
        for awaited in self._awaited:
            if not awaited.done():
                awaited.set_result(room)

    def _disappoint(self, error: RoomError) -> None:
        for awaited in self._awaited:
            if not awaited.done():
                awaited.set_exception(error)

    def _closed(self, reason: RoomError) -> None:
        self._requests.reject_all(reason)
        self._disappoint(reason)

    def _keep_session(self, saved: dict[str, Any]) -> None:
        if self.on_session is not None:
            self.on_session(saved)

    def _room_over(self, error: RoomError, room: Room) -> None:
        if self.on_room_disconnect is not None:
            self.on_room_disconnect(error, room)


_HEARD: Mapping[type, Callable[[Lobby, Any], None]] = {
    Welcome: Lobby._welcomed,
    AllRooms: Lobby._list_changed,
    UpdateRooms: Lobby._list_changed,
    Reroute: Lobby._rerouted,
    RoomDisconnect: Lobby._seat_given_up,
    SetUsername: Lobby._renamed,
    Error: Lobby._refused,
}
