"""A room that runs a game: when it steps, who gets which picture, what becomes of it at a restore or a reload."""

import random
from types import SimpleNamespace
from typing import Any

import pytest

from shared.game.delta import apply, things
from shared.game.failures import CodeFailed
from shared.protocol.errors import ACT_UNKNOWN, BAD_REQUEST, NOT_A_PLAYER, PLAYER_UNKNOWN, ROOM_CLOSED
from shared.protocol.limits import CATCH_UP_TICKS, DELAYED_BYTES
from shared.protocol.messages import (
    SPECTATOR,
    Error,
    InputRow,
    Reloaded,
    Result,
    RoomDisconnect,
    RoomResumed,
    Scene,
    SendAct,
    SendChat,
    SendInput,
    Update,
)
from shared.protocol.references import TO_PLAYER, Reference
from shared.room.states import RoomState
from shared.rules.game_rules import GameRules
from tests.support.rooms import Heard, a_record

RULES = GameRules(
    tick_hz=10, inputs={"move": "stick"}, acts={"play": {"card": "whole"}}, local_players=3, has_main=True
)
TURNS = GameRules(tick_hz=0, acts={"play": {"card": "whole"}}, has_main=True)


class Thing:
    def __init__(self, owner: Any) -> None:
        self.owner, self.x = owner, 0.0


class Count:
    """A game that counts its updates in the scene, and has a thing for each player."""

    classes = {"Thing": Thing}  # noqa: RUF012

    def __init__(self, **more: Any) -> None:
        self.seen: list[Any] = []
        self.__dict__.update(more)

    def start(self, world: Any) -> None:
        world.scene.count = 0

    def update(self, world: Any, dt: float) -> None:
        scene = world.scene
        scene.count += 1
        for player in world.joined:
            scene.add(Thing(player))
        for player in world.left:
            scene.remove(*scene.all(Thing, owner=player))
        for thing in scene.all(Thing):
            thing.x += thing.owner.input.move.x if hasattr(thing.owner.input, "move") else 0
        self.seen.append([(player.id, [act.card for act in player.acts]) for player in world.players])


def playing(code: Any = None, rules: GameRules = RULES, **room: Any) -> Heard:
    record = a_record(authority="server")
    return Heard(record=record, code=code or Count(), rules=rules, chance=random.Random(1), **room)


def tick(room: Heard, ticks: float = 1, slow: tuple[int, ...] = ()) -> None:
    """So much later, as a shell would do it."""
    room.now += ticks / (room.room._inside.playing.rules.tick_hz or 10)
    room.room.update(room.now, slow)
    room.settle(slow)


def do(room: Heard, number: int, card: int) -> None:
    room.room.receive(number, SendAct(number, "play", {"card": card}), room.now)


def picture(room: Heard, number: int) -> Scene:
    """What this member has on its screen: its last scene, and every update that fits."""
    scene: Scene | None = None
    for message in room.heard[number]:
        if isinstance(message, Scene):
            scene = message
        elif isinstance(message, Update) and scene is not None and message.base == scene.tick:
            scene = apply(scene, message)
    assert scene is not None
    return scene


def truth(room: Heard) -> Scene:
    scene = room.room._inside.playing._engine.scene()
    (decoded,) = room.decode(room.encode(scene))
    assert isinstance(decoded, Scene)
    return decoded


# --- time


def test_nothing_is_due_before_somebody_is_here() -> None:
    room = playing()
    assert room.room.next_update_at is None
    room.join("ann")
    assert room.room.next_update_at is not None
    assert 0 <= room.room.next_update_at - room.now <= 0.1 + 1e-6


def test_a_room_without_a_main_is_never_due() -> None:
    room = Heard(code=SimpleNamespace(on_player_join=lambda world, player: None))
    room.join("ann")
    assert room.room.next_update_at is None


