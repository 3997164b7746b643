"""What a worker says and hears on the bus. All of it hints: what is lost costs a little delay and nothing else.

Said: a member is gone. Heard: a seat was given up through a lobby, so the member who sits on it is let go. A missed one
of those is no harm either: the directory frees a seat that its owner goes on naming only if the owner lets go, and the
client itself will close its line.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Protocol

from room_worker.rooms import Rooms
from shared.protocol.errors import LEFT, ErrorKind, RoomError
from shared.protocol.events import Channel, ClientDisconnected, Event, SeatReleased
from shared.protocol.ids import ClientId
from shared.protocol.records import RoomRecord
from shared.store.bus import Bus

UNSAID = 1000
"""Hints that wait to be said while the bus is slow; older ones are forgotten."""


class Publishes(Protocol):
    async def publish(self, event: Event) -> None: ...


class Farewells:
    """Publishes who is gone, one after the other, so that a room's shell need not wait for the bus."""

    def __init__(self, bus: Publishes) -> None:
        self._bus = bus
        self._unsaid: deque[ClientDisconnected] = deque(maxlen=UNSAID)
        self._has_unsaid = asyncio.Event()

    def parted(self, client_id: ClientId, room: RoomRecord, reason: ErrorKind) -> None:
        self._unsaid.append(ClientDisconnected(client_id, room.spec.room_id, reason.name))
        self._has_unsaid.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._has_unsaid.wait()
            self._has_unsaid.clear()
            while self._unsaid:
                with suppress(RoomError):
                    await self._bus.publish(self._unsaid.popleft())


async def listen(bus: Bus, rooms: Rooms) -> None:
    """Until it is cancelled."""
    async with bus.subscribe([Channel.WORKERS], on_gap=_nothing_to_read) as events:
        async for event in events:
            if isinstance(event, SeatReleased):
                let_go(event, rooms)


def let_go(event: SeatReleased, rooms: Rooms) -> None:
    """Every worker hears of every seat; most have no such room. A member with a newer session has come back since."""
    shell = rooms.get(event.room_id)
    if shell is None:
        return
    for member in tuple(shell.room.members.values()):
        if member.client_id == event.client_id and member.session <= event.session:
            shell.leave(member.number, LEFT)


async def _nothing_to_read() -> None:
    """A room follows nothing in the directory: it is the owner, and writes."""
