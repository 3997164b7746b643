"""A Redis that lost its data, was away or came back empty: the next renewals make the directory whole again."""

from dataclasses import replace

from shared.protocol.errors import ROOM_EXISTS, SEATED, SESSION_OVER, STORE_UNAVAILABLE
from shared.protocol.ids import RoomId, WorkerId
from shared.protocol.records import RoomFacts, RoomRecord, RoomSummary, SeatState, WorkerRecord
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from tests.support.aging import pass_ms
from tests.support.redis import RedisServer
from tests.support.refusals import refusal, refused
from tests.support.stores import (
    WORKER_ID,
    born,
    claim,
    client,
    come_back,
    hold,
    hold_of,
    place,
    renew,
    seat_of,
    spec,
    worker,
)


async def test_directory_is_whole_after_the_renewals_that_follow_a_flush(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm) as store:
        await store.leases.register(worker())
        await store.leases.register(worker("crowded"))
        rooms = [await born(store, spec(isolated=True))]
        rooms += [await born(store, candidates=["crowded"]) for _ in range(60)]
        guest = await claim(store, await hold(store, rooms[1].room.spec.room_id))
        seats = {room.room.spec.room_id: [room.seat] for room in rooms}
        seats[rooms[1].room.spec.room_id].append(guest.seat)
        summary = RoomSummary(host_name="Ada")

        async def renew_all() -> None:
            for name in (WORKER_ID, "crowded"):
                owned = [room.room for room in rooms if room.room.owner == name]
                facts = [RoomFacts(record, summary, seats[record.spec.room_id]) for record in owned]
                assert all((await store.ownership.renew(worker(name), facts)).values())

        await renew_all()
        before = await _everything(store)
        own_redis.command("FLUSHALL")
        assert await store.directory.rooms() == {}
        await renew_all()
        assert await _everything(store) == before

        error = await refused(hold(store, rooms[2].room.spec.room_id, guest.seat.client_id))
        assert (error.kind, error.room_id) == (SEATED, rooms[1].room.spec.room_id)
        assert await refusal(place(store, spec(name=rooms[3].room.spec.name))) is ROOM_EXISTS
        again = await come_back(store, rooms[1].room.spec.room_id, guest.seat.client_id)
        assert again.session > guest.seat.session


async def test_seat_that_is_newer_elsewhere_stays_there(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm) as store:
        await store.leases.register(worker())
        who = client()
        old = await born(store, spec(creator=who))
        own_redis.command("FLUSHALL")
        await store.leases.register(worker())
        new = await born(store, spec(creator=who))
        assert new.seat.session > old.seat.session
        for room in (old, new, old):
            await store.ownership.renew(worker(), [RoomFacts(room.room, RoomSummary(), [room.seat])])
        assert await seat_of(store, who) == new.room.spec.room_id
        assert (await store.directory.rooms())[old.room.spec.room_id].players == 0


async def test_lost_claim_is_put_right_by_the_renewal(redis_url: str, realm: str) -> None:
    """A failover lost the claim but kept the hold: the owner knows better."""
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        held = await hold(store, room.room.spec.room_id)
        taken = type(room.seat)(held.client_id, held.session, SeatState.TAKEN, held.role, held.players)
        await store.ownership.renew(worker(), [RoomFacts(room.room, RoomSummary(), [room.seat, taken])])
        assert await hold_of(store, held.client_id) is None
        assert await seat_of(store, held.client_id) == held.room_id


async def test_seat_that_ended_while_its_owner_was_cut_off_may_still_be_kept_there(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        room_id = room.room.spec.room_id
        held = await hold(store, room_id)
        bob = replace((await claim(store, held)).seat, state=SeatState.AWAY, until_ms=held.until_ms)
        assert await renew(store, room.room, [room.seat, bob])
        await pass_ms(store, USUAL_TIMES.hold_ms)
        assert await refusal(come_back(store, room_id, bob.client_id)) is STORE_UNAVAILABLE

        assert await renew(store, room.room, [room.seat, replace(bob, until_ms=bob.until_ms + USUAL_TIMES.hold_ms)])
        assert (await come_back(store, room_id, bob.client_id)).session > bob.session
        assert await refusal(come_back(store, room_id, client())) is SESSION_OVER


async def test_name_that_was_given_away_meanwhile_ends_the_older_room(own_redis: RedisServer, realm: str) -> None:
    async with Store(own_redis.url, realm) as store:
        await store.leases.register(worker())
        old = await born(store, spec(name="Chess"))
        own_redis.command("FLUSHALL")
        await store.leases.register(worker())
        await born(store, spec(name="chess"))
        answer = await store.ownership.renew(worker(), [RoomFacts(old.room, RoomSummary(), [old.seat])])
        assert answer == {old.room.spec.room_id: False}


async def _everything(store: Store) -> tuple[dict[RoomId, RoomRecord], dict[WorkerId, WorkerRecord]]:
    """Rooms without the time of their renewal, and workers."""
    rooms = {room_id: replace(record, renewed_ms=0) for room_id, record in (await store.directory.rooms()).items()}
    return rooms, {record.worker_id: record for record in await store.directory.workers()}
