from dataclasses import dataclass


@dataclass
class Dot:
    player: object
    x: float = 400.0
    y: float = 300.0


def start(world):
    world.scene.width, world.scene.height = 800, 600


def update(world, dt):
    for player in world.joined:
        world.scene.add(Dot(player))
    for player in world.left:
        world.scene.remove(*world.scene.all(Dot, player=player))
    for dot in world.scene.all(Dot):
        dot.x += dot.player.input.move.x * 200 * dt
        dot.y += dot.player.input.move.y * 200 * dt
