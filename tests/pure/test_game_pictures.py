"""From a scene to its picture, and from one picture to the next: what is sent, and that it is neither more nor less."""

from dataclasses import dataclass
from enum import Enum
from random import Random
from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import given, settings

from shared.game.delta import PictureMissed, apply, things
from shared.game.engine import Engine
from shared.game.failures import CodeFailed, GameFailed
from shared.game.values import is_same, weight
from shared.game.world import World
from shared.protocol.limits import CLASS_FIELDS, SCENE_BYTES, SCENE_DEPTH
from shared.protocol.messages import Scene, Update
from shared.protocol.references import TO_OBJECT, TO_PLAYER, Reference
from shared.rules.game_rules import GameRules
from shared.wire.codec import encode
from tests.support.engines import a_player, an_engine, step
from tests.support.scene_edits import edit, lives


@dataclass
class Ball:
    quantised: ClassVar[dict[str, float]] = {"x": 1 / 8}
    RADIUS: ClassVar[int] = 4
    shape = "circle"
    x: float = 0.0
    owner: Any = None
    _speed: float = 9.0


class Loose:
    """Has no fields until it is given some."""


def next_update(engine: Engine) -> Update:
    step(engine)
    ((_, update),) = engine.updates()
    return update


def with_balls(count: int = 1) -> tuple[Engine, list[Ball]]:
    balls = [Ball() for _ in range(count)]
    engine = an_engine(start=lambda world: [world.scene.add(ball) for ball in balls])
    engine.begin()
    return engine, balls


# --- the property


@settings(max_examples=50, deadline=None)
@given(lives)
def test_a_picture_with_its_updates_is_the_true_scene(life: list[list[Any]]) -> None:
    engine = an_engine(update=lambda world, dt: [edit(world, *one) for one in life[world.tick - 1]])
    engine.enter(a_player(1))
    engine.enter(a_player(2))
    picture = engine.scene()
    for _ in life:
        picture = apply(picture, next_update(engine))
        assert_same(picture, engine.scene())
        assert_true(picture, engine.world)
        assert sum(map(weight, picture.objects)) <= engine.scene_bytes <= SCENE_BYTES
        assert len(encode(picture)) <= engine.scene_bytes + 1000


def assert_same(one: Scene, other: Scene) -> None:
    assert is_same([one.tick, one.classes, one.fields, one.objects], [*other]), f"{one} is not {other}"


def assert_true(picture: Scene, world: World) -> None:
    """The same as a picture that was never updated, but for the order of its tables."""
    fresh = Engine(SimpleNamespace(), GameRules(), {}, chance=Random(1))
    for player in world.players:
        fresh.world.enter(player)
    for id, thing in ((thing.id, thing) for thing in world.scene.all()):
        fresh.objects.put(id, thing)
    vars(fresh.world.scene).update(vars(world.scene))
    true = fresh.scene()
    assert is_same(things(picture), things(true)), f"{things(picture)} is not {things(true)}"
    assert is_same(picture.fields, true.fields)


# --- rows


def test_a_new_object_is_a_row_of_its_class() -> None:
    engine, _ = with_balls()
    assert engine.scene() == Scene(0, [["Ball", ["shape", "x", "owner"], [0, 0.125, 0]]], {}, [[1, 0, "circle", 0]])


def test_only_what_changed_is_sent() -> None:
    engine, balls = with_balls(3)
    balls[1].x, balls[1]._speed = 2.0, 1.0
    balls[2]._speed = 3.0
    update = next_update(engine)
    assert (update.tick, update.base) == (1, 0)
    assert (update.classes, update.added, update.changed, update.removed) == ([], [], [[2, 1, 16]], [])


def test_noise_below_the_quantum_sends_nothing() -> None:
    engine, balls = with_balls()
    balls[0].x += 1 / 20
    assert next_update(engine).changed == []
    balls[0].x += 1 / 20
    assert next_update(engine).changed == [[1, 1, 1]]


