"""A worker as its node sees it: a process with a heartbeat, to be started, looked at, asked to end, or killed."""

import signal
import socket
from multiprocessing.context import ForkServerContext, SpawnContext

from room_worker import worker
from room_worker.heartbeat import Heartbeat
from room_worker.worker import Commission
from shared.protocol.ids import RoomId, WorkerId
from shared.protocol.limits import HUNG_AFTER_S

LOOK_EVERY_S = 0.2
"""How often `is_hung` is to be asked."""
START_S = 30.0
"""To the first beat: importing and starting, on a machine that does much else."""


Context = ForkServerContext | SpawnContext


class WorkerProcess:
    def __init__(self, context: Context, commission: Commission, sock: socket.socket) -> None:
        self.worker_id: WorkerId = commission.worker_id
        self.heartbeat = Heartbeat(context)
        self._process = context.Process(
            target=worker.main,
            args=(commission, sock, self.heartbeat),
            name=f"worker {commission.worker_id}",
            daemon=True,
        )
        self._beats = 0
        self._silent_s = 0.0
        self._looked_at: float | None = None

    def start(self) -> None:
        self._process.start()

    def is_hung(self, now: float) -> bool:
        """Whether its loop has stood still for too long. Time during which the node itself slept does not count."""
        beats = self.heartbeat.beats
        if beats != self._beats:
            self._beats, self._silent_s = beats, 0.0
        elif self._looked_at is not None:
            self._silent_s += min(now - self._looked_at, 2 * LOOK_EVERY_S)
        self._looked_at = now
        return self._silent_s > (HUNG_AFTER_S if beats else START_S)

    @property
    def guilty_room(self) -> RoomId | None:
        """The room whose code it was running when it was last alive."""
        return self.heartbeat.guilty_room

    @property
    def is_empty(self) -> bool:
        """It serves and has no room, so that an isolated one could be placed here."""
        return self.heartbeat.is_ready and not self.heartbeat.rooms and not self.heartbeat.is_exclusive

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def join(self, timeout_s: float | None = None) -> None:
        self._process.join(timeout_s)

    @property
    def sentinel(self) -> int:
        """Readable once the process has ended."""
        return self._process.sentinel

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def exit_text(self) -> str:
        """How it ended, for the log."""
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"exit code {code}"
        return f"killed by {signal.Signals(-code).name}"
