"""The room list: what a subscription selects, in which order, and what changed since it was last shown.

Pure. `apply` is what a client does with a change; `apply(old, diff(old, new)) == new` is a property test. Which rooms
are alive and born is the directory's business; of those only the public ones are listed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, NamedTuple

from shared.protocol.ids import GameName, RoomId
from shared.protocol.messages import PUBLIC, RoomRow, SubscribeRooms, UpdateRooms
from shared.protocol.names import folded
from shared.protocol.records import RoomRecord

FAR_MS = 1 << 31
"""Where a room without a measured ping is sorted."""
OLD_AFTER_MS = 10_000
"""A ping that was not measured for so long is shown as old."""

Choice = tuple[str, bool, Any]
"""An option's name, whether its value is a flag (Python holds True == 1), and the value."""


@dataclass(frozen=True, slots=True)
class Query:
    """A subscription. Equal queries show the same rows, so they share one encoding."""

    game: str
    options: frozenset[Choice]
    sort: str
    open_only: bool
    most: int


def query_of(asked: SubscribeRooms) -> Query:
    return Query(asked.game, choices(asked.options), asked.sort, asked.open_only, asked.most)


class Listed(NamedTuple):
    """A room as it may be listed, prepared once per change: its row, and what only filters look at."""

    row: RoomRow
    is_open: bool
    options: frozenset[Choice]


def listed(record: RoomRecord) -> Listed | None:
    """None for a room that only those may see who know of it."""
    spec, summary = record.spec, record.summary
    if summary.doors != PUBLIC:
        return None
    row = RoomRow(
        room_id=spec.room_id,
        game=spec.game,
        name=spec.name,
        host_name=summary.host_name,
        players=record.players,
        seats=spec.seats,
        spectators=record.spectators,
        spectator_seats=spec.spectators,
        is_locked=summary.is_locked,
        authority=spec.authority,
        options=spec.options,
        created_ms=record.created_ms,
        host_ping_ms=summary.host_ping_ms,
        is_ping_old=summary.host_ping_age_ms > OLD_AFTER_MS,
        address=record.address,
    )
    is_open = summary.is_open and not summary.is_locked and record.players < spec.seats
    return Listed(row, is_open, choices(spec.options))


class Listing(NamedTuple):
    """What one subscription shows: at most `most` rows in order, and how many more there are."""

    rows: tuple[RoomRow, ...]
    more: int


EMPTY = Listing((), 0)


def select(rooms: Iterable[Listed], query: Query) -> Listing:
    """The query's rows of these rooms, in its order."""
    fitting = [room.row for room in rooms if fits(room, query)]
    rows = nsmallest(query.most, fitting, key=_key_of(query.sort))
    return Listing(tuple(rows), len(fitting) - len(rows))


def concerns(query: Query, rooms: Iterable[Listed]) -> bool:
    """Whether a change of these rooms (as they were, and as they are) can change what the query shows."""
    return any(fits(room, query) for room in rooms)


def in_order(rows: Iterable[RoomRow], sort: str) -> tuple[RoomRow, ...]:
    return tuple(sorted(rows, key=_key_of(sort)))


def diff(old: Listing, new: Listing) -> UpdateRooms:
    """What turns the old listing into the new one."""
    before = {row.room_id: row for row in old.rows}
    changed = [row for row in new.rows if before.pop(row.room_id, None) != row]
    return UpdateRooms(changed, list(before), new.more)


def is_empty(update: UpdateRooms, old: Listing) -> bool:
    return not update.changed and not update.removed and update.more == old.more


def apply(old: Listing, update: UpdateRooms, sort: str) -> Listing:
    """The listing after a change, as every client computes it."""
    rows = {row.room_id: row for row in old.rows}
    rows |= {row.room_id: row for row in update.changed}
    for room_id in update.removed:
        rows.pop(room_id, None)
    return Listing(in_order(rows.values(), sort), update.more)


def with_pings(rooms: Mapping[RoomId, Listed], pings: Iterable[tuple[RoomId, int]]) -> dict[RoomId, Listed]:
    """The listed rooms whose host's ping is another, or a fresh one again, now."""
    heard = {
        room_id: rooms[room_id].row._replace(host_ping_ms=ping_ms, is_ping_old=False)
        for room_id, ping_ms in pings
        if room_id in rooms
    }
    return {room_id: rooms[room_id]._replace(row=row) for room_id, row in heard.items() if row != rooms[room_id].row}


def fits(room: Listed, query: Query) -> bool:
    return (
        (not query.game or room.row.game == GameName(query.game))
        and (room.is_open or not query.open_only)
        and query.options <= room.options
    )


def choices(options: Mapping[str, Any]) -> frozenset[Choice]:
    return frozenset((name, type(value) is bool, value) for name, value in options.items())


def host_leg_ms(row: RoomRow) -> int:
    """What the host adds to a client's own way: nothing where the worker decides, FAR_MS where it is not known yet."""
    if row.authority == "server":
        return 0
    return FAR_MS if row.host_ping_ms is None else row.host_ping_ms


# --- the sorts; of equal rows the newer stands first, then the id decides, so that all clients agree


def _key_of(sort: str) -> Callable[[RoomRow], tuple[Any, ...]]:
    first = _SORTS[sort]
    return lambda row: (first(row), -row.created_ms, row.room_id)


_SORTS: dict[str, Callable[[RoomRow], Any]] = {
    "newest": lambda row: -row.created_ms,
    "name": lambda row: folded(row.name),
    "fullest": lambda row: -row.players / max(row.seats, 1),
    "emptiest": lambda row: row.players / max(row.seats, 1),
    "ping": host_leg_ms,
}
