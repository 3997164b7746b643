"""Coming and going: pictures, notices, hosts, leaves that are confirmed after their release, rooms that close empty."""

import pytest

from shared.protocol.errors import (
    BAD_NAME,
    FLOODING,
    LEFT,
    LINE_LOST,
    LINE_SILENT,
    MEMBER_SLOW,
    ROOM_CLOSED,
    TAKEN_OVER,
    TICKET_USED,
    WORKER_STOPPING,
    RoomError,
)
from shared.protocol.messages import (
    SPECTATOR,
    CloseRoom,
    Error,
    HostChanged,
    LeaveRoom,
    MemberJoined,
    MemberLeft,
    MemberRow,
    Relay,
    RoomDisconnect,
    SendRelay,
    SetUsername,
    UsernameSet,
)
from shared.protocol.records import RoomSummary, SeatState
from shared.room.effects import Announce, CloseMember, Dispose, Release
from shared.room.states import RoomState
from tests.support.rooms import Heard, a_record, a_seat

# --- coming


def test_the_first_member_gets_the_whole_picture() -> None:
    room = Heard(record=a_record(seats=4, owner_epoch=7, speed=3))
    ann = room.join("ann")
    picture = room.picture(ann)
    assert (picture.room_id, picture.game, picture.name, picture.seats) == ("room2222ab", "chat", "Den", 4)
    assert (picture.authority, picture.options, picture.owner_epoch) == ("none", {"speed": 3}, 7)
    assert (picture.you, picture.host, picture.host_epoch) == (ann, ann, 1)
    assert picture.members == [MemberRow(ann, "ann", "Ann", "player", False)]
    assert picture.chat == []
    assert room.heard[ann] == [picture]


def test_a_newcomer_gets_the_picture_and_the_others_a_notice() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    assert [row.username for row in room.picture(bob).members] == ["Ann", "Bob"]
    assert room.of(ann, MemberJoined) == [MemberJoined(bob, "bob", "Bob", "player")]
    assert room.of(bob, MemberJoined) == []


def test_a_newcomer_hears_nothing_that_was_said_before_in_the_same_turn() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.room.receive(ann, SendRelay(0, "early", b""), room.now)
    eve = room.room.join(a_seat("eve"), "Eve", room.now)
    room.room.receive(ann, SendRelay(0, "late", b""), room.now)
    room.settle()
    assert [message.type for message in room.of(bob, Relay)] == ["early", "late"]
    assert [message.type for message in room.of(eve, Relay)] == ["late"]
    assert type(room.heard[eve][0]).__name__ == "RoomJoined"
    assert [type(message).__name__ for message in room.heard[bob][1:]] == ["Relay", "MemberJoined", "Relay"]


def test_numbers_never_come_again() -> None:
    room = Heard(empty_ttl_s=60)
    ann = room.join("ann")
    room.leave(ann)
    assert room.join("ann", session=2) == ann + 1


def test_equal_names_are_made_distinct() -> None:
    room = Heard()
    numbers = [room.join(client, name="Ann") for client in ("a", "b", "c")]
    assert [row.username for row in room.picture(numbers[-1]).members] == ["Ann", "Ann 2", "Ann 3"]


def test_names_that_only_look_different_are_equal() -> None:
    room = Heard()
    room.join("a", name="Straße")
    bob = room.join("b", name="STRASSE")
    assert room.picture(bob).members[1].username == "STRASSE 2"


def test_a_bad_name_is_refused_and_its_seat_given_back() -> None:
    room = Heard()
    room.join("ann")
    room.take(Announce)
    with pytest.raises(RoomError) as refused:
        room.join("bob", name="\x07")
    room.settle()
    assert refused.value.kind is BAD_NAME
    assert room.effects == [Release(0, "bob", 1, BAD_NAME, confirm=False)]  # type: ignore[arg-type]
    assert len(room.room.members) == 1


def test_spectators_are_members_but_never_host() -> None:
    room = Heard()
    eve = room.join("eve", role=SPECTATOR)
    assert room.picture(eve).host == 0
    ann = room.join("ann")
    assert room.picture(ann).host == ann
    assert room.of(eve, MemberJoined, HostChanged) == [MemberJoined(ann, "ann", "Ann", "player"), HostChanged(ann, 1)]


