"""What runs inside a worker process: one loop, one port, many rooms. Started and watched by its node.

SIGTERM drains: the doors close, each room ends with `worker-stopping` and its members are told, the lease ends. Ctrl-C
reaches the whole process group and is left to the node. A node that is gone takes its workers with it at once.
Imports neither FastAPI nor uvicorn, and reads no environment: everything comes in its `Commission`.
"""

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from room_worker.doorkeeper import Doorkeeper
from room_worker.heartbeat import BEAT_EVERY_S, Heartbeat
from room_worker.hints import Farewells, listen
from room_worker.lease import Lease
from room_worker.load import LoadMeter
from room_worker.next_rooms import NextRooms
from room_worker.proxies import is_among
from room_worker.renewal import Renewal
from room_worker.rooms import Rooms
from room_worker.transport.frames import encode_frames
from room_worker.transport.server import Server, serve
from shared import logs
from shared.catalog import read_catalog
from shared.catalog_watch import watch
from shared.clock import Clock
from shared.protocol.errors import STORE_UNAVAILABLE, WORKER_STOPPING, RoomError
from shared.protocol.ids import NodeId, WorkerId
from shared.protocol.records import WorkerRecord
from shared.settings import Settings
from shared.start import tls_of
from shared.store.store import Store
from shared.wire.tokens import Keyring

REGISTER_EVERY_S = 0.5
ORPHANED = 3
"""Exit code of a worker whose node is gone."""
CANCEL_AGAIN_S = 0.1
DRAIN_S = 5.0
"""What a stopping worker gives its rooms to end in the directory; members are told at the end of it in any case."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Commission:
    """All that a worker is told at its start. `address` as it is announced, the client's part still open.

    One in `reserve` takes rooms that want a process of their own, and only those; the others take none of them.
    """

    worker_id: WorkerId
    node_id: NodeId
    address: str
    is_reserve: bool
    settings: Settings


def main(commission: Commission, sock: socket.socket, heartbeat: Heartbeat) -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.set_up(f"worker {commission.worker_id}")
    _end_with_node()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(Worker(commission, heartbeat).run(sock))


class Worker:
    """Builds the parts, runs them until SIGTERM, and takes them down in order."""

    def __init__(self, commission: Commission, heartbeat: Heartbeat) -> None:
        self._commission, self._heartbeat = commission, heartbeat
        settings = commission.settings
        catalog = read_catalog(settings.games)
        self._catalog = catalog
        self._store = Store(settings.redis_url, settings.realm)
        self._load = LoadMeter()
        self._is_draining = False
        clock, lease, dice = Clock(), Lease(), secrets.SystemRandom()
        self._clock = clock
        self._farewells = Farewells(self._store.bus)
        self._rooms = Rooms(
            catalog,
            self._store.ownership,
            heartbeat,
            clock=clock,
            lease=lease,
            encode=encode_frames,
            parted=self._farewells.parted,
            next_room=NextRooms(catalog, self._store.ownership, self._store.directory, dice).place,
            dice=dice,
            most=settings.rooms_per_worker,
        )
        self._renewal = Renewal(
            self._rooms, self._store.ownership, self._store.bus, clock=clock, lease=lease, describe=self._describe
        )
        self._doorkeeper = Doorkeeper(
            commission.worker_id,
            self._rooms,
            self._store.ownership,
            Keyring(dict(settings.secrets), settings.secrets[0][0]),
            encode=encode_frames,
            clock=clock,
            dice=dice,
        )

    async def run(self, sock: socket.socket) -> None:
        """Serves until SIGTERM. A part that fails ends the worker, and its node starts another."""
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        async with asyncio.TaskGroup() as tasks:
            beating = tasks.create_task(self._keep_beating(), name="heartbeat")
            server = await self._serve(sock)
            await self._register(stop)
            parts = [
                tasks.create_task(self._renewal.run(), name="renewal"),
                tasks.create_task(self._farewells.run(), name="farewells"),
                tasks.create_task(listen(self._store.bus, self._rooms), name="hints"),
                tasks.create_task(self._read_again(), name="catalog"),
            ]
            log.info("serves %s", self._commission.address)
            await stop.wait()
            await self._drain(server, parts)
            beating.cancel()
        await self._store.close()

    async def _serve(self, sock: socket.socket) -> Server:
        settings = self._commission.settings
        return await serve(
            self._doorkeeper,
            sock=sock,
            clock=self._clock,
            ssl=tls_of(settings),
            is_proxy=is_among(settings.trusted_proxies),
        )

    async def _register(self, stop: asyncio.Event) -> None:
        """However long the directory is away, unless the worker is to stop before."""
        while not stop.is_set():
            try:
                await self._store.leases.register(self._describe())
            except RoomError as error:
                if error.kind is not STORE_UNAVAILABLE:
                    raise
            else:
                self._heartbeat.ready()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(REGISTER_EVERY_S):
                    await stop.wait()

    async def _keep_beating(self) -> None:
        """On the loop whose life it proves."""
        while True:
            self._heartbeat.beat(len(self._rooms), self._rooms.is_exclusive)
            await asyncio.sleep(BEAT_EVERY_S)

    async def _drain(self, server: Server, parts: list[asyncio.Task[None]]) -> None:
        """Nobody is placed here any more, then each room ends, and last the lease, which nothing must renew again."""
        log.info("stops with %d rooms", len(self._rooms))
        self._is_draining = True
        self._doorkeeper.close()
        await _end(parts)
        with suppress(RoomError, TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                await self._store.leases.register(self._describe())
                for shell in self._rooms:
                    shell.end(WORKER_STOPPING)
                await self._rooms.wait_empty()
        with suppress(RoomError):
            await self._store.leases.end(self._commission.worker_id, charge=None)
        await server.close(WORKER_STOPPING)

    def _games(self) -> dict[str, str]:
        """Those that may be placed here, each with the hash of its code."""
        return {
            name: game.hash
            for name, game in self._catalog.games.items()
            if game.manifest.is_isolated == self._commission.is_reserve
        }

    async def _read_again(self) -> None:
        """In development what is saved in a game's folder counts at once."""
        settings = self._commission.settings
        if settings.development:
            await watch(settings.games, self._catalog, self._rooms.reload)

    def _describe(self) -> WorkerRecord:
        return WorkerRecord(
            worker_id=self._commission.worker_id,
            node_id=self._commission.node_id,
            address=self._commission.address,
            games=self._games(),
            load=round(self._load.read(), 3),
            rooms=len(self._rooms),
            room_limit=self._commission.settings.rooms_per_worker,
            is_draining=self._is_draining,
            is_exclusive=self._rooms.is_exclusive,
        )


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels until they end: on Python 3.11 asyncio.wait_for, which redis-py uses, may swallow a cancellation."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=CANCEL_AGAIN_S)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _end_with_node() -> None:
    """A thread, because the loop may hang in a room when the node dies. It ends a process and proves nothing."""
    node = multiprocessing.parent_process()
    assert node is not None

    def watch() -> None:
        multiprocessing.connection.wait([node.sentinel])
        os._exit(ORPHANED)

    threading.Thread(target=watch, name="ends with the node", daemon=True).start()
