"""The live list in virtual time: who is told what, when, and how often it is encoded and read."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from lobby.live_list import BEAT_S, RETRY_S, LiveList
from lobby.mirror import Mirror
from shared.protocol import limits
from shared.protocol.errors import STORE_UNAVAILABLE, RoomError
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import AllRooms, SubscribeRooms, UpdateRooms
from shared.protocol.records import RoomRecord, RoomSpec
from shared.rules.listing import Query, query_of
from tests.support.virtual_time import run, working_for

QUIET_S = limits.LIST_PUSH_EVERY_S * 2
AFTER_A_PUSH_S = limits.LIST_PUSH_EVERY_S / 2
"""The list was pushed, and pauses now."""
UNSPEAKABLE = "a room that cannot be encoded"


class FakeDirectory:
    """The rooms there are. `read` is what was asked for: None is everything."""

    def __init__(self) -> None:
        self.records: dict[RoomId, RoomRecord] = {}
        self.read: list[list[RoomId] | None] = []
        self.is_away = False

    async def rooms(self, ids: Iterable[RoomId] | None = None) -> dict[RoomId, RoomRecord]:
        wanted = None if ids is None else list(ids)
        self.read.append(wanted)
        await asyncio.sleep(0)
        if self.is_away:
            raise RoomError(STORE_UNAVAILABLE)
        return {key: record for key, record in self.records.items() if wanted is None or key in wanted}

    def put(self, room_id: str, *, players: int = 1, game: str = "chat") -> RoomId:
        spec = RoomSpec(RoomId(room_id), GameName(game), "h", room_id, 8, 0, "none", {}, ClientId("c"))
        self.records[spec.room_id] = RoomRecord(spec, WorkerId("w"), 1, True, 0, 0, players)
        return spec.room_id


class Listener:
    """A subscriber whose line takes everything at once, until told otherwise."""

    def __init__(self) -> None:
        self.is_clear = True
        self.heard: list[Any] = []

    def write(self, frames: Sequence[Any]) -> None:
        self.heard += frames

    def take(self) -> list[Any]:
        heard, self.heard = self.heard, []
        return heard


class Bench:
    def __init__(self) -> None:
        self.directory = FakeDirectory()
        self.encoded: list[AllRooms | UpdateRooms] = []
        self.encode_s = 0.0
        self.list = LiveList(Mirror(self.directory), self._encode)

    def _encode(self, message: AllRooms | UpdateRooms) -> Sequence[Any]:
        if UNSPEAKABLE in ids(message):
            raise UnicodeEncodeError("utf-8", UNSPEAKABLE, 0, 1, "for a test")
        self.encoded.append(message)
        working_for(self.encode_s)
        return [message]

    @asynccontextmanager
    async def working(self):
        task = asyncio.create_task(self.list.run())
        await asyncio.sleep(QUIET_S)
        self.directory.read.clear()
        yield
        task.cancel()
        await asyncio.wait([task])

    def subscribe(self, **asked: Any) -> Listener:
        listener = Listener()
        self.list.subscribe(listener, query(**asked))
        return listener


def query(game: str = "", sort: str = "newest", most: int = 200) -> Query:
    return query_of(SubscribeRooms(game, {}, sort, False, most))


def ids(message: AllRooms | UpdateRooms) -> list[str]:
    return [row.room_id for row in (message.rooms if isinstance(message, AllRooms) else message.changed)]


def test_the_full_list_first_then_changes() -> None:
    async def main() -> None:
        bench = Bench()
        bench.directory.put("a")
        async with bench.working():
            listener = bench.subscribe()
            [full] = listener.take()
            assert (type(full), ids(full), full.more) == (AllRooms, ["a"], 0)

            bench.list.touch(bench.directory.put("b"))
            await asyncio.sleep(QUIET_S)
            del bench.directory.records[RoomId("a")]
            bench.list.touch(RoomId("a"))
            await asyncio.sleep(QUIET_S)
            opened, ended = listener.take()
            assert (ids(opened), opened.removed) == (["b"], [])
            assert (ids(ended), ended.removed) == ([], ["a"])

    run(main())


def test_a_push_is_encoded_once_per_distinct_subscription() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            chat = [bench.subscribe(game="chat") for _ in range(50)]
            everything = [bench.subscribe() for _ in range(50)]
            sketch = [bench.subscribe(game="sketch") for _ in range(50)]
            assert len(bench.encoded) == 3, "one full list for each of the three subscriptions"
            bench.encoded.clear()

            bench.list.touch(bench.directory.put("a"))
            await asyncio.sleep(QUIET_S)
            assert len(bench.encoded) == 2, "nobody who watches sketch is concerned"
            for listener in chat + everything:
                assert listener.heard[-1] in bench.encoded
            assert {id(listener.heard[-1]) for listener in chat} == {id(chat[0].heard[-1])}, "the same bytes"
            assert all(len(listener.heard) == 1 for listener in sketch)

    run(main())


def test_a_hint_reads_only_the_touched_rooms_in_one_go() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            for name in "abc":
                bench.list.touch(bench.directory.put(name))
            await asyncio.sleep(QUIET_S)
            [read] = bench.directory.read
            assert sorted(read or []) == ["a", "b", "c"]

    run(main())


def test_whoever_needs_a_room_that_was_heard_of_does_not_wait_for_the_push() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            listener = bench.subscribe()
            listener.take()
            bench.list.touch(bench.directory.put("a"))
            await asyncio.sleep(AFTER_A_PUSH_S)
            assert ids(listener.take()[0]) == ["a"]
            bench.list.touch(bench.directory.put("b"))
            begun = asyncio.get_running_loop().time()
            rooms = await bench.list.fresh_rooms()
            assert asyncio.get_running_loop().time() == begun
            assert [room.row.room_id for room in rooms] == ["a", "b"]
            assert bench.directory.read == [["a"], ["b"]]
            await asyncio.sleep(QUIET_S)
            assert ids(listener.take()[0]) == ["b"], "the others still hear of it"

    run(main())


@pytest.mark.parametrize("goes_away", [False, True])
def test_a_reading_that_somebody_else_needed_and_did_not_get_is_made_up_for(goes_away: bool) -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            listener = bench.subscribe()
            listener.take()
            bench.list.touch(bench.directory.put("a"))
            await asyncio.sleep(AFTER_A_PUSH_S)
            assert ids(listener.take()[0]) == ["a"]
            bench.directory.is_away = not goes_away
            bench.list.touch(bench.directory.put("b"))
            needed = asyncio.create_task(bench.list.fresh_rooms())
            await asyncio.sleep(0)
            if goes_away:
                needed.cancel()
            with pytest.raises((RoomError, asyncio.CancelledError)):
                await needed
            bench.directory.is_away = False
            await asyncio.sleep(RETRY_S + QUIET_S)
            assert ids(listener.take()[0]) == ["b"]

    run(main())


def test_changes_are_pushed_at_most_four_times_a_second() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            listener = bench.subscribe()
            listener.take()
            for number in range(1000):
                bench.list.touch(bench.directory.put("a", players=number))
                await asyncio.sleep(0.002)
            assert len(listener.take()) in (7, 8, 9)

    run(main())


def test_many_different_lists_leave_half_of_the_time_to_others() -> None:
    async def main() -> None:
        bench, loop = Bench(), asyncio.get_running_loop()
        async with bench.working():
            for most in range(1, 101):
                bench.subscribe(most=most)
            bench.encoded.clear()
            bench.encode_s, begun = 0.01, loop.time()
            for number in range(100):
                bench.list.touch(bench.directory.put("a", players=number))
                await asyncio.sleep(0.1)
            worked_s = len(bench.encoded) * bench.encode_s
            assert worked_s <= 0.5 * (loop.time() - begun) + 1.0, "and the push that is under way"

    run(main())


def test_without_hints_the_slow_beat_finds_the_change() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            listener = bench.subscribe()
            listener.take()
            bench.directory.put("a")
            await asyncio.sleep(BEAT_S + QUIET_S)
            assert [ids(message) for message in listener.take()] == [["a"]]
            assert bench.directory.read == [None]

    run(main())


def test_a_gap_and_a_wish_read_everything_but_wishes_do_not_add_up() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            bench.list.gap()
            await asyncio.sleep(QUIET_S)
            assert bench.directory.read == [None]
            for _ in range(100):
                bench.list.wish()
                await asyncio.sleep(0.02)
            assert bench.directory.read == [None] * 3, "two seconds of wishing are two readings"

    run(main())


def test_a_slow_client_misses_changes_and_gets_a_fresh_list_when_it_is_clear_again() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            slow, quick = bench.subscribe(), bench.subscribe()
            slow.is_clear = False
            slow.take()
            quick.take()
            for number in range(5):
                bench.list.touch(bench.directory.put("a", players=number))
                await asyncio.sleep(QUIET_S)
            assert slow.take() == []
            assert len(quick.take()) == 5

            slow.is_clear = True
            await asyncio.sleep(QUIET_S)
            [full] = slow.take()
            assert (type(full), full.rooms[0].players) == (AllRooms, 4)
            assert quick.take() == []

            bench.list.touch(bench.directory.put("b"))
            await asyncio.sleep(QUIET_S)
            assert slow.take() == quick.take() != [], "from here on it is one of them again"

    run(main())


def test_while_the_directory_is_away_the_last_picture_stays_and_its_return_is_noticed() -> None:
    async def main() -> None:
        bench = Bench()
        bench.directory.put("a")
        async with bench.working():
            bench.directory.is_away = True
            bench.list.touch(bench.directory.put("b"))
            await asyncio.sleep(3 * BEAT_S)
            assert ids(bench.subscribe().take()[0]) == ["a"]
            bench.directory.is_away = False
            await asyncio.sleep(2.0)
            assert ids(bench.subscribe().take()[0]) == ["a", "b"]

    run(main())


def test_a_row_that_cannot_be_shown_costs_others_nothing() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            chat, sketch = bench.subscribe(game="chat"), bench.subscribe(game="sketch")
            chat.take()
            sketch.take()
            bench.list.touch(bench.directory.put(UNSPEAKABLE, game="chat"))
            bench.list.touch(bench.directory.put("a", game="sketch"))
            await asyncio.sleep(QUIET_S)
            assert chat.take() == []
            assert [ids(message) for message in sketch.take()] == [["a"]]
            for _ in range(2):
                with pytest.raises(UnicodeEncodeError):
                    bench.subscribe(game="chat", most=5)

            del bench.directory.records[RoomId(UNSPEAKABLE)]
            bench.list.touch(RoomId(UNSPEAKABLE))
            bench.list.touch(bench.directory.put("b", game="chat"))
            await asyncio.sleep(QUIET_S)
            assert [ids(message) for message in chat.take()] == [["b"]]

    run(main())


def test_pings_reach_the_list_without_a_reading() -> None:
    async def main() -> None:
        bench = Bench()
        bench.directory.put("a")
        async with bench.working():
            listener = bench.subscribe(sort="ping")
            listener.take()
            bench.list.hear_pings([(RoomId("a"), 17)])
            await asyncio.sleep(QUIET_S)
            [update] = listener.take()
            assert update.changed[0].host_ping_ms == 17
            assert bench.directory.read == []

    run(main())


def test_a_new_subscription_takes_the_place_of_the_old_one_and_an_end_is_final() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench.working():
            listener = bench.subscribe(game="chat")
            bench.list.subscribe(listener, query(game="sketch"))
            listener.take()
            bench.list.touch(bench.directory.put("a", game="chat"))
            bench.list.touch(bench.directory.put("b", game="sketch"))
            await asyncio.sleep(QUIET_S)
            assert [ids(message) for message in listener.take()] == [["b"]]
            bench.list.unsubscribe(listener)
            bench.list.touch(bench.directory.put("c", game="sketch"))
            await asyncio.sleep(QUIET_S)
            assert listener.take() == []

    run(main())


def test_what_exceeds_a_page_is_counted() -> None:
    async def main() -> None:
        bench = Bench()
        for number in range(9):
            bench.directory.put(f"r{number}")
        async with bench.working():
            listener = bench.subscribe(most=4)
            [full] = listener.take()
            assert (ids(full), full.more) == (["r0", "r1", "r2", "r3"], 5)
            bench.list.touch(bench.directory.put("r9"))
            await asyncio.sleep(QUIET_S)
            [update] = listener.take()
            assert (update.changed, update.removed, update.more) == ([], [], 6)

    run(main())
