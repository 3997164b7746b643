"""A room, from the inside: from `room-joined` until one has left it for good. A lost line does not end it.

While the line is lost, what is said waits; with `Resumed` one is back. Once `reason` is set the room is never revived:
whoever joins again gets a new one.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, TypeVar

from client_py import events
from client_py.answers import is_answered
from client_py.errors import error_named
from client_py.events import Dropped, Event, Resumed
from client_py.host_acts import HostActs
from client_py.inbox import Inbox, Late
from client_py.picture import Picture
from client_py.playing import Playing
from client_py.requests import Requests
from client_py.session import Session
from client_py.shell import Dice
from shared.protocol.errors import LEFT, NEXT_ROOM, ROOM_CLOSED, RoomError
from shared.protocol.limits import CLOSE_S
from shared.protocol.messages import (
    SPECS,
    TO_OTHERS,
    AskDeposit,
    ChatRow,
    CloseRoom,
    Error,
    Hidden,
    LeaveRoom,
    MemberRow,
    NextRoom,
    RoomJoined,
    SendChat,
    SendRelay,
    SendVolatile,
    SetUsername,
    Snapshot,
    TakeSeat,
)
from shared.wire.body import pack_body

BACKLOG = 256
"""Messages that wait for the line or for the room's pace; with more of them `send` waits."""

E = TypeVar("E")

log = logging.getLogger(__name__)


class Link(Protocol):
    """A room's present way out: the connection to its worker, or what stands for it while there is none."""

    @property
    def round_trip_ms(self) -> float | None: ...
    def wake(self) -> None: ...
    def hang_up(self, reason: RoomError) -> None: ...


