"""Workers that are killed, hang or lose their node; rooms that raise. Who else notices, and how soon it is over."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.protocol.errors import GAME_BROKEN, WORKER_STOPPING
from shared.protocol.ids import WorkerId
from shared.protocol.messages import Chat, RoomDisconnect, SendChat
from shared.protocol.records import WorkerRecord
from tests.support.cluster import Cluster, NodeProcess, write_game
from tests.support.eventually import eventually
from tests.support.player import Player
from tests.support.processes import descendants, survivors

RAISES = "def on_chat(world, client, text):\n    raise ValueError('the test says so')\n"
NO_WORKER = """
import sys
if any("multiprocessing" in word for word in sys.orig_argv):
    sys.modules["room_worker.worker"] = None
"""
"""A worker's process, and the one that it is forked from, cannot import what it is to run."""
HANG_COSTS_S = 5.0
"""Within this time the members of a hung worker are free to go to a lobby: killed after 3 s, and a look every 0.2 s."""
LOOPS = "def on_chat(world, client, text):\n    while True:\n        pass\n"


@pytest.fixture
def games(tmp_path: Path) -> Path:
    folder = tmp_path / "games"
    write_game(folder, "plain")
    write_game(folder, "raises", RAISES)
    write_game(folder, "loops", LOOPS)
    write_game(folder, "quits", "def on_player_join(world, player):\n    raise SystemExit\n")
    write_game(folder, "misspelt", "def on_chat(world:\n")
    return folder


@asynccontextmanager
async def seated(*players: Player) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await asyncio.gather(*(player.leave() for player in players))


async def two_workers(cluster: Cluster) -> tuple[WorkerId, WorkerId]:
    first, second = await cluster.ready()
    return first.worker_id, second.worker_id


async def relay_numbered(sender: Player, count: int = 200) -> None:
    """Slowly enough for the room's limits."""
    for number in range(count):
        await sender.relay(b"%d" % number)
        await asyncio.sleep(0.012)


NUMBERED = [b"%d" % number for number in range(200)]


async def test_a_killed_worker_takes_its_rooms_along_and_is_replaced(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games) as cluster:
        doomed, spared = await two_workers(cluster)
        gone_id, gone = await cluster.table("plain", "ann", "bob", on=doomed)
        kept_id, kept = await cluster.table("plain", "cat", "dan", on=spared)
        async with seated(*gone, *kept):
            await eventually(lambda: _lists(cluster, gone_id, kept_id))
            killed_at = time.monotonic()
            os.kill(cluster.pid_of(doomed), signal.SIGKILL)

            assert [await player.closed() for player in gone] == [1006, 1006]
            workers = await eventually(lambda: _others(cluster, doomed), within=1.0)
            await eventually(lambda: _lists(cluster, kept_id), within=2.0 - (time.monotonic() - killed_at))
            assert len({worker.worker_id for worker in workers}) == 2

            await kept[0].relay(b"still here")
            assert await kept[1].bodies(1) == [b"still here"]
            again_id, again = await cluster.table("plain", "ann", "bob")
            async with seated(*again):
                assert again_id != gone_id


async def _lists(cluster: Cluster, *rooms: str) -> bool:
    listed = set(await cluster.rooms())
    assert listed == set(rooms), f"listed: {listed}"
    return True


async def _others(cluster: Cluster, doomed: WorkerId) -> list[WorkerRecord]:
    workers = await cluster.store.directory.workers()
    assert len(workers) == 2, workers
    assert doomed not in {worker.worker_id for worker in workers}
    return workers


