"""Many clients at once through two lobbies: limits hold exactly, and both lobbies show what the directory has."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.catalog import read_catalog
from shared.protocol.messages import RoomJoined
from tests.support.cluster import SECRET, Cluster, write_game
from tests.support.eventually import eventually
from tests.support.lobbies import Running, running
from tests.support.player import Player

pytestmark = pytest.mark.timeout(90)
CREATES, LIMIT = 200, 50
JOINS, SEATS = 100, 8


@asynccontextmanager
async def two_lobbies(cluster: Cluster, realm: str, **settings: Any) -> AsyncIterator[list[Running]]:
    async with AsyncExitStack() as stack:
        games = read_catalog(cluster.environ["ROOMS_GAMES"])
        given = {"games": games, "secrets": (("test", SECRET),)} | settings
        redis_url = cluster.environ["REDIS_URL"]
        yield [await stack.enter_async_context(running(redis_url, realm, **given)) for _ in range(2)]


async def sit(stack: AsyncExitStack, way: dict[str, Any]) -> Player:
    player = await stack.enter_async_context(await Player.enter(way["address"], way["ticket"]))
    await player.next(RoomJoined, within=20.0)
    return player


async def shows_the_directory(lobby: Running, cluster: Cluster, count: int) -> bool:
    rows = (await lobby.http.get("/api/rooms")).json()["rooms"]
    directory = await cluster.rooms()
    assert len(rows) == len(directory) == count
    assert {(row["room_id"], row["players"]) for row in rows} == {
        (record.spec.room_id, record.players) for record in directory.values()
    }
    return True


def outcomes(answers: list[httpx.Response]) -> Counter[str]:
    return Counter("ok" if answer.is_success else answer.json()["error"]["name"] for answer in answers)


async def test_racing_creates_stop_at_the_limit_and_every_list_agrees(
    redis_url: str, realm: str, tmp_path: Path
) -> None:
    write_game(tmp_path, "plain")
    async with Cluster(redis_url, realm, tmp_path) as cluster, AsyncExitStack() as stack:
        lobbies = await stack.enter_async_context(two_lobbies(cluster, realm, rooms_per_cluster=LIMIT))
        creates = (
            lobbies[number % 2].post("/api/rooms", f"client{number}", game="plain", name=f"Room {number}")
            for number in range(CREATES)
        )
        answers = await asyncio.gather(*creates)
        assert outcomes(answers) == {"ok": LIMIT, "room-limit": CREATES - LIMIT}

        await asyncio.gather(*(sit(stack, answer.json()) for answer in answers if answer.is_success))
        for lobby in lobbies:
            await eventually(lambda lobby=lobby: shows_the_directory(lobby, cluster, LIMIT), within=2.0)


async def test_racing_joins_take_each_seat_once(redis_url: str, realm: str, tmp_path: Path) -> None:
    write_game(tmp_path, "plain")
    async with Cluster(redis_url, realm, tmp_path) as cluster, AsyncExitStack() as stack:
        lobbies = await stack.enter_async_context(two_lobbies(cluster, realm))
        made = (await lobbies[0].post("/api/rooms", "creator", game="plain", name="Den", seats=SEATS)).json()
        await sit(stack, made)

        path = f"/api/rooms/{made['room_id']}/join"
        answers = await asyncio.gather(*(lobbies[n % 2].post(path, f"client{n}") for n in range(JOINS)))
        assert outcomes(answers) == {"ok": SEATS - 1, "room-full": JOINS - SEATS + 1}

        players = [await sit(stack, answer.json()) for answer in answers if answer.is_success]
        assert len({(await player.next(RoomJoined)).you for player in players}) == SEATS - 1
        for lobby in lobbies:
            await eventually(lambda lobby=lobby: shows_the_directory(lobby, cluster, 1), within=2.0)
