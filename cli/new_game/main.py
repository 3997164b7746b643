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
    scene = world.scene
    for player in world.joined:
        scene.add(Runner(player, *somewhere(world)))
    for player in world.left:
        scene.remove(*scene.all(Runner, player=player))
    for runner in scene.all(Runner):
        move = runner.player.input.move
        runner.x = min(max(runner.x + move.x * SPEED * dt, 0), WIDTH)
        runner.y = min(max(runner.y + move.y * SPEED * dt, 0), HEIGHT)
        for star in scene.all(Star):
            if touch(runner, star):
                runner.points += 1
                runner.text = str(runner.points)
                world.emit("star", x=star.x, y=star.y)
                star.x, star.y = somewhere(world)
    for runner in scene.all(Runner):
        if runner.points >= world.options["points"]:
            world.end(winner=runner.player)


def somewhere(world):
    return world.random.uniform(30, WIDTH - 30), world.random.uniform(30, HEIGHT - 30)
