"""The worker's hold on its rooms: the beat, changes in between, a directory that is away, rooms that went elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from room_worker.hints import let_go
from room_worker.lease import LEASE_MARGIN_S
from room_worker.renewal import AWAY_LEEWAY_MS
from shared.protocol.errors import LEFT, LINE_LOST, ROOM_MOVED
from shared.protocol.events import HostPings, SeatReleased
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.limits import GRACE_S, HOST_PATIENCE_S, LEASE_S, RENEW_EVERY_S
from shared.protocol.messages import TO_OTHERS, AddPlayer, MemberLeft, PlayerAdded, Relay, RemovePlayer, SendRelay
from tests.support.one_worker import WORKER_ID, OneWorker, turn
from tests.support.virtual_time import run

ROOM = RoomId("plain-room")
COUCH = "def start(world):\n    pass\n\n\ndef update(world, dt):\n    pass\n"


@asynccontextmanager
async def renewing(worker: OneWorker) -> AsyncIterator[None]:
    worker.expire_lease()
    task = asyncio.create_task(worker.renewal.run())
    await asyncio.sleep(0.01)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await worker.close()


def test_everything_is_renewed_at_a_steady_beat() -> None:
    async def main() -> None:
        worker = OneWorker()
        await worker.table("plain", "ann")
        worker.rooms.take_changed()
        async with renewing(worker):
            assert worker.lease.until == worker.clock.now() - 0.01 + LEASE_S - LEASE_MARGIN_S
            await asyncio.sleep(3 * RENEW_EVERY_S)
            assert worker.directory.renewals == [[ROOM]] * 4

    run(main())


def test_a_change_is_announced_without_waiting_for_the_beat() -> None:
    async def main() -> None:
        worker = OneWorker()
        async with renewing(worker):
            await worker.table("plain", "ann", "bob")
            await asyncio.sleep(0.2)
            assert worker.directory.renewals == [[], [ROOM]]

    run(main())


def test_steady_change_does_not_put_off_the_beat_for_the_others() -> None:
    async def main() -> None:
        worker = OneWorker(lively="")
        await worker.table("plain", "ann")
        await worker.table("lively", "bob")
        async with renewing(worker):
            worker.directory.takes_s = 0.1
            before = sum(ROOM in renewed for renewed in worker.directory.renewals)
            for _ in range(300):
                worker.shell("lively")._around.announce(RoomId("lively-room"))
                await asyncio.sleep(1 / 30)
            worker.directory.takes_s = 0.0
            assert sum(ROOM in renewed for renewed in worker.directory.renewals) >= before + 4

    run(main())


def test_hosts_pings_go_out_once_a_beat() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        for guest, ping_ms in ((ann, 40.0), (bob, 90.0)):
            assert guest.visitor is not None
            guest.visitor.measured(ping_ms, worker.clock.now())
        async with renewing(worker):
            await asyncio.sleep(RENEW_EVERY_S)
            pings = [event for event in worker.bus.said if isinstance(event, HostPings)]
            assert pings == [HostPings(WORKER_ID, [(ROOM, 40)])] * 2

    run(main())


def test_rooms_stand_still_while_the_directory_is_away_for_long_and_then_go_on() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        async with renewing(worker):
            worker.directory.is_away = True
            await asyncio.sleep(LEASE_S / 2)
            ann.say(SendRelay(TO_OTHERS, "t", b"the lease still holds"))
            await asyncio.sleep(LEASE_S)
            ann.say(SendRelay(TO_OTHERS, "t", b"and now it does not"))
            await asyncio.sleep(LEASE_S)
            assert [message.body for message in bob.heard(Relay)] == [b"the lease still holds"]
            worker.directory.is_away = False
            await asyncio.sleep(RENEW_EVERY_S + 0.1)
            assert [message.body for message in bob.heard(Relay)][1:] == [b"and now it does not"]
            assert ann.closed is bob.closed is None

    run(main())


def test_the_seat_of_one_who_was_away_before_the_directory_was_is_still_kept_after_it() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        worker.expire_lease()
        bob.hang_up(LINE_LOST)
        await worker.renewal.beat()
        worker.directory.is_away = True
        await asyncio.sleep(GRACE_S + AWAY_LEEWAY_MS / 1000 + LEASE_S)
        worker.directory.is_away = False
        await worker.renewal.beat()
        now_ms = worker.clock.now() * 1000
        assert worker.directory.seats(ROOM)[ClientId("bob")].until_ms > now_ms, "nobody else gets it"
        await asyncio.sleep(GRACE_S - LEASE_S)
        assert ann.heard(MemberLeft) == []
        await worker.come_back("plain", "bob", bob)
        assert len(worker.shell("plain").room.members) == 2
        await worker.close()

    run(main())


def test_a_room_that_another_worker_owns_by_now_sends_its_members_there() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        async with renewing(worker):
            worker.directory.adopt(ROOM, WorkerId("w2"))
            await asyncio.sleep(RENEW_EVERY_S + 0.1)
            assert ann.closed is bob.closed is ROOM_MOVED
            assert not ROOM_MOVED.is_final
            assert len(worker.rooms) == 0
            assert worker.directory.owner(ROOM) == "w2"  # the old owner closed nothing there

    run(main())


def test_a_renewal_that_was_on_its_way_does_not_undo_a_reservation() -> None:
    async def main() -> None:
        worker = OneWorker(mains={"couch": COUCH}, manifests={"couch": {"local_players": 2}})
        [ann] = await worker.table("couch", "ann")
        worker.directory.takes_s = 1.0
        renewal = asyncio.create_task(worker.renewal.beat())
        await turn()
        worker.directory.takes_s = 0.0
        ann.say(AddPlayer("r1", "Zoe"))
        await renewal
        assert ann.heard(PlayerAdded) == [PlayerAdded(2, 1, "Zoe")]
        assert worker.directory.players(RoomId("couch-room")) == 2
        await worker.renewal.beat()
        assert worker.directory.players(RoomId("couch-room")) == 2
        ann.say(RemovePlayer("r2", 2))
        await worker.renewal.beat()
        assert worker.directory.players(RoomId("couch-room")) == 1
        await worker.close()

    run(main())


def test_a_seat_given_up_through_a_lobby_lets_its_member_go() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        session = next(seat.session for seat in worker.shell("plain").room.seats() if seat.client_id == "bob")
        let_go(SeatReleased(RoomId("elsewhere"), ClientId("bob"), session), worker.rooms)
        let_go(SeatReleased(ROOM, ClientId("bob"), session - 1), worker.rooms)  # has come back since
        await turn()
        assert bob.closed is None
        let_go(SeatReleased(ROOM, ClientId("bob"), session), worker.rooms)
        await turn()
        assert bob.closed is LEFT
        assert ann.closed is None
        await worker.close()

    run(main())


def test_a_seat_given_up_through_a_lobby_ends_the_session_of_one_who_is_away() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        session = next(seat.session for seat in worker.shell("plain").room.seats() if seat.client_id == "bob")
        bob.hang_up(LINE_LOST)
        let_go(SeatReleased(ROOM, ClientId("bob"), session), worker.rooms)
        await turn()
        assert ann.heard(MemberLeft) == [MemberLeft(2, LEFT.name)]
        assert worker.directory.seated(ROOM) == ["ann"]
        await worker.close()

    run(main())


def test_a_new_host_stands_in_the_record_at_once() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        bob.visitor.measured(42.0, worker.clock.now())  # type: ignore[union-attr]
        async with renewing(worker):
            ann.hang_up(LINE_LOST)
            await asyncio.sleep(HOST_PATIENCE_S + 0.4)
            summary = (await worker.directory.rooms())[ROOM].summary
            assert (summary.host, summary.host_ping_ms) == ("bob", 42)

    run(main())
