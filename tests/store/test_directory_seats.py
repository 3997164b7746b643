"""Seats from the lobby's side: who gets one, who is told where they sit, and what ends by itself."""

import asyncio
from collections import Counter
from dataclasses import replace

from shared.protocol.errors import JOIN_REFUSED, ROOM_CLOSED, ROOM_FULL, ROOM_UNKNOWN, SEATED
from shared.protocol.ids import RoomId
from shared.protocol.messages import SPECTATOR, UNLISTED
from shared.protocol.records import Claim, RoomSummary, SeatRequest, SeatState
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from tests.support.aging import pass_ms
from tests.support.refusals import outcome, refusal, refused
from tests.support.stores import (
    born,
    claim,
    client,
    come_back,
    hold,
    hold_of,
    new_id,
    place,
    renew,
    seat_of,
    spec,
    worker,
)


async def players(store: Store, room: Claim) -> int:
    return (await store.directory.rooms())[room.room.spec.room_id].players


async def test_100_racing_joins_fill_the_seats_exactly(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as one, Store(redis_url, realm) as other:
        await one.leases.register(worker())
        room = await born(one, spec(seats=8))
        joins = [hold((one, other)[number % 2], room.room.spec.room_id) for number in range(100)]
        outcomes = Counter(await asyncio.gather(*(outcome(join) for join in joins)))
        assert outcomes == {"ok": 7, "room-full": 93}
        assert await players(one, room) == 8


async def test_one_client_racing_into_many_rooms_sits_in_one(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        rooms = [await born(store) for _ in range(10)]
        who = client()
        joins = (outcome(hold(store, room.room.spec.room_id, who)) for room in rooms)
        assert Counter(await asyncio.gather(*joins)) == {"ok": 1, "seated": 9}


async def test_same_request_gets_the_same_hold(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room_id, who, request = (await born(store)).room.spec.room_id, client(), new_id()
        first = await hold(store, room_id, who, request)
        assert await hold(store, room_id, who, request) == first
        assert (await hold(store, room_id, who)).session > first.session


async def test_party_gets_all_its_seats_or_none(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(seats=4))
        room_id, party = room.room.spec.room_id, [client() for _ in range(4)]
        seats = [SeatRequest(who) for who in party]
        ask = store.directory.hold
        assert await refusal(ask(room_id, seats, by=party[0], request=new_id())) is ROOM_FULL
        assert [await store.directory.whereabouts(who) for who in party] == [None] * 4

        other = await born(store, spec(creator=party[2]))
        error = await refused(ask(room_id, seats[:3], by=party[0], request=new_id()))
        assert (error.kind, error.room_id) == (SEATED, other.room.spec.room_id)
        assert await players(store, room) == 1

        await store.directory.release(party[2])
        holds = await ask(room_id, seats[:3], by=party[0], request=new_id())
        assert [held.client_id for held in holds] == party[:3]
        assert len({held.session for held in holds}) == 3


async def test_local_players_share_a_client_and_count_each(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(seats=4))
        room_id, who = room.room.spec.room_id, client()
        ask = store.directory.hold
        assert await refusal(ask(room_id, [SeatRequest(who, players=4)], by=who, request=new_id())) is ROOM_FULL
        [two] = await ask(room_id, [SeatRequest(who, players=2)], by=who, request=new_id())
        assert (await claim(store, two)).seat.players == 2
        assert await players(store, room) == 3
        again = await come_back(store, room_id, who)
        assert (again.players, (await claim(store, again)).seat.players) == (2, 2), "as it was"


async def test_spectators_have_their_own_cap(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(seats=1, spectators=2))
        room_id = room.room.spec.room_id
        assert await refusal(hold(store, room_id)) is ROOM_FULL
        watchers = [client() for _ in range(3)]
        watches = [
            store.directory.hold(room_id, [SeatRequest(who, SPECTATOR, 0)], by=who, request=new_id())
            for who in watchers
        ]
        assert Counter([await outcome(watch) for watch in watches]) == {"ok": 2, "room-full": 1}
        assert await players(store, room) == 1


async def test_where_a_client_sits_and_what_is_held_for_it(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        held = await place(store)
        assert await seat_of(store, held.client_id) == held.room_id
        assert await hold_of(store, held.client_id) == held
        await claim(store, held)
        assert await seat_of(store, held.client_id) == held.room_id
        assert await hold_of(store, held.client_id) is None
        assert await store.directory.whereabouts(client()) is None


async def test_leaving_through_a_lobby(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        room_id, who = room.room.spec.room_id, client()
        await claim(store, await hold(store, room_id, who))
        assert await store.directory.release(who, RoomId("another")) is None
        assert await store.directory.release(who, room_id) == room_id
        assert await store.directory.release(who) is None
        assert await players(store, room) == 1
        await born(store, spec(creator=who))


async def test_unused_hold_frees_its_seat(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(seats=2))
        room_id = room.room.spec.room_id
        await hold(store, room_id)
        assert await refusal(hold(store, room_id)) is ROOM_FULL
        await pass_ms(store, USUAL_TIMES.hold_ms)
        assert await renew(store, room.room, [room.seat])
        assert await players(store, room) == 1
        await hold(store, room_id)


async def test_hold_beside_a_taken_seat_takes_no_second_one(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(seats=1))
        again = await come_back(store, room.room.spec.room_id, room.seat.client_id)
        assert await players(store, room) == 1
        assert (await claim(store, again)).room.players == 1


async def test_away_seat_can_be_held_anew(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        held = await place(store, spec(seats=1))
        room = await claim(store, held)
        away = replace(room.seat, state=SeatState.AWAY, until_ms=held.until_ms + 5000)
        assert await renew(store, room.room, [away])
        assert await refusal(hold(store, held.room_id)) is ROOM_FULL
        again = await hold(store, held.room_id, held.client_id)
        await pass_ms(store, USUAL_TIMES.hold_ms)
        await store.leases.register(worker())
        assert await seat_of(store, held.client_id) == held.room_id
        assert await hold_of(store, held.client_id) is None
        last = await hold(store, held.room_id, held.client_id)
        assert last.session > again.session
        assert (await claim(store, last)).seat.state is SeatState.TAKEN


async def test_room_that_is_not_open_lets_only_its_own_back_in(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        room_id = room.room.spec.room_id
        await renew(store, room.room, [room.seat], RoomSummary(is_open=False))
        assert await refusal(hold(store, room_id)) is JOIN_REFUSED
        await come_back(store, room_id, room.seat.client_id)


async def test_unknown_and_closed_rooms(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        assert await refusal(hold(store, RoomId("nowhere"))) is ROOM_UNKNOWN
        room = await born(store)
        room_id = room.room.spec.room_id
        await store.ownership.close(room_id, 1, "room-closed", only_if_empty=False)
        assert await refusal(hold(store, room_id)) is ROOM_CLOSED
        assert await store.directory.whereabouts(room.seat.client_id) is None
        await place(store, spec(name=room.room.spec.name, creator=room.seat.client_id))


async def test_listed_room_is_the_room_that_was_created(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = spec(name="Überraschung", spectators=3)
        claimed = await born(store, room)
        summary = RoomSummary(room.creator, "Ada", 23, 700, doors=UNLISTED, is_locked=True)
        await renew(store, claimed.room, [claimed.seat], summary)
        listed = (await store.directory.rooms([room.room_id, RoomId("nowhere")]))[room.room_id]
        aged = listed.summary.host_ping_age_ms
        assert 700 <= aged < 700 + USUAL_TIMES.hide_ms
        assert replace(listed.summary, host_ping_age_ms=700) == summary
        assert (listed.spec, listed.players, listed.spectators) == (room, 1, 0)
        assert listed.address == worker().address, "as it was announced"
        await pass_ms(store, USUAL_TIMES.hide_ms)
        assert await store.directory.rooms() == {}
