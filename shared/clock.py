"""The one clock of a process: seconds since 1970 that never run backwards.

The wall clock is read once, at start; from then on the monotonic one counts. A wall clock that is set while rooms run
therefore moves no timer, and two processes differ by no more than their wall clocks did when they started.
"""

import time
from collections.abc import Callable


class Clock:
    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._offset_s = wall() - monotonic()

    def now(self) -> float:
        return self._offset_s + self._monotonic()
