"""Balls that bump. It uses what could differ between machines: trigonometry, chance, square roots, order, rounding."""

from dataclasses import dataclass, field
from math import sqrt

from shared.game.trig import atan2, cos, sin

SIZE, SPEED, DRAG = 400.0, 120.0, 0.9


@dataclass
class Ball:
    quantised = {"x": 1 / 8, "y": 1 / 8, "angle": 1 / 64}
    x: float
    y: float
    player: object = None
    radius: float = 8.0
    angle: float = 0.0
    colour: str = "grey"
    touched: list = field(default_factory=list)
    _vx: float = 0.0
    _vy: float = 0.0


def start(world):
    for _ in range(int(world.options["balls"])):
        ball = world.scene.add(Ball(world.random.uniform(0, SIZE), world.random.uniform(0, SIZE)))
        turn = world.random.random() * 6.28
        ball._vx, ball._vy = SPEED * cos(turn), SPEED * sin(turn)
    world.scene.bumps, world.scene.came = 0, []


def update(world, dt):
    while world.options["hangs"]:
        world.scene.bumps += 1
    for player in world.joined:
        world.scene.add(Ball(SIZE / 2, SIZE / 2, player, colour=player.colour))
        world.scene.came.append(player.name)
    for player in world.left:
        world.scene.remove(*world.scene.all(Ball, player=player))
    balls = world.scene.all(Ball)
    for ball in balls:
        if ball.player:
            steer(world, ball, dt)
        move(ball, dt)
    for at, one in enumerate(balls):
        for other in balls[at + 1 :]:
            bump(world, one, other)


def steer(world, ball, dt):
    held = ball.player.input
    push = SPEED * (3 if held.dash else 1) * dt
    ball._vx += held.move.x * push
    ball._vy += held.move.y * push
    for act in ball.player.acts:
        ball.colour, ball.weight = act.colour, act.weight


def move(ball, dt):
    ball.x += ball._vx * dt
    ball.y += ball._vy * dt
    if not 0 <= ball.x <= SIZE:
        ball.x, ball._vx = min(max(ball.x, 0.0), SIZE), -ball._vx * DRAG
    if not 0 <= ball.y <= SIZE:
        ball.y, ball._vy = min(max(ball.y, 0.0), SIZE), -ball._vy * DRAG
    ball.angle = atan2(ball._vy, ball._vx)


def bump(world, one, other):
    away_x, away_y = other.x - one.x, other.y - one.y
    distance = sqrt(away_x * away_x + away_y * away_y)
    if not 0 < distance < one.radius + other.radius:
        return
    one._vx, other._vx = other._vx, one._vx
    one._vy, other._vy = other._vy, one._vy
    overlap = (one.radius + other.radius - distance) / distance / 2
    one.x, one.y = one.x - away_x * overlap, one.y - away_y * overlap
    other.x, other.y = other.x + away_x * overlap, other.y + away_y * overlap
    one.touched = [*one.touched[-3:], other]
    world.scene.bumps += 1
    world.emit("bump", x=round(one.x), hard=world.random.randrange(9))
