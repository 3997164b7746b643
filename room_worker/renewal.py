"""The worker's hold on its rooms: every RENEW_EVERY_S it renews its lease, their records, seats and load in one call.

A room whose record changed is renewed soon after, without waiting for the beat. While the directory cannot be reached
the lease runs out by itself (`lease.py`), which makes the rooms stand still. The first answer after that decides for
each room: the directory still names this worker and epoch, and it goes on; or it does not, and its members are sent
back to the lobby.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from room_worker.lease import Lease
from room_worker.room_shell import RoomShell
from room_worker.rooms import Rooms
from shared.clock import Clock
from shared.protocol.errors import ROOM_MOVED, RoomError
from shared.protocol.events import Event, HostPings
from shared.protocol.ids import RoomId
from shared.protocol.limits import RENEW_EVERY_S
from shared.protocol.records import RoomFacts, Seat, SeatState, WorkerRecord

GATHER_S = 0.1
"""Changes of this time are announced together."""
AWAY_LEEWAY_MS = 30_000
"""Added to the end of an away seat, which is not before now. Its owner frees it in time; the date in the directory is
for an owner that dies, and is compared with another machine's clock."""

log = logging.getLogger(__name__)


class Ownership(Protocol):
    """The part of `shared.store`'s Ownership that renews."""

    async def renew(self, worker: WorkerRecord, rooms: list[RoomFacts]) -> dict[RoomId, bool]: ...


class Bus(Protocol):
    async def publish(self, event: Event) -> None: ...


class Renewal:
    """`describe` gives the worker's own record as it is now."""

    def __init__(
        self,
        rooms: Rooms,
        ownership: Ownership,
        bus: Bus,
        *,
        clock: Clock,
        lease: Lease,
        describe: Callable[[], WorkerRecord],
    ) -> None:
        self._rooms, self._ownership, self._bus = rooms, ownership, bus
        self._clock, self._lease, self._describe = clock, lease, describe
        self._is_cut_off = False

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            next_beat = loop.time() + RENEW_EVERY_S
            await self.beat()
            while await self._has_changes_before(next_beat):
                await asyncio.sleep(GATHER_S)
                await self._renew(self._rooms.take_changed())

    async def beat(self) -> None:
        """One renewal of everything."""
        await self._renew(self._rooms)
        pings = [
            (shell.record.spec.room_id, ping_ms)
            for shell in self._rooms
            if (ping_ms := shell.room.summary.host_ping_ms) is not None
        ]
        if pings and not self._is_cut_off:
            with suppress(RoomError):
                await self._bus.publish(HostPings(self._describe().worker_id, pings))

    async def _has_changes_before(self, deadline: float) -> bool:
        """Rooms that always have some must not put off the beat."""
        if asyncio.get_running_loop().time() >= deadline:
            return False
        try:
            async with asyncio.timeout_at(deadline):
                await self._rooms.wait_changed()
        except TimeoutError:
            return False
        return True

    async def _renew(self, shells: Iterable[RoomShell]) -> None:
        sent_at = self._clock.now()
        renewed = list(shells if self._lease.holds(sent_at) else self._rooms)
        try:
            still_ours = await self._ownership.renew(self._describe(), [_facts(shell, sent_at) for shell in renewed])
        except RoomError as error:
            self._cut_off(error)
            return
        self._is_cut_off = False
        lapsed_at = self._lease.until
        self._lease.renewed(sent_at)
        for shell in renewed:
            if not still_ours.get(shell.record.spec.room_id, False):
                shell.end(ROOM_MOVED)
        now = self._clock.now()
        if lapsed_at <= now < self._lease.until:
            for shell in self._rooms:
                shell.thaw(lapsed_at)

    def _cut_off(self, error: RoomError) -> None:
        if not self._is_cut_off:
            log.warning("the lease could not be renewed: %s", error)
        self._is_cut_off = True


def _facts(shell: RoomShell, now: float) -> RoomFacts:
    seats = [_dated(seat, now) for seat in shell.room.seats()]
    return RoomFacts(shell.record, shell.room.summary, seats, shell.reservations)


def _dated(seat: Seat, now: float) -> Seat:
    """A room that stood still has not put off the ends of its seats yet: they may be over by the clock."""
    if seat.state is not SeatState.AWAY:
        return seat
    return replace(seat, until_ms=max(seat.until_ms, int(now * 1000)) + AWAY_LEEWAY_MS)
