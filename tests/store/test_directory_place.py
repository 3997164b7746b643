"""Placing: limits, names, candidates, and what an unborn room is to others."""

import asyncio
from collections import Counter
from typing import Any

from shared.protocol.errors import (
    CLIENT_ROOM_LIMIT,
    NO_WORKER,
    ROOM_EXISTS,
    ROOM_FULL,
    ROOM_LIMIT,
    ROOM_UNKNOWN,
    SEATED,
)
from shared.protocol.ids import WorkerId
from shared.protocol.messages import SPECTATOR
from shared.protocol.records import SeatRequest
from shared.store.directory import RoomLimits
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from tests.support.aging import pass_ms
from tests.support.refusals import outcome, refusal, refused
from tests.support.stores import (
    GAME_HASH,
    WORKER_ID,
    born,
    claim,
    client,
    hold,
    new_id,
    place,
    spec,
    worker,
)


async def test_hold_says_all_that_a_ticket_needs(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = spec()
        held = await place(store, room)
    assert (held.room_id, held.game, held.client_id) == (room.room_id, room.game, room.creator)
    assert (held.owner, held.owner_epoch, held.address) == (WORKER_ID, 1, "ws://{host}:8101")
    assert (held.role, held.players) == ("player", 1)


async def test_200_racing_creates_through_two_stores_give_exactly_the_limit(redis_url: str, realm: str) -> None:
    limits = RoomLimits(cluster=50, per_client=0)
    async with Store(redis_url, realm) as one, Store(redis_url, realm) as other:
        await one.leases.register(worker())
        creates = [place((one, other)[number % 2], limits=limits) for number in range(200)]
        outcomes = Counter(await asyncio.gather(*(outcome(create) for create in creates)))
    assert outcomes == {"ok": 50, "room-limit": 150}


async def test_same_request_gets_the_same_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        creator, request = client(), new_id()
        first = await place(store, spec(creator=creator), request=request)
        assert await place(store, spec(creator=creator), request=request) == first
        await claim(store, first)
        assert set(await store.directory.rooms()) == {first.room_id}


async def test_name_is_unique_in_its_game_however_it_is_written(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker(games={"sketch": GAME_HASH, "chat": GAME_HASH}))
        room = await place(store, spec(name="Straße"))
        assert await refusal(place(store, spec(name="STRASSE"))) is ROOM_EXISTS
        await place(store, spec(name="Straße", game="chat"))
        await store.directory.release(room.client_id)
        await place(store, spec(name="STRASSE"))


async def test_limits_of_client_and_worker(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker(room_limit=2))
        creator = client()
        first = await born(store, spec(creator=creator))
        await store.ownership.release(first.room.spec.room_id, 1, [(creator, first.seat.session)])
        one_each = RoomLimits(cluster=0, per_client=1)
        assert await refusal(place(store, spec(creator=creator), limits=one_each)) is CLIENT_ROOM_LIMIT
        await place(store, limits=one_each)
        assert await refusal(place(store)) is NO_WORKER


async def test_creator_with_a_seat_elsewhere_is_told_where(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        creator = client()
        first = await place(store, spec(creator=creator))
        error = await refused(place(store, spec(creator=creator)))
    assert (error.kind, error.room_id) == (SEATED, first.room_id)


async def test_first_seats_are_all_or_none(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room, friend, watcher = spec(seats=3), client(), client()
        asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "limits": RoomLimits(0, 0)}
        pair = [SeatRequest(room.creator, players=2), SeatRequest(friend, players=2)]
        assert await refusal(store.directory.place(room, pair, **asked)) is ROOM_FULL
        assert await store.directory.whereabouts(room.creator) is None

        fitting = [SeatRequest(room.creator, players=2), SeatRequest(friend), SeatRequest(watcher, SPECTATOR, 0)]
        holds = await store.directory.place(room, fitting, **asked)
        assert [(held.client_id, held.players) for held in holds] == [(room.creator, 2), (friend, 1), (watcher, 0)]


async def test_room_goes_to_the_first_two_that_qualify_by_fewest_rooms(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        for name, changes in {
            "old": {"games": {"sketch": "older"}},
            "draining": {"is_draining": True},
            "a": {},
            "b": {},
            "c": {},
            "busy": {"load": 0.95},
        }.items():
            await store.leases.register(worker(name, **changes))
        ranked = [WorkerId(name) for name in ("gone", "old", "draining", "a", "b", "c")]
        owners = Counter([(await place(store, candidates=ranked)).owner for _ in range(10)])
        assert owners == {"a": 5, "b": 5}
        last = await place(store, candidates=[WorkerId("a"), WorkerId("busy")])
        assert last.owner == "a"
        assert (await place(store, candidates=[WorkerId("busy")])).owner == "busy"


async def test_isolated_room_takes_an_empty_worker_for_itself(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker("a"))
        await store.leases.register(worker("b"))
        both = [WorkerId("a"), WorkerId("b")]
        assert (await place(store, candidates=[WorkerId("a")])).owner == "a"
        alone = await place(store, spec(isolated=True), candidates=both)
        assert alone.owner == "b"
        assert {record.worker_id: record.is_exclusive for record in await store.directory.workers()} == {
            "a": False,
            "b": True,
        }
        assert await refusal(place(store, spec(isolated=True), candidates=both)) is NO_WORKER
        await store.leases.register(worker("b"))
        assert (await place(store, candidates=[WorkerId("b"), WorkerId("a")])).owner == "a"

        await store.directory.release(alone.client_id)
        assert (await place(store, candidates=[WorkerId("b")])).owner == "b"


async def test_unborn_room_is_unlisted_and_refuses_others(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        held = await place(store)
        assert await store.directory.rooms() == {}
        assert await refusal(hold(store, held.room_id)) is ROOM_UNKNOWN
        again = await hold(store, held.room_id, held.client_id)
        assert again.session > held.session
        await claim(store, again)
        await hold(store, held.room_id)
        assert (await store.directory.rooms())[held.room_id].players == 2


async def test_creation_that_nobody_claims_frees_everything(redis_url: str, realm: str) -> None:
    limits = RoomLimits(cluster=1, per_client=1)
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker(room_limit=1))
        room = spec(isolated=True)
        held = await place(store, room, limits=limits)
        assert await refusal(place(store, limits=limits)) is ROOM_LIMIT
        await pass_ms(store, USUAL_TIMES.hold_ms)
        await store.leases.register(worker(room_limit=1))
        assert await store.directory.whereabouts(room.creator) is None
        again = await place(store, spec(name=room.name, creator=room.creator), limits=limits)
        assert again.room_id != held.room_id
