"""What an application holds: the live list, ways into rooms, and back. Its states are lived in `life.py`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from client_py.errors import error_named
from client_py.identity import Identity
from client_py.life import Life
from client_py.requests import Requests
from client_py.room import Room
from client_py.room_list import RoomList
from client_py.shell import Shell
from client_py.states import State
from shared.protocol.errors import LEFT, NOT_ALLOWED, SEATED, TICKET_EXPIRED, TICKET_USED, RoomError
from shared.protocol.messages import (
    PLAYER,
    AllRooms,
    CreateRoom,
    Error,
    JoinRoom,
    LeaveRoom,
    Reroute,
    RoomDisconnect,
    SetUsername,
    UpdateRooms,
    Welcome,
)

OnReroute = Callable[[Reroute], bool | None]
"""Returns False when the reroute is not to be followed here."""
OnRoomDisconnect = Callable[[RoomError, Room], None]

TICKET_ERRORS = (TICKET_USED, TICKET_EXPIRED)
"""A way to a room that failed like this is worth one more ticket."""

log = logging.getLogger(__name__)


async def connect(
    url: str,
    *,
    token: str | None = None,
    username: str = "",
    on_reroute: OnReroute | None = None,
    on_room_disconnect: OnRoomDisconnect | None = None,
    shell: Shell | None = None,
) -> "Lobby":
    """A client that was welcomed by the lobby at `url` (`http://host:port`), however long that took.

    Without a `token` it comes as a guest. Raises RoomError when the lobby refuses it for good.
    """
    shell, url = shell or Shell(), url.rstrip("/")
    lobby = Lobby(url, Identity(shell, url, token, username), shell)
    lobby.on_reroute, lobby.on_room_disconnect = on_reroute, on_room_disconnect
    try:
        await lobby.wait_for(State.LOBBY)
    except BaseException:
        await lobby.close()
        raise
    return lobby


class Lobby:
    """`seated_in` is the room in which the lobby says that this client has a seat, or empty."""

    on_reroute: OnReroute | None = None
    on_room_disconnect: OnRoomDisconnect | None = None

    def __init__(self, url: str, identity: Identity, shell: Shell) -> None:
        self.client_id = self.username = self.seated_in = ""
        self._identity = identity
        self._requests = Requests(shell.dice)
        self._followers: set[asyncio.Task[None]] = set()
        self._life = Life(
            url,
            identity,
            shell,
            from_lobby=self._hear,
            room_over=self._room_over,
            closed=self._requests.reject_all,
        )
        self.rooms = RoomList(self._life.tell_lobby)

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
        return self._life.room

    async def wait_for(self, *states: State) -> State:
        """Raises RoomError when the client is closed instead."""
        return await self._life.wait_for(*states)

    async def create(self, game: str, name: str, *, seats: int = 0, options: Mapping[str, Any] | None = None) -> Room:
        """0 seats: the game's usual number. Raises RoomError: room-exists, game-unknown, room-limit, …"""
        reroute = await self._ask(CreateRoom, game, name, seats, dict(options or {}))
        return await self._travel(reroute, lambda: self._ask(JoinRoom, reroute.room_id, PLAYER, "", False))

    async def join(self, room_id: str, *, role: str = PLAYER) -> Room:
        """Raises RoomError: room-full, room-unknown, seated, join-refused, …"""
        reroute = await self._ask(JoinRoom, room_id, role, "", False)
        return await self._travel(reroute, lambda: self._ask(JoinRoom, room_id, role, "", False))

    async def follow(self, reroute: Reroute) -> Room:
        """Goes where a reroute leads."""
        if self.on_reroute is not None and self.on_reroute(reroute) is False:
            raise RoomError(NOT_ALLOWED, "The reroute is not followed here.", reroute.room_id)
        room = await self._life.travel(reroute)
        self.seated_in = room.id
        return room

    async def leave(self) -> None:
        """Leaves the room, or gives up a seat that another connection took."""
        if self.room is not None:
            await self.room.leave()
        else:
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
        await self._life.tell_lobby(request.message)
        return await self._requests.answer(request)

    async def _travel(self, reroute: Reroute, again: Callable[[], Awaitable[Reroute]]) -> Room:
        """Follows it. If that fails on the way for no fault of this client, another one is asked for, once."""
        try:
            return await self.follow(reroute)
        except RoomError as error:
            if error.kind.is_final and error.kind not in TICKET_ERRORS:
                raise
        return await self.follow(await again())

    # --- what the lobby says

    def _hear(self, message: Any) -> None:
        heard = _HEARD.get(type(message))
        if heard is not None:
            heard(self, message)

    def _welcomed(self, welcome: Welcome) -> None:
        self.client_id, self.username, self.seated_in = welcome
        if self.rooms.subscription is not None:
            self._life.answer_lobby(self.rooms.subscription)
        self._life.answer_lobby(*self._requests.messages())

    def _rerouted(self, reroute: Reroute) -> None:
        if reroute.request:
            self._requests.resolve(reroute.request, reroute)
            return
        follower = asyncio.create_task(self._follow_unasked(reroute))
        self._followers.add(follower)
        follower.add_done_callback(self._followers.discard)

    async def _follow_unasked(self, reroute: Reroute) -> None:
        if self.state is not State.LOBBY:  # on its way to somewhere else already
            return
        try:
            await self.follow(reroute)
        except RoomError as error:
            log.warning("the way to room %s failed: %s", reroute.room_id, error)

    def _seat_given_up(self, message: RoomDisconnect) -> None:
        if not self._requests.resolve(message.request):
            self.seated_in = ""

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
