"""Until when this worker may act as the owner of its rooms, by its own clock.

A lease counts from before its renewal was sent, less a margin, so that the worker stops before anyone else may start.
There is no flag to forget: whoever is about to act asks whether the lease holds now.
"""

from shared.protocol.limits import LEASE_S

LEASE_MARGIN_S = 1.0
"""For clocks that run at different speeds, and for work begun just before the end."""


class Lease:
    def __init__(self) -> None:
        self.until = 0.0

    def renewed(self, sent_at: float) -> None:
        """The directory has confirmed a renewal that was sent then."""
        self.until = max(self.until, sent_at + LEASE_S - LEASE_MARGIN_S)

    def holds(self, now: float) -> bool:
        return now < self.until
