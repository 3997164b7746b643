"""Hosts: patience, hiding, handing over, what a new one is told, and what a host of before may no longer say."""

from typing import Any

import pytest

from shared.protocol.errors import LEFT
from shared.protocol.messages import (
    SPECTATOR,
    TO_HOST,
    TO_OTHERS,
    AsHost,
    AskDeposit,
    Deposit,
    Error,
    HandOver,
    Hidden,
    HostChanged,
    JournalRow,
    MemberPings,
    PingRow,
    Relay,
    RoomResumed,
    SendAsHost,
    SendRelay,
    Snapshot,
)
from shared.protocol.records import RoomSummary
from tests.support.rooms import Heard


def a_table(authority: str = "host", **room: Any) -> tuple[Heard, int, int, int]:
    heard = Heard(authority=authority, **room)
    return heard, heard.join("ann"), heard.join("bob"), heard.join("cat")


def errors(room: Heard, number: int) -> list[str]:
    return [error.name for error in room.of(number, Error)]


# --- patience, foreground, nearness


def test_a_host_that_comes_back_in_time_is_still_host() -> None:
    room, ann, bob, _ = a_table(host_patience_s=3)
    room.lose(ann)
    room.wait(2.9)
    room.resume(ann, received=len(room.counted(ann)))
    room.wait(5)
    assert room.room.host == ann
    assert room.of(bob, HostChanged) == []


def test_patience_ends() -> None:
    room, ann, bob, cat = a_table(host_patience_s=3)
    for number, ping_ms in ((bob, 90.0), (cat, 20.0)):
        room.room.measured(number, ping_ms, room.now)
    room.lose(ann)
    room.wait(3.1)
    assert room.room.host == cat
    assert room.of(bob, HostChanged) == room.of(cat, HostChanged) == [HostChanged(cat, 2)]


def test_the_next_one_is_replaced_too_when_it_fails() -> None:
    room, ann, bob, cat = a_table(host_patience_s=3)
    room.lose(ann)
    room.wait(3.1)
    room.lose(bob)
    room.wait(3.1)
    assert room.of(cat, HostChanged) == [HostChanged(bob, 2), HostChanged(cat, 3)]


def test_without_patience_at_once() -> None:
    room, ann, bob, _ = a_table(host_patience_s=0)
    room.lose(ann)
    assert room.room.host == bob


def test_a_host_whose_people_are_all_away_waits_for_the_first_of_them() -> None:
    room, ann, bob, _ = a_table(host_patience_s=3, grace_s=100)
    for number in (3, 2, 1):
        room.lose(number)
    room.wait(10)
    assert room.room.host == ann
    room.resume(bob, received=-1)
    assert room.picture(bob).host == bob
    assert room.of(bob, HostChanged) == []


def test_a_host_that_hides_deposits_and_is_replaced_after_a_while() -> None:
    room, ann, bob, _ = a_table()
    room.say(ann, Deposit(1, 0, 0, 0, b"state"))
    asked = len(room.of(ann, AskDeposit))
    room.say(ann, Hidden(True))
    assert len(room.of(ann, AskDeposit)) == asked + 1
    room.wait(9.9)
    assert room.room.host == ann
    room.wait(0.2)
    assert room.room.host == bob


def test_a_host_that_looks_again_stays() -> None:
    room, ann, _, _ = a_table()
    room.say(ann, Hidden(True))
    room.wait(9)
    room.say(ann, Hidden(False))
    room.wait(9)
    assert room.room.host == ann


def test_a_host_without_its_memory_counts_as_a_new_one() -> None:
    room, ann, bob, _ = a_table()
    room.say(bob, SendRelay(TO_HOST, "t", b"move"))
    room.resume(ann, received=-1)
    picture, snapshot, *_ = room.heard[ann]
    assert (picture.host, picture.host_epoch) == (ann, 2)
    assert snapshot == Snapshot(False, 0, b"", [JournalRow(bob, "t", b"move")], 0)
    assert room.of(bob, HostChanged) == [HostChanged(ann, 2)]


# --- handing over


def test_without_a_program_a_hand_over_is_immediate() -> None:
    room, ann, _, cat = a_table("none")
    room.say(ann, HandOver("r", cat))
    assert room.of(ann, HostChanged, AskDeposit) == [HostChanged(cat, 2)]


def test_a_hand_over_waits_for_a_last_deposit() -> None:
    room, ann, _, cat = a_table()
    room.say(ann, HandOver("r", cat))
    assert room.room.host == ann
    assert room.of(ann, AskDeposit)[-1] == AskDeposit(1000)
    room.say(ann, Deposit(1, 0, 1, 7, b"last"))
    assert room.of(cat, HostChanged, Snapshot)[-2:] == [HostChanged(cat, 2), Snapshot(True, 7, b"last", [], 0)]


