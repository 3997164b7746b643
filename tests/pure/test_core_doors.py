"""Doors, kicks and bans: for the host alone, told to everybody, and outlasting connections."""

from dataclasses import replace
from typing import Any

import pytest

from shared.protocol.errors import BANNED, KICKED, RoomError
from shared.protocol.limits import BANS, INVITE_CHARS
from shared.protocol.messages import (
    PRIVATE,
    PUBLIC,
    UNLISTED,
    Ban,
    DoorsSet,
    Error,
    Kick,
    MemberLeft,
    NextRoom,
    RoomDisconnect,
    SetDoors,
)
from shared.protocol.records import RoomSummary
from shared.room.doors import Bans
from shared.room.effects import Announce, CloseMember, Release
from tests.support.rooms import Heard, a_record


def a_table(**room: Any) -> tuple[Heard, int, int]:
    heard = Heard(**room)
    return heard, heard.join("ann", device="phone"), heard.join("bob", device="laptop")


@pytest.mark.parametrize(
    "message", [SetDoors("r", PRIVATE, True), Kick("r", 1), Ban("r", 1), NextRoom("r", "", "", False)]
)
def test_nobody_but_the_host(message: Any) -> None:
    room, ann, bob = a_table()
    room.take(Announce)
    room.say(bob, message)
    (error,) = room.of(bob, Error)
    assert (error.name, error.request) == ("not-host", "r")
    assert room.effects == []
    assert list(room.room.members) == [ann, bob]


# --- doors


def test_doors_are_told_to_everybody_and_announced() -> None:
    room, ann, bob = a_table()
    room.take(Announce)
    room.say(ann, SetDoors("r", UNLISTED, True))
    assert room.of(ann, DoorsSet) == room.of(bob, DoorsSet) == [DoorsSet(UNLISTED, True, "")]
    assert room.take(Announce) == [Announce()]
    assert (room.room.summary.doors, room.room.summary.is_locked) == (UNLISTED, True)
    picture = room.picture(room.join("cat"))
    assert (picture.doors, picture.is_locked) == (UNLISTED, True)


def test_the_doors_are_as_an_owner_before_left_them() -> None:
    told = RoomSummary(host="ann", doors=PRIVATE, is_locked=True, invite="let-me-in")
    room, ann, _ = a_table(record=replace(a_record(), summary=told))
    picture = room.picture(ann)
    assert (picture.doors, picture.is_locked, picture.invite) == (PRIVATE, True, "let-me-in")
    assert room.room.summary.invite == "let-me-in"
    room.say(ann, SetDoors("r", PRIVATE, False))
    assert room.of(ann, DoorsSet) == [DoorsSet(PRIVATE, False, "let-me-in")]


def test_a_private_room_draws_its_code_and_keeps_it_while_it_is_private() -> None:
    room, ann, _ = a_table()
    room.say(ann, SetDoors("r", PRIVATE, False), SetDoors("r", PRIVATE, True))
    first, second = (message.invite for message in room.of(ann, DoorsSet))
    assert first == second == room.room.summary.invite
    assert len(first) == INVITE_CHARS
    room.say(ann, SetDoors("r", PUBLIC, False))
    assert room.room.summary.invite == ""
    room.say(ann, SetDoors("r", PRIVATE, False))
    assert room.room.summary.invite not in ("", first)


# --- kick and ban


@pytest.mark.parametrize(("message", "kind"), [(Kick, KICKED), (Ban, BANNED)])
def test_sent_out_with_a_last_word(message: type, kind: Any) -> None:
    room, ann, bob = a_table()
    room.say(ann, message("r", bob))
    assert room.of(ann, MemberLeft) == [MemberLeft(bob, kind.name)]
    assert room.heard[bob][-1] == RoomDisconnect("", "room2222ab", kind.name, kind.text)
    assert room.take(CloseMember) == [CloseMember(bob, kind, kind.text)]
    assert room.take(Release) == [Release(bob, "bob", 1, kind, confirm=False)]  # type: ignore[arg-type]


def test_who_is_away_can_be_sent_out() -> None:
    room, ann, bob = a_table()
    room.lose(bob)
    room.say(ann, Kick("r", bob))
    assert list(room.room.members) == [ann]


@pytest.mark.parametrize("number", [1, 99], ids=["itself", "nobody"])
def test_whom_a_host_cannot_send_out(number: int) -> None:
    room, ann, _ = a_table()
    room.say(ann, Kick("r", number))
    assert [error.name for error in room.of(ann, Error)] == ["member-unknown"]


def test_a_kick_is_no_ban() -> None:
    room, ann, bob = a_table()
    room.say(ann, Kick("r", bob))
    assert room.join("bob", session=2, device="laptop") == bob + 1


@pytest.mark.parametrize(("client", "device"), [("bob", "other"), ("bob", ""), ("guest", "laptop")])
def test_a_ban_holds_for_client_and_device(client: str, device: str) -> None:
    room, ann, bob = a_table()
    room.say(ann, Ban("r", bob))
    room.take(Release)
    room.restore()
    with pytest.raises(RoomError) as refused:
        room.join(client, session=2, device=device)
    room.settle()
    assert refused.value.kind is BANNED
    assert room.take(Release) == [Release(0, client, 2, BANNED, confirm=False)]  # type: ignore[arg-type]


def test_a_ban_of_an_unknown_device_is_of_the_client_alone() -> None:
    room = Heard()
    room.join("ann")
    room.say(1, Ban("r", room.join("bob")))
    assert room.join("cat") == 3


def test_the_oldest_ban_is_forgotten() -> None:
    bans = Bans()
    for number in range(BANS + 1):
        bans.add(f"client{number}", "")
    assert not bans.hold("client0", "")
    assert bans.hold("client1", "")
