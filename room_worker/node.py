"""One machine's supervisor: keeps its workers running, one port each, and ends them all when it ends.

A worker that dies is replaced at once, under a new id, on the same port; one whose loop hangs is killed first. Either
way its lease is ended in the directory, and the room whose code it was running is charged. Games that want a process
for each room get workers of their own beside the usual ones: one empty one is kept ready, up to a limit.
The node itself serves nobody and holds no state that matters: what it knows of rooms it reads from heartbeats.
"""

import asyncio
import logging
import multiprocessing
import os
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from room_worker.process import LOOK_EVERY_S, Context, WorkerProcess
from room_worker.slot import Slot
from room_worker.worker import Commission
from shared.protocol.errors import RoomError
from shared.protocol.ids import NODE_ID_CHARS, Dice, NodeId, RoomId, WorkerId, draw_id
from shared.protocol.limits import LEASE_S
from shared.settings import CannotStart, Settings
from shared.start import games_of, require_redis, tls_of
from shared.store.store import Store
from shared.store.workers import WorkerLeases

WORKER_ID_CHARS = 6
RESERVE_WORKERS = 64
"""Workers for isolated rooms that a node may run beyond the usual number. At the limit such rooms find no worker."""
SURPLUS_S = 30.0
"""How long a second empty worker of these is kept."""
FAILURES_AT_START = 3
"""Workers on one port that end before any worker of the node ever served: then it gives up and says so."""
STOP_S = 15.0
"""From SIGTERM until a worker that has not ended is killed."""
LAST_CALLS_S = 2.0
"""What a stopping node gives the directory to take note of its workers' ends; leases end by themselves."""
RETRY_S = 0.5

log = logging.getLogger(__name__)