async def test_rooms_that_raise_end_themselves_only(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        _, (sender, listener) = await cluster.table("plain", "ann", "bob")
        async with seated(sender, listener):
            sending = asyncio.create_task(relay_numbered(sender))
            for game in ("raises", "quits", "misspelt"):
                broken = await cluster.create(game, "cat")
                async with await cluster.sit(broken) as victim:
                    await victim.say(SendChat("go"))
                    assert await victim.closed() == GAME_BROKEN.close_code
                await eventually(lambda: _ended(cluster, broken.room_id))  # noqa: B023 - awaited here
            await sending
            assert await listener.bodies(200) == NUMBERED
            assert sender.close_code is listener.close_code is None
        for sentence in ("the test says so", "SystemExit", "SyntaxError"):
            assert any(sentence in line for line in cluster.nodes[0].log)


async def test_a_member_of_a_broken_room_is_told_and_may_go_elsewhere(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        _, (ann, bob) = await cluster.table("raises", "ann", "bob")
        async with seated(ann, bob):
            await ann.say(SendChat("go"))
            told = await bob.next(RoomDisconnect)
            assert told.name == "game-broken"
            _, others = await cluster.table("plain", "bob", "ann")  # not "seated": the directory knew first
            async with seated(*others):
                pass


async def _ended(cluster: Cluster, room_id: str) -> bool:
    assert room_id not in await cluster.rooms()
    return True


@pytest.mark.timeout(60)
async def test_a_room_that_loops_for_ever_costs_its_worker_and_nobody_else(
    redis_url: str, realm: str, games: Path
) -> None:
    async with Cluster(redis_url, realm, games) as cluster:
        doomed, spared = await two_workers(cluster)
        _, (sender, listener) = await cluster.table("plain", "ann", "bob", on=spared)
        _, neighbours = await cluster.table("plain", "cat", "dan", on=doomed)
        _, (guilty,) = await cluster.table("loops", "eve", on=doomed)
        async with seated(sender, listener, guilty, *neighbours):
            sending = asyncio.create_task(relay_numbered(sender))
            await guilty.say(SendChat("go"))
            hung_at = time.monotonic()
            assert [await player.closed() for player in (guilty, *neighbours)] == [1006] * 3
            assert time.monotonic() - hung_at < HANG_COSTS_S
            await eventually(lambda: _others(cluster, doomed))
            await sending
            assert await listener.bodies(200) == NUMBERED
            assert sender.close_code is listener.close_code is None
        assert any(f"worker {doomed} hangs in room" in line for line in cluster.nodes[0].log)


async def test_a_stopping_node_tells_its_members_and_leaves_nothing(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games) as cluster:
        _, members = await cluster.table("plain", "ann", "bob")
        everything = descendants(cluster.nodes[0].process.pid)
        async with seated(*members):
            assert await cluster.nodes[0].stop() == 0
            assert [await member.closed() for member in members] == [WORKER_STOPPING.close_code] * 2
            assert (await members[1].next(RoomDisconnect)).name == "worker-stopping"
        assert await cluster.store.directory.workers() == []
        assert await cluster.rooms() == {}
        await eventually(lambda: not survivors(everything))


async def test_a_killed_node_takes_its_workers_along(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games) as cluster:
        looping, _ = await two_workers(cluster)
        _, (guilty,) = await cluster.table("loops", "eve", on=looping)
        _, members = await cluster.table("plain", "ann", "bob")
        everything = descendants(cluster.nodes[0].process.pid)
        async with seated(guilty, *members):
            await guilty.say(SendChat("go"))  # a hung worker goes as well
            cluster.nodes[0].process.kill()
            await eventually(lambda: not survivors(everything))
            assert [await member.closed() for member in members] == [1006, 1006]


async def test_isolated_rooms_have_processes_of_their_own_and_the_node_refills(
    redis_url: str, realm: str, games: Path
) -> None:
    write_game(games, "alone", manifest='isolation = "process"')
    async with Cluster(redis_url, realm, games, workers=1, reserve=1) as cluster:
        tables = []
        for game, workers in (("alone", 3), ("plain", 3), ("alone", 4), ("plain", 4)):
            tables.append(await cluster.table(game, f"client{len(tables)}"))
            await cluster.ready(workers)
        async with seated(*(player for _, players in tables for player in players)):
            await eventually(lambda: _lists(cluster, *(room_id for room_id, _ in tables)))
            rooms = await cluster.rooms()
            one, plain, other, plain_too = (rooms[room_id].owner for room_id, _ in tables)
            assert plain == plain_too
            assert len({one, other, plain}) == 3


async def test_a_node_whose_workers_cannot_start_says_so_and_ends(redis_url: str, realm: str, games: Path) -> None:
    (games / "sitecustomize.py").write_text(NO_WORKER)
    cluster = Cluster(redis_url, realm, games, PYTHONPATH=str(games))
    node = await NodeProcess.start(cluster.environ)
    async with asyncio.timeout(45):
        assert await node.wait() == 2
    assert "No worker could be started" in node.log[-1]
    assert any("ModuleNotFoundError: import of room_worker.worker halted" in line for line in node.log)


async def test_hooks_run_in_a_room(redis_url: str, realm: str, tmp_path: Path) -> None:
    write_game(tmp_path, "loud", "def on_chat(world, client, text):\n    return text.upper()\n")
    async with Cluster(redis_url, realm, tmp_path, workers=1) as cluster:
        _, (ann,) = await cluster.table("loud", "ann")
        async with seated(ann):
            await ann.say(SendChat("hello"))
            assert (await ann.next(Chat)).text == "HELLO"
