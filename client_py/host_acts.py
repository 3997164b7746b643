"""What a host does beside what every member does: it speaks as host, opens and closes the doors, sends people out,
hands over, leads everybody to another room, and deposits the state that its program keeps."""

from collections.abc import Callable
from typing import Any

from client_py.events import HostChanged, Resumed, Snapshot
from client_py.inbox import Inbox, Turn
from client_py.picture import Picture
from client_py.session import Session
from shared.protocol.messages import (
    TO_OTHERS,
    Ban,
    CloseRoom,
    Deposit,
    HandOver,
    Kick,
    NextRoom,
    SendAsHost,
    SetDoors,
)
from shared.wire.body import pack_body

OnDeposit = Callable[[], bytes]


class HostActs:
    """Part of `Room`. `on_deposit` is asked for the program's state, when the room wishes for one: between two events,
    when the application has taken in all that came before. `deposit_tick` goes with it."""

    on_deposit: OnDeposit | None = None
    deposit_tick = 0

    _picture: Picture
    _session: Session
    _inbox: Inbox

    async def send_as_host(self, type: str, body: Any = None, *, to: int = TO_OTHERS) -> None:
        """In the host's name: refused (a `Refused` event) when somebody else is host by the time it arrives."""
        await self._say(SendAsHost(self._picture.host_epoch, to, type, pack_body(body)))

    async def set_doors(self, doors: str, *, is_locked: bool = False) -> None:
        """`public` (listed), `unlisted` (joined by id) or `private` (by invite code); locked: nobody new gets in."""
        await self._ask(SetDoors, doors, is_locked)

    async def kick(self, number: int) -> None:
        await self._ask(Kick, number)

    async def ban(self, number: int) -> None:
        """Kick, for as long as the room lives."""
        await self._ask(Ban, number)

    async def hand_over(self, number: int) -> None:
        """Another player who is here becomes the host, after a last deposit."""
        await self._ask(HandOver, number)

    async def next_room(self, game: str = "", name: str = "", *, is_quick: bool = False) -> None:
        """Everybody into another room of this game, or of another. Returns when this room is over; the way to the next
        one is followed by itself (`Lobby.arrival`). `is_quick`: an open room, if one has seats for all."""
        await self._ask(NextRoom, game, name, is_quick)

    async def close_room(self) -> None:
        """Ends the room for everyone."""
        await self._ask(CloseRoom)

    def deposit(self, state: bytes, *, tick: int = 0) -> None:
        """For a program that deposits by itself, at least a second apart. `state` must be what follows from the events
        taken so far and from what was said so far. Dropped while the line is lost, and while there is news of who is
        host, or a snapshot, that the program has not taken in."""
        if self._inbox.holds(HostChanged, Snapshot, Resumed):
            return
        received = self._inbox.taken_in(self._session.received)
        self._say_nowait(Deposit(self._picture.host_epoch, received, self._session.outbox.said, tick, state))

    def _asked_for_deposit(self) -> None:
        self._inbox.put(Turn(self._deposit_now), self._session.received)

    def _deposit_now(self) -> None:
        if self.on_deposit is not None and self._picture.host_number == self._picture.you:
            self.deposit(self.on_deposit(), tick=self.deposit_tick)

    async def _say(self, message: Any) -> None:
        raise NotImplementedError

    def _say_nowait(self, message: Any) -> None:
        raise NotImplementedError

    async def _ask(self, cls: type, *fields: Any) -> None:
        raise NotImplementedError
