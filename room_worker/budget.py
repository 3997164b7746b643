"""What a room's game may take of its worker's time: TICK_BUDGET of it, second by second. See limits.py for the rest.

Elapsed time is cheap to read around each update, but counts what the machine did meanwhile for somebody else. So it is
bounded by the processor time of the whole thread, which is read once a second: asking for it is a call to the kernel.
"""

from collections.abc import Callable
from enum import Enum, auto

from shared.protocol.limits import OVER_BUDGET_S, TICK_BUDGET

WINDOW_S = 1.0


class Verdict(Enum):
    WITHIN = auto()
    OVER = auto()
    """Since just now: to be said once."""
    TOO_SLOW = auto()
    """For OVER_BUDGET_S."""


class Budget:
    """`busy_s`: the thread's processor time. `share` is what the last whole window took."""

    def __init__(self, busy_s: Callable[[], float]) -> None:
        self.share = 0.0
        self._busy_s = busy_s
        self._busy_before_s = 0.0
        self._spent_s = 0.0
        self._since: float | None = None
        self._over_since: float | None = None

    def spend(self, elapsed_s: float, now: float) -> Verdict:
        """After each update."""
        verdict = Verdict.WITHIN
        if self._since is None:
            self._begin(now)
        elif now - self._since >= WINDOW_S:
            verdict = self._judge(self._since, now)
            self._begin(now)
        self._spent_s += elapsed_s
        return verdict

    def _begin(self, now: float) -> None:
        self._since, self._spent_s, self._busy_before_s = now, 0.0, self._busy_s()

    def _judge(self, since: float, now: float) -> Verdict:
        self.share = min(self._spent_s, self._busy_s() - self._busy_before_s) / (now - since)
        if self.share <= TICK_BUDGET:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = since
            return Verdict.OVER
        elif now - self._over_since >= OVER_BUDGET_S:
            return Verdict.TOO_SLOW
        return Verdict.WITHIN
