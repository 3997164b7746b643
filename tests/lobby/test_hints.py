"""What a lobby hears on the bus: a call that could not be looked up is looked up until it can be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from lobby.hints import Hints
from lobby.live_list import LiveList
from lobby.mirror import Mirror
from lobby.presence import Presence
from shared.protocol.errors import STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.events import SeatHeld
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.records import Hold
from shared.store.directory import Whereabouts
from shared.store.store import Store
from shared.wire.parts import split
from tests.support.eventually import eventually

ADA, ROOM = ClientId("ada"), RoomId("r1")
CALL = Hold(ROOM, GameName("chat"), WorkerId("w1"), 1, "ws://{host}:8101", ADA, 7, "player", 1, 2**43)


class Directory:
    """Ada was called to a room. The next `failures` look-ups find no Redis."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    async def whereabouts(self, client_id: ClientId) -> Whereabouts:
        if self.failures:
            self.failures -= 1
            raise RoomError(STORE_UNAVAILABLE)
        return Whereabouts(ROOM, CALL, True, False)


class Visitor:
    def __init__(self) -> None:
        self.offered: list[Hold] = []

    def offer(self, hold: Hold) -> None:
        self.offered.append(hold)

    def close(self, kind: ErrorKind, text: str = "") -> None:
        raise NotImplementedError


@asynccontextmanager
async def listening(store: Store, directory: Directory, presence: Presence) -> AsyncIterator[Hints]:
    hints = Hints(store.bus, directory, LiveList(Mirror(store.directory), split), presence)
    task = asyncio.create_task(hints.run())
    try:
        yield hints
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_gap_is_over_when_everybody_was_looked_up(redis_url: str, realm: str) -> None:
    ada, presence, directory = Visitor(), Presence(), Directory(failures=2)
    presence.enter(ADA, ada)
    async with Store(redis_url, realm) as store, listening(store, directory, presence) as hints:
        await eventually(lambda: hints.healthy)
        assert (ada.offered, directory.failures) == ([CALL], 0)


async def test_a_call_that_cannot_be_looked_up_is_not_lost(redis_url: str, realm: str) -> None:
    ada, presence, directory = Visitor(), Presence(), Directory()
    async with Store(redis_url, realm) as store, listening(store, directory, presence) as hints:
        await eventually(lambda: hints.healthy)
        presence.enter(ADA, ada)
        directory.failures = 2
        await store.bus.publish(SeatHeld(ADA, ROOM))
        await eventually(lambda: ada.offered == [CALL])
