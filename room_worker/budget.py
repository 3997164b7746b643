"""What a room's game may take of its worker's time: TICK_BUDGET of it, second by second. See limits.py for the rest.

Processor time, not elapsed time: a machine that is busy with something else is not the game's fault.
"""

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
    """`share` is what the last whole window took."""

    def __init__(self) -> None:
        self.share = 0.0
        self._spent_s = 0.0
        self._since: float | None = None
        self._over_since: float | None = None

    def spend(self, spent_s: float, now: float) -> Verdict:
        """After each update."""
        since = self._since = now if self._since is None else self._since
        verdict = Verdict.WITHIN
        if now - since >= WINDOW_S:
            self.share = self._spent_s / (now - since)
            verdict = self._judge(since, now)
            self._since, self._spent_s = now, 0.0
        self._spent_s += spent_s
        return verdict

    def _judge(self, since: float, now: float) -> Verdict:
        if self.share <= TICK_BUDGET:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = since
            return Verdict.OVER
        elif now - self._over_since >= OVER_BUDGET_S:
            return Verdict.TOO_SLOW
        return Verdict.WITHIN