def test_steps_are_fixed_and_made_up_for_up_to_a_cap() -> None:
    room = playing()
    room.join("ann")
    tick(room)
    assert truth(room).tick == 1
    tick(room, 3)
    assert truth(room).tick == 4
    tick(room, 100)
    assert truth(room).tick == 4 + CATCH_UP_TICKS
    tick(room)
    assert truth(room).tick == 5 + CATCH_UP_TICKS


def test_steps_that_are_made_up_for_travel_as_one_update() -> None:
    room = playing()
    room.join("ann")
    tick(room)
    tick(room, 3)
    (update,) = [update for update in room.of(1, Update) if update.base == 1]
    assert update.tick == 4


def test_rooms_are_out_of_phase_and_keep_theirs() -> None:
    room = playing()
    room.join("ann")
    first = room.room.next_update_at
    tick(room, 7.3)
    later = room.room.next_update_at
    assert first is not None
    assert later is not None
    ticks = (later - first) * RULES.tick_hz
    assert ticks == pytest.approx(round(ticks), abs=1e-4)
    assert 0 < later - room.now <= RULES.step_s


def test_in_turns_each_thing_that_happens_has_a_step_of_its_own() -> None:
    code = Count()
    room = playing(code, TURNS)
    room.join("ann")
    room.join("bob")
    assert room.room.next_update_at == 0.0
    for card in (7, 8):
        do(room, 1, card)
        do(room, 2, -card)
    room.room.update(room.now)
    assert room.room.next_update_at is None
    assert code.seen[-4:] == [[(1, [7]), (2, [])], [(1, []), (2, [-7])], [(1, [8]), (2, [])], [(1, []), (2, [-8])]]
    room.settle()
    assert [update.base for update in room.of(2, Update)][-3:] == [3, 4, 5]
    assert picture(room, 2) == picture(room, 1) == truth(room)


# --- pictures


def test_who_joins_gets_a_scene_and_updates_that_follow_from_it() -> None:
    room = playing()
    room.join("ann")
    tick(room)
    room.join("bob")
    tick(room)
    room.say(1, SendInput(1, 0, [1, 0]))
    for _ in range(3):
        tick(room)
    for number in (1, 2):
        assert len(room.of(number, Scene)) == 1
        assert picture(room, number) == truth(room)
    assert things(picture(room, 2))[1]["x"] == 3.0


def test_an_update_is_encoded_once_for_all_members() -> None:
    room = playing()
    for client in ("ann", "bob", "cat", "dan"):
        room.join(client)
    tick(room)
    before = room.encoded
    tick(room)
    assert room.encoded == before + 1


def test_views_are_encoded_once_each() -> None:
    code = Count(sees=lambda world, player, thing: player is None or player.id % 2 == thing.owner.id % 2)
    room = playing(code)
    for client in ("ann", "bob", "cat", "dan"):
        room.join(client)
    watcher = room.join("eve", role=SPECTATOR)
    tick(room)
    before = room.encoded
    tick(room)
    assert room.encoded == before + 3
    assert set(things(picture(room, 1))) == {1, 3}
    assert set(things(picture(room, 4))) == {2, 4}
    assert set(things(picture(room, watcher))) == {1, 2, 3, 4}


def test_who_is_slow_misses_updates_and_is_shown_a_scene_once_it_is_not() -> None:
    room = playing()
    room.join("ann")
    room.join("bob")
    tick(room)
    updates = len(room.of(2, Update))
    for _ in range(3):
        tick(room, slow=(2,))
    assert len(room.of(2, Update)) == updates
    assert len(room.of(2, Scene)) == 1
    tick(room)
    assert len(room.of(2, Scene)) == 2
    tick(room)
    assert picture(room, 2) == truth(room)
    assert len(room.of(1, Scene)) == 1


def test_in_turns_who_is_slow_is_looked_at_again() -> None:
    room = playing(rules=TURNS)
    room.join("ann")
    room.join("bob")
    tick(room)
    do(room, 1, 3)
    tick(room, slow=(2,))
    assert room.room.next_update_at is not None
    assert room.room.next_update_at > room.now
    tick(room, 5)
    assert room.room.next_update_at is None
    assert picture(room, 2) == truth(room)


