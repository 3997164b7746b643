"""A saved game goes on as the one that was not: each tick the same, to the bit. And what becomes of one whose code has
changed since."""

from random import Random
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.game.engine import Engine
from shared.game.failures import GameFailed
from shared.game.replay import Crowd, state_hash
from tests.support.engines import a_player, engine_of, step

GAME = """
    from dataclasses import dataclass, field
    from enum import Enum
    from typing import NamedTuple
    from shared.game.trig import cos, sin

    class Suit(Enum):
        SUN = "sun"
        MOON = "moon"

    class Spot(NamedTuple):
        x: float
        y: float

    @dataclass
    class Ship:
        quantised = {"x": 1 / 8}
        player: object
        x: float = 0.0
        angle: float = 0.0
        target: object = None
        suit: object = Suit.SUN
        trail: list = field(default_factory=list)
        _grid: object = None

    class Grid:
        def __init__(self, ships):
            self.cells = {number: ("cell", [number]) for number in range(3)}
            self.ships = ships

    def start(world):
        world.scene.board = {1: [2, (3, 4)], "a": {"b": None}}
        world.scene._alias = world.scene.board[1]
        world.scene._big = 3 * 10**30
        world.scene._last = None

    def update(world, dt):
        scene = world.scene
        for player in world.left:
            scene._last = player
        for player in world.joined:
            ship = scene.add(Ship(player))
            ship._grid = Grid([ship])
        ships = scene.all(Ship)
        for ship in ships:
            ship.angle += ship.player.input.move.x * dt + world.random.random()
            ship.x += cos(ship.angle) * 10 * dt + world.time * sin(ship.angle)
            ship.trail = [Spot(ship.x, ship.angle), *ship.trail[:2]]
            ship.suit = world.random.choice([Suit.SUN, Suit.MOON])
            if world.random.random() < 0.2:
                ship.target = world.random.choice(ships)
            if ship.target is not None and ship.target not in scene:
                ship.x += ship.target.x
            for act in ship.player.acts:
                scene._alias.append(len(act.name))
                world.emit(act.name, ship=ship)
            if ship.player not in world.players and world.random.random() < 0.1:
                scene.remove(ship)
        if len(scene._alias) > 20:
            del scene._alias[3:]
        scene.board[1][0] = len(scene._alias)

    def on_player_leave(world, player):
        world.scene._gone = player.name
"""


def copied(chance: Random) -> Random:
    twin = Random()
    twin.setstate(chance.getstate())
    return twin


def through_bytes(saved: dict[str, Any]) -> Any:
    return msgpack.unpackb(msgpack.packb(saved), strict_map_key=False)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 120))
def test_a_loaded_game_goes_on_to_the_bit(seed: int, until: int) -> None:
    engine, chance = engine_of(GAME, seed=seed), Random(seed)
    crowd = Crowd(engine, chance)
    for _ in crowd.play(until):
        engine.updates()
    crowd.stir()  # what waits for the next tick is saved too
    twin = engine_of(GAME, seed=0)
    assert twin.load(through_bytes(engine.save())) == []
    assert twin.save() == engine.save()
    others = Crowd(twin, copied(chance))
    others.last = crowd.last
    for one, other in zip(crowd.play(40), others.play(40), strict=True):
        assert state_hash(one) == state_hash(other), f"tick {one.tick}"


def test_the_picture_after_loading_is_the_same() -> None:
    engine = engine_of(GAME)
    for _ in Crowd(engine, Random(3)).play(50):
        engine.updates()
    twin = engine_of(GAME)
    twin.load(engine.save())
    assert twin.scene() == engine.scene()._replace(classes=twin.scene().classes)
    step(twin)
    assert twin.updates()[0].update.base == 50


def test_what_two_fields_share_they_share_afterwards() -> None:
    engine = engine_of(GAME)
    engine.begin()
    twin = engine_of(GAME)
    twin.load(through_bytes(engine.save()))
    scene = twin.world.scene
    assert scene._alias is scene.board[1]
    assert (type(scene.board[1][1]), scene._big) == (tuple, 3 * 10**30)


