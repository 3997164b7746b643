"""Sessions: away and back, what was missed or the whole picture, codes that change without locking anybody out."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.protocol.errors import (
    FLOODING,
    LEFT,
    LINE_LOST,
    LINE_SILENT,
    MESSAGE_MALFORMED,
    SESSION_OVER,
    TICKET_INVALID,
    TICKET_USED,
    ErrorKind,
    RoomError,
)
from shared.protocol.messages import (
    SPECTATOR,
    Chat,
    KeepSession,
    MemberAway,
    MemberBack,
    MemberLeft,
    MemberRow,
    Relay,
    RoomJoined,
    RoomResumed,
    SendChat,
    SendRelay,
)
from shared.protocol.records import SeatState
from shared.room.code import HOOKS
from shared.room.effects import Announce, CloseMember, Dispose, Release
from shared.room.session_codes import SessionCodes
from tests.support.rooms import Heard, a_record, a_seat


def a_table(**room: Any) -> tuple[Heard, int, int, int]:
    heard = Heard(**room)
    return heard, heard.join("ann"), heard.join("bob"), heard.join("cat")


def refusal_of(room: Heard, number: int, **resume: Any) -> ErrorKind:
    with pytest.raises(RoomError) as refused:
        room.resume(number, **resume)
    room.settle()
    return refused.value.kind


# --- away


@pytest.mark.parametrize("reason", [LINE_LOST, LINE_SILENT])
def test_a_lost_line_keeps_the_seat(reason: ErrorKind) -> None:
    room, ann, bob, _ = a_table(grace_s=20)
    room.lose(bob, reason)
    assert room.of(ann, MemberAway, MemberLeft) == [MemberAway(bob)]
    assert room.take(Release) == []
    assert room.picture(room.join("dan")).members[1] == MemberRow(bob, "bob", "Bob", "player", True)
    (seat,) = [seat for seat in room.room.seats() if seat.client_id == "bob"]
    assert (seat.state, seat.until_ms) == (SeatState.AWAY, int((room.now + 20) * 1000))


@pytest.mark.parametrize(
    ("grace_s", "reason"), [(0, LINE_LOST), (20, MESSAGE_MALFORMED), (20, FLOODING)], ids=["no grace", "final", "flood"]
)
def test_some_are_gone_at_once(grace_s: float, reason: ErrorKind) -> None:
    room, ann, bob, _ = a_table(grace_s=grace_s)
    room.lose(bob, reason)
    assert room.of(ann, MemberAway, MemberLeft) == [MemberLeft(bob, reason.name)]
    assert [release.reason for release in room.take(Release)] == [reason]


def test_the_grace_time_ends() -> None:
    room, ann, bob, _ = a_table(grace_s=20)
    room.lose(bob)
    room.wait(19.9)
    assert room.of(ann, MemberLeft) == []
    room.wait(0.2)
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, "session-over")]
    assert room.take(Release) == [Release(bob, "bob", 1, SESSION_OVER, confirm=False)]  # type: ignore[arg-type]


def test_a_room_of_people_who_are_away_is_not_empty() -> None:
    room = Heard(grace_s=20)
    room.lose(room.join("ann"))
    room.wait(19)
    assert room.take(Dispose) == []
    room.wait(2)
    assert len(room.take(Dispose)) == 1


def test_who_is_away_may_leave_through_the_lobby() -> None:
    room, ann, bob, _ = a_table()
    room.lose(bob)
    room.leave(bob, LEFT)
    room.room.released(bob)
    room.settle()
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, "left")]


def test_what_comes_from_a_lost_line_is_nothing() -> None:
    room, ann, bob, _ = a_table()
    room.lose(bob)
    room.say(bob, SendChat("ghost"))
    room.room.measured(bob, 5.0, room.now)
    room.lose(bob)
    assert room.of(ann, Chat) == []
    assert len(room.of(ann, MemberAway)) == 1


def stand_still(room: Heard, seconds: float) -> None:
    room.now += seconds
    room.room.stood_still(room.now - seconds, room.now)
    room.settle()


def test_while_the_room_stands_still_the_grace_time_does_too() -> None:
    room, ann, bob, cat = a_table(grace_s=20)
    room.wait(1)
    room.lose(bob)
    room.wait(5)
    room.now += 50
    room.lose(cat)
    room.now += 50
    room.take(Announce)
    room.room.stood_still(room.now - 100, room.now)
    room.settle()
    assert [seat.until_ms for seat in room.room.seats()[1:]] == [int((room.now + s) * 1000) for s in (15, 20)]
    assert room.take(Announce) == [Announce()]
    room.wait(14.9)
    assert room.of(ann, MemberLeft) == []
    room.wait(0.2)
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, "session-over")]
    room.wait(5)
    assert room.of(ann, MemberLeft)[1:] == [MemberLeft(cat, "session-over")]


def test_a_room_that_is_empty_keeps_its_time_too() -> None:
    room = Heard(empty_ttl_s=30)
    room.leave(room.join("ann"))
    stand_still(room, 100)
    room.wait(29)
    assert room.take(Dispose) == []
    room.wait(2)
    assert len(room.take(Dispose)) == 1


def test_a_room_that_became_empty_while_it_stood_still_waits_no_longer_than_any_other() -> None:
    room = Heard(empty_ttl_s=5)
    ann = room.join("ann")
    room.wait(1)
    room.now += 48
    room.leave(ann)
    room.now += 2
    room.room.stood_still(room.now - 50, room.now)
    room.wait(4.9)
    assert room.take(Dispose) == []
    room.wait(0.2)
    assert len(room.take(Dispose)) == 1


def test_a_room_is_not_given_back_more_time_than_it_has_lived() -> None:
    room, ann, bob, _ = a_table(grace_s=20)
    room.lose(bob)
    room.room.stood_still(0.0, room.now)
    room.wait(21)
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, "session-over")]


# --- back


def test_exactly_what_was_missed() -> None:
    room, ann, bob, cat = a_table()
    room.say(ann, SendRelay(0, "heard", b""))
    had = len(room.counted(bob))
    room.lose(bob)
    room.say(ann, SendRelay(bob, "for bob", b""), SendRelay(cat, "for cat", b""), SendRelay(0, "for all", b""))
    assert room.resume(bob, received=had) == bob
    first, *missed = room.heard[bob]
    assert first == RoomResumed(bob, 0, 2)
    assert missed == [Relay(ann, "for bob", b""), Relay(ann, "for all", b"")]
    assert room.of(cat, MemberAway, MemberBack) == [MemberAway(bob), MemberBack(bob)]
    room.say(ann, SendRelay(0, "live", b""))
    assert room.heard[bob][-1].type == "live"


def test_frames_that_never_arrived_on_the_old_line_come_again() -> None:
    room, ann, bob, _ = a_table()
    for number in range(5):
        room.say(ann, SendRelay(0, str(number), b""))
    room.lose(bob)
    room.resume(bob, received=3)
    assert [message.type for message in room.of(bob, Relay)] == ["2", "3", "4"]


def test_a_second_line_takes_the_first_one_s_place_within_a_turn() -> None:
    """What waited for the old line is among what the new one missed; nothing comes twice."""
    room, ann, bob, cat = a_table()
    room.room.receive(ann, SendRelay(0, "a", b""), room.now)
    room.room.join(a_seat("dan"), "Dan", room.now)  # fixes what waits for bob
    room.room.receive(ann, SendRelay(0, "b", b""), room.now)
    room.resume(bob, received=1)
    assert [message.type for message in room.of(bob, Relay)] == ["a", "b"]
    assert room.heard[bob][0] == RoomResumed(bob, 0, 3)
    assert room.of(cat, MemberAway, MemberBack) == []
    assert room.take(CloseMember) == []


def test_the_room_says_what_it_has_got() -> None:
    room, _, bob, _ = a_table()
    room.say(bob, SendChat("one"), SendChat(""), SendRelay(99, "t", b""))
    room.lose(bob)
    room.resume(bob, received=0)
    assert room.heard[bob][0].received == 3
    room.resume(bob, received=-1)
    assert room.picture(bob).received == 3


@pytest.mark.parametrize(
    ("received", "epoch"), [(-1, 1), (1, 2), (99, 1)], ids=["nothing kept", "another owner's", "more than was sent"]
)
def test_otherwise_the_whole_picture(received: int, epoch: int) -> None:
    room, ann, bob, _ = a_table()
    room.lose(bob)
    room.say(ann, SendRelay(0, "missed", b""))
    room.resume(bob, received=received, owner_epoch=epoch)
    assert room.picture(bob).has_returned
    assert room.of(bob, Relay) == []
    room.say(ann, SendRelay(0, "live", b""))
    room.lose(bob)
    room.resume(bob, received=1)
    assert room.heard[bob] == [RoomResumed(bob, 0, 0)]


def test_a_gap_that_outgrew_the_log_is_never_a_partial_recovery() -> None:
    room, ann, bob, _ = a_table(grace_s=500)
    room.lose(bob)
    room.say(ann, SendRelay(0, "old", b""))
    room.wait(61)
    room.say(ann, SendRelay(0, "new", b""))
    room.resume(bob, received=1)
    assert room.picture(bob).has_returned
    assert room.of(bob, Relay) == []


def test_a_picture_that_was_lost_on_the_way_is_never_taken_for_a_gap() -> None:
    """The client still counts from the picture before; the room has begun to count anew."""
    room, ann, bob, _ = a_table(grace_s=500)
    code = room.codes[bob][-1]
    for _ in range(5):
        room.say(ann, SendRelay(0, "had", b""))
    had = len(room.counted(bob))
    room.lose(bob)
    room.wait(61)
    room.say(ann, SendRelay(0, "new", b""))
    room.resume(bob, received=0, code=code)
    assert room.picture(bob).has_returned
    room.lose(bob)
    for number in range(10):
        room.say(ann, SendRelay(0, str(number), b""))
    for _ in range(2):  # and the next picture is lost as well
        room.resume(bob, received=had, code=code)
        assert room.picture(bob).has_returned
        room.lose(bob)
    room.say(ann, SendRelay(0, "missed", b""))
    room.resume(bob, received=0)  # with the code that came with the picture
    assert [message.type for message in room.of(bob, Relay)] == ["missed"]


def test_a_take_over_without_the_code_keeps_the_member() -> None:
    room, ann, bob, _ = a_table()
    room.say(bob, SendChat("hi"))
    before = room.codes[bob][-1]
    room.heard[bob] = []
    assert room.join("bob", session=5) == bob
    assert (room.picture(bob).you, room.picture(bob).has_returned, room.picture(bob).received) == (bob, True, 1)
    assert room.of(ann, MemberLeft, MemberAway, MemberBack) == []
    assert refusal_of(room, bob, received=0, code=before) is TICKET_INVALID


def test_an_older_ticket_does_not_take_over() -> None:
    room, _, bob, _ = a_table()
    room.resume(bob, received=0)
    with pytest.raises(RoomError) as refused:
        room.room.join(a_seat("bob", session=2), "Bob", room.now)
    assert refused.value.kind is TICKET_USED
    with pytest.raises(RoomError) as refused:
        room.room.resume(a_seat("bob", session=2), room.codes[bob][-1], 1, 0, room.now)
    assert refused.value.kind is TICKET_USED


def test_a_session_that_is_over_gives_its_ticket_s_seat_back() -> None:
    room = Heard()
    room.join("ann")
    room.take(Release)
    with pytest.raises(RoomError) as refused:
        room.room.resume(a_seat("bob", session=7), "code", 1, 0, room.now)
    room.settle()
    assert refused.value.kind is SESSION_OVER
    assert room.take(Release) == [Release(0, "bob", 7, SESSION_OVER, confirm=False)]  # type: ignore[arg-type]


def test_a_restored_room_has_everybody_away_and_knows_their_codes() -> None:
    room, ann, bob, _ = a_table(grace_s=20)
    room.say(bob, SendChat("hi"))
    room.restore()
    assert {seat.state for seat in room.room.seats()} == {SeatState.AWAY}
    room.resume(bob, received=5, owner_epoch=7)
    assert (room.picture(bob).received, len(room.picture(bob).chat)) == (1, 1)
    assert [row.is_away for row in room.picture(bob).members] == [True, False, True]
    room.wait(21)
    assert list(room.room.members) == [bob]
    assert ann not in room.room.members


# --- codes


def test_a_wrong_code_changes_nothing() -> None:
    room, ann, bob, _ = a_table()
    room.lose(bob)
    room.take(Release)
    assert refusal_of(room, bob, received=0, code="guess") is TICKET_INVALID
    assert room.take(Release, CloseMember) == []
    assert room.of(ann, MemberBack) == []
    assert room.room.number_of("bob") == bob
    assert room.room.seats()[1].session == 2


def test_the_older_code_opens_until_the_newer_one_is_confirmed() -> None:
    room, _, bob, _ = a_table()
    first = room.codes[bob][-1]
    room.resume(bob, received=0, code=first)
    room.lose(bob)
    room.resume(bob, received=0, code=first)
    newest = room.codes[bob][-1]
    room.say(bob, KeepSession("another"), KeepSession(newest))
    assert refusal_of(room, bob, received=0, code=first) is TICKET_INVALID
    room.resume(bob, received=0, code=newest)


def test_no_code_is_kept_as_it_is() -> None:
    room, *numbers = a_table()
    saved = repr(room.room.snapshot())
    assert not any(code in saved for number in numbers for code in room.codes[number])


def test_an_empty_code_opens_nothing() -> None:
    assert not SessionCodes().fits("")
    codes = SessionCodes()
    codes.renew("a", with_picture=True)
    assert codes.fits("a")
    assert not codes.fits("")


# --- hooks


def test_the_hooks_of_a_player() -> None:
    said: list[str] = []

    def note(name: str) -> Any:
        return lambda world, player: said.append(f"{name} {player.name} {player.away}")

    players_hooks = [name for name in HOOKS if name.startswith("on_player")]
    room = Heard(code=SimpleNamespace(**{name: note(name) for name in players_hooks}), grace_s=5)
    room.join("ann")
    bob = room.join("bob")
    said.clear()
    room.lose(bob)
    room.resume(bob, received=0)
    room.resume(bob, received=0)
    room.lose(bob)
    room.wait(6)
    assert said == [
        "on_player_disconnect Bob True",
        "on_player_return Bob False",
        "on_player_disconnect Bob True",
        "on_player_leave Bob True",
    ]


def test_a_client_s_own_hook_replaces_its_players() -> None:
    said: list[str] = []
    code = SimpleNamespace(
        on_client_disconnect=lambda world, client: said.append(client.name),
        on_player_disconnect=lambda world, player: said.append("player"),
    )
    room = Heard(code=code)
    room.lose(room.join("ann"))
    room.lose(room.join("eve", role=SPECTATOR))
    assert said == ["Ann", "Eve"]


def test_a_game_that_ends_while_people_are_forgotten() -> None:
    code = SimpleNamespace(on_player_leave=lambda world, player: world.end())
    room = Heard(code=code, grace_s=5, record=a_record())
    numbers = [room.join(name) for name in ("ann", "bob", "cat")]
    for number in numbers[:2]:
        room.lose(number)
    room.wait(6)
    assert room.heard[numbers[2]][-1].name == "room-closed"
    assert len(room.take(Dispose)) == 1
    assert not room.of(numbers[2], RoomJoined)[1:]
