"""Limits per address that hold across all lobbies: new guests, and held seats."""

from dataclasses import dataclass

from lobby.origins import Caller
from shared.store.directory import RoomDirectory

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Quota:
    """So many in a minute from one address, all at once if need be; 0: as many as one likes."""

    directory: RoomDirectory
    name: str
    most_a_minute: int

    async def allows(self, caller: Caller) -> bool:
        """Counts one, unless it is too many."""
        most = self.most_a_minute
        return not most or await self.directory.allow(f"{self.name}:{caller.address}", most / MINUTE_S, most)
