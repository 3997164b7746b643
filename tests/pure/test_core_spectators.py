"""Spectators: what they may say, how one becomes a player, and a view of a while ago."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.protocol.errors import LINE_LOST, NEXT_ROOM, ROOM_FULL, ROOM_UNKNOWN, RoomError
from shared.protocol.limits import BODY_BYTES, DELAYED_BYTES
from shared.protocol.messages import (
    SPECTATOR,
    Chat,
    Deposit,
    Error,
    HostChanged,
    MemberJoined,
    NextRoom,
    Relay,
    RoomDisconnect,
    RoomJoined,
    RoomResumed,
    SeatTaken,
    SendChat,
    SendRelay,
    SendVolatile,
    Snapshot,
    TakeSeat,
    Volatile,
)
from shared.room import effects
from shared.room.delay import BESIDE_BYTES
from shared.room.effects import CloseMember, Dispose, Release, Reserve
from tests.support.rooms import Heard, a_seat


def a_table(**room: Any) -> tuple[Heard, int, int]:
    heard = Heard(**room)
    return heard, heard.join("ann"), heard.join("eve", role=SPECTATOR)


def errors(room: Heard, number: int) -> list[tuple[str, str]]:
    return [(error.name, error.request) for error in room.of(number, Error)]


def seated(room: Heard, number: int, session: int = 5) -> None:
    room.room.reserved(number, a_seat(room.room.members[number].client_id, session=session), room.now)
    room.settle()


@pytest.mark.parametrize(("may_chat", "lines"), [(True, 1), (False, 0)])
def test_they_chat_where_the_room_allows_it(may_chat: bool, lines: int) -> None:
    room, ann, eve = a_table(may_spectators_chat=may_chat)
    room.say(eve, SendChat("hi"))
    room.say(ann, SendChat("ha"))
    assert len(room.of(ann, Chat)) == lines + 1
    assert [name for name, _ in errors(room, eve)] == ["not-a-player"] * (1 - lines)


# --- take a seat


def test_a_spectator_becomes_a_player() -> None:
    joined: list[int] = []
    code = SimpleNamespace(on_player_join=lambda world, player: joined.append(player.id))
    room, ann, eve = a_table(code=code)
    room.say(eve, TakeSeat("r"))
    assert room.take(Reserve) == [Reserve(eve, "eve", 1)]  # type: ignore[arg-type]
    seated(room, eve)
    assert room.of(ann, SeatTaken) == room.of(eve, SeatTaken) == [SeatTaken(eve)]
    assert joined == [ann, eve]
    (_, seat) = room.room.seats()
    assert (seat.role, seat.players, seat.session) == ("player", 1, 5)
    room.say(eve, SendRelay(0, "t", b""))
    assert len(room.of(ann, Relay)) == 1


def test_the_first_player_among_spectators_is_host() -> None:
    room = Heard()
    eve = room.join("eve", role=SPECTATOR)
    room.say(eve, TakeSeat("r"))
    seated(room, eve)
    assert room.of(eve, HostChanged) == [HostChanged(eve, 1)]


def test_no_seat_is_an_error() -> None:
    room, _, eve = a_table()
    room.say(eve, TakeSeat("r"))
    room.room.reserved(eve, None, room.now)
    room.settle()
    assert errors(room, eve) == [(ROOM_FULL.name, "r")]
    room.say(eve, TakeSeat("again"))
    assert len(room.take(Reserve)) == 2


def test_the_game_may_refuse() -> None:
    code = SimpleNamespace(on_join_request=lambda world, client: client.role == SPECTATOR or not world.players or "No.")
    room, _, eve = a_table(code=code)
    room.say(eve, TakeSeat("r"))
    assert errors(room, eve) == [("join-refused", "r")]
    assert room.take(Reserve) == []


def test_who_has_a_seat_or_asks_already_is_refused() -> None:
    room, ann, eve = a_table()
    room.say(ann, TakeSeat("a"))
    room.say(eve, TakeSeat("1"), TakeSeat("2"))
    assert (errors(room, ann), errors(room, eve)) == ([("bad-request", "a")], [("bad-request", "2")])


def test_a_seat_for_one_who_has_gone_is_given_back() -> None:
    room, _, eve = a_table()
    room.say(eve, TakeSeat("r"))
    room.leave(eve)
    room.take(Release)
    room.room.reserved(eve, a_seat("eve", session=5), room.now)
    room.settle()
    assert [(release.number, release.session) for release in room.take(Release)] == [(0, 5)]


# --- a view of a while ago


def delayed(**room: Any) -> tuple[Heard, int, int]:
    return a_table(spectator_delay_s=10.0, grace_s=100, **room)


def test_spectators_see_what_was_and_players_what_is() -> None:
    room, ann, eve = delayed()
    bob = room.join("bob")
    room.say(ann, SendRelay(0, "t", b"1"), SendVolatile(0, "t", b"2"))
    assert [message.body for message in room.of(bob, Relay, Volatile)] == [b"1", b"2"]
    room.wait(9.9)
    assert [type(message) for message in room.heard[eve]] == [RoomJoined]
    room.wait(0.2)
    assert [type(message) for message in room.heard[eve]] == [RoomJoined, MemberJoined, Relay, Volatile]


def test_answers_come_at_once() -> None:
    room, _, eve = delayed()
    room.say(eve, SendRelay(0, "t", b""))
    assert len(errors(room, eve)) == 1


def test_what_comes_next_releases_what_is_due() -> None:
    room, ann, eve = delayed()
    room.say(ann, SendChat("one"))
    room.now += 10
    room.say(ann, SendChat("two"))
    assert [line.text for line in room.of(eve, Chat)] == ["one"]


def test_who_is_slow_is_not_told_late_what_is_volatile() -> None:
    room, ann, eve = delayed()
    zoe = room.join("zoe", role=SPECTATOR)
    room.say(ann, SendVolatile(0, "t", b"1"), SendRelay(0, "t", b"2"))
    room.now += 11
    room.room.tick(room.now)
    room.settle(slow=[eve])
    assert [message.body for message in room.of(eve, Relay, Volatile)] == [b"2"]
    assert [message.body for message in room.of(zoe, Relay, Volatile)] == [b"1", b"2"]


MANY = DELAYED_BYTES // BODY_BYTES


def test_what_waits_is_bounded_and_the_newest_volatile_messages_are_left_out() -> None:
    room, ann, eve = delayed()
    bodies = [bytes([number]) * BODY_BYTES for number in range(MANY + 10)]
    room.say(ann, SendChat("hi"), *[SendVolatile(0, "t", body) for body in bodies])
    room.wait(11)
    assert len(room.of(eve, Chat)) == 1
    seen = [message.body for message in room.of(eve, Volatile)]
    assert MANY - 10 < len(seen) < MANY
    assert seen == bodies[: len(seen)]


def test_small_messages_count_by_what_they_take() -> None:
    room, ann, eve = delayed()
    most = DELAYED_BYTES // BESIDE_BYTES
    room.say(ann, *[SendVolatile(0, "t", b"")] * most)
    room.wait(11)
    assert most // 2 < len(room.of(eve, Volatile)) < most


def test_a_steady_rate_beyond_the_bound_is_seen_for_most_of_the_time() -> None:
    room, ann, eve = a_table(spectator_delay_s=60.0)
    room.heard[ann] = []
    for _ in range(30 * 180):
        room.now += 1 / 30
        room.say(ann, SendVolatile(0, "t", int(room.now * 1000).to_bytes(8, "big") + bytes(4600)))
        for message in room.of(eve, Volatile):
            said_at = int.from_bytes(message.body[:8], "big") / 1000
            assert 59.9 < room.now - said_at < 60.1
            room.heard[ann].append(message)
        room.heard[eve] = []
    assert len(room.heard[ann]) > 30 * 120 * 0.6


def overflow(room: Heard, ann: int) -> None:
    room.say(ann, *[SendRelay(0, "t", bytes(BODY_BYTES))] * (MANY + 10))


def test_beyond_the_bound_nothing_comes_early_and_spectators_start_over_when_it_was_due() -> None:
    room, ann, eve = delayed()
    room.say(ann, SendChat("1"))
    overflow(room, ann)
    room.wait(9)
    assert [type(message) for message in room.heard[eve]] == [RoomJoined]
    assert not room.room.is_waiting
    assert room.take(CloseMember) == []
    room.wait(2)
    assert [type(message) for message in room.heard[eve]] == [RoomJoined]
    assert room.take(CloseMember) == [CloseMember(eve, LINE_LOST, LINE_LOST.text)]
    assert room.room.members[eve].is_away
    room.resume(eve, received=0)
    assert room.picture(eve).has_returned
    room.say(ann, SendChat("2"))
    room.wait(11)
    assert [line.text for line in room.of(eve, Chat)] == ["2"]


def test_who_comes_back_after_a_loss_gets_the_whole_picture() -> None:
    room, ann, eve = delayed()
    room.lose(eve)
    overflow(room, ann)
    room.resume(eve, received=MANY + 8)
    assert room.picture(eve).has_returned
    room.wait(11)
    assert room.of(eve, Relay) == room.take(CloseMember) == []


def test_who_comes_back_in_the_same_turn_keeps_its_line() -> None:
    room, ann, eve = delayed()
    overflow(room, ann)
    room.now += 11
    room.room.tick(room.now)
    room.resume(eve, received=0)
    assert room.take(CloseMember) == []


def test_who_becomes_a_player_after_a_loss_starts_over_at_once() -> None:
    room, ann, eve = delayed()
    room.say(eve, TakeSeat("r"))
    overflow(room, ann)
    seated(room, eve)
    room.wait(1)
    assert [close.number for close in room.take(CloseMember)] == [eve]


def test_returns_of_one_spectator_take_nothing_from_the_others() -> None:
    room, ann, eve = delayed(authority="host")
    zoe = room.join("zoe", role=SPECTATOR)
    room.say(ann, Deposit(1, 0, 0, 0, bytes(1 << 20)), SendChat("hi"))
    for _ in range(12):
        room.resume(eve, received=-1)
    assert room.of(zoe, Chat) == []
    room.wait(11)
    assert len(room.of(zoe, Chat)) == len(room.of(eve, Snapshot)) == 1
    assert room.take(CloseMember) == []


def test_a_snapshot_without_room_costs_only_the_one_whom_it_was_for() -> None:
    room, ann, eve = delayed(authority="host")
    room.say(ann, Deposit(1, 0, 0, 0, bytes(1 << 20)), SendChat("hi"))
    zoes = [room.join(f"zoe{number}", role=SPECTATOR) for number in range(8)]
    room.wait(11)
    assert [len(room.of(zoe, Snapshot)) for zoe in zoes] == [1] * 7 + [0]
    assert len(room.of(eve, Chat)) == 1
    assert [close.number for close in room.take(CloseMember)] == zoes[7:]


def test_nothing_waits_where_nobody_watches() -> None:
    room, ann, eve = delayed()
    room.leave(eve)
    room.say(ann, SendChat("hi"))
    assert not room.room.is_waiting


def test_a_newcomer_hears_nothing_from_before_its_picture() -> None:
    room, ann, _ = delayed()
    room.say(ann, SendChat("before"))
    zoe = room.join("zoe", role=SPECTATOR)
    room.say(ann, SendChat("after"))
    room.wait(11)
    assert [line.text for line in room.of(zoe, Chat)] == ["after"]


def test_a_host_s_state_is_delayed_too() -> None:
    room, ann, _ = delayed(authority="host")
    room.say(ann, Deposit(1, 0, 0, 0, b"secret"))
    zoe = room.join("zoe", role=SPECTATOR)
    assert room.of(zoe, Snapshot) == []
    room.wait(11)
    assert [snapshot.body for snapshot in room.of(zoe, Snapshot)] == [b"secret"]


def test_a_delayed_spectator_resumes_without_seeing_ahead() -> None:
    room, ann, eve = delayed()
    room.say(ann, SendChat("1"))
    room.wait(5)
    room.say(ann, SendChat("2"))
    room.wait(6)
    assert [line.text for line in room.of(eve, Chat)] == ["1"]
    room.lose(eve)
    room.say(ann, SendChat("3"))
    room.wait(4.5)
    room.resume(eve, received=1)
    assert room.heard[eve] == [RoomResumed(eve, 0, 2), room.of(ann, Chat)[1]]
    room.wait(10)
    assert [line.text for line in room.of(eve, Chat)] == ["2", "3"]


def test_an_unrecovered_spectator_hears_nothing_twice() -> None:
    room, ann, eve = delayed()
    room.say(ann, SendChat("1"))
    room.resume(eve, received=-1)
    room.wait(11)
    assert room.of(eve, Chat) == []
    assert [row.text for row in room.picture(eve).chat] == ["1"]


def test_who_becomes_a_player_is_not_told_late_what_is_volatile() -> None:
    room, ann, eve = delayed()
    room.say(eve, TakeSeat("r"))
    room.say(ann, SendVolatile(0, "t", b"1"), SendRelay(0, "t", b"2"))
    seated(room, eve)
    assert [message.body for message in room.of(eve, Relay, Volatile)] == [b"2"]


@pytest.mark.parametrize("is_away", [False, True])
def test_who_becomes_a_player_hears_everything_in_order(is_away: bool) -> None:
    room, ann, eve = delayed()
    room.say(eve, TakeSeat("r"))
    room.say(ann, SendChat("1"))
    if is_away:
        room.lose(eve)
    seated(room, eve)
    room.say(ann, SendChat("2"))
    if is_away:
        room.resume(eve, received=0)
    assert [type(message) for message in room.heard[eve][1:]] == [Chat, SeatTaken, Chat]
    room.wait(11)
    assert len(room.of(eve, Chat)) == 2


# --- the next room


def test_a_host_asks_for_the_next_room_once_at_a_time() -> None:
    room, ann, _ = a_table()
    room.say(ann, NextRoom("r1", "", "  Again ", True), NextRoom("r2", "", "", False))
    assert room.take(effects.NextRoom) == [effects.NextRoom(ann, "r1", "", "Again", True)]
    assert errors(room, ann) == [("bad-request", "r2")]
    room.room.next_room_failed(ann, "r1", RoomError(ROOM_UNKNOWN))
    room.settle()
    assert errors(room, ann)[1:] == [("room-unknown", "r1")]
    room.say(ann, NextRoom("r3", "sketch", "", False))
    assert len(room.take(effects.NextRoom)) == 1


def test_everybody_goes_on() -> None:
    room, ann, eve = a_table()
    room.say(ann, NextRoom("r1", "", "", False))
    room.room.end(NEXT_ROOM, room.now)
    room.settle()
    for number in (ann, eve):
        assert room.heard[number][-1] == RoomDisconnect("", "room2222ab", "next-room", NEXT_ROOM.text)
    assert room.take(Dispose) == [Dispose(NEXT_ROOM, only_if_empty=False)]


def test_a_bad_name_for_the_next_room() -> None:
    room, ann, _ = a_table()
    room.say(ann, NextRoom("r1", "", "\x07", False))
    assert errors(room, ann) == [("bad-name", "r1")]
    assert room.take(effects.NextRoom) == []