def test_the_seats_taken_are_those_of_the_members() -> None:
    room = Heard()
    room.join("ann", session=3)
    room.join("eve", role=SPECTATOR)
    seats = room.room.seats()
    assert [(seat.client_id, seat.session, seat.role, seat.players) for seat in seats] == [
        ("ann", 3, "player", 1),
        ("eve", 1, "spectator", 0),
    ]
    assert {seat.state for seat in seats} == {SeatState.TAKEN}


# --- the same client again


def test_a_player_that_comes_again_as_a_spectator_is_somebody_else() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    again = room.join("ann", session=2, role=SPECTATOR)
    assert room.take(CloseMember) == [CloseMember(ann, TAKEN_OVER, TAKEN_OVER.text)]
    assert room.take(Release) == []
    assert list(room.room.members) == [bob, again]
    assert room.picture(again).members[1].username == "Ann"
    assert room.of(bob, MemberLeft) == [MemberLeft(ann, "taken-over")]


def test_a_replaced_member_alone_does_not_close_the_room() -> None:
    room = Heard()
    room.join("eve", role=SPECTATOR)
    again = room.join("eve", session=2)
    assert room.take(Dispose) == []
    assert room.picture(again).host == again


@pytest.mark.parametrize("session", [1, 2])
def test_an_older_session_cannot_replace_a_newer_one(session: int) -> None:
    room = Heard()
    room.join("ann", session=2)
    with pytest.raises(RoomError) as refused:
        room.join("ann", session=session)
    assert refused.value.kind is TICKET_USED
    assert room.take(Release, CloseMember) == []


# --- hosts


def test_the_eldest_player_inherits_the_room() -> None:
    room = Heard()
    ann, eve, bob, cat = room.join("ann"), room.join("eve", role=SPECTATOR), room.join("bob"), room.join("cat")
    room.leave(ann)
    for number in (eve, bob, cat):
        assert room.of(number, MemberLeft, HostChanged) == [MemberLeft(ann, "line-lost"), HostChanged(bob, 2)]
    assert room.room.host == bob


def test_a_leaving_guest_changes_no_host() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.leave(bob)
    assert room.of(ann, HostChanged) == []
    assert room.room.host == ann


def test_without_players_there_is_no_host() -> None:
    room = Heard()
    ann, eve = room.join("ann"), room.join("eve", role=SPECTATOR)
    room.leave(ann)
    assert room.of(eve, HostChanged) == [HostChanged(0, 2)]
    assert room.room.summary == RoomSummary()
    bob = room.join("bob")
    assert room.of(eve, HostChanged)[-1] == HostChanged(bob, 3)
    assert room.picture(bob).host_epoch == 3


def test_the_summary_names_the_host_and_its_smoothed_ping() -> None:
    room = Heard()
    ann = room.join("ann")
    assert room.room.summary == RoomSummary("ann", "Ann")
    room.room.measured(ann, 80.0, room.now)
    room.room.measured(ann, 160.0, room.now)
    assert room.room.summary == RoomSummary("ann", "Ann", 90)


def test_a_measurement_of_one_who_has_gone_is_nothing() -> None:
    room = Heard()
    room.room.measured(99, 5.0, room.now)


def test_joins_leaves_and_renames_are_announced_once_a_turn() -> None:
    room = Heard()
    ann = room.join("ann")
    room.take(Announce)
    room.room.join(a_seat("bob"), "Bob", room.now)
    room.room.join(a_seat("cat"), "Cat", room.now)
    room.settle()
    assert room.take(Announce) == [Announce()]
    room.say(ann, SetUsername("", "Anna"))
    assert room.take(Announce) == [Announce()]
    room.say(ann, SendRelay(0, "t", b""))
    assert room.take(Announce) == []


# --- going


def test_a_leave_is_confirmed_after_its_release() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(bob, LeaveRoom("r1"))
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, "left")]
    assert room.take(Release, CloseMember) == [Release(bob, "bob", 1, LEFT, confirm=True)]  # type: ignore[arg-type]
    assert room.of(bob, RoomDisconnect) == []
    room.room.released(bob)
    room.settle()
    assert room.of(bob, RoomDisconnect) == [RoomDisconnect("r1", "room2222ab", "left", LEFT.text)]
    assert room.take(CloseMember) == [CloseMember(bob, LEFT, LEFT.text)]


