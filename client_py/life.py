"""One client's way through its states (`states.py`): one task, and one connection at a time.

It is in the lobby, on the way to a room, or inside one; a line that is lost, wherever it led, leads back to the lobby.
A session that has begun is named there, and the lobby leads back to its room, unasked. What the lobby says, beside its
welcome, is handed on; what the worker says goes to the room.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from client_py.connection import Connection
from client_py.errors import error_named
from client_py.identity import Identity
from client_py.room import Room
from client_py.session import NO_PICTURE, Session
from client_py.shell import Shell
from client_py.states import Event, State, step
from client_py.stay import Stay
from shared.protocol.errors import (
    LEFT,
    LINE_LOST,
    NEXT_ROOM,
    SESSION_OVER,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    RoomError,
)
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import (
    LOBBY_TO_CLIENT,
    WORKER_TO_CLIENT,
    GiveSession,
    Hello,
    KeepSession,
    Reroute,
    RoomDisconnect,
    RoomJoined,
    RoomResumed,
    Welcome,
)
from shared.rules.backoff import backoff_s

IDENTITY_ERRORS = (TOKEN_INVALID, TOKEN_EXPIRED)
"""The lobby knows another key, or another time, than this guest's token."""
HURRY_TRIES = 2
"""While a seat waits the backoff grows no further than this: 2 s."""
WAY_BACK_S = 5.0
"""A lobby that was told of a session and says nothing about it for so long is called anew."""


@dataclass(frozen=True, slots=True)
class Journey:
    reroute: Reroute
    arrived: asyncio.Future[Room]


