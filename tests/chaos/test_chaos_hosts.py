"""A host's process is killed in the middle of play: another goes on, from exactly what everybody had heard.

The witness is a spectator who only listens: what it has heard when the new host is named is the truth that snapshot and
journal must add up to.
"""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from client_py import SPECTATOR, Lobby, Room, Shell, connect
from shared.catalog import read_catalog
from shared.protocol.errors import HOST_EPOCH_OLD
from shared.protocol.limits import HOST_PATIENCE_S
from shared.protocol.messages import TO_OTHERS, SendAsHost
from shared.wire.body import pack_body
from tests.chaos.ledger import AS_HOST, Election, Entry, Ledger, by
from tests.support.cluster import ROOT, SECRET, Cluster, write_game
from tests.support.cutting_proxy import CuttingProxy
from tests.support.eventually import eventually
from tests.support.lobbies import Running, running
from tests.support.seeds import a_seed

MANIFEST = 'authority = "host"\n[seats]\ndefault = 4\nmost = 8\n[spectators]\nmost = 4\n'
KILLS, AT_ONCE = 50, 5
BOT, ANN, BOB, WITNESS = 1, 2, 3, 4
"""Numbers in order of arrival."""


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "ledger", manifest=MANIFEST)
    return tmp_path


@asynccontextmanager
async def servers(redis_url: str, realm: str, games: Path) -> AsyncIterator[Running]:
    async with (
        Cluster(redis_url, realm, games, workers=2),
        running(redis_url, realm, games=read_catalog(games), secrets=(("test", SECRET),)) as lobby,
    ):
        yield lobby


@dataclass
class Took:
    """Seconds from the kill: until the room saw the line gone, and until there was a new host."""

    detection_s: float
    election_s: float