async def run(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Until SIGTERM, SIGINT or cancellation. `ready` is called once all workers serve.

    Raises CannotStart, OSError (a port is taken).
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    store = Store(settings.redis_url, settings.realm)
    try:
        tls_of(settings)
        await require_redis(settings, store)
        node = Node(settings, store.leases, dice=secrets.SystemRandom())
        try:
            node.start()
            await node.watch(stop, ready)
        finally:
            await node.stop()
    finally:
        await store.close()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


class Node:
    def __init__(self, settings: Settings, leases: WorkerLeases, *, dice: Dice) -> None:
        """Raises CannotStart."""
        self._settings, self._leases, self._dice = settings, leases, dice
        self._node_id = NodeId(draw_id(dice, NODE_ID_CHARS))
        self._usual = settings.workers or os.cpu_count() or 1
        self._has_isolated_games = _read_games(settings)
        self._context = _context()
        self._slots: list[Slot] = []
        self._reserve: list[Slot] = []
        """Those of the slots that are for isolated rooms."""
        self._endings: set[asyncio.Task[None]] = set()
        self._has_served = False
        self._is_stopping = False
        self._surplus_since: float | None = None

    def start(self) -> None:
        """Raises OSError when a port is taken."""
        for _ in range(self._usual):
            self._slots.append(self._start_slot(is_reserve=False))
        if self._has_isolated_games:
            self._add_reserve()

    async def watch(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Until `stop` is set. Raises CannotStart when no worker can be started."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            self._kill_hung(loop.time())
            if self._has_served:
                self._keep_one_empty(loop.time())
            else:
                self._await_start(ready)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await stop.wait()

    async def stop(self) -> None:
        """Every worker tells its members and ends; one that does not in time is killed. Nothing is left."""
        self._is_stopping = True
        slots = list(self._slots)
        for slot in slots:
            slot.retire()
        try:
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(*(slot.wait_vacant() for slot in slots))
        except TimeoutError:
            for slot in slots:
                self._kill(slot)
            await asyncio.gather(*(slot.wait_vacant() for slot in slots))
        if self._endings:
            _, late = await asyncio.wait(self._endings, timeout=LAST_CALLS_S)
            for ending in late:
                ending.cancel()

    # One worker

    def _add_reserve(self) -> None:
        slot = self._start_slot(is_reserve=True)
        self._slots.append(slot)
        self._reserve.append(slot)

    def _start_slot(self, *, is_reserve: bool) -> Slot:
        first = self._settings.worker_ports
        taken = {slot.port for slot in self._slots}
        port = next(port for port in range(first, first + len(taken) + 1) if port not in taken) if first else 0
        slot = Slot(self._settings.worker_host, port, hire=partial(self._hire, is_reserve), ended=self._on_end)
        slot.start()
        return slot

    def _hire(self, is_reserve: bool, port: int, sock: socket.socket) -> WorkerProcess:
        worker_id = WorkerId(f"{self._node_id}-{draw_id(self._dice, WORKER_ID_CHARS)}")
        address = self._settings.worker_address.replace("{node}", self._settings.node_name).replace("{port}", str(port))
        commission = Commission(worker_id, self._node_id, address, is_reserve, self._settings)
        return WorkerProcess(self._context, commission, sock)

    def _on_end(self, slot: Slot, worker: WorkerProcess) -> None:
        """Its successor first: that is what clients wait for."""
        is_expected = self._is_stopping or slot not in self._slots
        log.log(logging.INFO if is_expected else logging.ERROR, "worker %s: %s", worker.worker_id, worker.exit_text)
        if not is_expected:
            slot.start_again()
        ending = asyncio.get_running_loop().create_task(self._end_lease(worker.worker_id, worker.guilty_room))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end_lease(self, worker_id: WorkerId, guilty_room: RoomId | None) -> None:
        """Its rooms end with it at once, instead of when the lease would have run out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LEASE_S):
                while True:
                    with suppress(RoomError):
                        await self._leases.end(worker_id, charge=guilty_room)
                        return
                    await asyncio.sleep(RETRY_S)

    def _kill_hung(self, now: float) -> None:
        for slot in self._slots:
            if slot.worker is not None and slot.worker.is_hung(now):
                log.error("worker %s hangs in room %s", slot.worker.worker_id, slot.worker.guilty_room)
                self._kill(slot)

    def _kill(self, slot: Slot) -> None:
        if slot.worker is not None:
            slot.worker.kill()

    # All workers

    def _await_start(self, ready: Callable[[], None]) -> None:
        if all(slot.is_serving for slot in self._slots):
            self._has_served = True
            ready()
        elif any(slot.failures >= FAILURES_AT_START for slot in self._slots):
            raise CannotStart("No worker could be started; what stopped them stands above.")

    def _keep_one_empty(self, now: float) -> None:
        """A room that wants a process for itself is placed on an empty worker; see that there is one."""
        if not self._has_isolated_games:
            return
        empty = [slot for slot in self._reserve if slot.worker is not None and slot.worker.is_empty]
        is_starting = any(not slot.is_serving for slot in self._reserve)
        if not empty and not is_starting and len(self._reserve) < RESERVE_WORKERS:
            with suppress(OSError):
                self._add_reserve()
        self._send_home(now, empty[1:])

    def _send_home(self, now: float, surplus: list[Slot]) -> None:
        """Ends one empty worker too many, once there has been one for a while."""
        if not surplus:
            self._surplus_since = None
        elif self._surplus_since is None:
            self._surplus_since = now
        elif now - self._surplus_since > SURPLUS_S:
            self._surplus_since = None
            self._slots.remove(surplus[-1])
            self._reserve.remove(surplus[-1])
            surplus[-1].retire()


def _read_games(settings: Settings) -> bool:
    """Whether any wants a process for each room. What the guard advises an author is said here, once."""
    catalog = games_of(settings)
    for game in catalog.games.values():
        for sentence in game.advice:
            log.warning("%s", sentence)
    return any(game.manifest.is_isolated for game in catalog.games.values())


def _context() -> Context:
    """forkserver starts a worker in a tenth of the time of spawn, because the imports are done once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["room_worker.worker", "uvloop"])
    return context