class Life:
    """`stay` is where the client has a seat, if anywhere; `error` what led into the present state, if that was one."""

    def __init__(
        self,
        url: str,
        identity: Identity,
        shell: Shell,
        session: Session | None,
        *,
        from_lobby: Callable[[Any], None],
        arrived: Callable[[Room], None],
        keep_session: Callable[[dict[str, Any]], None],
        room_over: Callable[[RoomError, Room], None],
        closed: Callable[[RoomError], None],
    ) -> None:
        self.state = State.CALLING
        self.error: RoomError | None = None
        self.stay = Stay(
            session or Session(),
            shell.dice,
            keep_session=keep_session,
            room_over=room_over,
            give_up=self.give_up,
        )
        self._url = url
        self._identity = identity
        self._shell = shell
        self._from_lobby = from_lobby
        self._arrived = arrived
        self._closed = closed
        self._connection: Connection | None = None
        self._journey: Journey | None = None
        self._tries = 0
        self._moved = asyncio.Event()
        self._task = asyncio.create_task(self._live())

    async def wait_for(self, *states: State) -> State:
        """Raises RoomError when the client is closed instead."""
        while self.state not in states:
            if self.state is State.CLOSED:
                raise self.error or RoomError(LEFT, "This client was closed.")
            self._moved.clear()
            await self._moved.wait()
        return self.state

    async def travel(self, reroute: Reroute) -> Room:
        """From the lobby to the room. Raises RoomError: what ended the way there."""
        await self.wait_for(State.LOBBY)
        if reroute.room_id != self.stay.room_id:
            self.stay.end(RoomError(SESSION_OVER))
        journey = self._journey = Journey(reroute, asyncio.get_running_loop().create_future())
        self._step(Event.REROUTE)
        self._hang_up(RoomError(LEFT))
        return await journey.arrived

    def tell_lobby(self, *messages: Any) -> None:
        """Nothing when there is no line: what matters is said again after the next welcome."""
        if self.state is State.LOBBY and self._connection is not None:
            self._connection.say(*messages)

    async def end(self) -> None:
        self._step(Event.CLOSE, self.error)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._close_down()

    # --- one state after another

    async def _live(self) -> None:
        youth = asyncio.create_task(self._identity.stay_young())
        try:
            while self.state is not State.CLOSED:
                await _LIVES[self.state](self)
        finally:
            youth.cancel()
            if self.state is not State.CLOSED:  # a bug, or the loop ends
                self._step(Event.CLOSE, self.error)
            self._close_down()

    def _close_down(self) -> None:
        reason = self.error or RoomError(LEFT, "This client was closed.")
        self._end_journey(reason)
        self.stay.end(reason)
        self._closed(reason)

    async def _be_in_lobby(self) -> None:
        """From the call to the loss of the line, or to a reroute."""
        error = await self._call()
        if self.state not in (State.CALLING, State.LOBBY):
            return
        if error.kind in IDENTITY_ERRORS and self._identity.is_guest:
            self._identity.forget()
            self._step(Event.LOST, error)
        else:
            self._step(Event.REFUSED if error.kind.is_final else Event.LOST, error)

    async def _call(self) -> RoomError:
        try:
            token = await self._identity.token()
        except RoomError as error:
            return error
        connection = self._connection = Connection(self._shell, LOBBY_TO_CLIENT, self._hear_lobby)
        hello = Hello(WIRE_VERSION, token, self.stay.room_id, 0, NO_PICTURE)
        patience = asyncio.get_running_loop().call_later(WAY_BACK_S, self._miss_the_way_back, connection)
        try:
            return await connection.run(f"{self._url.replace('http', 'ws', 1)}/ws", hello)
        finally:
            patience.cancel()

    def _miss_the_way_back(self, connection: Connection) -> None:
        if self.stay.has_begun:
            connection.hang_up(RoomError(LINE_LOST))

    async def _be_waiting(self) -> None:
        tries = min(self._tries, HURRY_TRIES) if self.stay.has_begun else self._tries
        await asyncio.sleep(backoff_s(tries, self._shell.dice.random()))
        self._tries += 1
        self._step(Event.RETRY)

    async def _be_in_room(self) -> None:
        """From the worker's door to the end of the stay, or of the line."""
        assert self._journey is not None
        reroute, session = self._journey.reroute, self.stay.session
        self._connection = Connection(self._shell, WORKER_TO_CLIENT, self._hear_worker, session, self.stay.written)
        error = await self._connection.run(reroute.address, session.hello(reroute.ticket))
        if self.stay.outlives(error):
            self._step(Event.LOST, error)
            self.stay.drop(error)
        else:
            is_over = error.kind.is_final or error.kind is NEXT_ROOM
            self._step(Event.OVER if is_over else Event.LOST, error)
            self.stay.end(error)
        self._end_journey(error)

    # --- what is heard

    def _hear_lobby(self, message: Any) -> None:
        if isinstance(message, Welcome) and self.state is State.CALLING:
            if not self.stay.has_begun:
                self._tries = 0
            self._step(Event.WELCOMED)
        if isinstance(message, RoomDisconnect) and not message.request and message.room_id == self.stay.room_id:
            self.stay.end(error_named(message.name, message.text, message.room_id))
        self._from_lobby(message)

    def _hear_worker(self, message: Any) -> None:
        assert self._connection is not None
        connection = self._connection
        match message:
            case RoomDisconnect():
                self._hang_up(error_named(message.name, message.text, message.room_id))
            case RoomJoined():
                self._be_there(self.stay.arrive(message, connection), connection)
            case RoomResumed():
                self._be_there(self.stay.resume(message, connection), connection)
            case GiveSession(code):
                self.stay.keep(code)
                connection.say(KeepSession(code))
            case _:
                self.stay.hear(message)

    def _be_there(self, room: Room, connection: Connection) -> None:
        self._tries = 0
        self._step(Event.JOINED)
        connection.wake()
        self._arrived(room)
        if self._journey is not None and not self._journey.arrived.done():
            self._journey.arrived.set_result(room)

    # --- how it ends

    def give_up(self, reason: RoomError) -> None:
        """The room, while its line is lost."""
        self.stay.give_up(reason)
        if self.state is State.REROUTING:
            self._hang_up(reason)

    def _end_journey(self, error: RoomError) -> None:
        journey, self._journey = self._journey, None
        if journey is not None and not journey.arrived.done():
            journey.arrived.set_exception(error)

    def _step(self, event: Event, error: RoomError | None = None) -> None:
        self.state, self.error = step(self.state, event), error
        self._moved.set()

    def _hang_up(self, reason: RoomError) -> None:
        if self._connection is not None:
            self._connection.hang_up(reason)


_LIVES: Mapping[State, Callable[[Life], Awaitable[None]]] = {
    State.CALLING: Life._be_in_lobby,
    State.WAITING: Life._be_waiting,
    State.REROUTING: Life._be_in_room,
}
