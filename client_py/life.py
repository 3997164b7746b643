"""One client's way through its states (`states.py`): one task, and one connection at a time.

It is in the lobby, on the way to a room, or inside one; a line that is lost, wherever it led, leads back to the lobby.
What the lobby says, beside its welcome, is handed on; what the worker says goes to the room.
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
from client_py.shell import Shell
from client_py.states import Event, State, step
from shared.protocol.errors import LEFT, TOKEN_EXPIRED, TOKEN_INVALID, RoomError
from shared.protocol.messages import (
    LOBBY_TO_CLIENT,
    WORKER_TO_CLIENT,
    Reroute,
    RoomDisconnect,
    RoomJoined,
    Welcome,
)
from shared.rules.backoff import backoff_s

IDENTITY_ERRORS = (TOKEN_INVALID, TOKEN_EXPIRED)
"""The lobby knows another key, or another time, than this guest's token."""


@dataclass(frozen=True, slots=True)
class Journey:
    reroute: Reroute
    arrived: asyncio.Future[Room]


class Life:
    """`room` is where the client is; `error` what led into the present state, if that was an error."""

    def __init__(
        self,
        url: str,
        identity: Identity,
        shell: Shell,
        *,
        from_lobby: Callable[[Any], None],
        room_over: Callable[[RoomError, Room], None],
        closed: Callable[[RoomError], None],
    ) -> None:
        self.state = State.CALLING
        self.error: RoomError | None = None
        self.room: Room | None = None
        self._url = url
        self._identity = identity
        self._shell = shell
        self._from_lobby = from_lobby
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
        journey = self._journey = Journey(reroute, asyncio.get_running_loop().create_future())
        self._step(Event.REROUTE)
        self._hang_up(RoomError(LEFT))
        return await journey.arrived

    async def tell_lobby(self, message: Any) -> None:
        """Nothing when there is no line: what matters is said again after the next welcome."""
        if self.state is State.LOBBY and self._connection is not None:
            with suppress(RoomError):
                await self._connection.send(message)

    def answer_lobby(self, *messages: Any) -> None:
        """From inside `from_lobby`."""
        if self._connection is not None:
            self._connection.answer(*messages)

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
        self._leave_room(reason)
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
        self._connection = Connection(self._shell, LOBBY_TO_CLIENT, self._hear_lobby)
        return await self._connection.run(f"{self._url.replace('http', 'ws', 1)}/ws", token)

    async def _be_waiting(self) -> None:
        await asyncio.sleep(backoff_s(self._tries, self._shell.dice.random()))
        self._tries += 1
        self._step(Event.RETRY)

    async def _be_in_room(self) -> None:
        """From the worker's door to the end of the stay."""
        assert self._journey is not None
        reroute = self._journey.reroute
        self._connection = Connection(self._shell, WORKER_TO_CLIENT, self._hear_worker)
        error = await self._connection.run(reroute.address, reroute.ticket)
        self._step(Event.OVER if error.kind.is_final else Event.LOST, error)
        self._leave_room(error)

    def _hear_lobby(self, message: Any) -> None:
        if isinstance(message, Welcome) and self.state is State.CALLING:
            self._tries = 0
            self._step(Event.WELCOMED)
        self._from_lobby(message)

    def _hear_worker(self, message: Any) -> None:
        if isinstance(message, RoomDisconnect):
            self._hang_up(error_named(message.name, message.text, message.room_id))
        elif self.room is not None:
            self.room.receive(message)
        elif isinstance(message, RoomJoined):
            self._arrive(message)

    def _arrive(self, joined: RoomJoined) -> None:
        assert self._connection is not None
        assert self._journey is not None
        self.room = Room(joined, self._connection, self._shell.dice)
        self._step(Event.JOINED)
        if not self._journey.arrived.done():
            self._journey.arrived.set_result(self.room)

    def _leave_room(self, error: RoomError) -> None:
        journey, self._journey = self._journey, None
        room, self.room = self.room, None
        if journey is not None and not journey.arrived.done():
            journey.arrived.set_exception(error)
        if room is not None:
            room.end(error)
            self._room_over(error, room)

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
