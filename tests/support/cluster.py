"""Nodes as real processes, and a directory in which the test places rooms as a lobby would.

`async with Cluster(…) as cluster:` returns when all workers are in the directory. `create` and `join` give a `Place`:
the address to go to and the ticket to say hello with; `sit` goes there.
"""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shared.catalog import read_catalog
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId, draw_id
from shared.protocol.records import Entry, Hold, RoomRecord, RoomSpec, SeatRequest, WorkerRecord
from shared.rules.manifest import check_options
from shared.rules.placement import rank
from shared.store.directory import RoomLimits
from shared.store.store import Store
from shared.wire.tokens import Keyring, Ticket
from tests.support import dice
from tests.support.eventually import eventually
from tests.support.player import Player

ROOT = Path(__file__).parents[2]
SECRET = "a secret of the tests that is long enough"
KEYS = Keyring({"test": SECRET}, "test")
READY_S = 20.0
STOP_S = 25.0
STARTED = re.compile(r"worker (?P<worker>\S+) starts: pid (?P<pid>\d+)")


class NodeProcess:
    """`rooms node` of the test's own. `log` is what it and its workers said so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.log: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, environ: dict[str, str]) -> Self:
        command = [sys.executable, "-m", "cli.main", "node"]
        return cls(await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environ, stderr=PIPE))

    def pids(self) -> dict[WorkerId, int]:
        """Every worker that it ever started."""
        found = (STARTED.search(line) for line in self.log)
        return {WorkerId(match["worker"]): int(match["pid"]) for match in found if match}

    async def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
        async with asyncio.timeout(STOP_S):
            return await self.wait()

    async def wait(self) -> int:
        """The exit code, once the last worker has closed its end of the log too."""
        code = await self.process.wait()
        await self._reading
        return code

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode().rstrip())


@dataclass(frozen=True, slots=True)
class Place:
    """A held seat: what a `reroute` would say."""

    hold: Hold
    address: str
    ticket: str

    @property
    def room_id(self) -> RoomId:
        return self.hold.room_id


class Cluster:
    """`reserve`: the workers beyond the usual ones that are to be there at the start."""

    def __init__(
        self,
        redis_url: str,
        realm: str,
        games: Path,
        *,
        nodes: int = 1,
        workers: int = 2,
        reserve: int = 0,
        **settings: str,
    ) -> None:
        self.store = Store(redis_url, realm)
        self.nodes: list[NodeProcess] = []
        self._games, self._node_count, self._workers = games, nodes, workers + reserve
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ROOMS_")},
            "REDIS_URL": redis_url,
            "ROOMS_REALM": realm,
            "ROOMS_SECRETS": f"test:{SECRET}",
            "ROOMS_GAMES": str(games),
            "ROOMS_WORKERS": str(workers),
            "ROOMS_WORKER_PORTS": "0",
            "ROOMS_WORKER_HOST": "127.0.0.1",
            **settings,
        }

    async def __aenter__(self) -> Self:
        self.nodes = [await NodeProcess.start(self.environ) for _ in range(self._node_count)]
        try:
            await self.ready()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes))
        await self.store.close()
        for node in self.nodes if error is not None else []:
            print("\n".join(node.log))

    async def ready(self, workers: int | None = None) -> list[WorkerRecord]:
        """All workers are in the directory."""
        wanted = self._node_count * self._workers if workers is None else workers

        async def there() -> list[WorkerRecord]:
            found = await self.store.directory.workers()
            assert len(found) == wanted, f"{len(found)} workers of {wanted}: {self.nodes and self.nodes[0].log}"
            return found

        found: list[WorkerRecord] = await eventually(there, within=READY_S)
        return found

    async def create(
        self, game: str, client: str, *, on: WorkerId | None = None, seats: int = 8, name: str = "", **options: Any
    ) -> Place:
        """A room on one worker, or on any."""
        known = read_catalog(self._games).games[GameName(game)]
        isolated = known.manifest.is_isolated
        room_id = RoomId(draw_id(dice.secret, 10))
        spec = RoomSpec(
            room_id=room_id,
            game=known.name,
            game_hash=known.hash,
            name=name or f"room {room_id}",
            seats=seats,
            spectators=8,
            authority=known.manifest.authority,
            options=check_options(known.manifest, options),
            creator=ClientId(client),
            isolated=isolated,
        )
        workers = await self.store.directory.workers()
        ranked = rank(workers, known.name, known.hash, isolated=isolated, dice=dice.secret)
        (hold,) = await self.store.directory.place(
            spec,
            [SeatRequest(ClientId(client))],
            request=draw_id(dice.secret, 16),
            candidates=[on] if on else ranked,
            limits=RoomLimits(cluster=1000, per_client=1000),
        )
        return self.place(hold)

    async def join(self, room_id: RoomId, client: str) -> Place:
        (hold,) = await self.store.directory.hold(
            room_id, [SeatRequest(ClientId(client))], by=ClientId(client), request=draw_id(dice.secret, 16)
        )
        return self.place(hold)

    async def come_back(self, room_id: RoomId, client: str, entry: Entry = Entry.RETURN) -> Place:
        """To the seat that the client has there."""
        (hold,) = await self.store.directory.hold(
            room_id,
            [SeatRequest(ClientId(client))],
            by=ClientId(client),
            request=draw_id(dice.secret, 16),
            entry=entry,
        )
        return self.place(hold, takes_over=entry is Entry.TAKE_OVER)

    def place(
        self,
        hold: Hold,
        *,
        keys: Keyring = KEYS,
        origin: str = "",
        now: float | None = None,
        takes_over: bool = False,
    ) -> Place:
        signed = keys.sign_ticket(replace(ticket(hold, origin), takes_over=takes_over), _now(now))
        return Place(hold, hold.address.replace("{host}", "127.0.0.1"), signed)

    async def sit(self, place: Place) -> Player:
        return await Player.enter(place.address, place.ticket)

    async def table(self, game: str, *clients: str, on: WorkerId | None = None) -> tuple[RoomId, list[Player]]:
        """A room with these clients in it, each of whom has seen it."""
        from shared.protocol.messages import RoomJoined

        first = await self.create(game, clients[0], on=on)
        players = [await self.sit(first)]
        await players[0].next(RoomJoined)
        for client in clients[1:]:
            players.append(await self.sit(await self.join(first.room_id, client)))
            await players[-1].next(RoomJoined)
        return first.room_id, players

    async def rooms(self) -> dict[RoomId, RoomRecord]:
        """As a lobby would list them."""
        return await self.store.directory.rooms()

    def pid_of(self, worker_id: WorkerId) -> int:
        return next(pids[worker_id] for node in self.nodes if worker_id in (pids := node.pids()))


def ticket(hold: Hold, origin: str = "") -> Ticket:
    return Ticket(
        client_id=hold.client_id,
        username=hold.client_id,
        room_id=hold.room_id,
        game=hold.game,
        owner_epoch=hold.owner_epoch,
        session=hold.session,
        role=hold.role,
        players=hold.players,
        worker_id=hold.owner,
        origin=origin,
        expires=hold.until_ms // 1000,
    )


def write_game(games: Path, name: str, server: str = "", manifest: str = "", main: str = "") -> None:
    """A game written inside the test that needs it."""
    folder = games / name
    folder.mkdir(parents=True)
    (folder / "game.toml").write_text(manifest)
    if server:
        (folder / "server.py").write_text(server)
    if main:
        (folder / "main.py").write_text(main)


def _now(now: float | None) -> float:
    return time.time() if now is None else now
