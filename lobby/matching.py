"""Quick match: the best open room that still has a seat when asked for it, else a new one under a drawn name.

Which rooms to try, and in which order, is `shared.rules.quick_match`'s decision, on this lobby's picture of them; who
gets the seat is Redis's. A party goes into a match together by way of its room (`next-room`), not here.
"""

from collections.abc import Awaitable, Callable, Iterable
from random import Random

from lobby.origins import Caller
from lobby.placing import Placing
from shared.catalog import Catalog
from shared.protocol.errors import (
    JOIN_REFUSED,
    NO_WORKER,
    ROOM_CLOSED,
    ROOM_EXISTS,
    ROOM_FULL,
    ROOM_LOCKED,
    ROOM_UNKNOWN,
    SEATED,
    WORKER_LOST,
    RoomError,
)
from shared.protocol.ids import REQUEST_ID_CHARS, ClientId, draw_id
from shared.protocol.messages import CreateRoom, QuickMatch
from shared.protocol.records import Entry, Hold, SeatRequest
from shared.rules.listing import Listed
from shared.rules.manifest import check_options
from shared.rules.quick_match import rank
from shared.rules.room_names import DRAWS, draw_room_name

GONE_BY_NOW = {ROOM_FULL, ROOM_LOCKED, ROOM_CLOSED, ROOM_UNKNOWN, JOIN_REFUSED, WORKER_LOST, NO_WORKER}
"""What an open room may have turned into since the list was read; the next one is tried."""


class Matching:
    def __init__(
        self, placing: Placing, catalog: Catalog, rooms: Callable[[], Awaitable[Iterable[Listed]]], dice: Random
    ) -> None:
        """`rooms`: those that are listed now, with what was heard of them until now."""
        self._placing = placing
        self._catalog = catalog
        self._rooms = rooms
        self._dice = dice

    async def quick_match(self, client_id: ClientId, asked: QuickMatch, caller: Caller) -> Hold:
        """A seat in a room of this game with these options. The same request id sent again gets the same seat."""
        game = self._catalog.game(asked.game)
        check_options(game.manifest, asked.options)
        await self._placing.count(caller)
        request = asked.request or draw_id(self._dice, REQUEST_ID_CHARS)
        for room_id in rank(await self._rooms(), game.name, asked.options):
            try:
                seats = [SeatRequest(client_id)]
                return (await self._placing.hold(room_id, seats, by=client_id, request=request, entry=Entry.JOIN))[0]
            except RoomError as error:
                if error.kind is SEATED:
                    # Perhaps by this very request, in a room that it opened: then opening it again answers the same.
                    break
                if error.kind not in GONE_BY_NOW:
                    raise
        return await self._open(client_id, asked._replace(request=request))

    async def _open(self, client_id: ClientId, asked: QuickMatch) -> Hold:
        for taken in range(DRAWS):
            name = draw_room_name(self._dice, taken)
            try:
                return await self._placing.open(
                    client_id, CreateRoom(asked.request, asked.game, name, 0, asked.options)
                )
            except RoomError as error:
                if error.kind is not ROOM_EXISTS:
                    raise
        raise RoomError(ROOM_EXISTS)
