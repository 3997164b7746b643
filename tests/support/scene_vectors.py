"""Golden vectors of scenes: a game's scene and updates as they travel, and the picture that each of them leads to.

A story is played by the engine itself, so that what a client in another language computes is compared with what a game
said. The format is in tests/vectors/README.md.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from shared.game.delta import apply, things
from shared.game.engine import Engine
from shared.game.inputs import stick
from shared.game.world import Player, World
from shared.protocol.ids import ClientId
from shared.protocol.messages import Scene, Update
from shared.protocol.references import Reference
from shared.rules.game_rules import GameRules
from shared.wire.codec import encode

Tick = Callable[[World], None]


@dataclass
class Ball:
    quantised: ClassVar = {"x": 1 / 8, "y": 1 / 8, "spin": 0.01}
    x: float
    y: float
    player: Any = None
    spin: float = 0.0
    colour: str = "red"


@dataclass
class Card:
    layer = 2
    rank: int
    owner: Any = None
    held: tuple[Any, ...] = ()
    kind: str = "plain"


class Scripted:
    """A game whose ticks are written down one by one."""

    def __init__(self, begin: Tick, *ticks: Tick) -> None:
        self._begin, self.ticks = begin, ticks

    def start(self, world: World) -> None:
        self._begin(world)

    def update(self, world: World, dt: float) -> None:
        self.ticks[world.tick - 1](world)


class Seeing(Scripted):
    """Cards are seen by who holds them."""

    def sees(self, world: World, player: Player | None, thing: Any) -> bool:
        return not isinstance(thing, Card) or thing.owner is player


def scenes_json() -> str:
    rows = [
        _story("objects come, move, change and go", Scripted(_balls, _roll, _recolour, _replace)),
        _story("a scene that is late, and fields of every kind", Scripted(_fields, _change, _take_away), late=1),
        _story("what comes into sight may be older than what is there", Seeing(_cards, _deal, _swap)),
        _story("a class gets more fields", Scripted(_balls, _name, _replace)),
        _story("nothing at all", Scripted(_nothing, _nothing, _nothing)),
        _story("whatever chance brings", Scripted(_balls, *[_whatever] * 20)),
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def sticks_json() -> str:
    """Pairs of what a client may hold and what both ends make of it: `[[x, y], [x, y]]`."""
    chance = Random(3)
    edges = [(0, 0), (1, 0), (-1, -1), (1, 1), (0.6, 0.8), (1 / 128, -1 / 128), (0.5 + 1 / 128, -0.5 - 1 / 128)]
    pairs = edges + [(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(40)]
    return "[\n" + ",\n".join(json.dumps([pair, stick(*pair)]) for pair in pairs) + "\n]\n"


def _story(what: str, code: Scripted, late: int = 0) -> dict[str, Any]:
    """As member 1 hears it: the scene, `late` ticks after the beginning, then each update."""
    engine = Engine(code, GameRules(), {}, chance=Random(1))
    for number, name in ((1, "Ann"), (2, "Bo")):
        engine.enter(Player(number, name, ClientId(f"c{number}")))
    for _ in range(late):
        _update(engine)
    picture = engine.scene(1)
    steps = [_step(picture, picture)]
    for _ in code.ticks[late:]:
        update = _update(engine)
        picture = apply(picture, update)
        steps.append(_step(update, picture))
    return {"what": what, "steps": steps}


def _update(engine: Engine) -> Update:
    engine.step(0.05)
    (update,) = (update for members, update in engine.updates() if members is None or 1 in members)
    return update


def _step(message: Scene | Update, picture: Scene) -> dict[str, Any]:
    objects = [plain(thing) for thing in things(picture).values()]
    return {
        "hex": encode(message).hex(),
        "tick": picture.tick,
        "fields": plain(picture.fields),
        "objects": objects,
    }


def plain(value: Any) -> Any:
    """As JSON: references as ids, bytes as `{"bytes": hex}`; absent fields are left out."""
    match value:
        case Reference():
            return value.id
        case bytes():
            return {"bytes": value.hex()}
        case list():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
    return value


# --- what happens


def _nothing(world: World) -> None:
    pass


def _balls(world: World) -> None:
    world.scene.width = 800
    world.scene.add(Ball(1.0, 2.5, world.players[0], 0.333))
    world.scene.add(Ball(10.06, -20.0, world.players[1]))


def _roll(world: World) -> None:
    """The second one moves by less than what travels."""
    first, second = world.scene.all(Ball)
    first.x, first.y, first.spin, second.x = 1.5, -2.5, -3.14159, 10.05
    world.emit("roll", by=first, at=[first.x, first.y])


def _recolour(world: World) -> None:
    first, second = world.scene.all(Ball)
    first.colour, second.player, second.spin = "", None, 1
    world.scene.last = second


def _replace(world: World) -> None:
    world.scene.remove(world.scene.all(Ball)[-1])
    world.scene.add(Ball(0.0, 0.0, colour="žluť"))


def _whatever(world: World) -> None:
    chance: Random = world.random
    for ball in world.scene.all(Ball):
        if chance.random() < 0.6:
            ball.x += chance.uniform(-9, 9)
        if chance.random() < 0.3:
            ball.player = chance.choice([None, ball, *world.players])
        if chance.random() < 0.2:
            ball.colour = chance.choice(["", "red", "blue"])
        if chance.random() < 0.1:
            world.scene.remove(ball)
    for _ in range(chance.randrange(3)):
        world.scene.add(Ball(chance.uniform(0, 99), 0.0, spin=chance.random()))
    if chance.random() < 0.4:
        world.scene.leader = chance.choice([None, *world.scene.all(Ball)])


def _name(world: World) -> None:
    world.scene.all(Ball)[-1].name = "the second"  # type: ignore[attr-defined]


def _fields(world: World) -> None:
    world.scene.score = {1: 0, 2: 3.5, "all": [True, None]}
    world.scene.turn = world.players[0]
    world.scene.picture = bytes(range(5))
    world.scene.secret = 1


def _change(world: World) -> None:
    world.scene.score = {1: 1, 2: 3.5, "all": [True, world.players[1]]}
    world.scene.turn = None
    world.scene.limit = 2**40


def _take_away(world: World) -> None:
    world.scene.turn = world.players[1]
    world.scene.picture = None
    del world.scene.secret


def _cards(world: World) -> None:
    for rank in range(4):
        world.scene.add(Card(rank, world.players[rank % 2], (rank, [world.players[0]])))


def _deal(world: World) -> None:
    world.scene.all(Card)[1].owner = world.players[0]
    world.scene.all(Card)[1].kind = "trump"


def _swap(world: World) -> None:
    first, *_, last = world.scene.all(Card)
    first.owner, last.owner = last.owner, first.owner
    world.scene.best = world.scene.all(Card)[3]
