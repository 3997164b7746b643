"""A lobby, a node and players, as they meet in life: from the list to a seat, and back when a worker dies."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidHandshake

from shared.catalog import read_catalog
from shared.protocol.errors import GAME_BROKEN
from shared.protocol.ids import RoomId, WorkerId
from shared.protocol.messages import CreateRoom, JoinRoom, LeaveRoom, Reroute, RoomDisconnect, RoomJoined, SendChat
from tests.support.cluster import SECRET, Cluster, write_game
from tests.support.eventually import eventually
from tests.support.lobbies import Running, Talk, running
from tests.support.player import Player
from tests.support.stores import new_id

REFUSED = 0


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain")
    write_game(tmp_path, "raises", "def on_chat(world, client, text):\n    raise ValueError\n")
    return tmp_path


@asynccontextmanager
async def lobby(cluster: Cluster, realm: str) -> AsyncIterator[Running]:
    games = read_catalog(cluster.environ["ROOMS_GAMES"])
    async with running(cluster.environ["REDIS_URL"], realm, games=games, secrets=(("test", SECRET),)) as started:
        yield started


async def reroute(talk: Talk, game: str = "plain", name: str = "Den") -> Reroute:
    await talk.send(CreateRoom(new_id(), game, name, 0, {}))
    answer: Reroute = await talk.next(Reroute)
    return answer


async def join(talk: Talk, room_id: str) -> Reroute:
    await talk.send(JoinRoom(new_id(), room_id, "player", "", False))
    answer: Reroute = await talk.next(Reroute)
    return answer


async def listed(running: Running) -> set[str]:
    return {row["room_id"] for row in (await running.http.get("/api/rooms")).json()["rooms"]}


async def owner_of(cluster: Cluster, room_id: str) -> WorkerId:
    record = await eventually(lambda: _record(cluster, room_id))
    owner: WorkerId = record.owner
    return owner


async def _record(cluster: Cluster, room_id: str) -> object:
    return (await cluster.rooms()).get(RoomId(room_id))


async def test_two_clients_of_two_lobbies_meet_on_a_worker(redis_url: str, realm: str, games: Path) -> None:
    async with (
        Cluster(redis_url, realm, games) as cluster,
        lobby(cluster, realm) as one,
        lobby(cluster, realm) as other,
        one.client("ann") as ann,
        other.client("bob") as bob,
    ):
        there = await reroute(ann)
        async with await Player.enter(there.address, there.ticket) as first:
            await first.next(RoomJoined)
            assert not there.address.endswith((f":{one.port}", f":{other.port}"))
            await eventually(lambda: _shows(other, there.room_id))
            too = await join(bob, there.room_id)
            async with await Player.enter(too.address, too.ticket) as second:
                assert [member.client_id for member in (await second.next(RoomJoined)).members] == ["ann", "bob"]
                await first.relay(b"hello")
                assert await second.bodies(1) == [b"hello"]
                for player in (second, first):
                    await player.say(LeaveRoom("l"))
                    await player.closed()
        await eventually(lambda: _shows(one))  # an empty room closes, and its list row goes
        await eventually(lambda: _shows(other))


async def _shows(running: Running, *rooms: str) -> bool:
    seen = await listed(running)
    assert seen == set(rooms), seen
    return True


async def test_a_killed_workers_rooms_leave_every_list_within_two_seconds(
    redis_url: str, realm: str, games: Path
) -> None:
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(Cluster(redis_url, realm, games))
        lobbies = [await stack.enter_async_context(lobby(cluster, realm)) for _ in range(2)]
        ann = await stack.enter_async_context(lobbies[0].client("ann"))
        there = await reroute(ann)
        player = await stack.enter_async_context(await Player.enter(there.address, there.ticket))
        await player.next(RoomJoined)
        await eventually(lambda: _shows(lobbies[1], there.room_id))
        doomed = await owner_of(cluster, there.room_id)

        killed_at = time.monotonic()
        os.kill(cluster.pid_of(doomed), signal.SIGKILL)
        assert await player.closed() == 1006
        await eventually(lambda: _shows(lobbies[0]), within=2.0 - (time.monotonic() - killed_at))
        await eventually(lambda: _shows(lobbies[1]), within=2.0 - (time.monotonic() - killed_at))

        again = await reroute(await stack.enter_async_context(lobbies[1].client("ann")))  # the name is free too
        back = await stack.enter_async_context(await Player.enter(again.address, again.ticket))
        await back.next(RoomJoined)


@pytest.mark.parametrize("seconds", [0.0, 0.3])
async def test_a_worker_killed_between_ticket_and_hello_costs_one_try_again(
    redis_url: str, realm: str, games: Path, seconds: float
) -> None:
    """At once the port refuses or resets; a little later the successor on it answers with a code to try again."""
    async with (
        Cluster(redis_url, realm, games) as cluster,
        lobby(cluster, realm) as running,
        running.client("ann") as ann,
    ):
        there = await reroute(ann)
        port = int(there.address.rpartition(":")[2])
        (doomed,) = (worker for worker in await cluster.ready() if worker.address.endswith(f":{port}"))
        os.kill(cluster.pid_of(doomed.worker_id), signal.SIGKILL)
        await asyncio.sleep(seconds)  # not to wait for a fact: two moments of a race
        code = await _how_it_ended(there)
        assert code in (REFUSED, 1006) or 4000 <= code < 4500

        again = await eventually(lambda: _rerouted(ann, there), within=3.0)
        async with await Player.enter(again.address, again.ticket) as player:
            await player.next(RoomJoined)


async def _how_it_ended(there: Reroute) -> int:
    try:
        player = await Player.enter(there.address, there.ticket)
    except (ConnectionError, InvalidHandshake):  # nobody listens, or nobody answers any more
        return REFUSED
    async with player:
        return await player.closed()


async def _rerouted(talk: Talk, before: Reroute) -> Reroute:
    await talk.send(CreateRoom(new_id(), "plain", "Den", 0, {}))
    answer = await talk.next()
    assert isinstance(answer, Reroute), answer
    assert answer.ticket != before.ticket
    return answer


async def test_a_member_of_a_broken_room_is_at_once_free_for_another(redis_url: str, realm: str, games: Path) -> None:
    async with (
        Cluster(redis_url, realm, games, workers=1) as cluster,
        lobby(cluster, realm) as running,
        running.client("ann") as ann,
    ):
        there = await reroute(ann, "raises")
        async with await Player.enter(there.address, there.ticket) as player:
            await player.say(SendChat("go"))
            assert await player.closed() == GAME_BROKEN.close_code
        again = await reroute(ann)
        async with await Player.enter(again.address, again.ticket) as player:
            await player.next(RoomJoined)


async def test_a_seat_given_up_through_the_lobby_ends_the_members_line(redis_url: str, realm: str, games: Path) -> None:
    async with (
        Cluster(redis_url, realm, games, workers=1) as cluster,
        lobby(cluster, realm) as running,
        running.client("ann") as ann,
    ):
        there = await reroute(ann)
        async with await Player.enter(there.address, there.ticket) as player:
            await player.next(RoomJoined)
            await ann.send(LeaveRoom("l"))
            assert (await ann.next(RoomDisconnect)).name == "left"
            assert (await player.next(RoomDisconnect)).name == "left"
