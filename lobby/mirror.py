"""One lobby's picture of the directory: the rooms that are listed. Read anew, never told; a copy without authority.

A whole reading replaces the picture, a partial one only the rooms it names. What changed in between is gathered for
whoever shows it. When the directory cannot be read the picture stays as it was.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.protocol.ids import RoomId
from shared.protocol.records import RoomRecord
from shared.rules.listing import Listed, listed, with_pings

READ_AT_ONCE = 200
"""Rooms asked for in one partial reading."""


class Directory(Protocol):
    async def rooms(self, ids: Iterable[RoomId] | None = None) -> dict[RoomId, RoomRecord]: ...


class Mirror:
    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._changes: list[Listed] = []
        self.rooms: dict[RoomId, Listed] = {}
        self.is_filled = False
        """Whether the whole directory was ever read."""

    async def read_all(self) -> None:
        """Raises STORE_UNAVAILABLE, as does `read`."""
        found = _listed(await self._directory.rooms())
        self._replace(self.rooms.keys() - found.keys(), found)
        self.is_filled = True

    async def read(self, ids: Iterable[RoomId]) -> None:
        wanted = list(ids)
        for start in range(0, len(wanted), READ_AT_ONCE):
            asked = wanted[start : start + READ_AT_ONCE]
            found = _listed(await self._directory.rooms(asked))
            self._replace(set(asked) - found.keys(), found)

    def hear_pings(self, pings: Iterable[tuple[RoomId, int]]) -> None:
        changed = with_pings(self.rooms, pings)
        self._changes += changed.values()
        self.rooms |= changed

    def take_changes(self) -> list[Listed]:
        """The rooms that changed since the last call: as they were, and as they are now."""
        changes, self._changes = self._changes, []
        return changes

    def _replace(self, gone: Iterable[RoomId], found: Mapping[RoomId, Listed]) -> None:
        for room_id in gone:
            if room_id in self.rooms:
                self._changes.append(self.rooms.pop(room_id))
        for room_id, after in found.items():
            before = self.rooms.get(room_id)
            if before != after:
                self._changes += [after] if before is None else [before, after]
                self.rooms[room_id] = after


def _listed(records: Mapping[RoomId, RoomRecord]) -> dict[RoomId, Listed]:
    return {room_id: row for room_id, record in records.items() if (row := listed(record)) is not None}