def test_or_for_a_second() -> None:
    room, ann, _, cat = a_table()
    room.say(ann, HandOver("r", cat))
    room.wait(0.9)
    assert room.room.host == ann
    room.wait(0.2)
    assert room.room.host == cat


def test_who_hands_over_and_leaves_has_handed_over() -> None:
    room, ann, _, cat = a_table()
    room.say(ann, HandOver("r", cat))
    room.leave(ann, LEFT)
    assert room.room.host == cat


def test_an_heir_that_has_gone_by_then_is_an_error() -> None:
    room, ann, _, cat = a_table()
    room.say(ann, HandOver("r", cat))
    room.lose(cat)
    room.wait(1.1)
    assert room.room.host == ann
    assert (errors(room, ann), room.of(ann, Error)[0].request) == (["member-unknown"], "r")


@pytest.mark.parametrize("heir", [1, 4, 5, 99], ids=["itself", "a spectator", "away", "nobody"])
def test_to_whom_a_host_cannot_hand_over(heir: int) -> None:
    room, ann, _, _ = a_table("none")
    room.join("eve", role=SPECTATOR)
    room.lose(room.join("dan"))
    room.say(ann, HandOver("r", heir))
    assert errors(room, ann) == ["member-unknown"]


def test_only_a_host_hands_over_and_only_once_at_a_time() -> None:
    room, ann, bob, cat = a_table()
    room.say(bob, HandOver("r", cat))
    room.say(ann, HandOver("r", cat), HandOver("r", bob))
    assert errors(room, bob) == ["not-host"]
    assert errors(room, ann) == ["bad-request"]


# --- what a new host is told


def test_a_new_host_gets_snapshot_and_journal_right_after_the_news() -> None:
    room, ann, bob, cat = a_table()
    room.say(bob, SendRelay(TO_HOST, "t", b"1"))
    room.say(ann, Deposit(1, len(room.counted(ann)), 0, 5, b"state"))
    room.say(cat, SendRelay(TO_OTHERS, "t", b"2"), SendRelay(TO_HOST, "t", b"3"), SendRelay(bob, "t", b"private"))
    room.say(ann, SendAsHost(1, TO_OTHERS, "t", b"4"), SendAsHost(1, cat, "t", b"private"), SendRelay(0, "t", b"5"))
    room.leave(ann)
    rows = [
        JournalRow(cat, "t", b"2"),
        JournalRow(cat, "t", b"3"),
        JournalRow(0, "t", b"4"),
        JournalRow(ann, "t", b"5"),
    ]
    index = room.heard[bob].index(HostChanged(bob, 2))
    assert room.heard[bob][index + 1] == Snapshot(True, 5, b"state", rows, 1)
    assert room.of(cat, Snapshot)[1:] == []


@pytest.mark.parametrize("sent", [0, 1, 2, 3])
def test_a_deposit_covers_exactly_what_the_host_itself_had_said(sent: int) -> None:
    room, ann, _, _ = a_table()
    room.say(ann, SendRelay(0, "t", b"1"), SendAsHost(1, 0, "t", b"2"), SendRelay(0, "t", b"3"))
    room.say(ann, Deposit(1, 2, sent, 0, b""))
    room.leave(ann)
    assert [row.body for row in room.of(2, Snapshot)[-1].journal] == [b"1", b"2", b"3"][sent:]


@pytest.mark.parametrize("heard", [0, 1, 2, 3])
def test_a_deposit_covers_exactly_what_the_host_had_heard(heard: int) -> None:
    room, ann, bob, cat = a_table()
    before = len(room.counted(ann))
    room.say(bob, SendRelay(0, "t", b"1"), SendRelay(cat, "t", b"not for the host"), SendRelay(TO_HOST, "t", b"2"))
    room.say(cat, SendRelay(ann, "t", b"3"))
    room.say(ann, Deposit(1, before + heard, 0, 0, b""))
    room.leave(ann)
    assert [row.body for row in room.of(bob, Snapshot)[-1].journal] == [b"1", b"2", b"3"][heard:]


def test_a_new_host_s_first_deposit_covers_all_that_it_began_with() -> None:
    """Its counts are its own: what the host before it had heard as its tenth was never the new one's tenth."""
    room, ann, bob, cat = a_table()
    room.say(cat, *[SendRelay(ann, "t", b"%d" % number) for number in range(10)])
    room.leave(ann)
    room.say(bob, Deposit(2, 0, 0, 0, b"all of it"))
    assert room.of(room.join("dan"), Snapshot) == [Snapshot(True, 0, b"all of it", [], 0)]


