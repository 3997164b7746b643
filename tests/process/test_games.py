"""Games in a real cluster: played by two clients, saved while they play, failing beside neighbours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from client_py import Emitted, Lobby, Reloaded, Result, connect
from shared.catalog import read_catalog
from shared.protocol.errors import GAME_BROKEN
from tests.support.cluster import SECRET, Cluster, write_game
from tests.support.eventually import eventually
from tests.support.lobbies import running

SERVER = 'authority = "server"\n'
QUIET = "def start(world):\n    pass\n\n\n"
STEPS = """
class Piece:
    def __init__(self, player):
        self.player, self.x = player, 0


def start(world):
    world.scene.steps = 0


def update(world, dt):
    for player in world.joined:
        world.scene.add(Piece(player))
    for player in world.left:
        world.scene.remove(*world.scene.all(Piece, player=player))
    for piece in world.scene.all(Piece):
        piece.x += piece.player.input.move.x
        for act in piece.player.acts:
            world.emit("jumped", by=piece.player, height=act.height)
            piece.x += act.height
    world.scene.steps += 1
"""
STEPS_TOML = SERVER + 'local_players = 2\n[input]\nmove = "stick"\n[acts.jump]\nheight = "number"\n'
FAILING = {
    "raises": QUIET + "def update(world, dt):\n    if world.tick > 3:\n        raise ValueError('the test says so')\n",
    "floods": QUIET + "def update(world, dt):\n    for n in range(1000):\n        world.emit('boom', n=n)\n",
    "grows": "class Thing:\n    pass\n\n\n"
    + QUIET
    + "def update(world, dt):\n    for _ in range(1000):\n        world.scene.add(Thing())\n",
}


@asynccontextmanager
async def two_people(redis_url: str, realm: str, games: Path) -> AsyncIterator[tuple[Cluster, Lobby, Lobby]]:
    """In development, as under `rooms dev`."""
    async with (
        Cluster(redis_url, realm, games, workers=1, ROOMS_DEVELOPMENT="yes") as cluster,
        running(redis_url, realm, games=read_catalog(games), folder=games, secrets=(("test", SECRET),)) as lobby,
        AsyncExitStack() as stack,
    ):
        url = f"http://127.0.0.1:{lobby.port}"
        ann, bob = [
            await stack.enter_async_context(await connect(url, token=lobby.token(name, name)))
            for name in ("ann", "bob")
        ]
        yield cluster, ann, bob


async def test_a_game_is_played_and_saved_while_it_is_played(redis_url: str, realm: str, tmp_path: Path) -> None:
    write_game(tmp_path, "steps", manifest=STEPS_TOML, main=STEPS)
    async with two_people(redis_url, realm, tmp_path) as (cluster, ann, bob):
        den = await ann.create("steps", "Den")
        bobs = await bob.join(den.id)
        zoe = await bobs.add_player("Zoe")
        await den.until(lambda: len(den.things) == 3, within=5)
        assert [row.username for row in den.players.values()] == ["ann", "bob", "Zoe"]

        await bobs.act("jump", height=0.5, player=zoe)
        (jumped,) = (await den.next(Emitted, within=5)).events
        assert jumped[0] == "jumped"
        assert jumped[1]["height"] == 0.5
        await den.hold(move=(1, 0))
        await bobs.until(lambda: any(thing["x"] > 3 for thing in bobs.things.values()), within=5)
        assert {thing["x"] for thing in bobs.things.values()} >= {0, 0.5}
        await bobs.remove_player(zoe)
        await den.until(lambda: len(den.things) == 2, within=5)

        main = tmp_path / "steps" / "main.py"
        main.write_text(STEPS.replace("steps += 1", "steps += 1_000_000"))
        assert (await bobs.next(Reloaded, within=10)).is_kept
        await den.until(lambda: den.fields["steps"] > 1_000_000, within=5)
        assert den.fields["steps"] % 1_000_000 > 0
        assert len(den.things) == 2

        main.write_text("NOTHING = 1 // 0\n" + STEPS)
        await eventually(lambda: any("keeps its older code" in line for line in cluster.nodes[0].log), within=10)
        steps = den.fields["steps"]
        await den.until(lambda: den.fields["steps"] > steps + 10_000_000, within=5)

        write_game(tmp_path, "brief", manifest=SERVER, main=QUIET + "def update(world, dt):\n    world.end(points=3)\n")
        main.write_text(STEPS)
        await den.leave()
        await eventually(lambda: _has_game(cluster, "brief"), within=10)
        brief = await ann.create("brief", "Brief")
        assert (await brief.next(Result, within=5)).fields == {"points": 3}


async def _has_game(cluster: Cluster, name: str) -> bool:
    workers = await cluster.store.directory.workers()
    assert all(name in worker.games for worker in workers), workers
    return True


async def test_games_that_fail_cost_their_neighbours_nothing(redis_url: str, realm: str, tmp_path: Path) -> None:
    write_game(tmp_path, "steps", manifest=STEPS_TOML, main=STEPS)
    for name, main in FAILING.items():
        write_game(tmp_path, name, manifest=SERVER, main=main)
    async with Cluster(redis_url, realm, tmp_path, workers=1) as cluster:
        _, (sender, listener) = await cluster.table("steps", "ann", "bob")
        sending = asyncio.create_task(_say_numbers(sender))
        for game in FAILING:
            broken = await cluster.create(game, "cat")
            victim = await cluster.sit(broken)
            assert await victim.closed() == GAME_BROKEN.close_code
        await sending
        assert await listener.bodies(200) == [b"%d" % number for number in range(200)]
        assert sender.close_code is listener.close_code is None
        await asyncio.gather(sender.leave(), listener.leave())
        log = "\n".join(cluster.nodes[0].log)
        for sentence in ("the test says so", "Traceback", "EVENTS_PER_TICK", "SCENE_OBJECTS"):
            assert sentence in log


async def _say_numbers(sender: object) -> None:
    for number in range(200):
        await sender.relay(b"%d" % number)  # type: ignore[attr-defined]
        await asyncio.sleep(0.012)


@pytest.mark.timeout(60)
async def test_a_game_that_loops_costs_its_worker_and_is_named(redis_url: str, realm: str, tmp_path: Path) -> None:
    write_game(tmp_path, "steps", manifest=STEPS_TOML, main=STEPS)
    write_game(
        tmp_path, "loops", manifest=SERVER, main=QUIET + "def update(world, dt):\n    while True:\n        pass\n"
    )
    async with Cluster(redis_url, realm, tmp_path) as cluster:
        doomed, spared = (worker.worker_id for worker in await cluster.ready())
        _, (sender, listener) = await cluster.table("steps", "ann", "bob", on=spared)
        _, (neighbour,) = await cluster.table("steps", "cat", on=doomed)
        sending = asyncio.create_task(_say_numbers(sender))
        looping = await cluster.create("loops", "eve", on=doomed)
        guilty = await cluster.sit(looping)
        assert [await player.closed(within=15) for player in (guilty, neighbour)] == [1006, 1006]
        await sending
        assert await listener.bodies(200) == [b"%d" % number for number in range(200)]
        await eventually(lambda: any(f"hangs in room {looping.room_id}" in line for line in cluster.nodes[0].log))
        await asyncio.gather(sender.leave(), listener.leave())
