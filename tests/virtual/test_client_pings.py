"""The Python client's pings: probes of workers, and what they make of a room's row."""

import asyncio

import pytest

from client_py import Lobby, RoomError, RoomPing, probe
from shared.protocol.errors import LINE_LOST, LINE_SILENT
from shared.protocol.messages import AllRooms, Hello, Ping, Pong, RoomRow, SubscribeRooms, Welcome
from tests.support.fake_servers import Call, FakeServers
from tests.support.scenes import arrive, play

ROW = RoomRow("r1", "chat", "Den", "Ann", 1, 8, 0, 8, False, "none", {}, 5, 30, False, "ws://{host}:8101")


async def answer(servers: FakeServers, *ways_ms: int) -> Call:
    """A worker whose round trips take so long."""
    worker = await servers.call()
    worker.is_alive = False
    assert await worker.hears(Hello) == Hello(1, "token 1", "", 0, -1)
    worker.says(Ping(1, 0), Welcome("cann", "Ann", ""))
    for way_ms in ways_ms:
        ping = await worker.hears(Ping)
        await asyncio.sleep(way_ms / 1000)
        worker.says(Pong(ping.stamp))
    return worker


async def watch(lobby: Lobby, call: Call, *rows: RoomRow) -> None:
    watching = asyncio.create_task(lobby.rooms.watch())
    await call.hears(SubscribeRooms)
    call.says(AllRooms(list(rows), 0))
    await watching


def test_the_shortest_of_several_round_trips_counts() -> None:
    async def scenario(servers: FakeServers) -> None:
        probing = asyncio.create_task(probe("ws://worker:8101", "token 1", servers.shell))
        worker = await answer(servers, 80, 40, 300, 41, 90)
        assert await probing == pytest.approx(40, abs=0.1)
        assert worker.closed_by_client.is_set()

    play(scenario)


def test_a_worker_that_does_not_answer_is_left() -> None:
    async def scenario(servers: FakeServers) -> None:
        probing = asyncio.create_task(probe("ws://worker:8101", "token 1", servers.shell))
        worker = await answer(servers, 80)
        with pytest.raises(RoomError) as silent:
            await probing
        assert silent.value.kind is LINE_SILENT
        assert worker.closed_by_client.is_set()

    play(scenario)


def test_each_worker_is_measured_once_and_a_room_s_ping_is_the_sum_of_both_ways() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        old = ROW._replace(room_id="r2", host_ping_ms=50, is_ping_old=True)
        served = ROW._replace(room_id="r3", authority="server", host_ping_ms=None)
        unknown = ROW._replace(room_id="r4", host_ping_ms=None)
        await watch(lobby, call, ROW, old, served, unknown)
        assert lobby.pings.of(ROW) is None
        measuring = asyncio.create_task(lobby.pings.measure())
        worker = await answer(servers, *[20] * 5)
        assert worker.url == "ws://lobby:8101"
        pings = {
            room_id: (round(ping.ms), ping.is_estimate, ping.is_old) for room_id, ping in (await measuring).items()
        }
        assert pings == {"r1": (50, True, False), "r2": (70, True, True), "r3": (20, False, False)}
        assert set(await lobby.pings.measure()) == {"r1", "r2", "r3"}, "without another probe"
        nearer = lobby.pings.of(ROW._replace(host_ping_ms=0))
        assert nearer == RoomPing(lobby.pings.own_ms["ws://lobby:8101"], True, False)
        await lobby.close()

    play(scenario)


def test_probes_go_a_few_at_a_time_and_one_that_fails_costs_only_its_rooms() -> None:
    async def scenario(servers: FakeServers) -> None:
        lobby, call = await arrive(servers)
        rows = [ROW._replace(room_id=f"r{port}", address=f"ws://{{netloc}}/w/{port}") for port in range(7)]
        await watch(lobby, call, *rows)

        def refuse(url: str) -> None:
            if url.endswith("/5"):
                raise RoomError(LINE_LOST)

        servers.refuses = refuse
        measuring = asyncio.create_task(lobby.pings.measure())
        await asyncio.sleep(1)
        assert len(servers.dialled_at) in (4, 5), "the lobby, and three probes at once"
        answering = [asyncio.create_task(answer(servers, *[10] * 5)) for _ in range(6)]
        assert set(await measuring) == {f"r{port}" for port in range(7) if port != 5}
        await asyncio.gather(*answering)
        await lobby.close()

    play(scenario)
