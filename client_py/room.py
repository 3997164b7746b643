"""A room, from the inside. It lives from `room-joined` to its end and is never revived: who returns gets a new one."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Protocol, TypeVar

from client_py.errors import error_named
from client_py.events import Event
from client_py.picture import Picture
from client_py.requests import Requests
from client_py.shell import Dice
from shared.protocol.errors import LEFT, ROOM_CLOSED, RoomError
from shared.protocol.limits import CLOSE_S
from shared.protocol.messages import (
    TO_OTHERS,
    ChatRow,
    CloseRoom,
    Error,
    LeaveRoom,
    MemberRow,
    RoomJoined,
    SendChat,
    SendRelay,
    SendVolatile,
    SetUsername,
    UsernameSet,
)
from shared.wire.body import pack_body

EVENTS_KEPT = 100_000
"""Events that nobody asked for yet; past that the oldest are dropped, and counted in `Room.dropped`."""

E = TypeVar("E")

log = logging.getLogger(__name__)


class Link(Protocol):
    """A room's way out (the connection to its worker)."""

    @property
    def round_trip_ms(self) -> float | None: ...
    async def send(self, message: Any) -> None: ...
    def hang_up(self, reason: RoomError) -> None: ...


class Room:
    """Events come by `async for event in room`, or one class at a time by `next`. `reason` says why it is over."""

    def __init__(self, joined: RoomJoined, link: Link, dice: Dice) -> None:
        self.id, self.game, self.name = joined.room_id, joined.game, joined.name
        self.seats, self.authority, self.options = joined.seats, joined.authority, joined.options
        self.reason: RoomError | None = None
        self.dropped = 0
        self._picture = Picture(joined)
        self._you = joined.you
        self._link = link
        self._requests = Requests(dice)
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._news = asyncio.Event()

    @property
    def members(self) -> dict[int, MemberRow]:
        """By number, in order of arrival."""
        return self._picture.members

    @property
    def me(self) -> MemberRow:
        return self._picture.member(self._you)

    @property
    def host(self) -> MemberRow | None:
        return self._picture.host

    @property
    def host_epoch(self) -> int:
        return self._picture.host_epoch

    @property
    def is_host(self) -> bool:
        return self._picture.host_number == self._you

    @property
    def chat(self) -> list[ChatRow]:
        """The last lines, oldest first."""
        return self._picture.chat

    @property
    def ping_ms(self) -> float | None:
        """The smoothed round trip to the worker; None until measured."""
        return self._link.round_trip_ms

    # --- what it says

    async def send(self, type: str, body: Any = None, *, to: int = TO_OTHERS) -> None:
        """To all others, to the host (TO_HOST) or to one member's number. Raises RoomError when the room is over."""
        await self._link.send(SendRelay(to, type, pack_body(body)))

    async def volatile(self, type: str, body: Any = None, *, to: int = TO_OTHERS) -> None:
        """For what the next message replaces (cursors, positions): it may be dropped."""
        await self._link.send(SendVolatile(to, type, pack_body(body)))

    async def say(self, text: str) -> None:
        """A line of chat; it comes back as a `Chat` event."""
        await self._link.send(SendChat(text))

    async def set_username(self, username: str) -> None:
        """Raises RoomError: username-taken, bad-name."""
        await self._ask(SetUsername, username)

    async def close_room(self) -> None:
        """Ends the room for everyone. Raises RoomError(NOT_HOST)."""
        await self._ask(CloseRoom)

    async def leave(self) -> None:
        """Back to the lobby. Whatever the worker says, whoever wants to go is gone soon."""
        if self.reason is not None:
            return
        timer = asyncio.get_running_loop().call_later(CLOSE_S, self._link.hang_up, RoomError(LEFT))
        try:
            await self._ask(LeaveRoom)
        finally:
            timer.cancel()

    # --- what it hears

    async def next(self, cls: type[E], *, within: float | None = None) -> E:
        """The next event of this class; others stay for later. Raises RoomError when the room is over, TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                event = next((event for event in self._events if isinstance(event, cls)), None)
                if event is not None:
                    self._events.remove(event)
                    return event
                await self._wait()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Every event, until the room is over."""
        while self._events or self.reason is None:
            if self._events:
                yield self._events.popleft()
            else:
                self._news.clear()
                await self._news.wait()

    async def _wait(self) -> None:
        if self.reason is not None:
            raise self.reason
        self._news.clear()
        await self._news.wait()

    async def _ask(self, cls: type, *fields: Any) -> None:
        request = self._requests.put(cls, *fields)
        await self._link.send(request.message)
        await self._requests.answer(request)

    # --- for the lobby

    def receive(self, message: Any) -> None:
        """What the worker says."""
        try:
            event = self._picture.hear(message)
        except RoomError as error:
            log.warning("a message of room %s is dropped: %s", self.id, error)
            return
        if isinstance(message, Error) and self._reject(message):
            return
        if isinstance(message, UsernameSet) and message.number == self._you:
            self._requests.resolve_all(SetUsername)
        if event is not None:
            self.dropped += len(self._events) == EVENTS_KEPT
            self._events.append(event)
            self._news.set()

    def end(self, reason: RoomError) -> None:
        self.reason = reason
        self._requests.resolve_all(LeaveRoom)
        if reason.kind is ROOM_CLOSED:
            self._requests.resolve_all(CloseRoom)
        self._requests.reject_all(reason)
        self._news.set()

    def _reject(self, message: Error) -> bool:
        return self._requests.reject(message.request, error_named(message.name, message.text, message.room_id))
