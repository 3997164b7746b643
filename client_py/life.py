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
from shared.protocol.errors import (
    LEFT,
    LINE_LOST,
    NEXT_ROOM,
    SESSION_OVER,
    TICKET_EXPIRED,
    TICKET_USED,
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
TICKET_ERRORS = (TICKET_USED, TICKET_EXPIRED)
"""A way to a room that failed like this is worth one more ticket."""
HURRY_TRIES = 2
"""While a seat waits the backoff grows no further than this: 2 s."""
WAY_BACK_S = 5.0
"""A lobby that was told of a session and says nothing about it for so long is called anew."""


@dataclass(frozen=True, slots=True)
class Journey:
    reroute: Reroute
    arrived: asyncio.Future[Room]


class Life:
    """`room` is where the client is, or has a seat while its line is lost; `left` the room it gave up last, unheard.
    `error` is what led into the present state, if that was an error."""

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
        self.room: Room | None = None
        self.left = ""
        self._url = url
        self._identity = identity
        self._shell = shell
        self._session = session or Session()
        self._from_lobby = from_lobby
        self._arrived = arrived
        self._keep_session = keep_session
        self._room_over = room_over
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
        if reroute.room_id != self._session.room_id:
            self._end_stay(RoomError(SESSION_OVER))
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
        try:
            while self.state is not State.CLOSED:
                await _LIVES[self.state](self)
        finally:
            if self.state is not State.CLOSED:  # a bug, or the loop ends
                self._step(Event.CLOSE, self.error)
            self._close_down()

    def _close_down(self) -> None:
        reason = self.error or RoomError(LEFT, "This client was closed.")
        self._end_journey(reason)
        self._end_stay(reason)
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
        hello = Hello(WIRE_VERSION, token, self._session.room_id, 0, NO_PICTURE)
        patience = asyncio.get_running_loop().call_later(WAY_BACK_S, self._miss_the_way_back, connection)
        try:
            return await connection.run(f"{self._url.replace('http', 'ws', 1)}/ws", hello)
        finally:
            patience.cancel()

    def _miss_the_way_back(self, connection: Connection) -> None:
        if self._session.has_begun:
            connection.hang_up(RoomError(LINE_LOST))

    async def _be_waiting(self) -> None:
        tries = min(self._tries, HURRY_TRIES) if self._session.has_begun else self._tries
        await asyncio.sleep(backoff_s(tries, self._shell.dice.random()))
        self._tries += 1
        self._step(Event.RETRY)

    async def _be_in_room(self) -> None:
        """From the worker's door to the end of the stay, or of the line."""
        assert self._journey is not None
        reroute, session = self._journey.reroute, self._session
        self._connection = Connection(self._shell, WORKER_TO_CLIENT, self._hear_worker, session, self._written)
        error = await self._connection.run(reroute.address, session.hello(reroute.ticket))
        if self._goes_on(error):
            self._step(Event.LOST, error)
            self._drop(error)
        else:
            is_over = error.kind.is_final or error.kind is NEXT_ROOM
            self._step(Event.OVER if is_over else Event.LOST, error)
            self._end_stay(error)
        self._end_journey(error)

    def _goes_on(self, error: RoomError) -> bool:
        """Whether there is a session to come back to."""
        if not self._session.has_begun or error.kind is NEXT_ROOM:
            return False
        return not error.kind.is_final or (self.state is State.REROUTING and error.kind in TICKET_ERRORS)

    # --- what is heard

    def _hear_lobby(self, message: Any) -> None:
        if isinstance(message, Welcome) and self.state is State.CALLING:
            if not self._session.has_begun:
                self._tries = 0
            self._step(Event.WELCOMED)
        if isinstance(message, RoomDisconnect) and not message.request and message.room_id == self._session.room_id:
            self._end_stay(error_named(message.name, message.text, message.room_id))
        self._from_lobby(message)

    def _hear_worker(self, message: Any) -> None:
        match message:
            case RoomDisconnect():
                self._hang_up(error_named(message.name, message.text, message.room_id))
            case RoomJoined():
                self._arrive(message)
            case RoomResumed():
                self._resume(message)
            case GiveSession(code):
                self._keep(code)
            case _:
                if self.room is not None:
                    self.room.receive(message)

    def _arrive(self, picture: RoomJoined) -> None:
        """A newcomer; or back, with a new picture. Whose session was not known any more comes as a newcomer."""
        assert self._connection is not None
        if not self._session.goes_on(picture):
            self._end_room(RoomError(SESSION_OVER))
        self._session.joined(picture)
        if self.room is None:
            self.room = Room(picture, self._session, self._connection, self._shell.dice)
        else:
            self.room.begin_again(picture, self._connection)
        self._be_there(self.room)

    def _resume(self, answer: RoomResumed) -> None:
        assert self._connection is not None
        if self.room is None:
            raise RoomError(SESSION_OVER, "There is nothing here that could go on.")
        self._session.resumed(answer)
        self.room.resume(self._connection)
        self._be_there(self.room)

    def _be_there(self, room: Room) -> None:
        assert self._connection is not None
        self._tries = 0
        self.left = ""
        self._step(Event.JOINED)
        self._connection.wake()
        self._arrived(room)
        if self._journey is not None and not self._journey.arrived.done():
            self._journey.arrived.set_result(room)

    def _keep(self, code: str) -> None:
        """First kept, then confirmed: from then on the older code opens nothing."""
        assert self._connection is not None
        self._session.code = code
        self._keep_session(self._session.save())
        self._connection.say(KeepSession(code))

    def _written(self) -> None:
        if self.room is not None:
            self.room.written()

    # --- how it ends

    def _drop(self, error: RoomError) -> None:
        """The line is lost, the session is not."""
        self._session.lost()
        if self.room is not None and self._journey is not None and self._journey.arrived.done():
            self.room.drop(error, _NoLine(self))

    def give_up(self, reason: RoomError) -> None:
        """The room, while its line is lost."""
        self.left = self._session.room_id
        self._end_stay(reason)
        if self.state is State.REROUTING:
            self._hang_up(reason)

    def _end_stay(self, error: RoomError) -> None:
        self._end_room(error)
        self._session = Session()

    def _end_room(self, error: RoomError) -> None:
        room, self.room = self.room, None
        if room is not None:
            room.end(error)
            self._room_over(error, room)

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


class _NoLine:
    """What a room has instead of a connection while its line is lost."""

    round_trip_ms: float | None = None

    def __init__(self, life: Life) -> None:
        self._life = life

    def wake(self) -> None:
        """What was said waits in the session."""

    def hang_up(self, reason: RoomError) -> None:
        self._life.give_up(reason)


_LIVES: Mapping[State, Callable[[Life], Awaitable[None]]] = {
    State.CALLING: Life._be_in_lobby,
    State.WAITING: Life._be_waiting,
    State.REROUTING: Life._be_in_room,
}
