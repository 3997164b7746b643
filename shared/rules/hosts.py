"""Who leads a room: the first player; when the host goes, the player who has been there longest."""

from collections.abc import Iterable

NOBODY = 0


def elect(players: Iterable[int]) -> int:
    """The new host among these member numbers, or NOBODY. Numbers rise with each join, so the lowest is the eldest."""
    return min(players, default=NOBODY)
