"""What a page's prediction computes is what the game will do, also where hidden fields decide."""

from collections.abc import Iterator
from io import BytesIO
from random import Random
from typing import Any

import msgpack

from browser_worker.predict import Predictor, open_role
from browser_worker.program import read_program
from shared.game.engine import Engine
from shared.game.world import Player
from shared.protocol.ids import ClientId
from shared.wire.codec import encode

MAIN = """
from dataclasses import dataclass

@dataclass
class Ship:
    player: object
    x: float = 0.0
    name: str = "a ship"
    _speed: float = 0.0

def start(world):
    pass

def update(world, dt):
    for player in world.joined:
        world.scene.add(Ship(player))
    for ship in world.scene.all(Ship):
        ship._speed = ship._speed * 0.9 + ship.player.input.gas
        ship.x += ship._speed * dt
"""
PROGRAM = {
    "name": "drift",
    "hash": "",
    "main": MAIN,
    "manifest": {"title": "Drift", "authority": "server", "input": {"gas": "axis"}},
}
AHEAD = 4
ANN, BO = 1, 2


def gas(tick: int) -> float:
    """Three ticks on, five off. At first off: what is hidden in the first picture is what the class says."""
    return 1.0 if tick % 8 in (4, 5, 6) else 0.0


def answers(predictor: Predictor) -> Iterator[tuple[int, dict[int, Any], dict[int, Any]]]:
    for name, *rest in msgpack.Unpacker(BytesIO(predictor.turn(0.0)), strict_map_key=False):
        if name == "ahead":
            tick, before, objects = rest
            yield tick, dict(msgpack.unpackb(before)), dict(msgpack.unpackb(objects))


def tell(predictor: Predictor, **message: Any) -> None:
    predictor.receive(msgpack.packb(message), 0.0)


def game() -> tuple[Engine, Predictor]:
    """Ann's page, and the room that she and Bo play in."""
    program = read_program(PROGRAM)
    engine = Engine(program.code, program.manifest.rules, {}, chance=Random(1))
    for number in (ANN, BO):
        engine.enter(Player(number, f"{number}", ClientId(f"c{number}")))
    predictor = open_role({"program": PROGRAM}, 0.0)
    tell(predictor, say="players", players=[[ANN, "1", False, True], [BO, "2", False, False]], options={})
    tell(predictor, say="picture", payload=encode(engine.scene(ANN)))
    return engine, predictor


def test_the_future_is_as_predicted_when_nobody_interferes() -> None:
    engine, predictor = game()
    truth: dict[int, float] = {}
    guesses: dict[int, tuple[float, float]] = {}
    for tick in range(1, 60):
        engine.hold(ANN, 0, [gas(tick)])
        engine.step(0.05)
        tell(predictor, say="picture", payload=encode(engine.updates()[0].update))
        truth[tick] = next(ship.x for ship in engine.objects.by_id.values() if ship.player.id == ANN)
        tell(
            predictor,
            say="ahead",
            tick=tick + AHEAD,
            inputs=[[ANN, at, [gas(at)]] for at in range(tick, tick + AHEAD + 1)],
        )
        for ahead, before, objects in answers(predictor):
            guesses[ahead] = before[1]["x"], objects[1]["x"]
    compared = [tick for tick in guesses if tick in truth]
    assert compared
    for tick in compared:
        assert guesses[tick] == (truth[tick - 1], truth[tick]), tick


def test_only_numbers_of_ones_own_objects_are_told() -> None:
    engine, predictor = game()
    engine.step(0.05)
    tell(predictor, say="picture", payload=encode(engine.updates()[0].update))
    tell(predictor, say="ahead", tick=1, inputs=[])
    assert list(answers(predictor)) == [(1, {1: {"id": 1, "x": 0.0}}, {1: {"id": 1, "x": 0.0}})]


def test_asking_again_does_not_change_what_comes() -> None:
    engine, predictor = game()
    engine.step(0.05)
    tell(predictor, say="picture", payload=encode(engine.updates()[0].update))
    for _ in range(3):
        tell(predictor, say="ahead", tick=5, inputs=[[ANN, 2, [1.0]]])
    first, second, third = answers(predictor)
    assert first == second == third
