"""What a room must ask the directory for before it can answer: a spectator's seat, the next room."""

import asyncio
from dataclasses import replace
from typing import Any

from shared.protocol.errors import BAD_NAME, GAME_UNKNOWN, NEXT_ROOM, NO_WORKER, NOT_HOST, ROOM_FULL, STORE_UNAVAILABLE
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import Error, NextRoom, RoomDisconnect, SeatTaken, TakeSeat
from shared.protocol.records import SeatRequest
from tests.support.one_worker import Guest, OneWorker, turn
from tests.support.virtual_time import run

ROOM = RoomId("plain-room")
EVE = ClientId("eve")
AGAIN = NextRoom("n", "", "", False)


async def watching(worker: OneWorker, client: str = "eve") -> Guest:
    (hold,) = worker.directory.hold(ROOM, [SeatRequest(ClientId(client), "spectator", 0)])
    return await worker.enter(hold)


def errors(guest: Guest) -> list[Any]:
    return [(told.name, told.request) for told in guest.heard(Error)]


# A seat for a spectator


def test_a_spectator_takes_a_seat_when_the_directory_has_one() -> None:
    async def main() -> None:
        worker = OneWorker()
        (ann,) = await worker.table("plain", "ann")
        eve = await watching(worker)
        worker.directory.takes_s = 0.5
        eve.say(TakeSeat("t"))
        await asyncio.sleep(0.4)
        assert ann.heard(SeatTaken) == []
        await asyncio.sleep(0.2)
        assert ann.heard(SeatTaken) == eve.heard(SeatTaken) == [SeatTaken(2)]
        seat = worker.directory.seats(ROOM)[EVE]
        assert (seat.role, seat.players) == ("player", 1)
        await worker.renewal.beat()
        assert worker.directory.seats(ROOM)[EVE].role == "player"
        await worker.close()

    run(main())


def test_a_full_room_and_an_absent_directory_refuse_with_a_reason() -> None:
    async def main() -> None:
        worker = OneWorker()
        await worker.table("plain", *(f"player{number}" for number in range(8)))
        eve = await watching(worker)
        eve.say(TakeSeat("full"))
        await turn()
        worker.directory.is_away = True
        eve.say(TakeSeat("away"))
        await asyncio.sleep(10)
        assert errors(eve) == [(ROOM_FULL.name, "full"), (STORE_UNAVAILABLE.name, "away")]
        assert eve.heard(SeatTaken) == []
        await worker.close()

    run(main())


def test_a_seat_for_one_who_went_meanwhile_is_free_again() -> None:
    async def main() -> None:
        worker = OneWorker(manifests={"plain": {"grace_s": 0}})
        await worker.table("plain", "ann")
        eve = await watching(worker)
        worker.directory.takes_s = 0.5
        eve.say(TakeSeat("t"))
        await turn()
        eve.hang_up(STORE_UNAVAILABLE)
        await asyncio.sleep(3)
        assert worker.directory.seated(ROOM) == ["ann"]
        await worker.close()

    run(main())


# The next room


def test_everybody_goes_on_to_the_next_room_together() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        eve = await watching(worker)
        worker.directory.takes_s = 0.2
        ann.say(AGAIN)
        await asyncio.sleep(0.3)
        assert bob.closed is None  # nobody is told before the seats are held
        await asyncio.sleep(2)
        assert ann.closed is bob.closed is eve.closed is NEXT_ROOM
        assert not NEXT_ROOM.is_final
        assert [told.name for told in bob.heard(RoomDisconnect)] == [NEXT_ROOM.name]
        (room_id,) = await worker.directory.rooms()
        assert room_id != ROOM
        assert sorted(worker.directory.seated(room_id)) == ["ann", "bob", "eve"]
        record = (await worker.directory.rooms())[room_id]
        assert (record.spec.name, record.spec.seats, record.spec.creator) == ("A plain", 8, "ann")
        assert len(worker.rooms) == 0

    run(main())


def test_when_there_is_no_next_room_everybody_stays() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        for request, game, name in (("chess", "chess", ""), ("name", "", "\u200b")):
            ann.say(NextRoom(request, game, name, False))
            await turn()
        bob.say(AGAIN)
        worker.directory.has_worker = False
        ann.say(NextRoom("none", "", "", False))
        await turn()
        assert errors(ann) == [(GAME_UNKNOWN.name, "chess"), (BAD_NAME.name, "name"), (NO_WORKER.name, "none")]
        assert errors(bob) == [(NOT_HOST.name, "n")]
        worker.directory.has_worker = True
        ann.say(NextRoom("again", "", "", False))
        await asyncio.sleep(1)
        assert ann.closed is bob.closed is NEXT_ROOM

    run(main())


def test_a_party_goes_into_a_quick_match_where_there_are_seats_for_all() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        await worker.renewal.beat()
        spec = worker.shell("plain").record.spec
        (other,) = worker.directory.place(
            replace(spec, room_id=RoomId("other"), name="Other", creator=ClientId("cat")),
            [SeatRequest(ClientId("cat"))],
            worker.shell("plain").record.owner,
        )
        cat = await worker.enter(other)
        await worker.renewal.beat()
        ann.say(NextRoom("q", "", "", True))
        await asyncio.sleep(1)
        assert ann.closed is bob.closed is NEXT_ROOM
        assert cat.closed is None
        assert sorted(worker.directory.seated(RoomId("other"))) == ["ann", "bob", "cat"]
        await worker.close()

    run(main())
