"""How a game is run: in which order its functions are called, what follows from its failures, where its limits are."""

from contextlib import suppress
from typing import Any

import pytest

from shared.game.engine import Engine
from shared.game.failures import CodeFailed, GameFailed
from shared.game.world import Player, World
from shared.protocol.limits import BODY_BYTES, EVENTS_PER_TICK, SCENE_BYTES
from shared.protocol.references import TO_OBJECT, TO_PLAYER, Reference
from shared.rules.game_rules import GameRules
from shared.wire.codec import encode
from tests.support.engines import a_client, a_player, an_engine, step

HOOKS = ("on_player_join", "on_player_disconnect", "on_player_return", "on_player_leave")


class Thing:
    pass


def noting(*names: str, **code: Any) -> tuple[Engine, list[Any]]:
    """An engine whose functions note that they were called, and for whom."""
    notes: list[Any] = []

    def note(name: str) -> Any:
        return lambda world, subject=None: notes.append((name, getattr(subject, "id", None)))

    functions = {name: note(name) for name in names} | code
    functions["update"] = lambda world, dt: notes.append("update")
    return an_engine(**functions), notes


# --- ticks


def test_start_is_called_once_and_before_the_first_update() -> None:
    notes: list[Any] = []
    engine = an_engine(
        start=lambda world: notes.append("start"), update=lambda world, dt: notes.append((world.tick, dt))
    )
    engine.begin()
    step(engine, 2)
    assert notes == ["start", (1, 0.05), (2, 0.05)]
    assert (engine.tick, engine.world.time) == (2, 0.1)


def test_time_stands_still_in_turns() -> None:
    notes: list[Any] = []
    engine = an_engine(GameRules(tick_hz=0), update=lambda world, dt: notes.append((world.tick, world.time, dt)))
    step(engine, 2)
    assert notes == [(1, 0, 0), (2, 0, 0)]


def test_the_world_is_as_it_was_ordered() -> None:
    engine = an_engine(options={"speed": 3})
    assert engine.world.options == {"speed": 3}
    assert engine.world.online
    with pytest.raises(TypeError):
        engine.world.options["speed"] = 4  # type: ignore[index]


# --- people


def test_hooks_run_at_the_next_step_in_order_and_before_update() -> None:
    engine, notes = noting(*HOOKS)
    engine.enter(a_player(1))
    engine.enter(a_player(2))
    engine.disconnect(a_client(1))
    engine.reconnect(a_client(1))
    assert notes == []
    step(engine)
    engine.leave(1)
    step(engine)
    assert notes == [
        ("on_player_join", 1),
        ("on_player_join", 2),
        ("on_player_disconnect", 1),
        ("on_player_return", 1),
        "update",
        ("on_player_leave", 1),
        "update",
    ]


def test_a_client_s_own_hook_is_instead_of_its_players() -> None:
    engine, notes = noting(*HOOKS, "on_client_disconnect")
    engine.enter(a_player(1))
    engine.enter(a_player(2, member=1))
    step(engine)
    notes.clear()
    engine.disconnect(a_client(1))
    assert [player.away for player in engine.world.players] == [True, True]
    step(engine)
    assert notes == [("on_client_disconnect", None), "update"]


def test_joined_and_left_are_since_the_last_update() -> None:
    seen: list[Any] = []

    def update(world: World, dt: float) -> None:
        seen.append(([player.id for player in world.joined], [player.id for player in world.left]))

    engine = an_engine(update=update)
    engine.enter(a_player(1))
    step(engine)
    engine.leave(1)
    engine.enter(a_player(2))
    step(engine, 2)
    assert seen == [([1], []), ([2], [1]), ([], [])]


def test_who_came_and_went_between_two_steps_was_never_there() -> None:
    engine, notes = noting(*HOOKS)
    engine.enter(a_player(1))
    engine.disconnect(a_client(1))
    engine.leave(1)
    assert (engine.world.joined, engine.world.left) == ([], [])
    step(engine)
    assert notes == ["update"]


def test_who_enters_twice_is_there_once() -> None:
    engine, notes = noting(*HOOKS)
    ann = engine.enter(a_player(1))
    assert engine.enter(a_player(1, "Anna")) is ann
    assert (ann.name, engine.world.players) == ("Anna", [ann])
    step(engine)
    assert notes == [("on_player_join", 1), "update"]


def test_a_step_less_room_runs_what_is_due() -> None:
    engine, notes = noting(*HOOKS)
    engine.enter(a_player(1))
    engine.run_due()
    engine.run_due()
    assert notes == [("on_player_join", 1)]


# --- events and results


