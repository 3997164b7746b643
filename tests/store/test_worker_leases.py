"""Workers and their rooms when a lease ends: by the node's word, by a sweep, and what becomes of durable rooms."""

import asyncio
from dataclasses import replace

from shared.protocol.errors import NO_WORKER, ROOM_MOVED, ROOM_UNKNOWN, SESSION_OVER, WORKER_LOST
from shared.protocol.events import Channel, RoomEnded
from shared.protocol.ids import ClientId, WorkerId
from shared.protocol.records import Claim, RoomFacts, RoomSummary, WorkerRecord
from shared.store.ownership import Ownership
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from shared.store.workers import WorkerLeases
from tests.support.aging import pass_ms
from tests.support.eventually import eventually
from tests.support.listening import heard
from tests.support.refusals import outcome, refusal
from tests.support.stores import WORKER_ID, born, claim, client, come_back, hold, place, renew, seat_of, spec, worker

HEIR = WorkerId("heir")
BEAT_MS = 2000


def room_id(room: Claim) -> str:
    return room.room.spec.room_id


async def test_registered_worker_is_listed_until_its_lease_ends(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        described = worker(load=0.25, room_limit=7, is_draining=True)
        await store.leases.register(described)
        assert await store.directory.workers() == [described]
        await pass_ms(store, USUAL_TIMES.lease_ms)
        assert await store.directory.workers() == []
        await store.ownership.renew(described, [])
        assert await store.directory.workers() == [described]


async def test_rooms_are_counted_by_the_directory(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker(rooms=99))
        await place(store)
        await born(store)
        [listed] = await store.directory.workers()
        assert listed.rooms == 2


async def test_dead_worker_frees_its_rooms_at_once(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room, unborn = await born(store), await place(store)
        guest = await hold(store, room.room.spec.room_id)
        closed = await store.leases.end(WORKER_ID, charge=None)
        assert set(closed) == {room_id(room), unborn.room_id}
        assert await store.leases.end(WORKER_ID, charge=None) == closed
        assert (await store.directory.rooms(), await store.directory.workers()) == ({}, [])
        for who in (room.seat.client_id, guest.client_id, unborn.client_id):
            assert await store.directory.whereabouts(who) is None

        await store.leases.register(worker(HEIR))
        await place(store, spec(name=room.room.spec.name, creator=room.seat.client_id), candidates=[HEIR])


async def test_worker_declared_dead_does_not_come_back(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        await store.leases.end(WORKER_ID, charge=None)
        assert not await renew(store, room.room, [room.seat])
        assert await refusal(store.leases.register(worker())) is WORKER_LOST
        assert await store.directory.workers() == []


async def test_charged_room_is_closed_as_broken(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, Channel.ROOMS) as events:
        await store.leases.register(worker())
        room = (await born(store)).room.spec.room_id
        await store.leases.end(WORKER_ID, charge=room)
        await eventually(lambda: RoomEnded(room, "game-broken") in events)


async def test_durable_room_waits_for_adoption_and_keeps_its_people(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(durable=True))
        who = room.seat.client_id
        assert await store.leases.end(WORKER_ID, charge=None) == []
        assert await store.directory.rooms() == {}
        assert await refusal(hold(store, room.room.spec.room_id, who)) is WORKER_LOST
        assert await refusal(store.directory.adopt(room.room.spec.room_id, [HEIR])) is NO_WORKER
        await pass_ms(store, USUAL_TIMES.lease_ms)
        assert await refusal(come_back(store, room.room.spec.room_id, client())) is SESSION_OVER, "nobody keeps it"

        await store.leases.register(worker(HEIR))
        assert await store.directory.adopt(room.room.spec.room_id, [HEIR]) == HEIR
        again = await come_back(store, room.room.spec.room_id, who)
        assert (again.owner, again.owner_epoch) == (HEIR, 2)
        adopted = await claim(store, again)
        assert (adopted.room.owner_epoch, adopted.room.is_born) == (2, True)
        assert await renew(store, adopted.room, [adopted.seat])


async def test_racing_adoptions_agree_on_one_heir(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        heirs = [WorkerId(f"heir-{number}") for number in range(5)]
        for name in (WORKER_ID, *heirs):
            await store.leases.register(worker(name))
        room = await born(store, spec(durable=True))
        await store.leases.end(WORKER_ID, charge=None)
        adoptions = (store.directory.adopt(room.room.spec.room_id, [heir]) for heir in heirs)
        owners = set(await asyncio.gather(*adoptions))
        assert len(owners) == 1
        assert (await hold(store, room.room.spec.room_id)).owner_epoch == 2


async def test_living_owner_keeps_its_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        await store.leases.register(worker(HEIR))
        room = await born(store, spec(durable=True))
        assert await store.directory.adopt(room.room.spec.room_id, [HEIR]) == WORKER_ID
        assert await refusal(store.directory.adopt(room.room.spec.room_id + "x", [HEIR])) is ROOM_UNKNOWN  # type: ignore[arg-type]


async def test_late_owner_finds_its_room_moved(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(durable=True))
        pending = await hold(store, room.room.spec.room_id)
        await pass_ms(store, USUAL_TIMES.lease_ms)
        await store.leases.register(worker(HEIR))
        await store.directory.adopt(room.room.spec.room_id, [HEIR])

        assert not await renew(store, room.room, [room.seat])
        assert await refusal(claim(store, pending)) is ROOM_MOVED
        await store.ownership.release(room.room.spec.room_id, 1, [(room.seat.client_id, room.seat.session)])
        assert await store.ownership.close(room.room.spec.room_id, 1, "left", only_if_empty=False) == 0
        assert await seat_of(store, room.seat.client_id) == room.room.spec.room_id


async def test_adopted_room_that_nobody_claims_is_an_orphan_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(durable=True))
        await store.leases.end(WORKER_ID, charge=None)
        await store.leases.register(worker(HEIR))
        await store.directory.adopt(room.room.spec.room_id, [HEIR])
        await pass_ms(store, USUAL_TIMES.hold_ms)
        for name in (HEIR, WorkerId("second")):
            await store.leases.register(worker(name))
        assert await store.directory.adopt(room.room.spec.room_id, [WorkerId("second")]) == "second"
        assert (await hold(store, room.room.spec.room_id)).owner_epoch == 3


async def test_second_charge_closes_a_durable_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        await store.leases.register(worker(HEIR))
        room = await born(store, spec(durable=True))
        assert await store.leases.end(WORKER_ID, charge=room.room.spec.room_id) == []
        await store.directory.adopt(room.room.spec.room_id, [HEIR])
        await claim(store, await come_back(store, room.room.spec.room_id, room.seat.client_id))
        assert await store.leases.end(HEIR, charge=room.room.spec.room_id) == [room.room.spec.room_id]


async def test_owner_whose_lease_lapsed_goes_on_if_nobody_swept(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        await pass_ms(store, USUAL_TIMES.lease_ms)
        assert await refusal(hold(store, room.room.spec.room_id)) is WORKER_LOST
        assert await refusal(store.directory.adopt(room.room.spec.room_id, [WORKER_ID])) is WORKER_LOST
        assert await renew(store, room.room, [room.seat])
        await hold(store, room.room.spec.room_id)


class EndingLeases(WorkerLeases):
    """The node declares the worker dead while its renewal is on its way."""

    async def register(self, worker: WorkerRecord) -> None:
        await super().register(worker)
        await self.end(worker.worker_id, charge=None)


async def test_late_renewal_of_a_dead_worker_takes_no_orphan_back(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(durable=True))
        late = Ownership(store.ownership._scripts, EndingLeases(store.ownership._scripts))
        assert await refusal(late.renew(worker(), [RoomFacts(room.room, RoomSummary(), [room.seat])])) is WORKER_LOST
        await pass_ms(store, USUAL_TIMES.orphan_ms)
        assert await sweep_for_a_lease(store) == [room_id(room)]


async def sweep_for_a_lease(store: Store) -> list[str]:
    """Sweeps as a lobby does until ended leases are trusted. The rooms closed."""
    closed: list[str] = []
    for _ in range(USUAL_TIMES.lease_ms // BEAT_MS + 2):
        closed += await store.directory.sweep()
        await pass_ms(store, BEAT_MS)
    return closed


async def test_sweep_ends_lapsed_leases_after_a_whole_lease_of_sweeps(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room, durable = await born(store), await born(store, spec(durable=True))
        await pass_ms(store, USUAL_TIMES.lease_ms)
        assert await store.directory.sweep() == []
        assert await renew(store, room.room, [room.seat])

        assert await sweep_for_a_lease(store) == [room_id(room)]
        assert not await renew(store, room.room, [room.seat])
        assert await renew(store, durable.room, [durable.seat])


async def test_sweep_after_a_gap_gives_the_workers_time(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        await sweep_for_a_lease(store)
        await store.leases.register(worker())
        room = await born(store)
        await pass_ms(store, USUAL_TIMES.lease_ms)
        assert await store.directory.sweep() == []
        assert await renew(store, room.room, [room.seat])


async def test_sweep_closes_orphans_and_unclaimed_rooms(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        orphan, unclaimed = await born(store, spec(durable=True)), await place(store)
        await pass_ms(store, USUAL_TIMES.hold_ms)
        assert await store.directory.sweep() == [unclaimed.room_id]
        await store.leases.end(WORKER_ID, charge=None)
        assert await sweep_for_a_lease(store) == []
        await pass_ms(store, USUAL_TIMES.orphan_ms)
        assert await sweep_for_a_lease(store) == [room_id(orphan)]
        assert await store.directory.whereabouts(orphan.seat.client_id) is None
        assert await outcome(hold(store, orphan.room.spec.room_id)) == "room-closed"


async def sweep_until_forgotten(store: Store, kept: Claim) -> list[str]:
    """Sweeps for so long that every room but this one, which is renewed, counts as forgotten. The rooms closed."""
    closed: list[str] = []
    for _ in range(USUAL_TIMES.forgotten_ms // BEAT_MS + 2):
        closed += await store.directory.sweep()
        await pass_ms(store, BEAT_MS)
        assert await renew(store, kept.room, [kept.seat])
    return closed


async def test_sweep_ends_rooms_that_their_living_owner_does_not_renew(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        kept, ghost, durable = await born(store), await born(store), await born(store, spec(durable=True))
        assert await sweep_until_forgotten(store, kept) == [room_id(ghost)]
        assert await store.directory.whereabouts(ghost.seat.client_id) is None
        await place(store, spec(name=ghost.room.spec.name))
        assert await store.directory.adopt(durable.room.spec.room_id, [WORKER_ID]) == WORKER_ID
        assert (await hold(store, durable.room.spec.room_id)).owner_epoch == 2


async def test_adopted_room_that_its_heir_never_heard_of_is_an_orphan_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        for name in (WORKER_ID, HEIR):
            await store.leases.register(worker(name))
        kept, room = await born(store), await born(store, spec(durable=True), candidates=[HEIR])
        await store.leases.end(HEIR, charge=None)
        await store.directory.adopt(room.room.spec.room_id, [WORKER_ID])
        await claim(store, await come_back(store, room.room.spec.room_id, room.seat.client_id))
        assert await sweep_until_forgotten(store, kept) == []
        assert await store.directory.adopt(room.room.spec.room_id, [WORKER_ID]) == WORKER_ID
        assert (await hold(store, room.room.spec.room_id)).owner_epoch == 3


async def test_sweep_after_a_gap_gives_an_owner_time_for_each_of_its_rooms(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store)
        await pass_ms(store, USUAL_TIMES.forgotten_ms)
        for _ in range(USUAL_TIMES.lease_ms // BEAT_MS + 2):
            await store.leases.register(worker())
            assert await store.directory.sweep() == []
            await pass_ms(store, BEAT_MS)
        assert await renew(store, room.room, [room.seat])


async def test_second_charge_long_after_the_first_counts_as_the_first(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(durable=True))
        await store.leases.end(WORKER_ID, charge=room.room.spec.room_id)
        await pass_ms(store, USUAL_TIMES.charge_ms)
        await store.leases.register(worker(HEIR))
        await store.directory.adopt(room.room.spec.room_id, [HEIR])
        assert await store.leases.end(HEIR, charge=room.room.spec.room_id) == []


async def test_hold_ends_in_real_time_too(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm, times=replace(USUAL_TIMES, hold_ms=1)) as store:
        await store.leases.register(worker())
        held = await place(store)
        await eventually(lambda: _is_free(store, held.client_id))


async def _is_free(store: Store, who: ClientId) -> bool:
    return await store.directory.whereabouts(who) is None


async def test_buckets_run_dry_and_fill_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        name = f"holds:{client()}"
        allowed = [await store.directory.allow(name, 0.001, 3) for _ in range(5)]
        assert allowed == [True, True, True, False, False]
        assert await store.directory.allow(f"holds:{client()}", 20.0, 3)
        await eventually(lambda: store.directory.allow(name, 20.0, 3), within=2)