def test_a_leave_through_the_lobby_is_confirmed_without_a_request_id() -> None:
    room = Heard()
    room.join("ann")
    bob = room.join("bob")
    room.leave(bob, LEFT)
    room.room.released(bob)
    room.settle()
    assert room.of(bob, RoomDisconnect) == [RoomDisconnect("", "room2222ab", "left", LEFT.text)]


def test_one_who_leaves_hears_what_was_said_before_and_nothing_after() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.room.receive(ann, SendRelay(0, "before", b""), room.now)
    room.room.receive(bob, LeaveRoom("r1"), room.now)
    room.room.receive(ann, SendRelay(0, "after", b""), room.now)
    room.room.released(bob)
    room.settle()
    assert [type(message).__name__ for message in room.heard[bob][1:]] == ["Relay", "RoomDisconnect"]
    assert [message.type for message in room.of(bob, Relay)] == ["before"]


def test_what_a_leaving_member_still_says_is_nothing() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(bob, LeaveRoom("r1"), SendRelay(0, "t", b""), LeaveRoom("r2"))
    assert room.of(ann, Relay) == []
    assert len(room.take(Release)) == 1


@pytest.mark.parametrize("times", [2, 3])
def test_a_leave_is_confirmed_once(times: int) -> None:
    room = Heard()
    room.join("ann")
    bob = room.join("bob")
    room.leave(bob, LEFT)
    for _ in range(times):
        room.room.released(bob)
    room.settle()
    assert len(room.of(bob, RoomDisconnect)) == len(room.take(CloseMember)) == 1


def test_nobody_confirms_to_a_line_that_is_gone() -> None:
    room = Heard()
    room.join("ann")
    bob = room.join("bob")
    room.leave(bob, LEFT)
    room.leave(bob, LINE_LOST)
    room.room.released(bob)
    room.settle()
    assert room.of(bob, RoomDisconnect) == []
    assert room.take(CloseMember) == []


@pytest.mark.parametrize("reason", [LINE_LOST, LINE_SILENT, MEMBER_SLOW, FLOODING], ids=lambda kind: kind.name)
def test_a_lost_line_frees_the_seat_without_confirmation(reason) -> None:  # type: ignore[no-untyped-def]
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.leave(bob, reason)
    assert room.take(Release) == [Release(bob, "bob", 1, reason, confirm=False)]  # type: ignore[arg-type]
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, reason.name)]
    assert room.take(CloseMember) == []


def test_losing_a_stranger_is_nothing() -> None:
    room = Heard()
    ann = room.join("ann")
    room.take(Announce)
    room.leave(99)
    room.leave(99, LEFT)
    room.room.released(99)
    room.settle()
    assert room.effects == []
    assert len(room.heard[ann]) == 1


# --- empty rooms


def test_an_empty_room_asks_to_be_closed_after_freeing_its_last_seat() -> None:
    room = Heard()
    ann = room.join("ann")
    room.take(Announce)
    room.leave(ann)
    release, announce, dispose = room.effects
    assert isinstance(release, Release)
    assert announce == Announce()
    assert dispose == Dispose(ROOM_CLOSED, only_if_empty=True)
    assert room.room.state is RoomState.ENDING
    assert not room.room.summary.is_open


def test_it_asks_only_once_until_it_is_answered() -> None:
    room = Heard()
    room.leave(room.join("ann"))
    room.wait(5)
    assert len(room.take(Dispose)) == 1


def test_a_refused_closing_is_asked_again_when_the_hold_has_ended() -> None:
    room = Heard()
    room.leave(room.join("ann"))
    room.take(Dispose)
    room.room.keep(room.now + 10)
    assert room.room.state is RoomState.OPEN
    room.wait(9.9)
    assert room.take(Dispose) == []
    room.wait(0.2)
    assert len(room.take(Dispose)) == 1


def test_a_join_that_overtakes_the_closing_keeps_the_room() -> None:
    room = Heard()
    room.leave(room.join("ann"))
    bob = room.join("bob")
    assert room.room.state is RoomState.OPEN
    room.room.keep(room.now)
    assert room.room.state is RoomState.OPEN
    assert room.picture(bob).host == bob


def test_an_empty_room_may_wait_a_while() -> None:
    room = Heard(empty_ttl_s=30)
    room.leave(room.join("ann"))
    room.wait(29)
    assert room.take(Dispose) == []
    room.wait(2)
    assert len(room.take(Dispose)) == 1