class Table:
    """Two players and a witness, in a room that somebody else opened."""

    def __init__(self, stack: AsyncExitStack, running: Running, name: str) -> None:
        self._stack, self._running, self._name = stack, running, name
        self._tasks: list[asyncio.Task[None]] = []
        self.ledgers: list[Ledger] = []

    async def connect(self, who: str, shell: Shell | None = None) -> Lobby:
        url = f"http://127.0.0.1:{self._running.port}"
        return await self._stack.enter_async_context(await connect(url, token=self.token(who), shell=shell))

    def token(self, who: str) -> str:
        return self._running.token(f"{self._name}{who}", who)

    async def sit_down(self, room_id: str) -> None:
        for who, role in (("ann", "player"), ("bob", "player"), ("witness", SPECTATOR)):
            lobby = await self.connect(who)
            self.add(await lobby.join(room_id, role=role))

    def add(self, room: Room) -> Ledger:
        self.ledgers.append(Ledger(room))
        self._tasks.append(asyncio.create_task(self.ledgers[-1].listen()))
        return self.ledgers[-1]

    def talk(self, ledger: Ledger) -> None:
        self._tasks += map(asyncio.create_task, (ledger.talk(), ledger.deposit_regularly()))

    async def elected(self, within: float) -> Election:
        """The next host, as the witness hears of it."""
        (election,) = await eventually(lambda: self.ledgers[-1].elections, within=within)
        return election  # type: ignore[no-any-return]

    async def rise(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def kill_a_host(running: Running, name: str, dice: random.Random) -> Took:
    async with AsyncExitStack() as stack:
        table = Table(stack, running, name)
        stack.push_async_callback(table.rise)
        command = [sys.executable, "-m", "tests.chaos.ledger", f"http://127.0.0.1:{running.port}", table.token("bot")]
        bot = await asyncio.create_subprocess_exec(*command, "ledger", "4", cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        assert bot.stdout is not None
        try:
            await table.sit_down((await bot.stdout.readline()).decode().strip())
            ann, bob, witness = table.ledgers
            for ledger in (ann, bob):
                table.talk(ledger)
            await eventually(lambda: by(witness.entries, BOT))
            await asyncio.sleep(dice.uniform(0.5, 2.5))  # not to wait for a fact: the moment of the kill
        finally:
            bot.send_signal(signal.SIGKILL)
            killed_at = asyncio.get_running_loop().time()
            await bot.wait()
        await eventually(lambda: witness.room.members[BOT].is_away, within=2.0, every=0.005)
        seen_at = asyncio.get_running_loop().time()
        election = await table.elected(within=HOST_PATIENCE_S + 3.0)
        await _judge(table, election)
        return Took(seen_at - killed_at, election.at - killed_at)


async def _judge(table: Table, election: Election) -> None:
    ann, bob, witness = table.ledgers
    assert (election.host, election.host_epoch) in ((ANN, 2), (BOB, 2))
    new_host = ann if election.host == ANN else bob
    await eventually(lambda: new_host.elections and new_host.elections[-1].brief is not None)
    brief = new_host.elections[-1]
    assert brief.is_whole
    for who in ((BOT,), (AS_HOST,), (ANN, BOB)):
        assert by(brief.brief or [], *who) == by(election.heard, *who), who
    await _the_old_epoch_is_refused(new_host)
    await _play_goes_on(new_host, witness)


async def _the_old_epoch_is_refused(ledger: Ledger) -> None:
    await ledger.room._say(SendAsHost(ledger.room.host_epoch - 1, TO_OTHERS, "n", pack_body(-1)))
    await eventually(lambda: [error.kind for error in ledger.refused] == [HOST_EPOCH_OLD])


async def _play_goes_on(new_host: Ledger, witness: Ledger) -> None:
    """And in the end the new host knows all that was said, before it and since."""
    since = len(witness.entries)
    await eventually(lambda: len(by(witness.entries[since:], AS_HOST)) > 5)
    heard = list(witness.entries)
    for who in (AS_HOST, BOT, ANN, BOB):
        told = by(heard, who)
        await eventually(lambda who=who, told=told: _knows(new_host, who, told))


def _knows(ledger: Ledger, who: int, told: list[Entry]) -> bool:
    known = by(ledger.entries, who)[: len(told)]
    assert known == told, f"missing {set(told) - set(known)}, invented {set(known) - set(told)}, {len(known)} known"
    return True


def show(took: list[Took]) -> None:
    for name in ("detection_s", "election_s"):
        times = sorted(getattr(each, name) for each in took)
        print(f"{name}: median {times[len(times) // 2]:.3f}, longest {times[-1]:.3f} of {len(times)}")


@pytest.mark.timeout(90)
async def test_a_killed_host_is_replaced_by_one_who_knows_everything(redis_url: str, realm: str, games: Path) -> None:
    dice = random.Random(a_seed())
    async with servers(redis_url, realm, games) as running:
        took = await kill_a_host(running, "first", dice)
    show([took])
    assert took.election_s < HOST_PATIENCE_S + 2.0


@pytest.mark.long
async def test_fifty_hosts_are_killed(redis_url: str, realm: str, games: Path) -> None:
    seed = a_seed()
    took: list[Took] = []
    async with servers(redis_url, realm, games) as running:
        for start in range(0, KILLS, AT_ONCE):
            names = [f"host{number}" for number in range(start, start + AT_ONCE)]
            took += await asyncio.gather(
                *(kill_a_host(running, name, random.Random(f"{seed} {name}")) for name in names)
            )
    show(took)
    assert max(each.election_s for each in took) < HOST_PATIENCE_S + 2.0


@pytest.mark.timeout(90)
async def test_what_a_host_said_while_its_line_was_lost_comes_too_late(redis_url: str, realm: str, games: Path) -> None:
    """It goes on as host, unaware, until its patience is over; then another is host, and it is told."""
    async with servers(redis_url, realm, games) as running, AsyncExitStack() as stack:
        table = Table(stack, running, "cut")
        stack.push_async_callback(table.rise)
        proxy = await stack.enter_async_context(CuttingProxy())
        lobby = await table.connect("host", proxy.shell(random.Random(1)))
        host = table.add(await lobby.create("ledger", "Den"))
        await table.sit_down(host.room.id)
        await host.room.send_as_host("n", 1)
        witness = table.ledgers[-1]
        await eventually(lambda: by(witness.entries, AS_HOST))
        proxy.is_blocked = True
        proxy.cut()
        await eventually(lambda: not host.room.is_connected)
        await host.room.send_as_host("n", 2)
        election = await table.elected(within=HOST_PATIENCE_S + 3.0)
        assert election.host_epoch == 2
        proxy.is_blocked = False
        await eventually(lambda: [error.kind for error in host.refused] == [HOST_EPOCH_OLD], within=5.0)
        assert [entry.number for entry in by(witness.entries, AS_HOST)] == [1]
        assert not host.room.is_host