def test_a_host_keeps_its_patience_and_a_hand_over_its_time_while_the_room_stands_still() -> None:
    room, ann, bob, _ = a_table()
    room.say(ann, HandOver("r", bob))
    room.lose(ann)
    room.now += 100
    room.room.stood_still(room.now - 100, room.now)
    room.wait(0.5)
    assert room.room.host == ann
    room.wait(0.6)
    assert room.room.host == bob


def test_what_a_host_was_told_and_may_not_have_heard_comes_with_its_return() -> None:
    room, ann, bob, _ = a_table()
    heard = len(room.counted(bob))
    room.leave(ann)
    room.lose(bob)
    room.resume(bob, received=heard)
    assert [type(message) for message in room.heard[bob][:1]] == [RoomResumed]
    assert HostChanged(bob, 2) in room.heard[bob]
    assert len(room.of(bob, Snapshot)) == 1
    room.say(bob, Deposit(2, len(room.counted(bob)), 0, 0, b""))
    room.lose(bob)
    room.resume(bob, received=heard)
    assert room.of(bob, Snapshot) == []


def test_newcomers_get_the_same_pair() -> None:
    room, ann, bob, _ = a_table()
    room.say(ann, Deposit(1, 2, 0, 0, b"state"))
    room.say(bob, SendRelay(TO_HOST, "t", b"1"))
    dan = room.join("dan")
    assert room.of(dan, Snapshot) == [Snapshot(True, 0, b"state", [JournalRow(bob, "t", b"1")], 0)]
    assert room.of(dan, AskDeposit) == []


def test_without_a_program_there_are_no_snapshots() -> None:
    room, ann, bob, _ = a_table("none")
    room.say(ann, Deposit(1, 0, 0, 0, b""))
    room.leave(ann)
    assert errors(room, ann) == ["bad-request"]
    assert room.of(bob, Snapshot, AskDeposit) == []


def test_a_long_journal_asks_for_a_deposit() -> None:
    room, ann, bob, _ = a_table()
    room.say(ann, Deposit(1, 0, 0, 0, b""))
    asked = len(room.of(ann, AskDeposit))
    room.say(bob, *[SendRelay(TO_HOST, "t", bytes(40_000))] * 8)
    assert len(room.of(ann, AskDeposit)) == asked + 1


# --- what may be said as host


@pytest.mark.parametrize(
    ("number", "message", "error"),
    [
        (2, SendAsHost(1, 0, "t", b""), "not-host"),
        (2, SendAsHost(0, 0, "t", b""), "host-epoch-old"),
        (1, SendAsHost(2, 0, "t", b""), "host-epoch-old"),
        (1, SendAsHost(1, 99, "t", b""), "member-unknown"),
        (2, Deposit(1, 0, 0, 0, b""), "not-host"),
        (1, Deposit(0, 0, 0, 0, b""), "host-epoch-old"),
        (1, Deposit(1, 3, 0, 0, b""), "bad-request"),
        (1, Deposit(1, 0, 1, 0, b""), "bad-request"),
    ],
)
def test_what_is_refused(number: int, message: Any, error: str) -> None:
    room, *_ = a_table()
    room.say(number, message)
    assert errors(room, number) == [error]
    assert room.of(3, AsHost) == []


def test_what_still_comes_from_the_host_of_before_is_refused() -> None:
    room, ann, bob, cat = a_table()
    room.lose(ann)
    room.wait(3.1)
    room.resume(ann, received=len(room.counted(ann)))
    room.say(ann, SendAsHost(1, TO_OTHERS, "t", b"late"))
    room.say(bob, SendAsHost(2, TO_OTHERS, "t", b"now"))
    assert errors(room, ann) == ["host-epoch-old"]
    assert room.of(cat, AsHost) == [AsHost(2, "t", b"now")]
    assert room.of(cat, Relay) == []


# --- pings


def test_pings_are_told_every_two_seconds_to_whoever_has_company() -> None:
    room = Heard()
    ann = room.join("ann")
    room.room.measured(ann, 40.4, room.now)
    room.wait(5)
    assert room.of(ann, MemberPings) == []
    bob = room.join("bob")
    for _ in range(4):
        room.wait(1)
    assert room.of(ann, MemberPings) == room.of(bob, MemberPings) == [MemberPings([PingRow(ann, 40)])] * 2


def test_the_summary_says_how_old_the_host_s_ping_is() -> None:
    room = Heard()
    ann = room.join("ann")
    room.room.measured(ann, 40.4, room.now)
    room.wait(3)
    assert room.room.summary == RoomSummary("ann", "Ann", 40, 3000)
