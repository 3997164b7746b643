"""People who share a screen: each takes a seat, has a number and a name of its own, and goes with its member."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.protocol.errors import (
    BAD_NAME,
    BAD_REQUEST,
    JOIN_REFUSED,
    KICKED,
    LOCAL_PLAYERS_FULL,
    NOT_A_PLAYER,
    PLAYER_UNKNOWN,
    ROOM_FULL,
)
from shared.protocol.messages import (
    SPECTATOR,
    AddPlayer,
    Error,
    Kick,
    LeaveRoom,
    MemberLeft,
    PlayerAdded,
    PlayerRemoved,
    PlayerRow,
    RemovePlayer,
)
from shared.room.effects import Announce, Release, Reserve
from shared.rules.game_rules import GameRules
from tests.support.rooms import Heard, a_seat

THREE = GameRules(local_players=3)


def shared_screen(**room: Any) -> Heard:
    heard = Heard(rules=THREE, **room)
    heard.join("ann")
    heard.join("bob")
    return heard


def add(room: Heard, number: int, name: str, request: str = "r1") -> None:
    """As if the directory always had a seat."""
    room.say(number, AddPlayer(request, name))
    for wish in room.take(Reserve):
        seat = a_seat(wish.client_id, session=room.room.members[wish.number].session)
        room.room.reserved(wish.number, seat, room.now)
    room.settle()


def errors(room: Heard, number: int) -> list[tuple[str, str]]:
    return [(error.name, error.request) for error in room.of(number, Error)]


def test_one_more_person_takes_a_seat_and_has_a_number() -> None:
    room = shared_screen()
    room.say(1, AddPlayer("r1", "Zoe"))
    assert room.take(Reserve) == [Reserve(1, "ann", players=2)]  # type: ignore[arg-type]
    assert room.of(2, PlayerAdded) == []
    room.room.reserved(1, a_seat("ann"), room.now)
    room.settle()
    assert room.of(1, PlayerAdded) == room.of(2, PlayerAdded) == [PlayerAdded(3, 1, "Zoe")]
    assert [seat.players for seat in room.room.seats()] == [2, 1]
    assert room.join("cat") == 4
    assert room.picture(4).added_players == [PlayerRow(3, 1, "Zoe")]


def test_names_are_distinct_from_all_others() -> None:
    room = shared_screen()
    add(room, 1, "bob")
    add(room, 2, "Bob")
    names = [message.username for message in room.of(1, PlayerAdded)]
    assert len({name.casefold() for name in [*names, "Bob"]}) == 3
    cat = room.join("cat", name=names[0])
    assert room.room.members[cat].username not in names


def test_a_full_room_refuses() -> None:
    room = shared_screen()
    room.say(1, AddPlayer("r7", "Zoe"))
    room.room.reserved(1, None, room.now, ROOM_FULL)
    room.settle()
    assert errors(room, 1) == [("room-full", "r7")]
    assert [seat.players for seat in room.room.seats()] == [1, 1]


@pytest.mark.parametrize(
    ("number", "name", "kind"), [(3, "Zoe", NOT_A_PLAYER), (1, "\x00", BAD_NAME), (1, "Eve", JOIN_REFUSED)]
)
def test_who_may_not(number: int, name: str, kind: Any) -> None:
    code = SimpleNamespace(on_join_request=lambda world, client: client.name != "Eve")
    room = shared_screen(code=code)
    room.join("spy", role=SPECTATOR)
    room.say(number, AddPlayer("r1", name))
    assert errors(room, number) == [(kind.name, "r1")]
    assert room.take(Reserve) == []


def test_only_so_many_share_a_screen_and_one_is_asked_for_at_a_time() -> None:
    room = shared_screen()
    room.say(1, AddPlayer("r1", "Zoe"), AddPlayer("r2", "Yan"))
    assert errors(room, 1) == [(BAD_REQUEST.name, "r2")]
    room.room.reserved(1, a_seat("ann"), room.now)
    add(room, 1, "Yan", "r3")
    room.say(1, AddPlayer("r4", "Xia"))
    assert errors(room, 1)[1:] == [(LOCAL_PLAYERS_FULL.name, "r4")]


def test_seats_that_a_member_came_with_need_no_asking() -> None:
    room = Heard(rules=THREE)
    room.room.join(a_seat("ann", players=2), "Ann", room.now)
    room.say(1, AddPlayer("r1", "Zoe"))
    assert room.take(Reserve) == []
    assert len(room.of(1, PlayerAdded)) == 1
    room.say(1, AddPlayer("r2", "Yan"))
    assert room.take(Reserve) == [Reserve(1, "ann", players=3)]  # type: ignore[arg-type]


def test_who_goes_frees_a_seat() -> None:
    room = shared_screen()
    add(room, 1, "Zoe")
    room.take(Announce)
    room.say(1, RemovePlayer("r2", 3))
    assert room.of(2, PlayerRemoved) == [PlayerRemoved(3)]
    assert [seat.players for seat in room.room.seats()] == [1, 1]
    assert room.take(Announce)
    room.join("cat")
    assert room.picture(4).added_players == []


@pytest.mark.parametrize(("number", "player"), [(1, 1), (1, 2), (2, 3), (1, 9)])
def test_only_ones_own_added_players_can_be_sent_away(number: int, player: int) -> None:
    room = shared_screen()
    add(room, 1, "Zoe")
    room.say(number, RemovePlayer("r2", player))
    assert errors(room, number) == [(PLAYER_UNKNOWN.name, "r2")]


def test_all_players_of_a_member_go_and_come_with_it() -> None:
    calls: list[str] = []
    hooks = {
        f"on_player_{what}": lambda world, player, what=what: calls.append(f"{what} {player.id} of {player.member}")
        for what in ("join", "disconnect", "return", "leave")
    }
    room = shared_screen(code=SimpleNamespace(**hooks))
    add(room, 1, "Zoe")
    assert calls == ["join 1 of 1", "join 2 of 2", "join 3 of 1"]
    room.lose(1)
    room.resume(1, received=0)
    room.say(1, LeaveRoom("r9"))
    what_followed = [f"{what} {player} of 1" for what in ("disconnect", "return", "leave") for player in (1, 3)]
    assert calls[3:] == what_followed
    assert len(room.of(2, MemberLeft)) == 1
    assert room.of(2, PlayerRemoved) == []


def test_a_seat_that_comes_too_late_goes_back() -> None:
    room = shared_screen()
    room.say(1, AddPlayer("r1", "Zoe"), LeaveRoom("r2"))
    room.take(Release)
    room.room.reserved(1, a_seat("ann"), room.now)
    room.settle()
    assert [release.client_id for release in room.take(Release)] == ["ann"]
    assert room.of(2, PlayerAdded) == []


def test_a_host_sends_a_member_out_with_its_players() -> None:
    room = shared_screen()
    add(room, 2, "Zoe")
    room.say(1, Kick("r1", 2))
    assert [message.reason for message in room.of(1, MemberLeft)] == [KICKED.name]
    room.join("cat")
    assert room.picture(4).added_players == []


def test_a_restored_room_knows_who_shares_a_screen() -> None:
    room = shared_screen()
    add(room, 1, "Zoe")
    room.restore()
    room.resume(1, received=0, owner_epoch=99)
    assert room.picture(1).added_players == [PlayerRow(3, 1, "Zoe")]
    assert [player.id for player in room.room._inside.playing.world.players] == [1, 3, 2]
    add(room, 1, "Yan")
    assert room.of(1, PlayerAdded)[-1].player == 4
