"""TITLE: whoever touches the star gets a point, and it is somewhere else."""

from dataclasses import dataclass

from shared.game.geometry import touch

WIDTH, HEIGHT, SPEED = 800, 500, 260


@dataclass
class Runner:
    player: object
    x: float
    y: float
    text: str = "0"
    points: int = 0
    radius = 20


@dataclass
class Star:
    x: float
    y: float
    radius = 14
    shape = "star"
    colour = "#ffb52e"


def start(world):
    world.scene.width, world.scene.height = WIDTH, HEIGHT
    world.scene.add(Star(*somewhere(world)))


def update(world, dt):
    come_and_go(world)
    move(world, dt)
    for runner in world.scene.all(Runner):
        if runner.points >= world.options["points"]:
            world.end(winner=runner.player)


def come_and_go(world):
    for player in world.joined:
        world.scene.add(Runner(player, *somewhere(world)))
    for player in world.left:
        world.scene.remove(*world.scene.all(Runner, player=player))


def move(world, dt):
    star = world.scene.all(Star)[0]
    for runner in world.scene.all(Runner):
        held = runner.player.input.move
        runner.x = min(max(runner.x + held.x * SPEED * dt, runner.radius), WIDTH - runner.radius)
        runner.y = min(max(runner.y + held.y * SPEED * dt, runner.radius), HEIGHT - runner.radius)
        if touch(runner, star):
            world.emit("caught", x=star.x, y=star.y)
            star.x, star.y = somewhere(world)
            score(runner, runner.points + 1)


def score(runner, points):
    runner.points, runner.text = points, str(points)


def somewhere(world):
    return world.random.uniform(30, WIDTH - 30), world.random.uniform(30, HEIGHT - 30)
