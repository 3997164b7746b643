"""How busy a worker is: the share of one core that its thread used lately, from 0 to 1.

Processor time over elapsed time costs two clock reads a reading and cannot flatter: a loop that waits for events counts
as idle however many connections it holds. It understates where more workers than cores compete; then all workers of
that machine understate alike, and placement compares them with each other.
"""

import math
import time
from collections.abc import Callable

REMEMBERED_S = 5.0
"""What lies so far back weighs a third (1/e) of what is now."""


class LoadMeter:
    """To be made and read in the thread that does the work."""

    def __init__(
        self, busy_s: Callable[[], float] = time.thread_time, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._busy_s, self._elapsed_s = busy_s, elapsed_s
        self._busy_until, self._read_at = busy_s(), elapsed_s()
        self._load = 0.0

    def read(self) -> float:
        """May be called at any pace."""
        busy, now = self._busy_s(), self._elapsed_s()
        passed = now - self._read_at
        if passed > 0:
            share = min(1.0, (busy - self._busy_until) / passed)
            self._load += (1 - math.exp(-passed / REMEMBERED_S)) * (share - self._load)
            self._busy_until, self._read_at = busy, now
        return self._load
