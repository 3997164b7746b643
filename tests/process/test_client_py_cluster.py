"""The Python client in a real cluster: what its scenes with played servers promise, with lobby, store and workers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from client_py import (
    PRIVATE,
    SPECTATOR,
    Away,
    Back,
    Chat,
    Dropped,
    HostChanged,
    Left,
    Lobby,
    Relay,
    Resumed,
    RoomError,
    SeatTaken,
    Snapshot,
    connect,
    probe,
)
from shared.catalog import read_catalog
from shared.protocol.errors import (
    BANNED,
    INVITE_WRONG,
    KICKED,
    NEXT_ROOM,
    ROOM_LOCKED,
    SEATED,
    TAKEN_OVER,
    ErrorKind,
)
from tests.support import dice
from tests.support.cluster import SECRET, Cluster, write_game
from tests.support.cutting_proxy import CuttingProxy
from tests.support.eventually import eventually
from tests.support.lobbies import running


class People:
    """Clients of one lobby, who leave with the test."""

    def __init__(self, stack: AsyncExitStack, url: str, token: Callable[[str], str]) -> None:
        self._stack, self.url, self.token = stack, url, token

    async def come(self, name: str, **more: Any) -> Lobby:
        return await self._stack.enter_async_context(await connect(self.url, token=self.token(name), **more))


@asynccontextmanager
async def people(redis_url: str, realm: str, games: Path) -> AsyncIterator[People]:
    async with (
        Cluster(redis_url, realm, games, workers=2),
        running(redis_url, realm, games=read_catalog(games), secrets=(("test", SECRET),)) as lobby,
        AsyncExitStack() as stack,
    ):
        yield People(stack, f"http://127.0.0.1:{lobby.port}", lambda name: lobby.token(name, name))


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain", manifest="[spectators]\nmost = 4\n")
    write_game(tmp_path, "led", manifest='authority = "host"\n')
    return tmp_path


async def refused(deed: Awaitable[Any]) -> ErrorKind:
    with pytest.raises(RoomError) as refusal:
        await deed
    return refusal.value.kind


async def test_a_line_is_lost_and_the_others_see_it_go_and_come(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here, CuttingProxy() as proxy:
        ann = await here.come("ann")
        bob = await here.come("bob", shell=proxy.shell(dice.secret))
        den = await ann.create("plain", "Den")
        bobs = await bob.join(den.id)
        await den.send("n", 1)
        assert (await bobs.next(Relay, within=5)).body == 1
        proxy.is_blocked = True
        proxy.cut()
        assert (await den.next(Away, within=5)).member.username == "bob"
        await bobs.next(Dropped, within=5)
        await den.send("n", 2)
        await bobs.send("n", 3)
        proxy.is_blocked = False
        assert await bobs.next(Resumed, within=10) == Resumed(True)
        assert (await bobs.next(Relay, within=5)).body == 2
        assert (await den.next(Back, within=5)).member.username == "bob"
        assert (await den.next(Relay, within=5)).body == 3
        await eventually(lambda: bobs.unconfirmed == [])


async def test_a_session_goes_on_in_another_program(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here, CuttingProxy() as proxy:
        ann = await here.come("ann")
        bob = await here.come("bob", shell=proxy.shell(dice.secret))
        den = await ann.create("plain", "Den")
        bobs = await bob.join(den.id)
        await bobs.say("hello")
        await bobs.next(Chat, within=5)
        proxy.is_blocked = True
        proxy.cut()
        await bobs.next(Dropped, within=5)
        await bobs.send("n", 1)
        saved = bobs.session
        await bob.close()
        again = await here.come("bob", session=saved)
        room = await again.arrival()
        assert (room.me.number, [line.text for line in room.chat]) == (2, ["hello"])
        assert (await den.next(Relay, within=5)).body == 1
        await den.next(Back, within=5)


async def test_two_windows_of_one_client(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        one, other = await here.come("ann"), await here.come("ann")
        den = await one.create("plain", "Den")
        assert await refused(other.join(den.id)) is SEATED
        room = await other.join(den.id, take_over=True)
        await eventually(lambda: den.reason and den.reason.kind is TAKEN_OVER)
        assert (room.me.number, one.room) == (1, None)


async def test_doors(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob, eve = [await here.come(name) for name in ("ann", "bob", "eve")]
        den = await ann.create("plain", "Den")
        await den.set_doors(PRIVATE)
        assert den.invite
        assert await refused(bob.join(invite="wrongone")) is INVITE_WRONG
        await eventually(lambda: _joins(bob, den.invite), within=10)
        await den.set_doors(PRIVATE, is_locked=True)
        await eventually(lambda: _refuses(eve, den.invite, ROOM_LOCKED), within=10)
        await den.set_doors("public")
        room = await eventually(lambda: _joins(eve, "", den.id), within=10)
        await den.kick(room.me.number)
        await eventually(lambda: room.reason and room.reason.kind is KICKED)
        room = await eventually(lambda: _joins(eve, "", den.id), within=10)
        await den.ban(room.me.number)
        await eventually(lambda: room.reason and room.reason.kind is BANNED)
        assert await refused(eve.join(den.id)) is BANNED
        await den.hand_over(bob.room.me.number if bob.room else 0)
        assert not den.is_host


async def _joins(lobby: Lobby, invite: str, room_id: str = "") -> Any:
    """Doors reach the directory with the next renewal."""
    try:
        return await lobby.join(room_id, invite=invite)
    except RoomError:
        return None


async def _refuses(lobby: Lobby, invite: str, kind: ErrorKind) -> bool:
    try:
        await (await lobby.join(invite=invite)).leave()
    except RoomError as error:
        return error.kind is kind
    return False


async def test_a_spectator_takes_a_seat(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob = await here.come("ann"), await here.come("bob")
        den = await ann.create("plain", "Den")
        room = await bob.join(den.id, role=SPECTATOR)
        assert room.me.role == SPECTATOR
        await room.take_seat()
        assert (await den.next(SeatTaken, within=5)).member.username == "bob"
        await room.send("n", 1)
        assert (await den.next(Relay, within=5)).body == 1


async def test_the_same_people_go_on_to_the_next_room(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob = await here.come("ann"), await here.come("bob")
        den = await ann.create("plain", "Den")
        bobs = await bob.join(den.id)
        async with asyncio.timeout(15):
            board = await ann.next_room("led", "Board")
            with pytest.raises(RoomError):
                await bobs.next(Left)
            assert bobs.reason
            assert bobs.reason.kind is NEXT_ROOM
            also = await bob.arrival()
        assert also.id == board.id != den.id
        assert (board.game, board.name) == ("led", "Board")
        await eventually(lambda: len(board.members) == 2)


async def test_a_quick_match_meets_in_one_room(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob = await here.come("ann"), await here.come("bob")
        first = await ann.quick_match("plain")
        await bob.rooms.watch()
        await eventually(lambda: bob.rooms.get(first.id))
        assert (await bob.quick_match("plain")).id == first.id


async def test_pings_of_the_listed_rooms(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob = await here.come("ann"), await here.come("bob")
        den = await ann.create("plain", "Den")
        await bob.rooms.watch()
        await eventually(lambda: _is_measured(bob, den.id), within=10)
        ping = (await bob.pings.measure())[den.id]
        assert 0 < ping.ms < 1000
        assert ping.is_estimate
        (address,) = bob.pings.own_ms
        assert 0 < await probe(address, here.token("bob")) < 1000
        await bob.join(den.id)
        await eventually(lambda: set(den.pings) == {1, 2}, within=8)


async def _is_measured(lobby: Lobby, room_id: str) -> bool:
    row = lobby.rooms.get(room_id)
    return row is not None and row.host_ping_ms is not None


async def test_a_host_hands_over_what_its_program_knows(redis_url: str, realm: str, games: Path) -> None:
    async with people(redis_url, realm, games) as here:
        ann, bob = await here.come("ann"), await here.come("bob")
        den = await ann.create("led", "Board")
        den.on_deposit = lambda: b"all that ann knows"
        den.deposit_tick = 7
        bobs = await bob.join(den.id)
        await bobs.next(Snapshot, within=5)
        await bobs.send("n", 1)
        await den.next(Relay, within=5)

        async def play() -> None:
            async for _ in den:
                pass

        playing = asyncio.create_task(play())
        await den.hand_over(2)
        assert (await bobs.next(HostChanged, within=5)).host == bobs.me
        snapshot = await bobs.next(Snapshot, within=5)
        assert (snapshot.is_whole, snapshot.tick, snapshot.state) == (True, 7, b"all that ann knows")
        assert [said.body for said in snapshot.journal] in ([], [1])
        playing.cancel()
        await asyncio.wait([playing])
