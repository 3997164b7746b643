"""How scenes of the Python client against played servers begin: welcomed by the lobby, seated in a room."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from client_py import Lobby, Room, connect
from shared.protocol.messages import Hello, JoinRoom, MemberRow, Reroute, RoomJoined, Welcome
from tests.support.fake_servers import Call, FakeServers
from tests.support.pictures import a_picture
from tests.support.virtual_time import run

ANN, BOB = MemberRow(1, "cann", "Ann", "player", False), MemberRow(2, "cbob", "Bob", "player", False)
WORKER = "ws://worker:8101"

Scenario = Callable[[FakeServers], Awaitable[None]]


def play(scenario: Scenario) -> None:
    async def main() -> None:
        await scenario(FakeServers())

    run(main(), most_s=10_000)


def now() -> float:
    return asyncio.get_running_loop().time()


async def welcome(servers: FakeServers, room_id: str = "") -> Call:
    call = await servers.call()
    await call.hears(Hello)
    call.says(Welcome("cann", "Ann", room_id))
    return call


async def arrive(servers: FakeServers, **more: Any) -> tuple[Lobby, Call]:
    connecting = asyncio.create_task(connect("http://lobby", username="Ann", shell=servers.shell, **more))
    call = await welcome(servers)
    return await connecting, call


def a_table(**changed: Any) -> RoomJoined:
    """Where Ann and Bob are."""
    return a_picture(**{"room_id": "room1", "options": {"speed": 3}, "members": [ANN, BOB]} | changed)


async def enter(servers: FakeServers, lobby: Lobby, call: Call, **changed: Any) -> tuple[Room, Call]:
    """Through the lobby into a room."""
    joining = asyncio.create_task(lobby.join("room1"))
    asked = await call.hears(JoinRoom)
    call.says(Reroute(asked.request, "room1", "chat", WORKER, "ticket"))
    worker = await servers.call()
    assert worker.url == WORKER
    assert await worker.hears(Hello) == Hello(1, "ticket", "", 0, -1)
    worker.says(a_table(**changed))
    return await joining, worker


async def come_back(servers: FakeServers, ticket: str = "ticket 2") -> tuple[Hello, Call]:
    """Through the lobby, which leads back unasked: what the client says to the worker, and the worker's call."""
    call = await servers.call()
    assert (await call.hears(Hello)).session == "room1"
    call.says(Welcome("cann", "Ann", "room1"), Reroute("", "room1", "chat", WORKER, ticket))
    worker = await servers.call()
    return await worker.hears(Hello), worker
