"""A race: whoever is first at the flag wins. 60 leaves drift about, so that a frame has something to draw."""

from dataclasses import dataclass
from math import hypot

WIDTH, HEIGHT, SPEED, NEAR = 900, 600, 400, 60


@dataclass
class Leaf:
    x: float
    y: float
    radius: float = 7
    layer: int = -1


@dataclass
class Flag:
    x: float = 850
    y: float = 300
    size: float = 60
    image: str = "flag"


@dataclass
class Runner:
    quantised = {"x": 1 / 8, "y": 1 / 8}
    x: float
    y: float
    player: object
    radius: float = 20
    hops: int = 0
    _did_hop: bool = False


def start(world):
    world.scene.width, world.scene.height, world.scene.text = WIDTH, HEIGHT, "To the flag!"
    world.scene.add(Flag())
    for _ in range(60):
        world.scene.add(Leaf(world.random.uniform(0, WIDTH), world.random.uniform(0, HEIGHT)))


def update(world, dt):
    for player in world.joined:
        world.scene.add(Runner(60, 80 * (1 + len(world.scene.all(Runner))), player))
    for player in world.left:
        world.scene.remove(*world.scene.all(Runner, player=player))
    for leaf in world.scene.all(Leaf):
        leaf.x = (leaf.x + 30 * dt) % WIDTH
    for runner in world.scene.all(Runner):
        run(world, runner, dt)


def run(world, runner, dt):
    held = runner.player.input
    runner.x = min(WIDTH, max(0, runner.x + held.move.x * SPEED * dt))
    runner.y = min(HEIGHT, max(0, runner.y + held.move.y * SPEED * dt))
    if held.hop and not runner._did_hop:
        runner.hops += 1
        world.emit("hop", x=runner.x, y=runner.y, player=runner.player)
    runner._did_hop = held.hop
    flag = world.scene.all(Flag)[0]
    if hypot(runner.x - flag.x, runner.y - flag.y) < NEAR:
        world.end(winner=runner.player, hops=runner.hops)
