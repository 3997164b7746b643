"""Quick match: which open rooms to try, best first. Redis decides who gets in, so there is more than one to try."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.protocol.ids import GameName, RoomId
from shared.protocol.messages import RoomRow
from shared.rules.listing import FAR_MS, Listed, Query, choices, fits, host_leg_ms

TRIES = 8
"""Rooms that are tried before a new one is opened: under a rush the best ones fill up within a moment."""
EQUAL_WITHIN_MS = 50
"""Pings in the same step of this width count as equal: among those company is worth more."""


def rank(
    rooms: Iterable[Listed],
    game: GameName,
    options: Mapping[str, Any],
    *,
    players: int = 1,
    spectators: int = 0,
) -> list[RoomId]:
    """Open rooms of this game, with these options, that have seats for so many more: by ping, then the fullest."""
    query = Query(game, choices(options), "ping", True, TRIES)
    fit = [room.row for room in rooms if fits(room, query) and _has_seats(room.row, players, spectators)]
    fit.sort(key=lambda row: (_distance(row), row.seats - row.players, row.created_ms, row.room_id))
    return [RoomId(row.room_id) for row in fit[:TRIES]]


def _has_seats(row: RoomRow, players: int, spectators: int) -> bool:
    return row.players + players <= row.seats and row.spectators + spectators <= row.spectator_seats


def _distance(row: RoomRow) -> int:
    """In steps. An old ping says nothing about now."""
    leg_ms = host_leg_ms(row)
    return (FAR_MS if row.is_ping_old and leg_ms else leg_ms) // EQUAL_WITHIN_MS
