"""Gather orbs, and shoot the others so that they spill theirs: who holds most when time is up has won. A ship that
nobody flies is a drone. Absent: all that is to be seen and heard, which is client.js and assets/."""

from dataclasses import dataclass

from shared.game.geometry import distance, glide, is_free, touch, toward
from shared.game.trig import atan2, cos, sin

ROOM = (0, 0, 1600, 900)
BLOCKS = ((360, 200, 200, 70), (1040, 630, 200, 70), (380, 560, 70, 180), (1150, 160, 70, 180), (730, 380, 140, 140))
THRUST, DRAG, BOUNCE, BUMP, SPIN = 1500, 2.2, 0.7, 6000, 12
SHOT_SPEED, RELOAD_S, DRONE_RELOAD_S, DRONE_THRUST, DAZED_S, SPILL, SPILL_SPEED = 950, 0.35, 1.2, 0.45, 1.0, 5, 300


@dataclass
class Body:
    quantised = {"x": 1 / 4, "y": 1 / 4, "angle": 1 / 64, "dazed_s": 1 / 4}
    radius = 9
    x: float
    y: float
    _vx: float = 0.0
    _vy: float = 0.0


class Orb(Body): ...


class Shot(Body):
    radius = 6


@dataclass
class Ship(Body):
    radius = 22
    player: object = None
    angle: float = 0.0
    orbs: int = 0
    dazed_s: float = 0.0
    _reload_s: float = 0.0


def start(world):
    world.scene.width, world.scene.height, world.scene.blocks = ROOM[2], ROOM[3], BLOCKS
    for _ in range(int(world.options["ships"])):
        world.scene.add(Ship(*free_place(world)))
    for _ in range(int(world.options["orbs"])):
        world.scene.add(Orb(*free_place(world), world.random.uniform(-80, 80), world.random.uniform(-80, 80)))


def update(world, dt):
    change_pilots(world)
    ships = world.scene.all(Ship)
    for ship in ships:
        fly(world, ship, dt)
    for orb in world.scene.all(Orb):
        orb._vx, orb._vy = glide(orb, orb._vx, orb._vy, dt, ROOM, BLOCKS)
        taker = next((ship for ship in ships if touch(ship, orb) and not ship.dazed_s), None)
        if taker:
            taker.orbs += 1
            world.scene.remove(orb)
            world.emit("collect", x=orb.x, y=orb.y, ship=taker)
    for shot in world.scene.all(Shot):
        target = next((ship for ship in ships if touch(ship, shot)), None)
        if target:
            strike(world, target)
        if target or glide(shot, shot._vx, shot._vy, dt, ROOM, BLOCKS) != (shot._vx, shot._vy):
            world.scene.remove(shot)
    world.scene.seconds = int(world.options["seconds"] - world.time)
    if world.scene.seconds <= 0:
        best = max(ships, key=lambda ship: ship.orbs)
        world.end(winner=best.player or "A drone", orbs=best.orbs)


def change_pilots(world):
    for ship in world.scene.all(Ship):
        ship.player = None if ship.player in world.left else ship.player
    for player in world.joined:
        drones = world.scene.all(Ship, player=None) or [world.scene.add(Ship(*free_place(world)))]
        drones[0].player = player


def fly(world, ship, dt):
    ship._reload_s, ship.dazed_s = ship._reload_s - dt, max(0.0, ship.dazed_s - dt)
    x, y, fires = steering(world, ship) if not ship.dazed_s else (0, 0, False)
    ship.angle = atan2(y, x) if x or y else ship.angle + (SPIN * dt if ship.dazed_s else 0)
    for other in world.scene.all(Ship):
        away = toward(other, ship) if touch(ship, other) else (0, 0)
        ship._vx, ship._vy = ship._vx + BUMP * dt * away[0], ship._vy + BUMP * dt * away[1]
    vx, vy = ship._vx + (x * THRUST - ship._vx * DRAG) * dt, ship._vy + (y * THRUST - ship._vy * DRAG) * dt
    ship._vx, ship._vy = glide(ship, vx, vy, dt, ROOM, BLOCKS, BOUNCE)
    if fires and ship._reload_s <= 0:
        ship._reload_s = RELOAD_S if ship.player else DRONE_RELOAD_S
        x, y = cos(ship.angle), sin(ship.angle)
        world.scene.add(Shot(ship.x + 32 * x, ship.y + 32 * y, SHOT_SPEED * x, SHOT_SPEED * y))
        world.emit("shot", x=ship.x, y=ship.y)


def steering(world, ship):
    """x, y, fire. A drone makes for the next orb, and for ships the more they hold."""
    if ship.player:
        return *ship.player.input.move, ship.player.input.fire
    prey = world.scene.all(Orb) + [other for other in world.scene.all(Ship) if other.orbs and other is not ship]
    goal = min(prey, key=lambda body: distance(ship, body) / getattr(body, "orbs", 1), default=ship)
    (x, y), sway = toward(ship, goal), world.time + ship.id
    return DRONE_THRUST * (x + cos(sway)), DRONE_THRUST * (y + sin(sway)), isinstance(goal, Ship)


def strike(world, ship):
    ship.dazed_s = DAZED_S
    for _ in range(min(SPILL, ship.orbs)):
        turn = world.random.uniform(-4, 4)
        world.scene.add(Orb(ship.x, ship.y, cos(turn) * SPILL_SPEED, sin(turn) * SPILL_SPEED))
        ship.orbs -= 1
    world.emit("hit", x=ship.x, y=ship.y, ship=ship)


def free_place(world):
    x, y = world.random.uniform(0, ROOM[2]), world.random.uniform(0, ROOM[3])
    return (x, y) if is_free(x, y, 30, ROOM, BLOCKS) else free_place(world)
