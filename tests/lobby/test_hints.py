"""What a lobby hears on the bus, and that nothing which must be read then keeps it from hearing more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from lobby.calling import Calling
from lobby.hints import Hints
from lobby.live_list import LiveList
from lobby.mirror import Mirror
from lobby.presence import Presence
from shared.protocol.errors import STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.events import RoomChanged, SeatHeld
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.records import Hold
from shared.store.directory import Whereabouts
from shared.store.store import Store
from shared.wire.parts import split
from tests.support import dice
from tests.support.eventually import eventually

ADA, ROOM = ClientId("ada"), RoomId("r1")
CALL = Hold(ROOM, GameName("chat"), WorkerId("w1"), 1, "ws://{host}:8101", ADA, 7, "player", 1, 2**43)


class Directory:
    """Ada was called to a room; while `is_away` nobody can be told."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away
        self.asked = 0

    async def whereabouts(self, client_id: ClientId) -> Whereabouts:
        self.asked += 1
        if self.is_away:
            raise RoomError(STORE_UNAVAILABLE)
        return Whereabouts(ROOM, CALL, True, False)


class Visitor:
    def __init__(self) -> None:
        self.offered: list[Hold] = []

    def offer(self, hold: Hold) -> None:
        self.offered.append(hold)

    def close(self, kind: ErrorKind, text: str = "") -> None:
        raise NotImplementedError


class Listener:
    """The part of a lobby that listens."""

    def __init__(self, store: Store, directory: Directory, presence: Presence) -> None:
        self.live_list = LiveList(Mirror(store.directory), split)
        self.calling = Calling(directory, presence, dice.secret)
        self.hints = Hints(store.bus, self.live_list, self.calling)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.hints.run())
            group.create_task(self.calling.run())


@asynccontextmanager
async def listening(store: Store, directory: Directory, presence: Presence) -> AsyncIterator[Listener]:
    listener = Listener(store, directory, presence)
    task = asyncio.create_task(listener.run())
    try:
        await eventually(lambda: listener.hints.healthy)
        yield listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_after_a_gap_who_is_present_is_looked_up(redis_url: str, realm: str) -> None:
    ada, presence = Visitor(), Presence()
    presence.enter(ADA, ada)
    async with Store(redis_url, realm) as store, listening(store, Directory(), presence):
        await eventually(lambda: ada.offered == [CALL])


async def test_a_call_that_cannot_be_looked_up_is_not_lost_and_keeps_no_hint_from_being_heard(
    redis_url: str, realm: str
) -> None:
    ada, presence, directory = Visitor(), Presence(), Directory(is_away=True)
    async with Store(redis_url, realm) as store, listening(store, directory, presence) as listener:
        line = listener.hints._subscription._line
        presence.enter(ADA, ada)
        await store.bus.publish(SeatHeld(ADA, ROOM))
        await eventually(lambda: directory.asked > 1)
        await store.bus.publish(RoomChanged(ROOM))
        await eventually(lambda: ROOM in listener.live_list._touched)
        assert listener.hints._subscription._line is line
        directory.is_away = False
        await eventually(lambda: ada.offered == [CALL])