@pytest.mark.parametrize(("before", "after"), [(1, True), (1, 1.0), (0, False), ([1], [True]), ({"a": 1}, {"a": 1.0})])
def test_a_change_of_type_is_a_change(before: Any, after: Any) -> None:
    engine, balls = with_balls()
    balls[0].owner = before
    next_update(engine)
    balls[0].owner = after
    ((_, _, sent),) = next_update(engine).changed
    assert is_same(sent, after)


def test_what_changes_in_place_is_noticed() -> None:
    engine, balls = with_balls()
    balls[0].owner = nested = {"cards": [1]}
    next_update(engine)
    assert next_update(engine).changed == []
    nested["cards"].append(2)
    assert next_update(engine).changed == [[1, 2, {"cards": [1, 2]}]]


def test_a_class_gets_more_fields() -> None:
    engine, balls = with_balls(2)
    balls[1].name = "Bob"  # type: ignore[attr-defined]
    update = next_update(engine)
    assert update.classes == [[0, "Ball", ["shape", "x", "owner", "name"], [0, 0.125, 0, 0]]]
    assert update.changed == [[2, 3, "Bob"]]
    assert next_update(engine).classes == []


def test_an_attribute_that_is_gone_is_null_or_its_class_s() -> None:
    engine, balls = with_balls()
    balls[0].shape = "square"
    next_update(engine)
    del balls[0].shape
    assert next_update(engine).changed == [[1, 0, "circle"]]
    engine.world.scene.add(loose := Loose())
    loose.a, loose.b = 1, 2  # type: ignore[attr-defined]
    next_update(engine)
    del loose.a  # type: ignore[attr-defined]
    loose.c = 3  # type: ignore[attr-defined]
    assert next_update(engine).changed == [[2, 0, None, 2, 3]]
    assert engine.scene().objects[1] == [2, 1, None, 2, 3]


def test_fields_of_the_scene_come_and_go() -> None:
    engine = an_engine()
    engine.begin()
    scene = engine.world.scene
    scene.score, scene.nothing, scene._deck = [1, 2], None, [3]
    assert next_update(engine).fields == {"score": [1, 2]}
    scene.score.append(3)
    assert next_update(engine).fields == {"score": [1, 2, 3]}
    scene.score = None
    assert next_update(engine).fields == {"score": None}
    assert next_update(engine).fields == {}


def test_references_travel_and_those_to_what_is_gone_are_null() -> None:
    engine, (ball, other) = with_balls(2)
    ann = engine.enter(a_player(5))
    ball.owner, other.owner = ann, ball
    assert next_update(engine).changed == [[1, 2, Reference(TO_PLAYER, 5)], [2, 2, Reference(TO_OBJECT, 1)]]
    engine.leave(5)
    assert next_update(engine).changed == [[1, 2, None]]
    engine.world.scene.remove(ball)
    update = next_update(engine)
    assert (update.changed, update.removed) == ([[2, 2, None]], [1])


def test_what_came_and_went_between_two_pictures_was_never_there() -> None:
    engine, _ = with_balls()
    engine.world.scene.remove(engine.world.scene.add(Ball()))
    update = next_update(engine)
    assert (update.added, update.removed) == ([], [])


def test_several_steps_may_be_one_update() -> None:
    engine, balls = with_balls()
    balls[0].x = 1.0
    step(engine, 2)
    balls[0].x = 3.0
    update = next_update(engine)
    assert (update.base, update.tick, update.changed) == (0, 3, [[1, 1, 24]])


def test_a_scene_between_two_updates_is_the_picture_that_the_next_one_follows() -> None:
    engine, balls = with_balls()
    balls[0].x = 1.0
    step(engine)
    assert engine.scene().tick == 0
    assert apply(engine.scene(), engine.updates()[0].update) == engine.scene()


def test_an_update_fits_one_picture_only() -> None:
    engine, _ = with_balls()
    picture = engine.scene()
    next_update(engine)
    with pytest.raises(PictureMissed, match="tick 1"):
        apply(picture, next_update(engine))