def test_events_ride_in_one_update_with_their_references() -> None:
    def update(world: World, dt: float) -> None:
        if world.tick == 1:
            thing = world.scene.add(Thing())
            world.emit("boom", x=1.5, at=thing, by=world.players[0])
            world.scene.remove(thing)

    engine = an_engine(update=update)
    engine.enter(a_player(1))
    step(engine, 2)
    expected = [["boom", {"x": 1.5, "at": Reference(TO_OBJECT, 1), "by": Reference(TO_PLAYER, 1)}]]
    assert engine.updates()[0].update.events == expected
    step(engine)
    assert engine.updates()[0].update.events == []


def test_what_an_event_says_is_what_it_was_then() -> None:
    def update(world: World, dt: float) -> None:
        cards = [1]
        world.emit("dealt", cards=cards, name="x")
        cards.append(2)

    engine = an_engine(update=update)
    step(engine)
    assert engine.updates()[0].update.events == [["dealt", {"cards": [1], "name": "x"}]]


@pytest.mark.parametrize(
    ("emit", "limit"),
    [
        (lambda world: [world.emit("boom") for _ in range(EVENTS_PER_TICK + 1)], "EVENTS_PER_TICK"),
        (lambda world: [world.emit("boom", text="x" * (SCENE_BYTES // 10)) for _ in range(10)], "SCENE_BYTES"),
        (lambda world: world.emit("boom", what={1}), "is a set"),
        (lambda world: world.emit(3), "a name of up to"),
        (lambda world: world.emit("x" * 33), "a name of up to"),
    ],
)
def test_events_have_limits(emit: Any, limit: str) -> None:
    engine = an_engine(update=lambda world, dt: emit(world))
    with pytest.raises(GameFailed, match=limit):
        step(engine)


def test_so_many_events_a_tick_are_fine() -> None:
    def update(world: World, dt: float) -> None:
        for _ in range(EVENTS_PER_TICK):
            world.emit("boom")

    engine = an_engine(update=update)
    step(engine, 3)
    assert len(engine.updates()[0].update.events) == 3 * EVENTS_PER_TICK


def test_the_end_has_a_result() -> None:
    engine = an_engine(update=lambda world, dt: world.end(winner=world.players[0], points=3))
    engine.enter(a_player(4))
    assert not engine.is_over
    step(engine)
    assert engine.is_over
    assert engine.result == {"winner": Reference(TO_PLAYER, 4), "points": 3}


@pytest.mark.parametrize(("result", "sentence"), [({1}, "is a set"), ("x" * BODY_BYTES, "BODY_BYTES")])
def test_a_result_must_travel(result: Any, sentence: str) -> None:
    engine = an_engine(update=lambda world, dt: world.end(what=result))
    with pytest.raises(GameFailed, match=sentence):
        step(engine)
    assert not engine.is_over


def test_scene_and_events_together_have_a_limit() -> None:
    def update(world: World, dt: float) -> None:
        world.scene.text = "x" * (SCENE_BYTES // 2)
        world.emit("boom", text=world.scene.text)

    engine = an_engine(update=update)
    step(engine)
    with pytest.raises(GameFailed, match="SCENE_BYTES"):
        engine.updates()


# --- failures


def fails(*_: Any) -> None:
    raise ZeroDivisionError("oops")


@pytest.mark.parametrize("name", ["start", "update", "on_player_join"])
def test_what_the_game_raises_names_the_function(name: str) -> None:
    engine = an_engine(**{name: fails})
    engine.enter(a_player(1))
    with pytest.raises(CodeFailed, match=f"{name}: ZeroDivisionError: oops") as failed:
        step(engine)
    assert failed.value.hook == name
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_a_game_that_wants_to_leave_the_process() -> None:
    def update(world: World, dt: float) -> None:
        raise SystemExit

    with pytest.raises(CodeFailed):
        step(an_engine(update=update))


@pytest.mark.parametrize(
    "mischief",
    [
        lambda world: world.players.append(3),
        lambda world: setattr(world.players[0], "id", "x"),
        lambda world: setattr(world.players[0], "acts", 3) or world.players.clear(),
        lambda world: setattr(world.scene.add(Thing()), "\ud800", 1),
        lambda world: setattr(world.scene, "\ud800", 1),
        lambda world: setattr(world.scene.add(Thing()), "__dict__", {1: 2}),
    ],
)
def test_mischief_is_a_failure_of_the_game_or_none(mischief: Any) -> None:
    """Nothing but CodeFailed may pass, and nothing that cannot be encoded."""
    engine = an_engine(update=lambda world, dt: mischief(world))
    engine.enter(a_player(1))
    with suppress(CodeFailed):
        for _ in range(2):
            step(engine)
            encode(engine.updates()[0].update)


def test_a_player_who_is_asked_for_what_it_has_not() -> None:
    def update(world: World, dt: float) -> None:
        player: Player = world.players[0]
        player.score = 1

    engine = an_engine(update=update)
    engine.enter(a_player(1))
    with pytest.raises(CodeFailed, match=r"keep state in world\.scene"):
        step(engine)