def test_a_room_that_nobody_ever_enters_closes_too() -> None:
    room = Heard()
    room.wait(1)
    assert room.take(Dispose) == [Dispose(ROOM_CLOSED, only_if_empty=True)]


# --- the end


def test_the_end_is_told_to_everyone_before_their_lines_close() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.take(Announce)
    room.room.receive(ann, SendRelay(0, "last", b""), room.now)
    room.room.end(WORKER_STOPPING, room.now)
    room.settle()
    goodbye = RoomDisconnect("", "room2222ab", "worker-stopping", WORKER_STOPPING.text)
    assert room.heard[ann][-1] == room.heard[bob][-1] == goodbye
    assert room.of(bob, Relay)[-1].type == "last"
    assert room.effects == [
        CloseMember(ann, WORKER_STOPPING, WORKER_STOPPING.text),
        CloseMember(bob, WORKER_STOPPING, WORKER_STOPPING.text),
        Dispose(WORKER_STOPPING, only_if_empty=False),
    ]
    assert room.room.state is RoomState.ENDED
    assert room.room.members == {}
    assert room.room.seats() == []


def test_the_host_may_close_the_room() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(ann, CloseRoom("r7"))
    assert room.heard[ann][-1] == RoomDisconnect("r7", "room2222ab", "room-closed", ROOM_CLOSED.text)
    assert room.heard[bob][-1] == RoomDisconnect("", "room2222ab", "room-closed", ROOM_CLOSED.text)
    assert room.take(Dispose) == [Dispose(ROOM_CLOSED, only_if_empty=False)]


def test_nobody_else_may() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(bob, CloseRoom("r7"))
    (error,) = room.of(bob, Error)
    assert (error.name, error.request) == ("not-host", "r7")
    assert room.of(ann, RoomDisconnect, Error) == []
    assert room.room.state is RoomState.OPEN


def test_an_ended_room_lets_nobody_in() -> None:
    room = Heard()
    room.room.end(ROOM_CLOSED, room.now)
    with pytest.raises(RoomError) as refused:
        room.join("ann")
    assert refused.value.kind is ROOM_CLOSED


def test_after_the_end_nothing_changes_anything() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.leave(bob, LEFT)
    room.room.end(ROOM_CLOSED, room.now)
    room.settle()
    heard, room.effects = dict(room.heard), []
    room.room.end(WORKER_STOPPING, room.now)
    room.say(ann, SendRelay(0, "t", b""))
    room.leave(ann)
    room.room.released(bob)
    room.room.keep(room.now + 1)
    room.wait(60)
    assert room.effects == []
    assert room.heard == heard
    assert room.room.state is RoomState.ENDED


def test_one_who_waits_for_the_confirmation_of_a_leave_is_told_of_the_end() -> None:
    room = Heard()
    room.join("ann")
    bob = room.join("bob")
    room.leave(bob, LEFT)
    room.room.end(ROOM_CLOSED, room.now)
    room.settle()
    assert room.heard[bob][-1].name == "room-closed"
    assert bob in [close.number for close in room.take(CloseMember)]


# --- names


def test_a_new_username_is_told_to_everyone() -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(bob, SetUsername("r1", "  Bobby "))
    for number in (ann, bob):
        assert room.of(number, UsernameSet) == [UsernameSet(bob, "Bobby")]
    assert room.picture(room.join("cat")).members[1].username == "Bobby"


@pytest.mark.parametrize(
    ("username", "error"),
    [
        ("Ann", "username-taken"),
        ("ａｎｎ", "username-taken"),
        ("", "bad-name"),
        ("  ", "bad-name"),
        ("x" * 25, "bad-name"),
        ("a\x00b", "bad-name"),
        ("a\u202eb", "bad-name"),
    ],
)
def test_a_name_that_is_not_free_or_not_a_name_is_refused(username: str, error: str) -> None:
    room = Heard()
    ann, bob = room.join("ann"), room.join("bob")
    room.say(bob, SetUsername("r1", username))
    (answer,) = room.of(bob, Error)
    assert (answer.name, answer.request, answer.about) == (error, "r1", 17)
    assert room.of(ann, UsernameSet, Error) == []


def test_ones_own_name_is_free_for_oneself() -> None:
    room = Heard()
    ann = room.join("ann")
    room.say(ann, SetUsername("r1", "ANN"))
    assert room.of(ann, UsernameSet) == [UsernameSet(ann, "ANN")]
