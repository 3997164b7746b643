"""A room goes on to another one: everybody or nobody, in one step, once."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

from shared.protocol.errors import NEXT_ROOM, NO_WORKER, ROOM_EXISTS, ROOM_FULL, ROOM_MOVED
from shared.protocol.events import Channel, RoomChanged, RoomEnded, SeatHeld
from shared.protocol.ids import RoomId
from shared.protocol.messages import PRIVATE, SPECTATOR, UNLISTED
from shared.protocol.records import Claim, Hold, RoomSpec, RoomSummary, SeatRequest, SeatState
from shared.store.store import Store
from tests.support.eventually import eventually
from tests.support.listening import heard
from tests.support.refusals import outcome, refusal
from tests.support.stores import (
    NO_LIMITS,
    WORKER_ID,
    born,
    claim,
    client,
    come_back,
    hold,
    new_id,
    place,
    renew,
    seat_of,
    spec,
    worker,
)


async def a_party(store: Store, size: int = 3, **changes: Any) -> tuple[Claim, list[Claim]]:
    """A room with so many people in it."""
    await store.leases.register(worker())
    room = await born(store, spec(**changes))
    guests = [await claim(store, await hold(store, room.room.spec.room_id)) for _ in range(size - 1)]
    return room, [room, *guests]


def like(room: Claim, **changes: Any) -> RoomSpec:
    return replace(room.room.spec, room_id=RoomId(new_id()), **changes)


async def go_on(store: Store, room: Claim, to: RoomSpec, **changes: Any) -> list[Hold]:
    asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "open_rooms": []} | changes
    return await store.ownership.next_room(room.room.spec.room_id, 1, to, **asked)


async def seats(store: Store, people: list[Claim]) -> set[RoomId | None]:
    return {await seat_of(store, person.seat.client_id) for person in people}


async def test_everybody_gets_a_seat_in_a_new_room_of_the_same_name(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store)
        following = like(room)
        holds = await go_on(store, room, following)
        assert [held.client_id for held in holds] == [person.seat.client_id for person in people], "by seniority"
        assert await seats(store, people) == {following.room_id}
        assert await store.directory.rooms() == {}, "unborn"
        for held in holds:
            where = await store.directory.whereabouts(held.client_id)
            assert where == (following.room_id, held, True, False)
        assert (await claim(store, holds[1])).room.spec == following
        assert (await claim(store, holds[0])).room.players == 3
        assert not await renew(store, room.room, [room.seat])


async def test_roles_away_seats_and_people_on_their_way_go_along(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store, 2)
        room_id, watcher, late = room.room.spec.room_id, client(), client()
        ask = store.directory.hold
        [watch] = await ask(room_id, [SeatRequest(watcher, SPECTATOR, 0)], by=watcher, request=new_id())
        await claim(store, watch)
        far_ms = watch.until_ms + 60_000
        away = replace(people[1].seat, state=SeatState.AWAY, until_ms=far_ms)
        await renew(store, room.room, [room.seat, away])
        coming_back = await come_back(store, room_id, away.client_id)
        on_the_way = await hold(store, room_id, late)

        holds = await go_on(store, room, like(room))
        shown = [(held.client_id, held.role, held.players) for held in holds]
        assert shown == [
            (room.seat.client_id, "player", 1),
            (away.client_id, "player", 1),
            (watcher, "spectator", 0),
            (late, "player", 1),
        ]
        for held in (coming_back, on_the_way):
            assert await refusal(claim(store, held)) is NEXT_ROOM


async def test_lobbies_hear_of_every_seat_and_of_the_end(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, Channel.LOBBIES, Channel.ROOMS) as events:
        room, people = await a_party(store)
        room_id, following = room.room.spec.room_id, like(room)
        await go_on(store, room, following)
        wanted = [SeatHeld(person.seat.client_id, following.room_id) for person in people]
        await eventually(lambda: set(wanted) <= set(events))
        assert RoomEnded(room_id, "next-room") in events


async def test_same_request_moves_once(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store)
        following = like(room)
        asked = [go_on(store, room, following, request="once") for _ in range(10)]
        answers = await asyncio.gather(*asked)
        assert all(answer == answers[0] for answer in answers)
        again = await go_on(store, room, like(room), request="once")
        assert again == answers[0], "also with another drawn id"
        assert await seats(store, people) == {following.room_id}


async def test_only_its_owner_moves_a_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store)
        room_id = room.room.spec.room_id
        newer = replace(room.room, owner_epoch=2)
        await renew(store, newer, [person.seat for person in people])
        assert await refusal(go_on(store, room, like(room))) is ROOM_MOVED
        assert await seats(store, people) == {room_id}
        await store.ownership.close(room_id, 2, "room-closed", only_if_empty=False)
        assert await refusal(go_on(store, room, like(room))) is ROOM_MOVED


async def test_what_cannot_hold_them_all_leaves_everything_as_it_was(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store)
        room_id, other = room.room.spec.room_id, await born(store)
        cases = (
            (like(room, seats=2), {}, ROOM_FULL),
            (like(room, name=other.room.spec.name), {}, ROOM_EXISTS),
            (like(room), {"candidates": []}, NO_WORKER),
            (like(room, game_hash="another"), {}, NO_WORKER),
        )
        before = await store.directory.rooms()
        for following, changes, kind in cases:
            assert await refusal(go_on(store, room, following, **changes)) is kind
        after = await store.directory.rooms()
        assert {key: replace(value, renewed_ms=0) for key, value in after.items()} == {
            key: replace(value, renewed_ms=0) for key, value in before.items()
        }
        assert await seats(store, people) == {room_id}
        assert await outcome(place(store, spec(name=room.room.spec.name))) == "room-exists", "its name is its own"
        assert await renew(store, room.room, [person.seat for person in people])


async def test_a_worker_of_its_own_is_left_to_the_next_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker(room_limit=1))
        room = await born(store, spec(isolated=True))
        assert await refusal(place(store)) is NO_WORKER
        [held] = await go_on(store, room, like(room))
        assert held.owner == WORKER_ID
        assert await refusal(place(store)) is NO_WORKER


async def test_limits_do_not_keep_a_room_from_going_on(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, limits=NO_LIMITS._replace(cluster=1, per_client=1))
        await go_on(store, room, like(room))


async def test_quick_takes_the_first_open_room_with_seats_for_all(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, Channel.ROOMS) as events:
        room, people = await a_party(store, 3)
        small, locked, private, unlisted, fit = [await born(store, spec(seats=seats)) for seats in (3, 8, 8, 8, 4)]
        await renew(store, locked.room, [locked.seat], RoomSummary(is_locked=True))
        await renew(store, private.room, [private.seat], RoomSummary(doors=PRIVATE, invite="code2345"))
        await renew(store, unlisted.room, [unlisted.seat], RoomSummary(doors=UNLISTED))
        unborn = await place(store)
        ids = [other.room.spec.room_id for other in (small, locked, private, unlisted, fit)]
        open_rooms = [RoomId("nowhere"), unborn.room_id, room.room.spec.room_id, *ids]
        holds = await go_on(store, room, like(room), open_rooms=open_rooms)
        assert {held.room_id for held in holds} == {ids[-1]}
        assert await seats(store, people) == {ids[-1]}
        assert (await store.directory.rooms())[ids[-1]].players == 4
        await eventually(lambda: RoomChanged(ids[-1]) in events)
        assert await outcome(hold(store, ids[-1])) == "room-full"


async def test_quick_opens_a_new_room_when_none_has_seats_for_all(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, people = await a_party(store, 3)
        small = await born(store, spec(seats=2))
        following = like(room)
        await go_on(store, room, following, open_rooms=[small.room.spec.room_id])
        assert await seats(store, people) == {following.room_id}


async def test_parties_racing_for_one_room_get_in_whole_or_not(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as one, Store(redis_url, realm) as other:
        parties = [await a_party(one, 3) for _ in range(6)]
        target = (await born(one, spec(seats=8))).room.spec.room_id
        await asyncio.gather(
            *(
                go_on((one, other)[number % 2], room, like(room), open_rooms=[target])
                for number, (room, _) in enumerate(parties)
            )
        )
        found = [await seats(one, people) for _, people in parties]
        assert all(len(rooms) == 1 for rooms in found), "nobody was left behind"
        assert Counter(target in rooms for rooms in found) == {True: 2, False: 4}
        assert (await one.directory.rooms())[target].players == 7
