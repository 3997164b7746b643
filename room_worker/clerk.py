"""One room's errands at the directory: seats, closing, the next room. In order, one at a time, again while it is away.

Exists so that the room's shell can stay synchronous: it hands an errand over and is called back. A task runs only
while there is something to do. Seats that are given up while another errand is on its way are freed in one call.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from shared.protocol.errors import STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.records import Seat

TRIES = 5
FIRST_RETRY_S = 0.2
"""Doubled after each try. Then the errand is given up: renewals name who is seated, and a room that its owner has not
renewed for several leases is ended by the directory's sweep, whether that owner lives or not."""
ASK_AGAIN_MS = 2000
"""When a room that could not be closed for want of a directory tries again."""

T = TypeVar("T")
Errand = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Ownership(Protocol):
    """The part of `shared.store`'s Ownership that a clerk needs."""

    async def release(self, room_id: RoomId, owner_epoch: int, seats: list[tuple[ClientId, int]]) -> None: ...
    async def reserve(
        self, room_id: RoomId, owner_epoch: int, client_id: ClientId, session: int, players: int, role: str, number: int
    ) -> None: ...
    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int: ...


class Clerk:
    def __init__(self, room_id: RoomId, owner_epoch: int, ownership: Ownership) -> None:
        self._room_id, self._owner_epoch, self._ownership = room_id, owner_epoch, ownership
        self._errands: deque[Errand] = deque()
        self._leaving: list[tuple[ClientId, int, Callable[[], None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.reservations = 0
        """How many times a seat was to be changed, and the directory has answered or could not be reached."""

    def release(self, client_id: ClientId, session: int, then: Callable[[], None]) -> None:
        """Free this seat, then call back."""
        if not self._leaving:
            self._send(self._release_all)
        self._leaving.append((client_id, session, then))

    def close(self, kind: ErrorKind, *, only_if_empty: bool, then: Callable[[int], None]) -> None:
        """Close the room, then call back with 0, or with the milliseconds after which to ask again."""
        given_up = ASK_AGAIN_MS if only_if_empty else 0

        async def errand() -> None:
            then(await self._insist_or(given_up, lambda: self._close(kind, only_if_empty)))

        self._send(errand)

    def reserve(self, seat: Seat, *, then: Callable[[], None], refused: Callable[[RoomError], None]) -> None:
        """Make the member's seat this one, if there is room, then call back."""

        async def call() -> None:
            wanted = seat.client_id, seat.session, seat.players, seat.role
            number = self.reservations + 1
            try:
                await self._ownership.reserve(self._room_id, self._owner_epoch, *wanted, number)
            finally:
                self.reservations = number

        self.ask(call, then=then, refused=refused)

    def ask(
        self, call: Callable[[], Awaitable[None]], *, then: Callable[[], None], refused: Callable[[RoomError], None]
    ) -> None:
        """Something that the directory may refuse; then call back, with its error if it did."""

        async def errand() -> None:
            try:
                await self._insist(call)
            except RoomError as error:
                refused(error)
            else:
                then()

        self._send(errand)

    async def wait_idle(self) -> None:
        """Until every errand is done or given up."""
        while self._task is not None:
            await asyncio.shield(self._task)

    def _send(self, errand: Errand) -> None:
        self._errands.append(errand)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work(), name=f"clerk of {self._room_id}")

    async def _work(self) -> None:
        try:
            while self._errands:
                await self._errands.popleft()()
        finally:
            self._task = None

    async def _release_all(self) -> None:
        leaving, self._leaving = self._leaving, []
        seats = [(client_id, session) for client_id, session, _ in leaving]
        await self._insist_or(None, lambda: self._ownership.release(self._room_id, self._owner_epoch, seats))
        for _, _, then in leaving:
            then()

    async def _close(self, kind: ErrorKind, only_if_empty: bool) -> int:
        return await self._ownership.close(self._room_id, self._owner_epoch, kind.name, only_if_empty=only_if_empty)

    async def _insist_or(self, given_up: T, call: Callable[[], Awaitable[T]]) -> T:
        """The same, or `given_up` when there is nothing left to do."""
        try:
            return await self._insist(call)
        except RoomError as error:
            level = logging.WARNING if error.kind is STORE_UNAVAILABLE else logging.INFO
            log.log(level, "room %s gave up an errand: %s", self._room_id, error)
            return given_up

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """The call's result, however often that takes. Raises RoomError: refused, or away for too many tries."""
        delay_s = FIRST_RETRY_S
        for _ in range(TRIES):
            try:
                return await call()
            except RoomError as error:
                if error.kind is not STORE_UNAVAILABLE:
                    raise
            await asyncio.sleep(delay_s)
            delay_s *= 2
        raise RoomError(STORE_UNAVAILABLE)