@pytest.mark.parametrize("received", [0, 10**6], ids=["recovered", "with the whole picture"])
def test_who_comes_back_is_shown_a_scene(received: int) -> None:
    room = playing()
    room.join("ann")
    room.join("bob")
    tick(room)
    room.lose(2)
    tick(room, 2)
    room.resume(2, received=received)
    tick(room)
    assert bool(room.of(2, RoomResumed)) == (received == 0)
    assert picture(room, 2) == truth(room)


def test_delayed_spectators_see_scene_and_updates_late_and_in_order() -> None:
    room = playing(spectator_delay_s=2.0)
    room.join("ann")
    tick(room)
    watcher = room.join("eve", role=SPECTATOR)
    tick(room)
    then = truth(room)
    for _ in range(10):
        tick(room)
    assert room.of(watcher, Scene, Update) == []
    room.wait(1.05)
    assert picture(room, watcher) == then
    room.wait(2.0)
    assert picture(room, watcher) == truth(room)


@pytest.mark.parametrize("rules", [RULES, TURNS], ids=["ticks", "turns"])
def test_a_delayed_spectator_who_was_slow_is_shown_a_scene(rules: GameRules) -> None:
    room = playing(rules=rules, spectator_delay_s=2.0)
    room.join("ann")
    watcher = room.join("eve", role=SPECTATOR)
    tick(room)
    room.wait(2.5)
    do(room, 1, 3)
    tick(room)
    room.now += 2.5
    room.room.tick(room.now)
    room.settle(slow=[watcher])
    assert len(room.of(watcher, Scene)) == 1
    assert room.room.next_update_at is not None
    for _ in range(30):
        tick(room)
    room.wait(2.5)
    assert len(room.of(watcher, Scene)) == 2
    assert picture(room, watcher) == truth(room)


