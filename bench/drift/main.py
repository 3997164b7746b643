"""What bench/game.py measures: ships that people steer, and rocks that drift and bounce. The twin of
peers/colyseus_game.mjs."""

WIDTH, HEIGHT, SPEED, DRIFT = 1600, 900, 240, 60
OBJECTS = 60


class Ship:
    quantised = {"x": 1 / 8, "y": 1 / 8}

    def __init__(self, player, x, y):
        self.player, self.x, self.y, self.score = player, x, y, 0


class Rock:
    quantised = {"x": 1 / 8, "y": 1 / 8}

    def __init__(self, x, y, dx, dy):
        self.x, self.y, self._dx, self._dy = x, y, dx, dy


def start(world):
    pass


def update(world, dt):
    scene = world.scene
    for player in world.joined:
        scene.add(Ship(player, world.random.uniform(0, WIDTH), world.random.uniform(0, HEIGHT)))
    for player in world.left:
        scene.remove(*scene.all(Ship, player=player))
    if world.joined or world.left:
        keep_count(world)
    for ship in scene.all(Ship):
        move = ship.player.input.move
        ship.x = min(WIDTH, max(0, ship.x + move.x * SPEED * dt))
        ship.y = min(HEIGHT, max(0, ship.y + move.y * SPEED * dt))
    for rock in scene.all(Rock):
        rock.x += rock._dx * dt
        rock.y += rock._dy * dt
        if not 0 <= rock.x <= WIDTH:
            rock._dx = -rock._dx
        if not 0 <= rock.y <= HEIGHT:
            rock._dy = -rock._dy


def keep_count(world):
    scene, chance = world.scene, world.random
    rocks = scene.all(Rock)
    wanted = OBJECTS - len(scene.all(Ship))
    scene.remove(*rocks[max(wanted, 0) :])
    for _ in range(wanted - len(rocks)):
        place = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT)
        scene.add(Rock(*place, chance.uniform(-DRIFT, DRIFT), chance.uniform(-DRIFT, DRIFT)))
