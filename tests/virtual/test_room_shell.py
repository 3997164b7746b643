"""One room's shell: flushing once per loop turn, leaving and closing through the directory, failing alone."""

import asyncio

import pytest

from room_worker.held_back import HELD_BYTES, HELD_MESSAGES
from shared.protocol.errors import (
    FLOODING,
    GAME_BROKEN,
    INTERNAL,
    LEFT,
    LINE_LOST,
    ROOM_CLOSED,
    STORE_UNAVAILABLE,
    RoomError,
)
from shared.protocol.events import ClientDisconnected
from shared.protocol.ids import RoomId
from shared.protocol.limits import BODY_BYTES, GRACE_S
from shared.protocol.messages import (
    TO_OTHERS,
    Error,
    LeaveRoom,
    MemberLeft,
    Relay,
    RoomDisconnect,
    RoomJoined,
    RoomResumed,
    SendChat,
    SendRelay,
    SendVolatile,
    Volatile,
)
from tests.support.eventually import eventually
from tests.support.one_worker import OneWorker, turn
from tests.support.virtual_time import run

RAISES = "def on_chat(world, client, text):\n    raise ValueError\n"
FUSSY = "def on_join_request(world, client):\n    return client.name != 'eve' or 'Not you.'\n"


def relay(body: bytes) -> SendRelay:
    return SendRelay(TO_OTHERS, "t", body)


def test_many_messages_in_one_turn_cost_each_member_one_write() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob, cat = await worker.table("plain", "ann", "bob", "cat")
        before = [len(guest.writes) for guest in (ann, bob, cat)]
        for number in range(50):
            ann.say(relay(b"%d" % number))
        bob.say(relay(b"from bob"))
        await turn()
        assert [len(guest.writes) for guest in (ann, bob, cat)] == [count + 1 for count in before]
        assert [message.body for message in cat.heard(Relay)] == [*(b"%d" % n for n in range(50)), b"from bob"]
        await worker.close()

    run(main())


def test_a_slow_member_misses_only_what_the_next_one_replaces() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        bob.is_slow = True
        ann.say(SendVolatile(TO_OTHERS, "t", b"here"))
        ann.say(relay(b"counted"))
        await turn()
        assert bob.heard(Volatile) == []
        assert [message.body for message in bob.heard(Relay)] == [b"counted"]
        await worker.close()

    run(main())


def test_a_leave_is_confirmed_when_the_seat_is_free() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        worker.directory.takes_s = 0.5
        bob.say(LeaveRoom("r1"))
        await asyncio.sleep(0.4)
        assert bob.heard(RoomDisconnect) == []
        assert ann.heard(MemberLeft)  # the others need not wait
        await asyncio.sleep(0.2)
        assert [told.request for told in bob.heard(RoomDisconnect)] == ["r1"]
        assert bob.closed is LEFT
        worker.directory.takes_s = 0.0
        assert await worker.enter(worker.hold("plain-room", "bob"))
        await worker.close()

    run(main())


def test_an_empty_room_waits_for_as_long_as_its_game_says() -> None:
    async def main() -> None:
        worker = OneWorker(manifests={"plain": {"empty_ttl_s": 60}})
        (ann,) = await worker.table("plain", "ann")
        ann.say(LeaveRoom("r1"))
        await asyncio.sleep(50)
        bob = await worker.enter(worker.hold("plain-room", "bob"))
        bob.say(LeaveRoom("r2"))
        await asyncio.sleep(50)
        assert len(worker.rooms) == 1
        await asyncio.sleep(15)
        assert len(worker.rooms) == 0
        await worker.close()

    run(main())


def test_a_leave_outlasts_a_short_absence_of_the_directory() -> None:
    async def main() -> None:
        worker = OneWorker()
        _, bob = await worker.table("plain", "ann", "bob")
        worker.directory.is_away = True
        bob.say(LeaveRoom("r1"))
        await asyncio.sleep(1)
        assert bob.closed is None
        worker.directory.is_away = False
        await asyncio.sleep(2)
        assert bob.closed is LEFT
        await worker.close()

    run(main())


def test_an_empty_room_closes_and_is_forgotten() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        ann.hang_up(FLOODING)  # for good
        bob.say(LeaveRoom("r1"))
        await turn()
        assert bob.closed is LEFT
        assert len(worker.rooms) == 0
        with pytest.raises(RoomError):
            worker.hold("plain-room", "cat")

    run(main())


def test_a_held_seat_keeps_an_empty_room_until_the_hold_ends() -> None:
    async def main() -> None:
        worker = OneWorker(manifests={"brief": {"grace_s": 0}})
        (ann,) = await worker.table("brief", "ann")
        held = worker.hold("brief-room", "bob")
        ann.hang_up(LINE_LOST)
        await asyncio.sleep(5)
        bob = await worker.enter(held)
        assert bob.heard(RoomJoined)
        worker.hold("brief-room", "cat")
        bob.hang_up(LINE_LOST)
        await asyncio.sleep(10)
        assert len(worker.rooms) == 1
        await asyncio.sleep(10)
        assert len(worker.rooms) == 0

    run(main())


def test_a_room_whose_code_raises_ends_alone() -> None:
    async def main() -> None:
        worker = OneWorker(raises=RAISES)
        ann, bob = await worker.table("plain", "ann", "bob")
        cat, dan = await worker.table("raises", "cat", "dan")
        cat.say(SendChat("go"))
        ann.say(relay(b"neighbour"))
        await turn()
        assert cat.closed is dan.closed is GAME_BROKEN
        assert [told.name for told in dan.heard(RoomDisconnect)] == ["game-broken"]
        assert bob.heard(Relay)
        assert ann.closed is bob.closed is None
        assert len(worker.rooms) == 1
        await worker.close()

    run(main())