def test_what_found_no_room_is_made_up_for_by_a_scene() -> None:
    code = Count(update=lambda world, dt: setattr(world.scene, "text", "x" * 50_000 + str(world.tick)))
    room = playing(code, spectator_delay_s=60.0)
    room.join("ann")
    watchers = [room.join(name, role=SPECTATOR) for name in ("eve", "zoe")]
    for _ in range(2 + DELAYED_BYTES // 50_000):
        tick(room)
    last_seen = truth(room).tick
    room.wait(61)
    for watcher in watchers:
        assert len(room.of(watcher, Scene)) == 1
        assert last_seen - 6 < picture(room, watcher).tick < last_seen
    tick(room)
    then = truth(room)
    room.wait(61)
    for watcher in watchers:
        assert len(room.of(watcher, Scene)) == 2
        assert picture(room, watcher) == then


def test_spectators_share_one_scene() -> None:
    room = playing()
    room.join("ann")
    tick(room)
    for name in ("eve", "zoe"):
        room.join(name, role=SPECTATOR)
    before = room.encoded
    tick(room)
    assert len(room.of(2, Scene)) == len(room.of(3, Scene)) == 1
    assert room.encoded == before + 2  # and an update


def test_a_watcher_who_takes_a_seat_is_shown_what_players_see() -> None:
    code = Count(sees=lambda world, player, thing: player is not None and thing.owner is player)
    room = playing(code)
    room.join("ann")
    eve = room.join("eve", role=SPECTATOR)
    tick(room)
    assert things(picture(room, eve)) == {}
    room.take_seat(eve)
    tick(room)
    assert [thing["kind"] for thing in things(picture(room, eve)).values()] == ["Thing"]


# --- what they hold and do


def test_what_a_game_declares_stands_in_the_picture_of_the_room() -> None:
    room = playing()
    joined = room.picture(room.join("ann"))
    assert (joined.tick_hz, joined.inputs, joined.local_players) == (10, [InputRow("move", "stick")], 3)
    hosted = Heard(authority="host", rules=RULES)
    assert hosted.picture(hosted.join("ann")).inputs == [InputRow("move", "stick")]
    relay = Heard(rules=GameRules())
    assert relay.picture(relay.join("ann")).tick_hz == 0


@pytest.mark.parametrize(
    ("number", "message", "kind"),
    [
        (1, SendInput(2, 0, [0, 0]), PLAYER_UNKNOWN),
        (1, SendInput(1, 0, [0]), BAD_REQUEST),
        (1, SendAct(1, "fold", {}), ACT_UNKNOWN),
        (1, SendAct(1, "play", {"card": 1.5}), BAD_REQUEST),
        (3, SendInput(3, 0, [0, 0]), NOT_A_PLAYER),
    ],
)
def test_what_does_not_fit_is_refused(number: int, message: Any, kind: Any) -> None:
    room = playing()
    room.join("ann")
    room.join("bob")
    room.join("eve", role=SPECTATOR)
    room.say(number, message)
    assert [error.name for error in room.of(number, Error)] == [kind.name]


def test_a_room_that_runs_nothing_takes_no_input() -> None:
    room = Heard(authority="host", rules=RULES)
    room.join("ann")
    room.say(1, SendInput(1, 0, [0, 0]))
    assert [error.name for error in room.of(1, Error)] == ["bad-request"]


# --- hooks, the end


def test_hooks_run_at_the_start_of_a_tick_in_order() -> None:
    calls: list[str] = []
    hooks = {
        f"on_player_{what}": lambda world, player, what=what: calls.append(f"{what} {player.id}")
        for what in ("join", "disconnect", "return", "leave")
    }
    room = playing(Count(**hooks))
    room.join("ann")
    room.join("bob")
    assert calls == []
    tick(room)
    assert calls == ["join 1", "join 2"]
    room.lose(2)
    room.resume(2, received=0)
    room.leave(1)
    tick(room)
    assert calls[2:] == ["disconnect 2", "return 2", "leave 1"]


def test_the_result_comes_before_the_farewell() -> None:
    code = Count()
    code.update = lambda world, dt: world.end(winner=world.players[0], points=3)  # type: ignore[method-assign]
    room = playing(code)
    room.join("ann")
    tick(room)
    assert [type(message) for message in room.heard[1][-3:]] == [Scene, Result, RoomDisconnect]
    assert room.of(1, Result)[0].fields == {"winner": Reference(TO_PLAYER, 1), "points": 3}
    assert room.of(1, RoomDisconnect)[0].name == ROOM_CLOSED.name
    assert room.room.state is RoomState.ENDED
    tick(room)


def test_in_turns_nothing_happens_after_the_end() -> None:
    code = Count()
    room = playing(code, TURNS)
    room.join("ann")
    tick(room)
    code.update = lambda world, dt: (code.seen.append("over"), world.end())  # type: ignore[method-assign]
    do(room, 1, 1)
    do(room, 1, 2)
    tick(room)
    assert code.seen[1:] == ["over"]
    assert room.room.state is RoomState.ENDED


def test_an_update_that_is_not_due_does_nothing() -> None:
    room = playing()
    room.join("ann")
    assert room.room.next_update_at is not None
    room.room.update(room.room.next_update_at - 0.02)
    room.settle()
    assert room.of(1, Scene, Update) == []


def test_what_a_game_raises_passes() -> None:
    code = Count()
    code.update = lambda world, dt: 1 / 0  # type: ignore[method-assign]
    room = playing(code)
    room.join("ann")
    with pytest.raises(CodeFailed, match="ZeroDivisionError"):
        tick(room)


def test_chat_is_asked_at_once() -> None:
    room = playing(Count(on_chat=lambda world, client, text: text.upper()))
    room.join("ann")
    room.say(1, SendChat("hi"))
    assert room.heard[1][-1].text == "HI"


def test_who_is_told_a_long_list_of_fields_can_read_it() -> None:
    fields = {f"a_rather_long_name_{number}": "whole" for number in range(30)}
    room = playing(rules=GameRules(tick_hz=10, acts={"play": fields}, has_main=True))
    room.join("ann")
    do(room, 1, 3)
    room.settle()
    (error,) = room.of(1, Error)
    assert error.text.startswith("The act `play` has the fields: a_rather_long_name_0, ")


def test_a_room_that_has_ended_is_due_no_more() -> None:
    room = playing()
    room.join("ann")
    tick(room)
    assert room.room.next_update_at is not None
    room.room.end(ROOM_CLOSED, room.now)
    assert room.room.next_update_at is None


# --- from one place to another


def test_a_restored_room_plays_on() -> None:
    room = playing()
    room.join("ann")
    room.join("bob")
    room.say(2, SendInput(2, 0, [1, 0]))
    tick(room, 3)
    before = truth(room)
    room.restore()
    assert room.room.next_update_at is None
    room.resume(1, received=0, owner_epoch=99)
    tick(room)
    after = picture(room, 1)
    assert after.tick == before.tick + 1
    assert after.fields == {"count": 4}
    assert list(things(after)) == [1, 2]


class Slower(Count):
    def update(self, world: Any, dt: float) -> None:
        world.scene.slower = True


def test_a_game_whose_code_changes_keeps_its_state_and_its_people() -> None:
    room = playing()
    room.join("ann")
    tick(room, 3)
    room.room.reload(Slower, room.now)
    tick(room)
    assert room.of(1, Reloaded) == [Reloaded(True, "")]
    assert picture(room, 1).fields == {"count": 3, "slower": True}


def test_in_turns_changed_code_is_shown_at_once() -> None:
    room = playing(rules=TURNS)
    room.join("ann")
    tick(room)
    room.room.reload(Slower, room.now)
    assert room.room.next_update_at == 0.0
    tick(room)
    assert picture(room, 1) == truth(room)
    assert picture(room, 1).fields == {"count": 1}
    do(room, 1, 3)
    tick(room)
    assert picture(room, 1).fields == {"count": 1, "slower": True}


def test_a_game_whose_state_cannot_be_kept_begins_again() -> None:
    room = playing(Count(classes={}))
    room.join("ann")
    tick(room, 3)
    room.room.reload(Count, room.now)
    tick(room)
    (told,) = room.of(1, Reloaded)
    assert not told.is_kept
    assert "Thing must be a class at the top level of main.py" in told.text
    assert picture(room, 1) == truth(room)
    assert picture(room, 1).fields == {"count": 1}


class Greedy(Count):
    def start(self, world: Any) -> None:
        super().start(world)
        world.scene.gold = 7

    def update(self, world: Any, dt: float) -> None:
        world.scene.gold += 1


def test_a_game_that_misses_what_it_would_have_made_at_its_start_begins_again() -> None:
    room = playing()
    room.join("ann")
    tick(room, 3)
    room.room.reload(Greedy, room.now)
    tick(room)
    (told,) = room.of(1, Reloaded)
    assert not told.is_kept
    assert "gold" in told.text
    assert picture(room, 1) == truth(room)
    assert picture(room, 1).fields["gold"] == 8


def test_code_that_fails_at_its_first_step_changes_nothing() -> None:
    class Broken(Count):
        def update(self, world: Any, dt: float) -> None:
            raise NameError("speeed")

    room = playing()
    room.join("ann")
    tick(room, 3)
    with pytest.raises(CodeFailed, match="speeed"):
        room.room.reload(Broken, room.now)
    tick(room)
    assert room.of(1, Reloaded) == []
    assert picture(room, 1).fields == {"count": 4}


def test_code_that_cannot_start_changes_nothing() -> None:
    room = playing(Count(classes={}))
    room.join("ann")
    tick(room)

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(CodeFailed):
        room.room.reload(lambda: Count(start=fail), room.now)
    tick(room)
    assert picture(room, 1) == truth(room)
    assert room.of(1, Reloaded) == []
