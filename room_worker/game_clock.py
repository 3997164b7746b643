"""When a room's game steps, and what its steps cost. A room without a game costs one comparison a turn.

While the worker's lease does not hold, the game stands still; what it then missed is made up for up to a cap, by the
core. Absent: what a step does (`shared/room/playing.py`).
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from room_worker.budget import Budget, Verdict
from room_worker.lease import Lease
from shared.protocol.limits import TICK_BUDGET
from shared.protocol.records import RoomRecord
from shared.room.playing import EARLY_S
from shared.room.room import Room

log = logging.getLogger(__name__)


class GameClock:
    """`noted`: a room's id in shared memory, while its code runs. `elapsed_s`, `busy_s`: clocks of time and of this
    thread's processor time. `turn` is called when a step is due: it calls `play`, flushes the room and calls `wind`."""

    def __init__(
        self,
        record: RoomRecord,
        room: Room,
        *,
        now: Callable[[], float],
        lease: Lease,
        noted: Callable[[], AbstractContextManager[None]],
        elapsed_s: Callable[[], float],
        busy_s: Callable[[], float],
        turn: Callable[[], None],
    ) -> None:
        self._record, self._room, self._turn = record, room, turn
        self._now, self._lease, self._noted, self._elapsed_s = now, lease, noted, elapsed_s
        self._budget = Budget(busy_s)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._wound_to: float | None = None

    def play(self, slow: Collection[int]) -> bool:
        """The steps that are due. False: the game has been too slow for too long. Raises what the game raises."""
        due_at = self._room.next_update_at
        if due_at is None:
            return True
        now = self._now()
        if due_at > now + EARLY_S or not self._lease.holds(now):
            return True
        began_s = self._elapsed_s()
        with self._noted():
            self._room.update(now, slow)
        return self._judge(self._budget.spend(self._elapsed_s() - began_s, now))

    def wind(self) -> None:
        """To the next step. While the lease does not hold, to none: `RoomShell.thaw` calls `turn` again."""
        due_at = self._room.next_update_at
        if due_at == self._wound_to:
            return
        self.stop()
        now = self._now()
        if due_at is not None and self._lease.holds(now):
            self._wound_to = due_at
            self._timer = self._loop.call_later(max(0.0, due_at - now), self._ring)

    def stop(self) -> None:
        self._wound_to = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = self._wound_to = None
        self._turn()

    def _judge(self, verdict: Verdict) -> bool:
        if verdict is not Verdict.WITHIN:
            spec, share = self._record.spec, self._budget.share
            log.warning(
                "room %s (%s) takes %.0f %% of its worker's time; %.0f %% is its budget (TICK_BUDGET)",
                spec.room_id,
                spec.game,
                100 * share,
                100 * TICK_BUDGET,
            )
        return verdict is not Verdict.TOO_SLOW