def test_objects_that_left_the_scene_but_are_still_held_are_kept() -> None:
    source = """
        class Bomb: pass
        def start(world):
            bomb = world.scene.add(Bomb())
            bomb.power, bomb.next = 3, bomb
            world.scene._bombs = [bomb, bomb]
            world.scene.remove(bomb)
        def update(world, dt): pass
    """
    engine, twin = engine_of(source), engine_of(source)
    engine.begin()
    twin.load(through_bytes(engine.save()))
    one, other = twin.world.scene._bombs
    assert one is other is one.next
    assert (one.power, one.id, one in twin.world.scene) == (3, 1, False)


@pytest.mark.parametrize("value", ["{1, 2}", "lambda: 1", "world", "world.random"])
def test_what_cannot_be_saved_is_named(value: str) -> None:
    engine = engine_of(f"""
        def start(world):
            world.scene._odd = {value}
        def update(world, dt): pass
    """)
    engine.begin()
    with pytest.raises(GameFailed, match=r"scene\._odd holds a"):
        engine.save()


def test_classes_within_functions_cannot_be_saved() -> None:
    engine = engine_of("""
        def start(world):
            class Ship: pass
            world.scene.add(Ship())
        def update(world, dt): pass
    """)
    engine.begin()
    with pytest.raises(GameFailed, match=r"Ship must be a class at the top level of main\.py"):
        engine.save()


@pytest.mark.parametrize("saved", [{}, {"players": 3}, {"players": [{"id": 1}]}])
def test_what_is_no_saved_game(saved: dict[str, Any]) -> None:
    with pytest.raises(GameFailed, match="no saved game"):
        engine_of(GAME).load(saved)


# --- into code that has changed

OLD = """
    from dataclasses import dataclass
    from enum import Enum
    class Suit(Enum):
        SUN = 1
        MOON = 2
    @dataclass
    class Ship:
        hp: int
        speed: float = 1.0
    @dataclass
    class Rock:
        size: int = 3
    def start(world):
        rock = world.scene.add(Rock())
        ship = world.scene.add(Ship(7))
        ship.rock, ship.suit = rock, Suit.MOON
        world.scene.score = 5
    def update(world, dt): pass
"""


def reloaded(new: str, *, tail: str = "def update(world, dt): pass") -> tuple[Engine, list[str]]:
    engine = engine_of(OLD)
    engine.enter(a_player(1))
    engine.hold(1, 0, [1, 0, 0, 0])
    step(engine)
    head = "from dataclasses import dataclass, field\nfrom enum import Enum\n"
    fresh = engine_of(f"{head}{new}\ndef start(world): pass\n{tail}")
    return fresh, fresh.load(engine.save())


SUIT = "class Suit(Enum):\n    MOON = 2\n"
ROCK = "@dataclass\nclass Rock:\n    size: int = 3\n"


def test_new_fields_get_their_defaults_and_old_ones_go() -> None:
    ship = "@dataclass\nclass Ship:\n    hp: int\n    name: str = 'x'\n    log: list = field(default_factory=list)\n"
    engine, unfit = reloaded(SUIT + ROCK + ship)
    assert unfit == ["Ship.speed is gone."]
    _, ship = engine.world.scene.all()
    assert {name: value for name, value in vars(ship).items() if name != "rock"} == {
        "hp": 7,
        "id": 2,
        "suit": ship.suit,
        "name": "x",
        "log": [],
    }
    assert (engine.world.scene.score, engine.tick, engine.world.players[0].input.move.x) == (5, 1, 1)


def test_a_class_that_is_gone_leaves_nulls() -> None:
    ship = "@dataclass\nclass Ship:\n    hp: int\n    speed: float = 1.0\n"
    engine, unfit = reloaded("class Suit(Enum):\n    SUN = 1\n" + ship)
    assert unfit == ["The class Rock is gone, and its objects with it.", "Suit.MOON is gone."]
    (ship,) = engine.world.scene.all()
    assert (ship.rock, ship.suit, ship.id) == (None, None, 2)
    assert engine.world.scene.add(type(ship)(1)).id == 3


def test_a_new_field_without_a_default_takes_the_objects_with_it() -> None:
    ship = "@dataclass\nclass Ship:\n    hp: int\n    crew: int\n    speed: float = 1.0\n"
    engine, unfit = reloaded(SUIT + ROCK + ship)
    assert unfit == ["Ship.crew is new and has no default, so the objects of Ship are gone."]
    assert [type(thing).__name__ for thing in engine.world.scene.all()] == ["Rock"]
