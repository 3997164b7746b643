"""Sessions on one worker, in virtual time: away and back, resumed or taken over, or over; and who leads meanwhile."""

import asyncio
import itertools

import pytest

from room_worker.transport.frames import encode_frames
from shared.protocol.errors import (
    BANNED,
    FLOODING,
    LINE_LOST,
    SEATED,
    SESSION_OVER,
    TAKEN_OVER,
    TICKET_INVALID,
    ErrorKind,
    RoomError,
)
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.limits import GRACE_S, HOST_PATIENCE_S, WIRE_VERSION
from shared.protocol.messages import (
    TO_OTHERS,
    Ban,
    GiveSession,
    HandOver,
    Hello,
    HostChanged,
    KeepSession,
    MemberAway,
    MemberBack,
    MemberLeft,
    Relay,
    RoomJoined,
    RoomResumed,
    SendRelay,
)
from shared.protocol.records import SeatState
from tests.support.fake_line import FakeLine
from tests.support.one_worker import KEYS, Guest, OneWorker, ticket, turn
from tests.support.rooms import ANY_PACE
from tests.support.virtual_time import run

ROOM = RoomId("plain-room")
BOB = ClientId("bob")
AT_ONCE_S = 0.3
"""A quarter of a second's tick, and a little."""


def relay(number: int) -> SendRelay:
    return SendRelay(TO_OTHERS, "t", b"%d" % number)


def bodies(guest: Guest) -> list[bytes]:
    return [message.body for message in guest.heard(Relay)]


async def refusal(coming: object) -> ErrorKind:
    with pytest.raises(RoomError) as refused:
        await coming  # type: ignore[misc]
    return refused.value.kind


def test_who_loses_its_line_is_away_and_comes_back_to_exactly_what_it_missed() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        bob.hang_up(LINE_LOST)
        ann.say(relay(1))
        await turn()
        await worker.renewal.beat()
        assert ann.heard(MemberAway) == [MemberAway(2)]
        assert worker.directory.seats(ROOM)[BOB].state is SeatState.AWAY
        again = await worker.come_back("plain", "bob", bob)
        ann.say(relay(2))
        await turn()
        await worker.renewal.beat()
        assert again.heard(RoomResumed) == [RoomResumed(2, 0, 1)]
        assert bodies(again) == [b"1", b"2"]
        assert ann.heard(MemberBack) == [MemberBack(2)]
        assert worker.directory.seats(ROOM)[BOB].state is SeatState.TAKEN
        await worker.close()

    run(main())


def test_the_grace_time_ends_and_the_seat_is_free_in_the_directory() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        bob.hang_up(LINE_LOST)
        await asyncio.sleep(GRACE_S - 0.1)
        assert worker.directory.seated(ROOM) == ["ann", "bob"]
        await asyncio.sleep(0.1 + AT_ONCE_S)
        assert worker.directory.seated(ROOM) == ["ann"]
        assert ann.heard(MemberLeft) == [MemberLeft(2, SESSION_OVER.name)]
        await worker.close()

    run(main())


def test_a_line_that_was_closed_for_good_keeps_no_seat() -> None:
    async def main() -> None:
        worker = OneWorker()
        _, bob = await worker.table("plain", "ann", "bob")
        bob.hang_up(FLOODING)
        await turn()
        assert worker.directory.seated(ROOM) == ["ann"]
        await worker.close()

    run(main())


def test_who_comes_back_a_moment_too_late_is_told_so_and_has_no_seat() -> None:
    async def main() -> None:
        worker = OneWorker()
        _, bob = await worker.table("plain", "ann", "bob")
        bob.hang_up(LINE_LOST)
        await asyncio.sleep(GRACE_S - 1)
        held = worker.hold("plain-room", "bob")
        await asyncio.sleep(2)
        assert await refusal(worker.enter(held, session=bob.session, received=0)) is SESSION_OVER
        assert worker.directory.seated(ROOM) == ["ann"]
        await worker.close()

    run(main())


def test_a_wrong_code_changes_nothing_for_the_member() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        guess = worker.hold("plain-room", "bob")
        assert await refusal(worker.enter(guess, session="a wrong code", received=0)) is TICKET_INVALID
        await worker.renewal.beat()
        assert bob.closed is None
        assert worker.directory.seated(ROOM) == ["ann", "bob"]
        ann.say(relay(1))
        await turn()
        assert bodies(bob) == [b"1"]
        again = await worker.come_back("plain", "bob", bob)
        assert again.heard(RoomResumed)
        assert bob.closed is TAKEN_OVER
        await worker.close()

    run(main())


def test_the_code_before_the_last_is_good_until_the_last_was_kept() -> None:
    async def main() -> None:
        worker = OneWorker()
        _, bob = await worker.table("plain", "ann", "bob")
        second = await worker.come_back("plain", "bob", bob)
        third = await worker.come_back("plain", "bob", bob)  # as if the second answer had never arrived
        third.say(KeepSession(third.session))
        held = worker.hold("plain-room", "bob")
        assert await refusal(worker.enter(held, session=second.session, received=0)) is TICKET_INVALID
        assert third.closed is None
        await worker.close()

    run(main())


def test_a_second_tab_takes_over_and_the_first_is_told_for_good() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        assert await refusal(worker.enter(worker.hold("plain-room", "bob"))) is SEATED
        assert bob.closed is None
        other = await worker.enter(worker.hold("plain-room", "bob"), takes_over=True)
        (picture,) = other.heard(RoomJoined)
        assert (picture.you, picture.has_returned) == (2, True)
        assert bob.closed is TAKEN_OVER
        assert TAKEN_OVER.is_final
        assert ann.heard(MemberAway) == ann.heard(MemberLeft) == []
        ann.say(relay(1))
        await turn()
        assert bodies(other) == [b"1"]
        await worker.close()

    run(main())


