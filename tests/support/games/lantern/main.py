"""Counts what happens to it, so that a test sees whether anything is lost or doubled when another page runs it."""

from dataclasses import dataclass


@dataclass
class Walker:
    x: float
    y: float
    player: object
    lit: int = 0
    _steps: int = 0


def start(world):
    world.scene.starts = 1
    world.scene.ticks = 0


def update(world, dt):
    world.scene.ticks += 1
    for player in world.joined:
        world.scene.add(Walker(100.0 * player.id, 100.0, player))
    for player in world.left:
        world.scene.remove(*world.scene.all(Walker, player=player))
    for walker in world.scene.all(Walker):
        walker.x += walker.player.input.move.x * 60 * dt
        walker._steps += 1
        for act in walker.player.acts:
            walker.lit += act.times
