"""A game's hooks: each is optional, their answers are obeyed, their failures leave the core as `CodeFailed`."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.game.failures import CodeFailed
from shared.game.world import Client, Player, World
from shared.protocol.errors import JOIN_REFUSED, ROOM_CLOSED, RoomError
from shared.protocol.messages import SPECTATOR, Chat, Error, RoomDisconnect, SendChat, SetUsername
from shared.room.effects import CloseMember, Dispose, Release
from shared.room.states import RoomState
from tests.support.rooms import Heard, a_record


def with_code(**hooks: Any) -> Heard:
    return Heard(code=SimpleNamespace(**hooks))


def fails(*_: object) -> None:
    raise ZeroDivisionError("oops")


def test_a_room_without_code_lets_people_in_and_talk() -> None:
    room = with_code()
    room.say(room.join("ann"), SendChat("hi"))
    assert len(room.of(1, Chat)) == 1


# --- on_join_request


def test_the_code_is_asked_with_world_and_client() -> None:
    asked: list[tuple[World, Client]] = []
    room = with_code(on_join_request=lambda world, client: asked.append((world, client)) or True)
    room.join("ann", name=" Ann ")
    ((world, client),) = asked
    assert client == Client("ann", "Ann", "player")  # type: ignore[arg-type]
    assert isinstance(world, World)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [("Members only.", "Members only."), ("", JOIN_REFUSED.text), (False, JOIN_REFUSED.text), ("x" * 999, "x" * 300)],
)
def test_a_sentence_refuses_and_gives_the_seat_back(answer: object, sentence: str) -> None:
    room = with_code(on_join_request=lambda world, client: True if client.client_id == "ann" else answer)
    room.join("ann")
    with pytest.raises(RoomError) as refused:
        room.join("bob", session=4)
    room.settle()
    assert refused.value.kind is JOIN_REFUSED
    assert refused.value.text == sentence
    assert room.take(Release) == [Release(0, "bob", 4, JOIN_REFUSED, confirm=False)]  # type: ignore[arg-type]
    assert list(room.room.members) == [1]
    assert room.of(1, Error) == []


def test_a_creator_who_is_refused_leaves_an_empty_room_that_closes() -> None:
    room = with_code(on_join_request=lambda world, client: "No.")
    with pytest.raises(RoomError):
        room.join("ann")
    room.settle()
    assert [type(effect) for effect in room.effects] == [Release, Dispose]


@pytest.mark.parametrize("answer", [None, 1, [], b"no"])
def test_any_other_answer_is_a_failure_of_the_code(answer: object) -> None:
    room = with_code(on_join_request=lambda world, client: answer)
    with pytest.raises(CodeFailed) as failed:
        room.join("ann")
    assert failed.value.hook == "on_join_request"


# --- on_player_join, on_player_leave


def test_players_come_and_go_in_the_world() -> None:
    seen: list[tuple[str, int, list[int]]] = []

    def note(what: str) -> Any:
        return lambda world, player: seen.append((what, player.id, [one.id for one in world.players]))

    room = with_code(on_player_join=note("join"), on_player_leave=note("leave"))
    ann, bob = room.join("ann"), room.join("bob")
    room.leave(ann)
    assert seen == [("join", ann, [ann]), ("join", bob, [ann, bob]), ("leave", ann, [bob])]


def test_spectators_are_no_players() -> None:
    seen: list[Player] = []
    room = with_code(on_player_join=lambda world, player: seen.append(player), on_player_leave=fails)
    room.leave(room.join("eve", role=SPECTATOR))
    assert seen == []


def test_a_player_s_name_follows_its_member_s() -> None:
    worlds: list[World] = []
    room = with_code(on_player_join=lambda world, player: worlds.append(world))
    room.say(room.join("ann"), SetUsername("", "Anna"))
    assert [player.name for player in worlds[0].players] == ["Anna"]


def test_the_options_are_what_the_room_was_created_with_and_read_only() -> None:
    worlds: list[World] = []
    code = SimpleNamespace(on_player_join=lambda world, player: worlds.append(world))
    room = Heard(record=a_record(speed=3), code=code)
    room.join("ann")
    assert worlds[0].options == {"speed": 3}
    with pytest.raises(TypeError):
        worlds[0].options["speed"] = 4  # type: ignore[index]


# --- on_chat


def test_the_code_may_change_a_line() -> None:
    room = with_code(on_chat=lambda world, client, text: f"{client.name} whispers {text}\x07")
    room.say(room.join("ann"), SendChat("hi"))
    assert [line.text for line in room.of(1, Chat)] == ["Ann whispers hi"]


@pytest.mark.parametrize("answer", [None, "", "\x00"])
def test_the_code_may_swallow_a_line(answer: str | None) -> None:
    room = with_code(on_chat=lambda world, client, text: answer)
    room.say(room.join("ann"), SendChat("hi"))
    assert room.of(1, Chat, Error) == []


def test_a_line_made_too_long_is_cut() -> None:
    room = with_code(on_chat=lambda world, client, text: "x" * 9999)
    room.say(room.join("ann"), SendChat("hi"))
    assert [len(line.text) for line in room.of(1, Chat)] == [500]


# --- failures


@pytest.mark.parametrize("hook", ["on_join_request", "on_player_join"])
def test_a_hook_that_fails_at_a_join(hook: str) -> None:
    room = with_code(**{hook: fails})
    with pytest.raises(CodeFailed) as failed:
        room.join("ann")
    assert failed.value.hook == hook
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_a_hook_that_fails_at_a_leave() -> None:
    room = with_code(on_player_leave=fails)
    ann = room.join("ann")
    with pytest.raises(CodeFailed):
        room.leave(ann)
    assert room.room.members == {}


def test_a_hook_that_fails_at_a_line_of_chat() -> None:
    room = with_code(on_chat=fails)
    ann = room.join("ann")
    with pytest.raises(CodeFailed):
        room.say(ann, SendChat("hi"))


def test_a_hook_that_wants_to_leave_the_process() -> None:
    def leave(*_: object) -> None:
        raise SystemExit(1)

    room = with_code(on_player_join=leave)
    with pytest.raises(CodeFailed):
        room.join("ann")


def test_a_room_whose_code_failed_can_be_ended() -> None:
    room = with_code(on_player_leave=fails)
    ann, bob = room.join("ann"), room.join("bob")
    with pytest.raises(CodeFailed):
        room.leave(ann)
    room.room.end(ROOM_CLOSED, room.now)
    room.settle()
    assert len(room.of(bob, RoomDisconnect)) == 1
    assert len(room.take(Dispose)) == 1


# --- world.end


@pytest.mark.parametrize("hook", ["on_player_join", "on_player_leave", "on_chat"])
def test_the_game_may_end_the_room(hook: str) -> None:
    room = with_code(**{hook: lambda world, *_: world.end()})
    ann = room.join("ann")
    if room.room.state is RoomState.OPEN:
        bob = room.join("bob")
        room.say(ann, SendChat("hi"))
        room.leave(bob)
    assert room.room.state is RoomState.ENDED
    assert room.heard[ann][-1] == RoomDisconnect("", "room2222ab", "room-closed", ROOM_CLOSED.text)
    assert ann in [close.number for close in room.take(CloseMember)]
    assert len(room.take(Dispose)) == 1
