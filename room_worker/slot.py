"""One port of a node, and the worker that has it now: binds, starts, notices the end, starts again.

The node binds and hands the socket over, so that early clients wait instead of failing; then it closes its own copy, or
clients of a dead worker would hang instead of being refused. A worker that served is replaced at once; one that keeps
dying before it serves is given ever longer pauses.
"""

import asyncio
import logging
import socket
from collections.abc import Callable

from room_worker.process import WorkerProcess
from shared.listening import listen

BACKLOG = 1024
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0
REAP_S = 1.0

Hire = Callable[[int, socket.socket], WorkerProcess]

log = logging.getLogger(__name__)


class Slot:
    """`hire` makes the worker for a port; `ended` hears of each one that is no more."""

    def __init__(self, host: str, port: int, *, hire: Hire, ended: Callable[["Slot", WorkerProcess], None]) -> None:
        self._host, self._hire, self._ended = host, hire, ended
        self._loop = asyncio.get_running_loop()
        self._restart: asyncio.TimerHandle | None = None
        self._vacant = asyncio.Event()
        self._vacant.set()
        self.port = port
        self.worker: WorkerProcess | None = None
        self.failures = 0
        """Workers in a row that ended before they served."""

    @property
    def is_serving(self) -> bool:
        return self.worker is not None and self.worker.heartbeat.is_ready

    def start(self) -> None:
        """Raises OSError when the port is taken. Port 0 takes any free one, and keeps it."""
        with listen(self._host, self.port, BACKLOG) as sock:
            self.port = sock.getsockname()[1]
            worker = self._hire(self.port, sock)
            worker.start()
        log.info("worker %s starts: pid %s, port %d", worker.worker_id, worker.pid, self.port)
        self.worker = worker
        self._vacant.clear()
        self._loop.add_reader(worker.sentinel, self._on_end, worker)

    def start_again(self) -> None:
        pause_s = restart_pause_s(self.failures)
        if pause_s:
            self._restart = self._loop.call_later(pause_s, self._try_start)
        else:
            self._try_start()

    def retire(self) -> None:
        """Nobody is started here any more; the present worker is asked to end."""
        if self._restart is not None:
            self._restart.cancel()
        if self.worker is not None:
            self.worker.terminate()

    async def wait_vacant(self) -> None:
        await self._vacant.wait()

    def _try_start(self) -> None:
        try:
            self.start()
        except OSError as error:
            log.error("port %d: no worker could be started: %s", self.port, error)
            self.failures += 1
            self._restart = self._loop.call_later(restart_pause_s(self.failures + 1), self._try_start)

    def _on_end(self, worker: WorkerProcess) -> None:
        self._loop.remove_reader(worker.sentinel)
        worker.join(REAP_S)
        self.failures = 0 if worker.heartbeat.is_ready else self.failures + 1
        self.worker = None
        self._vacant.set()
        self._ended(self, worker)


def restart_pause_s(failures: int) -> float:
    """None after a worker that served, nor after a first failure; then doubled each time."""
    if failures < 2:
        return 0.0
    return float(min(FIRST_PAUSE_S * 2 ** (min(failures, 16) - 2), LONGEST_PAUSE_S))
