"""The live list of rooms: a full list once, then changes. It stays as it was while the lobby cannot be reached, and is
asked for anew after each welcome. Nothing is asked before the first `watch`."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from shared.protocol.limits import LIST_ROWS
from shared.protocol.messages import AllRooms, RefreshRooms, RoomRow, SubscribeRooms, UpdateRooms
from shared.rules.listing import EMPTY, Listing, apply


class RoomList:
    """`rows` in the asked order; `more` matching rooms lie beyond them."""

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._listing: Listing = EMPTY
        self._changed = asyncio.Event()
        self.subscription: SubscribeRooms | None = None

    @property
    def rows(self) -> tuple[RoomRow, ...]:
        return self._listing.rows

    @property
    def more(self) -> int:
        return self._listing.more

    def get(self, room_id: str) -> RoomRow | None:
        return next((row for row in self.rows if row.room_id == room_id), None)

    async def watch(
        self,
        game: str = "",
        *,
        options: Mapping[str, Any] | None = None,
        sort: str = "newest",
        open_only: bool = False,
        most: int = LIST_ROWS,
    ) -> None:
        """Begins, or changes, what is watched; returns when the lobby has answered."""
        self.subscription = SubscribeRooms(game, dict(options or {}), sort, open_only, most)
        self._changed.clear()
        self._send(self.subscription)
        await self._changed.wait()

    async def refresh(self) -> None:
        """Asks the lobby to look at the directory now."""
        self._send(RefreshRooms())

    async def changed(self) -> tuple[RoomRow, ...]:
        """The rows after the next change."""
        self._changed.clear()
        await self._changed.wait()
        return self.rows

    # --- for the lobby

    def hear(self, message: AllRooms | UpdateRooms) -> None:
        if isinstance(message, AllRooms):
            self._listing = Listing(tuple(message.rooms), message.more)
        else:
            sort = self.subscription.sort if self.subscription else "newest"
            self._listing = apply(self._listing, message, sort)
        self._changed.set()
