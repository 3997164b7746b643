"""Inputs and acts: checked before a game sees them, so that nothing that anybody sends can make it raise."""

from math import hypot
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.game.inputs import STEPS, ActTable, InputTable, Stick, stick
from shared.protocol.errors import ACT_UNKNOWN, BAD_REQUEST, PLAYER_UNKNOWN, TOO_MANY_REQUESTS, RoomError
from shared.protocol.limits import ACTS_WAITING
from tests.support.engines import RULES, a_client, a_player, an_engine, step

INPUTS, ACTS = InputTable(RULES.inputs), ActTable(RULES.acts)
UNIT = st.floats(-1, 1)


@settings(max_examples=50)
@given(UNIT, UNIT)
def test_a_stick_is_no_longer_than_1_and_stays_as_it_is_when_read_again(x: float, y: float) -> None:
    read = stick(x, y)
    assert hypot(*read) <= 1
    assert all(abs(wanted - got) <= 1 / STEPS for wanted, got in zip((x, y), read, strict=True)) or hypot(x, y) > 1
    assert read.x * STEPS == int(read.x * STEPS)
    assert stick(*read) == read


@pytest.mark.parametrize(
    ("given", "read"), [((1, 0), (1, 0)), ((0, -1), (0, -1)), ((1, 1), (45 / 64, 45 / 64)), ((1, 0.001), (1, 0))]
)
def test_sticks(given: tuple[float, float], read: tuple[float, float]) -> None:
    assert stick(*given) == read


def test_each_input_has_its_name_and_type() -> None:
    held = INPUTS.read([0.5, -1, 0.3, 1])
    assert held.move == Stick(28 / 64, -57 / 64)
    assert (held.lean, held.fire) == (19 / 64, True)
    assert INPUTS.read(INPUTS.values(held)) == held


@pytest.mark.parametrize(
    "values",
    [[], [0, 0, 0], [0] * 5, [2, 0, 0, 0], [0, 0, float("nan"), 0], ["1", 0, 0, 0], [None, 0, 0, 0], [0, 0, 0, True]],
)
def test_any_other_numbers_are_refused(values: list[Any]) -> None:
    with pytest.raises(RoomError) as refused:
        INPUTS.read(values)
    assert refused.value.kind is BAD_REQUEST


def test_a_game_without_inputs() -> None:
    assert vars(InputTable({}).read([])) == {}


# --- acts


def test_an_act_has_what_was_declared() -> None:
    act = ACTS.read("say", {"text": "hi", "loud": True, "far": 2})
    assert (act.name, act.text, act.loud, act.far) == ("say", "hi", True, 2.0)
    assert type(act.far) is float
    with pytest.raises(AttributeError, match=r"\[acts\]"):
        act.card  # noqa: B018


@pytest.mark.parametrize(
    ("name", "fields", "kind"),
    [
        ("jump", {}, ACT_UNKNOWN),
        ("__class__", {}, ACT_UNKNOWN),
        ("play", {}, BAD_REQUEST),
        ("play", {"card": 1, "more": 2}, BAD_REQUEST),
        ("play", {"cart": 1}, BAD_REQUEST),
        ("play", {"card": "1"}, BAD_REQUEST),
        ("play", {"card": 1.0}, BAD_REQUEST),
        ("play", {"card": True}, BAD_REQUEST),
        ("play", {"card": None}, BAD_REQUEST),
        ("say", {"text": 1, "loud": True, "far": 1}, BAD_REQUEST),
        ("say", {"text": "", "loud": 1, "far": 1}, BAD_REQUEST),
        ("say", {"text": "", "loud": False, "far": "1"}, BAD_REQUEST),
        ("pass", {"self": 1}, BAD_REQUEST),
    ],
)
def test_what_was_not_declared_is_refused(name: str, fields: dict[str, Any], kind: object) -> None:
    engine = an_engine()
    engine.enter(a_player(1))
    with pytest.raises(RoomError) as refused:
        engine.act(1, name, fields)
    assert refused.value.kind is kind


def test_a_field_may_have_any_name() -> None:
    act = ActTable({"call": {"self": "whole", "fields": "text"}}).read("call", {"self": 1, "fields": "x"})
    assert vars(act) == {"name": "call", "self": 1, "fields": "x"}


def test_nobody_acts_or_holds_for_a_player_who_is_not_there() -> None:
    engine = an_engine()
    for attempt in (lambda: engine.act(1, "pass", {}), lambda: engine.hold(1, 0, [0, 0, 0, 0])):
        with pytest.raises(RoomError) as refused:
            attempt()
        assert refused.value.kind is PLAYER_UNKNOWN


def test_so_many_acts_may_wait() -> None:
    engine = an_engine()
    engine.enter(a_player(1))
    for _ in range(ACTS_WAITING):
        engine.act(1, "pass", {})
    with pytest.raises(RoomError) as refused:
        engine.act(1, "pass", {})
    assert refused.value.kind is TOO_MANY_REQUESTS
    step(engine)
    engine.act(1, "pass", {})


# --- as the game sees them


def seen_by_update(what: Any) -> tuple[Any, list[Any]]:
    seen: list[Any] = []
    engine = an_engine(update=lambda world, dt: seen.append(what(world.players[0])))
    engine.enter(a_player(1))
    return engine, seen


def test_the_latest_input_is_held_until_the_next() -> None:
    engine, seen = seen_by_update(lambda player: player.input.lean)
    step(engine)
    engine.hold(1, 0, [0, 0, 1, 0])
    engine.hold(1, 0, [0, 0, 0.5, 0])
    step(engine, 2)
    assert seen == [0, 0.5, 0.5]


def test_a_tap_between_two_ticks_is_not_lost() -> None:
    engine, seen = seen_by_update(lambda player: player.input.fire)
    engine.hold(1, 0, [0, 0, 0, 1])
    engine.hold(1, 0, [0, 0, 0, 0])
    step(engine, 2)
    assert seen == [True, False]


def test_who_drops_out_holds_nothing() -> None:
    engine, seen = seen_by_update(lambda player: (player.input.fire, player.away))
    engine.hold(1, 0, [0, 0, 0, 1])
    step(engine)
    engine.disconnect(a_client(1))
    step(engine)
    assert seen == [(True, False), (False, True)]


def test_acts_come_once_and_in_order() -> None:
    engine, seen = seen_by_update(lambda player: [act.card for act in player.acts])
    for card in (3, 1, 2):
        engine.act(1, "play", {"card": card})
    step(engine, 2)
    assert seen == [[3, 1, 2], []]


def test_the_update_says_which_input_it_used() -> None:
    engine = an_engine()
    engine.enter(a_player(1))
    engine.enter(a_player(2))
    engine.hold(2, 7, [0, 0, 0, 0])
    step(engine)
    assert engine.updates()[0].update.inputs == [[2, 7]]
