"""How fast one member may send, per class of message, and when it counts as flooding.

A bucket is one number: the time at which it would be full again (GCRA; ITU-T I.371). Nothing needs refilling.
What is long counts for several: a burst of one member must not fill everybody's outbox and the room's log. The
exception is what a host says as host, where the longest scene goes at once: a member that is slow then is closed with
`member-slow`, and one that is away comes back to the whole picture.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from shared.protocol.limits import LOCAL_PLAYERS, SILENT_AFTER_S, TICK_HZ_MOST

RELAY, VOLATILE, INPUT, CHAT, AS_HOST = "relay", "volatile", "input", "chat", "as-host"
DEPOSIT, OTHER = "deposit", "other"
SIGNAL = "signal"


class Pace(NamedTuple):
    """A message counts as one, and as one more for each whole `unit_bytes` of its body."""

    rate_per_s: float
    burst: int
    unit_bytes: float = math.inf


def counted(rate_per_s: float, unit_bytes: float = math.inf) -> Pace:
    """A line may stand still for nearly SILENT_AFTER_S and then deliver all at once. What its sender said meanwhile, at
    the rate that it may keep, is counted and kept by both ends, and must not be refused for being late."""
    return Pace(rate_per_s, int(rate_per_s * SILENT_AFTER_S), unit_bytes)


PACES: Mapping[str, Pace] = {
    RELAY: counted(60.0, 1024),
    # What a host's game shows everybody is here too. It is not kept for whoever is slow, so it may be longer.
    VOLATILE: Pace(60.0, 120, 8 * 1024),
    INPUT: Pace(TICK_HZ_MOST * LOCAL_PLAYERS, 2 * TICK_HZ_MOST * LOCAL_PLAYERS),
    CHAT: counted(2.0),
    AS_HOST: counted(120.0, 1024),  # at once, the longest scene of a game that its host runs
    DEPOSIT: Pace(1.0, 4),
    SIGNAL: counted(30.0, 2 * 1024),
    OTHER: counted(2.0),
}
"""Over the pace a message is dropped; its sender hears of it at most every TOLD_EVERY_S."""

TOLD_EVERY_S = 1.0
PAUSE_S = 1.0
"""A sender that is quiet, or within its pace, for so long has its refusals forgotten."""
FLOOD = 1000
"""So many refusals without such a pause: the member is closed with `flooding`. Volatile messages are not among them:
whoever says them knows that they may be dropped."""


class Bucket:
    __slots__ = ("_full_at", "_interval_s", "_slack_s", "_unit_bytes")

    def __init__(self, pace: Pace) -> None:
        self._interval_s = 1.0 / pace.rate_per_s
        # Half an interval of air, so that rounding never costs a message of the burst.
        self._slack_s = (pace.burst - 0.5) * self._interval_s
        self._unit_bytes = pace.unit_bytes
        self._full_at = 0.0

    def take(self, now: float, body_bytes: int = 0) -> bool:
        """Whether one more message is within the pace; if so, it is counted."""
        full_at = self._full_at if self._full_at > now else now
        if body_bytes >= self._unit_bytes:
            full_at += body_bytes // self._unit_bytes * self._interval_s
        if full_at - now > self._slack_s:
            return False
        self._full_at = full_at + self._interval_s
        return True


class Refusals:
    """What was refused of one sender lately."""

    __slots__ = ("_count", "_last_at", "_told_at")

    def __init__(self) -> None:
        self._count = 0
        self._last_at = float("-inf")
        self._told_at = float("-inf")

    def add(self, now: float) -> None:
        if now - self._last_at >= PAUSE_S:
            self._count = 0
        self._count += 1
        self._last_at = now

    @property
    def is_flood(self) -> bool:
        return self._count >= FLOOD

    def may_tell(self, now: float) -> bool:
        """True at most every TOLD_EVERY_S."""
        if now - self._told_at < TOLD_EVERY_S:
            return False
        self._told_at = now
        return True