def test_members_hear_of_the_end_after_the_directory() -> None:
    async def main() -> None:
        worker = OneWorker(raises=RAISES)
        (cat,) = await worker.table("raises", "cat")
        worker.directory.takes_s = 0.5
        cat.say(SendChat("go"))
        await asyncio.sleep(0.4)
        assert cat.closed is None
        await asyncio.sleep(0.2)
        assert cat.closed is GAME_BROKEN

    run(main())


def test_members_hear_of_the_end_even_when_the_directory_is_away() -> None:
    async def main() -> None:
        worker = OneWorker()
        (cat,) = await worker.table("plain", "cat")
        worker.directory.is_away = True
        worker.shell("plain").end(ROOM_CLOSED)
        await asyncio.sleep(10)
        assert cat.closed is ROOM_CLOSED
        assert len(worker.rooms) == 0

    run(main())


def test_a_core_that_cannot_be_trusted_is_abandoned() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")

        def fail(*_: object) -> None:
            raise RuntimeError("a bug of ours")

        room = worker.shell("plain").room
        room.receive = room.end = fail  # type: ignore[method-assign,assignment]
        ann.say(relay(b"x"))
        await turn()
        assert ann.closed is bob.closed is INTERNAL
        assert len(worker.rooms) == 0

    run(main())


def test_nobody_comes_into_a_room_that_is_abandoned() -> None:
    async def main() -> None:
        worker = OneWorker()
        (ann,) = await worker.table("plain", "ann")
        late = worker.hold("plain-room", "bob")

        def fail(*_: object) -> None:
            raise RuntimeError("a bug of ours")

        room = worker.shell("plain").room
        room.receive = room.end = fail  # type: ignore[method-assign,assignment]
        worker.directory.takes_s = 0.5
        ann.say(relay(b"x"))
        await turn()
        worker.directory.takes_s = 0.0
        with pytest.raises(RoomError) as refused:
            await worker.enter(late)
        assert refused.value.kind is INTERNAL
        assert len(worker.rooms) == 0

    run(main())


def test_who_is_refused_has_no_seat_when_told() -> None:
    async def main() -> None:
        worker = OneWorker(fussy=FUSSY)
        await worker.table("fussy", "ann")
        worker.directory.takes_s = 0.5
        with pytest.raises(RoomError) as refused:
            await worker.enter(worker.hold("fussy-room", "eve"))
        assert refused.value.text == "Not you."
        worker.directory.takes_s = 0.0
        assert worker.directory.seated(RoomId("fussy-room")) == ["ann"]
        await worker.close()

    run(main())


def test_while_the_lease_does_not_hold_messages_wait_in_order() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        worker.expire_lease()
        for number in range(5):
            ann.say(relay(b"%d" % number))
        await asyncio.sleep(3)
        assert bob.heard(Relay) == []
        await worker.renewal.beat()
        await turn()
        assert [message.body for message in bob.heard(Relay)] == [b"0", b"1", b"2", b"3", b"4"]
        await worker.close()

    run(main())


def test_what_waited_is_not_refused_for_being_late() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        worker.expire_lease()
        for _ in range(900):
            ann.say(relay(b"counted"))
            ann.say(SendVolatile(TO_OTHERS, "t", b"out of date"))
            await asyncio.sleep(1 / 60)
        await worker.renewal.beat()
        await turn()
        assert len(bob.heard(Relay)) == 900
        assert bob.heard(Volatile) == ann.heard(Error) == []
        assert ann.closed is None
        await worker.close()

    run(main())


@pytest.mark.parametrize(
    ("messages", "body"), [(HELD_MESSAGES, b"x"), (HELD_BYTES // BODY_BYTES, bytes(BODY_BYTES))], ids=["many", "long"]
)
def test_who_says_too_much_meanwhile_is_sent_away_to_try_again_and_nobody_else(messages: int, body: bytes) -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        worker.expire_lease()
        for _ in range(messages):
            ann.say(relay(body))
        assert ann.closed is None
        ann.say(relay(body))
        assert ann.closed is STORE_UNAVAILABLE
        bob.say(relay(b"and me"))
        await worker.renewal.beat()
        back = await worker.come_back("plain", "ann", ann)
        assert [message.body for message in back.heard(Relay)] == [b"and me"]
        await worker.close()

    run(main())


def test_who_was_away_when_the_directory_was_gets_the_rest_of_its_grace_time() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        await asyncio.sleep(2)
        worker.expire_lease()
        bob.hang_up(LINE_LOST)
        await asyncio.sleep(10 * GRACE_S)
        await worker.renewal.beat()
        await asyncio.sleep(GRACE_S - 1)
        assert (await worker.come_back("plain", "bob", bob)).heard(RoomResumed)
        assert ann.heard(MemberLeft) == []
        await worker.close()

    run(main())


def test_the_bus_hears_who_is_gone() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        saying = asyncio.create_task(worker.farewells.run())
        bob.hang_up(LINE_LOST)
        ann.say(LeaveRoom("r1"))
        said = [
            ClientDisconnected("bob", "plain-room", "line-lost"),  # type: ignore[arg-type]
            ClientDisconnected("ann", "plain-room", "left"),  # type: ignore[arg-type]
        ]
        await eventually(lambda: worker.bus.said == said)
        said.append(ClientDisconnected("bob", "plain-room", "session-over"))  # type: ignore[arg-type]
        await eventually(lambda: worker.bus.said == said, within=GRACE_S + 2.0)
        saying.cancel()
        await asyncio.wait([saying])

    run(main())
