"""Looks up which clients on the line were called to a room, and offers each of them its seat.

Whoever is to be looked up stays in a set until that has succeeded, or until the client has left: an outage of Redis
delays a call and loses none. Only LOOK_UPS are under way at once, however many clients a gap concerns. What is offered
twice is noticed by the session.
"""

import asyncio
from random import Random

from lobby.presence import Presence
from shared.protocol.errors import RoomError
from shared.protocol.ids import ClientId
from shared.store.connection import Backoff
from shared.store.directory import RoomDirectory

LOOK_UPS = 16
"""Half of the commands that a store has in flight: clients who ask for something find a turn beside them."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
"""After a look-up that failed. A seat is held for HOLD_S, so the way there must not be told much later."""


class Calling:
    def __init__(self, directory: RoomDirectory, presence: Presence, dice: Random) -> None:
        self._directory = directory
        self._presence = presence
        self._backoff = Backoff(dice, FIRST_PAUSE_S, LONGEST_PAUSE_S)
        self._due: set[ClientId] = set()
        self._wake = asyncio.Event()

    def hear(self, client_id: ClientId) -> None:
        """Somebody held a seat for this client, which may be on the line with another lobby."""
        if self._presence.of(client_id):
            self._due.add(client_id)
            self._wake.set()

    def gap(self) -> None:
        """Hints may have been missed: look up everybody."""
        self._due.update(self._presence.clients())
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._due:
                await self._look_up()

    async def _look_up(self) -> None:
        """Some of those who are due.

        Each round waits for its slowest, so that nobody is looked up twice at once: of two answers the later one must
        be offered last.
        """
        now = [self._due.pop() for _ in range(min(LOOK_UPS, len(self._due)))]
        async with asyncio.TaskGroup() as group:
            tries = [group.create_task(self._offer(client_id)) for client_id in now]
        failed = [client_id for client_id, attempt in zip(now, tries, strict=True) if not attempt.result()]
        self._due.update(failed)
        if failed:
            await asyncio.sleep(self._backoff.pause_s())
        else:
            self._backoff.reset()

    async def _offer(self, client_id: ClientId) -> bool:
        """False when it could not be looked up."""
        if not self._presence.of(client_id):
            return True
        try:
            where = await self._directory.whereabouts(client_id)
        except RoomError:
            return False
        if where and where.hold and where.is_called:
            for visitor in self._presence.of(client_id):
                visitor.offer(where.hold)
        return True
