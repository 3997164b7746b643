"""Sessions over real sockets and processes: lines cut or gone deaf, people who come back, hosts who are killed."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.protocol.errors import NEXT_ROOM, SEATED, SESSION_OVER, TAKEN_OVER
from shared.protocol.ids import ClientId
from shared.protocol.limits import HOST_PATIENCE_S
from shared.protocol.messages import HostChanged, MemberAway, MemberBack, MemberLeft, NextRoom, RoomJoined, RoomResumed
from shared.protocol.records import Entry
from tests.support.cluster import ROOT, Cluster, Place, write_game
from tests.support.dice import seeded
from tests.support.eventually import eventually
from tests.support.player import Player
from tests.support.refusals import refusal
from tests.support.sitter import Sitter
from tests.support.stores import hold_of
from tests.support.swallowing_proxy import SwallowingProxy

MESSAGES, EVERY_S, CUTS = 200, 0.02, 5


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain")
    write_game(tmp_path, "brief", manifest="grace_s = 0.5\n")
    return tmp_path


def through(proxy: SwallowingProxy) -> Callable[[str], str]:
    return lambda address: f"ws://127.0.0.1:{proxy.port}"


def port_of(place: Place) -> int:
    return int(place.address.rpartition(":")[2])


async def talk(sitter: Sitter, name: str) -> None:
    for number in range(MESSAGES):
        await sitter.relay(f"{name} {number}".encode())
        await asyncio.sleep(EVERY_S)


def all_of(name: str) -> list[bytes]:
    return [f"{name} {number}".encode() for number in range(MESSAGES)]


async def test_a_line_that_is_cut_or_goes_deaf_again_and_again_loses_nothing(
    redis_url: str, realm: str, games: Path
) -> None:
    dice = seeded()
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "ann")
        async with SwallowingProxy(port_of(place)) as proxy:
            ann, bob = Sitter(cluster, "ann"), Sitter(cluster, "bob", through(proxy))
            await ann.come_in(place)
            await bob.come_in(await cluster.join(place.room_id, "bob"))

            async def harm() -> None:
                for _ in range(CUTS):
                    await asyncio.sleep(dice.uniform(0.2, 0.6))
                    dice.choice([proxy.cut_present_lines, proxy.swallow_present_lines])()
                    await asyncio.sleep(dice.uniform(0.0, 0.3))
                    await bob.come_back()

            await asyncio.gather(talk(ann, "ann"), talk(bob, "bob"), harm())
            await eventually(lambda: bob.bodies == all_of("ann") and ann.bodies == all_of("bob"), within=5.0)
            assert [type(answer) for answer in bob.answers] == [RoomJoined] + [RoomResumed] * CUTS
            assert len({answer.you for answer in bob.answers}) == 1
            await bob.leave()
            await ann.leave()


async def test_the_others_see_away_and_back_and_a_deaf_line_is_replaced_at_once(
    redis_url: str, realm: str, games: Path
) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "ann")
        async with SwallowingProxy(port_of(place)) as proxy:
            ann, bob = Sitter(cluster, "ann"), Sitter(cluster, "bob", through(proxy))
            await ann.come_in(place)
            await bob.come_in(await cluster.join(place.room_id, "bob"))
            proxy.swallow_present_lines()
            assert isinstance(await bob.come_back(), RoomResumed)
            await bob.relay(b"here")
            assert await ann.player.bodies(1) == [b"here"]
            assert not [entry for entry in ann.player.heard if isinstance(entry, MemberAway)]
            proxy.cut_present_lines()
            assert (await ann.player.next(MemberAway)).number == bob.answers[0].you
            await bob.come_back()
            assert (await ann.player.next(MemberBack)).number == bob.answers[0].you
            await bob.leave()
            await ann.leave()


async def test_a_second_tab_takes_over_and_the_first_is_told_for_good(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        room_id, (ann, bob) = await cluster.table("plain", "ann", "bob")
        unasked = await cluster.come_back(room_id, "bob")
        async with await cluster.sit(unasked) as other:
            assert await other.closed() == SEATED.close_code
        again = await cluster.come_back(room_id, "bob", Entry.TAKE_OVER)
        async with ann, bob, await cluster.sit(again) as other:
            picture = await other.next(RoomJoined)
            assert await bob.closed() == TAKEN_OVER.close_code
            assert picture.has_returned
            assert len(picture.members) == 2
            await ann.relay(b"hello")
            assert await other.bodies(1) == [b"hello"]


async def test_who_stays_away_too_long_has_no_seat_any_more(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        room_id, (ann, bob) = await cluster.table("brief", "ann", "bob")
        async with ann:
            await bob.leave()
            assert (await ann.next(MemberLeft)).reason == SESSION_OVER.name
            await eventually(lambda: _is_free(cluster, "bob"))
            assert await refusal(cluster.come_back(room_id, "bob")) is SESSION_OVER


async def _is_free(cluster: Cluster, client: str) -> bool:
    return await cluster.store.directory.whereabouts(ClientId(client)) is None


async def test_a_killed_host_is_replaced_when_the_patience_ends(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "bot")
        command = [sys.executable, "-m", "tests.support.bot", place.address, place.ticket]
        bot = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        joined = await eventually(lambda: _joins(cluster, place, "ann"), within=10.0)
        async with joined as ann:
            assert (await ann.next(RoomJoined)).host == 1
            killed_at = time.monotonic()
            bot.send_signal(signal.SIGKILL)
            changed = await ann.next(HostChanged, within=HOST_PATIENCE_S + 3.0)
            took_s = time.monotonic() - killed_at
            print(f"a new host {took_s:.2f} s after the kill (patience {HOST_PATIENCE_S:g} s)")
            assert changed == HostChanged(2, 2)
            assert took_s >= HOST_PATIENCE_S - 0.1
        await bot.wait()


async def test_the_same_people_meet_in_the_next_room(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games) as cluster:
        room_id, players = await cluster.table("plain", "ann", "bob", "cat")
        await players[0].say(NextRoom("n", "", "", False))
        assert [await player.closed() for player in players] == [NEXT_ROOM.close_code] * 3
        holds = [await hold_of(cluster.store, ClientId(client)) for client in ("ann", "bob", "cat")]
        again = [await cluster.sit(cluster.place(hold)) for hold in holds if hold is not None]
        pictures = [await player.next(RoomJoined) for player in again]
        assert len({picture.room_id for picture in pictures} - {room_id}) == 1
        assert sorted(len(picture.members) for picture in pictures) == [1, 2, 3], "in whatever order they came"
        for player in (*players, *again):
            await player.leave()


async def _joins(cluster: Cluster, place: Place, client: str) -> Player | None:
    """Once the bot has claimed its seat; until then its room is not born."""
    if place.room_id not in await cluster.rooms():
        return None
    return await cluster.sit(await cluster.join(place.room_id, client))
