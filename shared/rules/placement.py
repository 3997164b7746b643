"""Which workers a new room may go to, best first. The place script takes the first that still qualifies by then."""

from collections.abc import Iterable
from typing import Protocol

from shared.protocol.ids import GameName, WorkerId
from shared.protocol.records import WorkerRecord

OVERLOADED_ABOVE = 0.8
"""The busy share of a worker's loop above which it gets a room only when all others are worse."""


class Dice(Protocol):
    """The part of `random.Random` that is needed."""

    def random(self) -> float: ...


def rank(
    workers: Iterable[WorkerRecord], game: GameName, game_hash: str, *, isolated: bool, dice: Dice
) -> list[WorkerId]:
    """Workers that qualify: overloaded ones last, then by fewest rooms.

    `dice` orders equals, so that racing lobbies spread over them.
    """
    fit = [worker for worker in workers if qualifies(worker, game, game_hash, isolated=isolated)]
    fit.sort(key=lambda worker: (worker.load > OVERLOADED_ABOVE, worker.rooms, dice.random()))
    return [worker.worker_id for worker in fit]


def qualifies(worker: WorkerRecord, game: GameName, game_hash: str, *, isolated: bool) -> bool:
    """`worker` is under its lease: nobody hands in others. An isolated room wants a worker without any room."""
    has_room_left = worker.room_limit == 0 or worker.rooms < worker.room_limit
    return (
        worker.games.get(game) == game_hash
        and not worker.is_draining
        and not worker.is_exclusive
        and has_room_left
        and (worker.rooms == 0 or not isolated)
    )
