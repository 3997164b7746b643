"""Events: as bytes, and as the scripts publish them at the very step that they tell of."""

from typing import Any, get_args

import msgpack
import pytest

from shared.protocol.events import (
    CHANNEL_OF,
    Channel,
    ClientDisconnected,
    Event,
    HostPings,
    RoomChanged,
    RoomEnded,
    RoomOpened,
    SeatHeld,
    SeatReleased,
    WorkerEnded,
)
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.records import Entry, RoomSummary, SeatRequest
from shared.store.events import EventDecoder, encode_event
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from tests.support.aging import pass_ms
from tests.support.eventually import eventually
from tests.support.listening import heard
from tests.support.stores import NO_LIMITS, WORKER_ID, born, claim, client, hold, new_id, renew, spec
from tests.support.stores import worker as a_worker

ROOM, CLIENT, WORKER = RoomId("room"), ClientId("client"), WorkerId("worker")
EXAMPLES: list[Event] = [
    RoomOpened(ROOM),
    RoomChanged(ROOM),
    RoomEnded(ROOM, "room-closed"),
    WorkerEnded(WORKER),
    HostPings(WORKER, [(ROOM, 31), (RoomId("other"), 0)]),
    ClientDisconnected(CLIENT, ROOM, "line-lost"),
    SeatHeld(CLIENT, ROOM),
    SeatReleased(ROOM, CLIENT, 1_795_000_000_000),
]


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EXAMPLES} == set(CHANNEL_OF) == set(get_args(Event))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_event_survives_its_bytes(event: Event) -> None:
    assert EventDecoder().decode(encode_event(event)) == event


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xc1", msgpack.packb(["Invented", 1]), msgpack.packb(["RoomOpened"]), msgpack.packb([]), msgpack.packb(7)],
)
def test_what_is_unknown_is_skipped_and_counted(payload: bytes) -> None:
    decoder = EventDecoder()
    assert decoder.decode(payload) is None
    assert decoder.decode(encode_event(EXAMPLES[0])) == EXAMPLES[0]
    assert decoder.unknown == 1


async def test_published_events_arrive_on_their_own_channels(redis_url: str, realm: str) -> None:
    async with (
        Store(redis_url, realm) as store,
        heard(store.bus, *Channel) as everything,
        heard(store.bus, Channel.HOST_PING) as pings,
    ):
        for event in EXAMPLES:
            await store.bus.publish(event)
        await eventually(lambda: len(everything) == len(EXAMPLES))
        assert (everything, pings) == (EXAMPLES, [EXAMPLES[4]])


async def test_realms_do_not_hear_each_other(redis_url: str, realm: str) -> None:
    async with (
        Store(redis_url, realm) as store,
        Store(redis_url, f"{realm}-other") as other,
        heard(store.bus, Channel.ROOMS) as events,
    ):
        await other.bus.publish(RoomOpened(RoomId("theirs")))
        await store.bus.publish(RoomOpened(RoomId("ours")))
        await eventually(lambda: events)
        assert events == [RoomOpened(RoomId("ours"))]


async def test_life_of_a_room_on_the_bus(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, *Channel) as events:
        await store.leases.register(a_worker())
        room = await born(store)
        room_id, who = room.room.spec.room_id, client()
        await claim(store, await hold(store, room_id, who))
        await renew(store, room.room, [room.seat], RoomSummary(host=room.seat.client_id, host_name="Ada"))
        quiet = RoomSummary(host=room.seat.client_id, host_name="Ada", host_ping_ms=40)
        await renew(store, room.room, [room.seat], quiet)
        await store.directory.release(who)
        await store.ownership.close(room_id, 1, "room-closed", only_if_empty=False)
        await _until_heard(store, events)
    session = next(event.session for event in events if isinstance(event, SeatReleased))
    assert events == [
        RoomOpened(room_id),
        RoomChanged(room_id),
        RoomChanged(room_id),
        SeatReleased(room_id, who, session),
        RoomChanged(room_id),
        RoomEnded(room_id, "room-closed"),
    ]


async def test_who_did_not_ask_gets_a_hint_of_its_seat(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, Channel.LOBBIES) as events:
        await store.leases.register(a_worker())
        room, friend, guest = spec(), client(), client()
        seats: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "limits": NO_LIMITS}
        first, _ = await store.directory.place(room, [SeatRequest(room.creator), SeatRequest(friend)], **seats)
        await claim(store, first)
        party = [SeatRequest(room.creator), SeatRequest(guest)]
        await store.directory.hold(room.room_id, party, by=room.creator, request=new_id(), entry=Entry.CALLED)
        await _until_heard(store, events)
        assert events == [SeatHeld(friend, room.room_id), SeatHeld(guest, room.room_id)]


async def test_owner_that_missed_a_leave_is_told_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(a_worker())
        room = await born(store)
        await store.directory.release(room.seat.client_id)
        async with heard(store.bus, Channel.WORKERS) as events:
            assert await renew(store, room.room, [room.seat])
            await _until_heard(store, events)
        assert events == [SeatReleased(room.room.spec.room_id, room.seat.client_id, room.seat.session)]
        assert await store.directory.whereabouts(room.seat.client_id) is None


async def test_dead_worker_is_announced_with_its_rooms(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store, heard(store.bus, Channel.ROOMS) as events:
        await store.leases.register(a_worker())
        room = (await born(store)).room.spec.room_id
        await store.leases.end(WORKER_ID, charge=None)
        await _until_heard(store, events)
        assert events == [RoomOpened(room), RoomEnded(room, "worker-lost"), WorkerEnded(WORKER_ID)]


async def test_ended_hold_is_told_by_the_next_renewal(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(a_worker())
        room = await born(store)
        await renew(store, room.room, [room.seat])
        await hold(store, room.room.spec.room_id)
        await pass_ms(store, USUAL_TIMES.hold_ms)
        async with heard(store.bus, Channel.ROOMS) as events:
            await renew(store, room.room, [room.seat])
            await _until_heard(store, events)
        assert events == [RoomChanged(room.room.spec.room_id)]


async def _until_heard(store: Store, events: list[Any]) -> None:
    """Everything published so far has arrived: events of one server keep their order, and so does this last one."""
    for last in (RoomOpened(RoomId("last")), SeatHeld(CLIENT, RoomId("last")), SeatReleased(RoomId("last"), CLIENT, 0)):
        await store.bus.publish(last)
    await eventually(lambda: any(event.room_id == "last" for event in events if hasattr(event, "room_id")))
    events[:] = [event for event in events if getattr(event, "room_id", "") != "last"]
