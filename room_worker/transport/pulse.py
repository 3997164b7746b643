"""How far away is the peer? The worker's own `ping` messages that wait for their `pong`.

A browser answers WebSocket pings even for a frozen page, so these are messages that the page's code must answer.
"""

from shared.protocol.limits import PING_EVERY_S, SILENT_AFTER_S
from shared.protocol.messages import Ping

_UNANSWERED = int(SILENT_AFTER_S / PING_EVERY_S) + 1


class Pulse:
    def __init__(self) -> None:
        self._sent_at: dict[int, float] = {}

    def ping(self, received: int, now: float) -> Ping:
        """The next ping. Only the latest few wait for their pong; an older one's is worth nothing."""
        stamp = int(now * 1000)
        self._sent_at[stamp] = now
        if len(self._sent_at) > _UNANSWERED:
            del self._sent_at[next(iter(self._sent_at))]
        return Ping(stamp, received)

    def pong_ms(self, stamp: int, now: float) -> float | None:
        """The round trip, or None for a pong that answers no ping of ours: a peer may make up any number."""
        sent_at = self._sent_at.pop(stamp, None)
        return None if sent_at is None else (now - sent_at) * 1000