class Room(HostActs, Playing):
    """Events come by `async for event in room`, or one class at a time by `next`. `reason` says why it is over."""

    def __init__(self, joined: RoomJoined, session: Session, link: Link, dice: Dice) -> None:
        self.id, self.game, self.name = joined.room_id, joined.game, joined.name
        self.seats, self.authority, self.options = joined.seats, joined.authority, joined.options
        self.reason: RoomError | None = None
        self._picture = Picture(joined)
        self._session = session
        self._link = link
        self._held = {}
        self._left_over: list[Any] = []
        self._requests = Requests(dice)
        self._inbox = Inbox()
        self._news, self._space = asyncio.Event(), asyncio.Event()

    @property
    def members(self) -> dict[int, MemberRow]:
        """By number, in order of arrival."""
        return self._picture.members

    @property
    def me(self) -> MemberRow:
        return self._picture.member(self._picture.you)

    @property
    def host(self) -> MemberRow | None:
        return self._picture.host

    @property
    def host_epoch(self) -> int:
        return self._picture.host_epoch

    @property
    def is_host(self) -> bool:
        return self._picture.host_number == self._picture.you

    @property
    def chat(self) -> list[ChatRow]:
        """The last lines, oldest first."""
        return self._picture.chat

    @property
    def doors(self) -> str:
        return self._picture.doors

    @property
    def is_locked(self) -> bool:
        return self._picture.is_locked

    @property
    def invite(self) -> str:
        """Opens a private room; empty when it needs none."""
        return self._picture.invite

    @property
    def pings(self) -> dict[int, int]:
        """The members' round trips to the worker, in milliseconds, by number."""
        return self._picture.pings

    @property
    def ping_ms(self) -> float | None:
        """One's own smoothed round trip; None until measured."""
        return self._link.round_trip_ms

    @property
    def is_connected(self) -> bool:
        """Not while the line is lost."""
        return self.reason is None and self._session.outbox.is_open

    @property
    def session(self) -> dict[str, Any]:
        """Plain values to come back with from another process: `connect(session=…)`. A secret; it changes at each
        return (`Lobby.on_session`)."""
        return self._session.save()

    @property
    def unconfirmed(self) -> list[Any]:
        """The counted messages that the room may not have got, oldest first; when it is over, for good."""
        return self._session.outbox.kept if self.reason is None else self._left_over

    @property
    def dropped(self) -> int:
        """Events that were dropped because nobody took them."""
        return self._inbox.dropped

    # --- what it says

    async def send(self, type: str, body: Any = None, *, to: int = TO_OTHERS) -> None:
        """To all others, to the host (TO_HOST) or to one member's number. Raises RoomError when the room is over."""
        await self._say(SendRelay(to, type, pack_body(body)))

    async def volatile(self, type: str, body: Any = None, *, to: int = TO_OTHERS) -> None:
        """For what the next message replaces (cursors, positions): it may be dropped."""
        await self._say(SendVolatile(to, type, pack_body(body)))

    async def say(self, text: str) -> None:
        """A line of chat; it comes back as a `Chat` event."""
        await self._say(SendChat(text))

    async def set_username(self, username: str) -> None:
        """Raises RoomError: username-taken, bad-name."""
        await self._ask(SetUsername, username)

    async def take_seat(self) -> None:
        """From spectator to player. Raises RoomError: room-full, join-refused."""
        await self._ask(TakeSeat)

    async def hide(self, is_hidden: bool) -> None:
        """Whether anybody looks at this client; a host that is hidden for long is replaced."""
        await self._say(Hidden(is_hidden))

    async def leave(self) -> None:
        """Back to the lobby. Whatever the worker says, whoever wants to go is gone soon."""
        if self.reason is not None:
            return
        if not self.is_connected:
            self._link.hang_up(RoomError(LEFT))
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
            while (event := self._inbox.find(cls)) is None:
                if self.reason is not None:
                    raise self.reason
                await self._wait()
            return event

    async def until(self, condition: Callable[[], bool], *, within: float | None = None) -> None:
        async with asyncio.timeout(within):
            while not condition():
                if self.reason is not None:
                    raise self.reason
                await self._wait()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Every event, until the room is over."""
        while self._inbox or self.reason is None:
            event = self._inbox.take()
            if event is not None:
                yield event
            elif self.reason is None:
                await self._wait()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def _say(self, message: Any) -> None:
        self._say_nowait(message)
        await asyncio.sleep(0)  # so that a loop that only says things lets them out
        while self._session.outbox.backlog > BACKLOG and self.reason is None:
            self._space.clear()
            await self._space.wait()

    def _say_nowait(self, message: Any) -> None:
        if self.reason is not None:
            raise self.reason
        self._session.outbox.add(message)
        self._link.wake()

    async def _ask(self, cls: type, *fields: Any) -> None:
        request = self._requests.put(cls, *fields)
        self._say_nowait(request.message)
        await self._requests.answer(request)

    # --- for the client's life (`life.py`)

    def receive(self, message: Any) -> None:
        """What the worker says."""
        if isinstance(message, AskDeposit):
            self._asked_for_deposit()
        elif not (isinstance(message, Error) and self._reject(message)):
            self._hear(message)
        self._news.set()

    def written(self) -> None:
        """Something that waited went out."""
        self._space.set()

    def drop(self, reason: RoomError, link: Link) -> None:
        """The line is lost."""
        self._link = link
        self._inbox.put(Dropped(reason), self._session.received)
        self._news.set()

    def resume(self, link: Link) -> None:
        """Back, and nothing is lost."""
        self._link = link
        self._inbox.put(Resumed(True), self._session.received)
        self._news.set()

    def begin_again(self, joined: RoomJoined, link: Link) -> None:
        """Back, with a new picture."""
        self._link = link
        self._picture = Picture(joined)
        self._requests.resolve_where(lambda question: is_answered(question, joined, self._picture))
        self._inbox.put(Resumed(False), 0)
        self._news.set()

    def end(self, reason: RoomError) -> None:
        self.reason, self._left_over = reason, self.unconfirmed
        done = {ROOM_CLOSED: CloseRoom, NEXT_ROOM: NextRoom}.get(reason.kind, LeaveRoom)
        self._requests.resolve_where(lambda question: isinstance(question, (done, LeaveRoom)))
        self._requests.reject_all(reason)
        self._news.set()
        self._space.set()

    def _hear(self, message: Any) -> None:
        try:
            event = self._event(message)
        except RoomError as error:
            log.warning("a message of room %s is dropped: %s", self.id, error)
            return
        self._requests.resolve_where(lambda question: is_answered(question, message, self._picture))
        if event is not None:
            self._inbox.put(event, self._before(message))

    def _event(self, message: Any) -> Event | Late | None:
        return self._brief(message) if isinstance(message, Snapshot) else self._picture.hear(message)

    def _brief(self, message: Snapshot) -> Late:
        """The program goes on talking until it takes this in."""
        self._session.briefed()
        outbox, picture = self._session.outbox, self._picture
        unheard = outbox.follow(message.received)

        def make() -> Event:
            outbox.unfollow(unheard)
            return picture.snapshot(message, unheard)

        return Late(events.Snapshot, make)

    def _before(self, message: Any) -> int:
        return self._session.received - SPECS[type(message)].counted

    def _reject(self, message: Error) -> bool:
        return self._requests.reject(message.request, error_named(message.name, message.text, message.room_id))
