"""When the fixed steps of a game are due, in the time of whoever runs it."""

from browser_worker.border import NEVER
from shared.protocol.limits import CATCH_UP_TICKS


class Steps:
    """`next_at`: NEVER in a game of turns, which steps when something has happened."""

    def __init__(self, step_s: float, now: float) -> None:
        self._step_s = step_s
        self.next_at = now + step_s if step_s else NEVER

    def due(self, now: float) -> int:
        """How many steps to make now. Who is late for long makes up for CATCH_UP_TICKS; the game's time stood still."""
        if now < self.next_at:
            return 0
        steps = int((now - self.next_at) / self._step_s) + 1
        if steps > CATCH_UP_TICKS:
            self.next_at = now + self._step_s
            return CATCH_UP_TICKS
        self.next_at += steps * self._step_s
        return steps
