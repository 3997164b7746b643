"""Who leads a room: somebody who is there, looks at the page, is near, and has been there longest.

Presence and foreground outweigh the ping. Pings that differ by little count as equal, so that a millisecond decides
nothing; then the eldest leads. A host that does its work is never replaced by a better one.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from shared.protocol.limits import HIDDEN_HOST_S

NOBODY = 0
NEAR_MS = 20.0
NEAR_SHARE = 0.25
"""Round trips within 20 ms or a quarter of the best one, whichever is more, are as good as it."""


class Candidate(Protocol):
    """A player. `away_at`, `hidden_at`: since when its line is lost, its page hidden; None: it is not."""

    @property
    def number(self) -> int: ...
    @property
    def ping_ms(self) -> float | None: ...
    @property
    def away_at(self) -> float | None: ...
    @property
    def hidden_at(self) -> float | None: ...


C = TypeVar("C", bound=Candidate)


def next_host(host: int, players: Mapping[int, Candidate], *, patience_s: float, now: float) -> int:
    """Who leads from now on: the present host, unless it is gone, away for too long, or hidden for too long."""
    leader = players.get(host)
    if leader is None:
        return elect(players.values(), now)
    if leader.away_at is not None:
        return host if now - leader.away_at < patience_s else elect(players.values(), now) or host
    if _depth(leader, now) < _DEEP:
        return host
    best = elect(players.values(), now)
    return best if players[best].hidden_at is None else host


def elect(players: Iterable[Candidate], now: float) -> int:
    """The best of those who are present, or NOBODY. Numbers rise with each join, so the lowest is the eldest."""
    present = [player for player in players if player.away_at is None]
    if not present:
        return NOBODY
    front = min(_depth(player, now) for player in present)
    return min(player.number for player in _near([player for player in present if _depth(player, now) == front]))


def _near(players: list[C]) -> list[C]:
    """Those whose ping is as good as the best; who was not measured yet counts only among its like."""
    pings = [player.ping_ms for player in players if player.ping_ms is not None]
    if not pings:
        return players
    enough = min(pings) + max(NEAR_MS, NEAR_SHARE * min(pings))
    return [player for player in players if player.ping_ms is not None and player.ping_ms <= enough]


_DEEP = 2


def _depth(player: Candidate, now: float) -> int:
    """0: in the foreground; 1: hidden, perhaps for a moment only; 2: hidden for long."""
    if player.hidden_at is None:
        return 0
    return 1 if now - player.hidden_at < HIDDEN_HOST_S else _DEEP
