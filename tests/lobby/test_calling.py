"""Who was called to a room is told, however long Redis was away, and no crowd of look-ups meets it when it is back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from lobby.calling import LONGEST_PAUSE_S, LOOK_UPS, Calling
from lobby.presence import Presence
from shared.protocol.errors import STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.records import Hold
from shared.store.directory import Whereabouts
from tests.support import dice
from tests.support.virtual_time import run

ADA, ROOM = ClientId("ada"), RoomId("r1")
CROWD = [ClientId(f"guest {number}") for number in range(100)]


def call_of(client_id: ClientId, session: int) -> Hold:
    return Hold(ROOM, GameName("chat"), WorkerId("w1"), 1, "ws://{host}:8101", client_id, session, "player", 1, 2**43)


class Directory:
    """Everybody was called to a room, with the present session number. A look-up takes a second."""

    def __init__(self) -> None:
        self.session = 1
        self.is_away = False
        self.failing: set[ClientId] = set()
        """The next look-up of each of these fails."""
        self.asked: Counter[ClientId] = Counter()
        self.under_way = self.most_under_way = 0

    async def whereabouts(self, client_id: ClientId) -> Whereabouts:
        self.asked[client_id] += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        where = Whereabouts(ROOM, call_of(client_id, self.session), True, False)
        await asyncio.sleep(1)
        self.under_way -= 1
        if self.is_away or client_id in self.failing:
            self.failing.discard(client_id)
            raise RoomError(STORE_UNAVAILABLE)
        return where


class Visitor:
    def __init__(self) -> None:
        self.offered: list[int] = []

    def offer(self, hold: Hold) -> None:
        self.offered.append(hold.session)

    def close(self, kind: ErrorKind, text: str = "") -> None:
        raise NotImplementedError


class Town:
    """A lobby's calling, and a visitor for each of these clients."""

    def __init__(self, clients: Iterable[ClientId]) -> None:
        self.directory, self.presence = Directory(), Presence()
        self.calling = Calling(self.directory, self.presence, dice.secret)
        self.visitors = {client_id: Visitor() for client_id in clients}
        for client_id, visitor in self.visitors.items():
            self.presence.enter(client_id, visitor)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.calling.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def test_after_a_gap_everybody_is_looked_up_a_few_at_a_time_and_only_who_failed_again() -> None:
    async def main() -> None:
        town = Town(CROWD)
        town.directory.failing = set(CROWD[::10])
        async with town.at_work():
            town.calling.gap()
            await asyncio.sleep(100)
        assert all(visitor.offered == [1] for visitor in town.visitors.values())
        assert town.directory.asked == Counter([*CROWD, *CROWD[::10]])
        assert town.directory.most_under_way == LOOK_UPS

    run(main())


def test_an_outage_delays_a_call_and_is_not_met_by_a_crowd() -> None:
    async def main() -> None:
        town = Town(CROWD)
        town.directory.is_away = True
        async with town.at_work():
            town.calling.gap()
            await asyncio.sleep(60)
            rounds_most = 60 / (1 + LONGEST_PAUSE_S / 2) + 5  # the first pauses are shorter
            assert LOOK_UPS < town.directory.asked.total() <= rounds_most * LOOK_UPS
            town.directory.is_away = False
            await asyncio.sleep(20)
        assert all(visitor.offered == [1] for visitor in town.visitors.values())

    run(main())


def test_who_has_left_is_not_looked_up_any_more_and_who_is_elsewhere_never() -> None:
    async def main() -> None:
        town = Town([ADA])
        town.directory.is_away = True
        async with town.at_work():
            town.calling.hear(ADA)
            town.calling.hear(ClientId("bob"))
            await asyncio.sleep(10)
            town.presence.leave(ADA, town.visitors[ADA])
            await asyncio.sleep(10)
            asked = town.directory.asked[ADA]
            await asyncio.sleep(100)
        assert 1 < asked == town.directory.asked[ADA]
        assert town.directory.asked.keys() == {ADA}

    run(main())


def test_who_is_called_during_the_look_up_is_looked_up_once_more_and_told_the_latest_last() -> None:
    async def main() -> None:
        town = Town([ADA])
        async with town.at_work():
            town.calling.hear(ADA)
            await asyncio.sleep(0.5)
            town.directory.session = 2
            town.calling.hear(ADA)
            await asyncio.sleep(10)
        assert town.visitors[ADA].offered == [1, 2]

    run(main())