def test_the_older_line_is_read_no_more_once_its_count_is_stated() -> None:
    """It has sent more than is read in one turn; whatever turn the resume comes in, the rest is never counted."""
    said = [relay(number) for number in range(500)]

    async def main(turns: int) -> int:
        worker = OneWorker(encode=encode_frames, paces=ANY_PACE)
        ann, old, new = (FakeLine(handler=worker.doorkeeper) for _ in range(3))
        await ann.enter(hello(worker, worker.create("plain", "ann")))
        await old.enter(hello(worker, worker.hold("plain-room", "bob")))
        await turn()
        code = old.messages(GiveSession)[-1].code

        coming = asyncio.create_task(new.enter(hello(worker, worker.hold("plain-room", "bob"), code)))
        old.say(*said)
        for _ in range(turns):
            await asyncio.sleep(0)
        await coming
        await turn()
        (answer,) = new.messages(RoomResumed)
        member = worker.shell("plain").room.members[2]
        assert member.received == answer.received
        assert old.close_code == TAKEN_OVER.close_code
        new.say(*said[answer.received :])
        await asyncio.sleep(0.1)  # so many turns as it takes
        assert member.received == len(said)
        assert [message.body for message in ann.messages(Relay)] == [message.body for message in said]
        await worker.close()
        return int(answer.received)

    stated = [run(main(turns)) for turns in range(8)]
    assert any(0 < received < len(said) for received in stated), stated


def hello(worker: OneWorker, hold: object, session: str = "") -> Hello:
    token = KEYS.sign_ticket(ticket(hold), worker.clock.now())  # type: ignore[arg-type]
    return Hello(WIRE_VERSION, token, session, 1, 0 if session else -1)


def test_what_waited_for_the_lease_on_an_older_line_is_not_handled_twice() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        bob.say(relay(0))
        worker.expire_lease()
        for number in (1, 2, 3):
            bob.say(relay(number))
        again = await worker.come_back("plain", "bob", bob)
        (answer,) = again.heard(RoomResumed)
        assert answer.received == 1
        for number in (1, 2, 3):
            again.say(relay(number))
        await worker.renewal.beat()
        await turn()
        assert bodies(ann) == [b"0", b"1", b"2", b"3"]
        await worker.close()

    run(main())


def test_a_host_that_is_away_is_waited_for_and_then_replaced() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob, cat = await worker.table("plain", "ann", "bob", "cat")
        ann.hang_up(LINE_LOST)
        await asyncio.sleep(HOST_PATIENCE_S - 0.1)
        assert bob.heard(HostChanged) == []
        await asyncio.sleep(0.1 + AT_ONCE_S)
        assert bob.heard(HostChanged) == cat.heard(HostChanged) == [HostChanged(2, 2)]
        await worker.renewal.beat()
        assert worker.shell("plain").room.summary.host == "bob"
        await worker.close()

    run(main())


def test_a_host_that_comes_back_in_time_leads_on() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        ann.hang_up(LINE_LOST)
        await asyncio.sleep(HOST_PATIENCE_S - 0.5)
        await worker.come_back("plain", "ann", ann)
        await asyncio.sleep(5)
        assert bob.heard(HostChanged) == []
        await worker.close()

    run(main())


def test_a_hand_over_waits_for_a_last_deposit_only_so_long() -> None:
    async def main() -> None:
        worker = OneWorker(manifests={"hosted": {"authority": "host"}})
        ann, bob = await worker.table("hosted", "ann", "bob")
        await asyncio.sleep(0.37)
        ann.say(HandOver("h", 2))
        await asyncio.sleep(0.9)
        assert bob.heard(HostChanged) == []
        await asyncio.sleep(1.1)
        assert bob.heard(HostChanged)[-1].number == 2
        await worker.close()

    run(main())


def test_a_ban_holds_against_another_tab_of_the_same_device() -> None:
    async def main() -> None:
        worker = OneWorker()
        ann = await worker.enter(worker.create("plain", "ann"))
        bob = await worker.enter(worker.hold("plain-room", "bob"), device_id="device")
        ann.say(Ban("b", 2))
        await turn()
        assert bob.closed is BANNED
        again = worker.hold("plain-room", "eve")
        assert await refusal(worker.enter(again, device_id="device")) is BANNED
        assert worker.directory.seated(ROOM) == ["ann"]
        await worker.close()

    run(main())


def test_lines_break_and_return_at_any_moment_and_nothing_is_lost_or_doubled() -> None:
    """Every way of three events to interleave: ann speaks, bob's line breaks, bob is back."""

    async def main(order: tuple[str, ...]) -> None:
        worker = OneWorker()
        ann, bob = await worker.table("plain", "ann", "bob")
        heard: list[bytes] = []
        said = itertools.count()
        for event in order:
            if event == "speak":
                ann.say(relay(next(said)))
            elif event == "turn":
                await turn()
            elif event == "break" and bob.visitor is not None:
                bob.hang_up(LINE_LOST)
                bob.visitor = None
            elif event == "back":
                heard += bodies(bob)  # what still comes on the older line is not listened to
                bob = await worker.come_back("plain", "bob", bob)
        await turn()
        if bob.visitor is None:
            heard += bodies(bob)
            bob = await worker.come_back("plain", "bob", bob)
        assert heard + bodies(bob) == [b"%d" % number for number in range(next(said))]
        await worker.close()

    for order in set(itertools.permutations(("speak", "turn", "break", "speak", "back", "speak"))):
        run(main(order))