class Suit(Enum):
    SUN = "sun"


class Spot(NamedTuple):
    x: int
    y: int


@pytest.mark.parametrize(
    ("value", "wire"),
    [((1, (2,)), [1, [2]]), (Spot(1, 2), [1, 2]), (Suit.SUN, "sun"), ({1: "a"}, {1: "a"}), (b"x", b"x")],
)
def test_what_else_a_field_may_hold(value: Any, wire: Any) -> None:
    engine, balls = with_balls()
    balls[0].owner = value
    assert next_update(engine).changed == [[1, 2, wire]]


def test_a_thing_by_its_names() -> None:
    engine, balls = with_balls()
    balls[0].x = 2.5
    next_update(engine)
    assert things(engine.scene()) == {1: {"id": 1, "kind": "Ball", "shape": "circle", "x": 2.5}}


# --- what may not be in a field


def deep() -> list[Any]:
    held: list[Any] = []
    held.append(held)
    return held


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({1, 2}, r"Ball\.owner is a set.*use a list"),
        (len, r"Ball\.owner is a function"),
        (Ball, r"Ball\.owner is a function or a class"),
        (Ball(), r"Ball\.owner is a Ball that is not in the scene: add it with scene\.add"),
        ([Ball()], r"Ball\.owner is a Ball"),
        ({(1, 2): 3}, r"Ball\.owner is a dict with the key \(1, 2\)"),
        (2**60, r"Ball\.owner is a whole number beyond 2\*\*53"),
        ("\ud800", r"Ball\.owner is a text with half a character"),
        (deep(), rf"Ball\.owner holds more than {SCENE_DEPTH} lists"),
        (1j, r"Ball\.owner is a complex"),
    ],
)
def test_what_cannot_travel_is_named(value: Any, sentence: str) -> None:
    engine, balls = with_balls()
    balls[0].owner = value
    step(engine)
    with pytest.raises(GameFailed, match=sentence):
        engine.updates()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "far", [1]])
def test_what_is_quantised_is_a_number(value: Any) -> None:
    engine, balls = with_balls()
    balls[0].x = value
    step(engine)
    with pytest.raises(GameFailed, match=r"Ball\.x is quantised, but"):
        engine.updates()


@pytest.mark.parametrize("quantised", [{"x": -1}, {"x": "1"}, 3])
def test_quanta_are_numbers(quantised: Any) -> None:
    class Odd:
        pass

    Odd.quantised = quantised  # type: ignore[attr-defined]
    engine = an_engine(start=lambda world: setattr(world.scene.add(Odd()), "x", 1))
    with pytest.raises(CodeFailed):
        engine.begin()


def test_a_class_has_so_many_fields() -> None:
    engine = an_engine()
    engine.world.scene.add(loose := Loose())
    for number in range(CLASS_FIELDS + 1):
        setattr(loose, f"field{number}", 1)
    with pytest.raises(GameFailed, match="CLASS_FIELDS"):
        engine.updates()


@pytest.mark.parametrize("chunk", ["x" * 48_000, [1] * 4000, {"a": b"y" * 48_000}])
def test_a_scene_takes_so_many_bytes(chunk: Any) -> None:
    engine = an_engine(update=lambda world, dt: world.scene.add(Ball(owner=chunk)))
    for _ in range(SCENE_BYTES // 48_200):
        next_update(engine)
    step(engine)
    with pytest.raises(GameFailed, match="SCENE_BYTES"):
        engine.updates()


def test_what_is_removed_makes_room_again() -> None:
    def turn(world: World, dt: float) -> None:
        world.scene.remove(*world.scene.all())
        world.scene.add(Ball(owner="x" * 100_000))
        world.scene.log = "y" * 100_000

    engine = an_engine(update=turn)
    for _ in range(30):
        next_update(engine)
    assert 200_000 < engine.scene_bytes < 201_000
