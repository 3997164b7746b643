"""Where a room's people go on together: the room that a host wishes for, and who may run it.

What a lobby does for one who creates a room, a worker does here for all of a room's members; which worker is best is
`shared.rules.placement`'s decision, and whether there are seats for all of them is Redis's, in the step that ends the
old room. Nobody is told here: the members come back to a lobby, which finds their seats.
"""

from typing import Protocol

from shared.catalog import Catalog
from shared.protocol.ids import ROOM_ID_CHARS, Dice, RoomId, WorkerId, draw_id
from shared.protocol.names import clean_room_name
from shared.protocol.records import Hold, RoomRecord, RoomSpec, WorkerRecord
from shared.room.effects import NextRoom
from shared.rules import quick_match
from shared.rules.listing import listed
from shared.rules.manifest import check_options, check_seats
from shared.rules.placement import Dice as TieBreaker
from shared.rules.placement import rank


class Ownership(Protocol):
    """The part of `shared.store`'s Ownership that leads a room on."""

    async def next_room(
        self,
        room_id: RoomId,
        owner_epoch: int,
        spec: RoomSpec,
        *,
        request: str,
        candidates: list[WorkerId],
        open_rooms: list[RoomId],
    ) -> list[Hold]: ...


class Directory(Protocol):
    """What is there to choose from: the part of `shared.store`'s RoomDirectory that is read."""

    async def workers(self) -> list[WorkerRecord]: ...
    async def rooms(self) -> dict[RoomId, RoomRecord]: ...


class BothDice(Dice, TieBreaker, Protocol): ...


class NextRooms:
    def __init__(self, catalog: Catalog, ownership: Ownership, directory: Directory, dice: BothDice) -> None:
        self._catalog, self._ownership, self._directory, self._dice = catalog, ownership, directory, dice

    async def place(self, old: RoomRecord, wish: NextRoom) -> None:
        """Seats for all or for none, and the old room is closed with it. Raises RoomError; may be asked again."""
        spec = self._spec(old.spec, wish)
        await self._ownership.next_room(
            old.spec.room_id,
            old.owner_epoch,
            spec,
            request=wish.request,
            candidates=await self._candidates(old, spec),
            open_rooms=await self._open_rooms(old.spec.room_id, spec) if wish.is_quick else [],
        )

    def _spec(self, old: RoomSpec, wish: NextRoom) -> RoomSpec:
        """Another round of the same game has the same seats and options; another game begins with its own."""
        game = self._catalog.game(wish.game or old.game)
        manifest, is_same = game.manifest, game.name == old.game
        return RoomSpec(
            room_id=RoomId(draw_id(self._dice, ROOM_ID_CHARS)),
            game=game.name,
            game_hash=game.hash,
            name=clean_room_name(wish.name or old.name),
            seats=old.seats if is_same else check_seats(manifest, 0),
            spectators=manifest.spectators_most,
            authority=manifest.authority,
            options=old.options if is_same else check_options(manifest, {}),
            creator=old.creator,
            isolated=manifest.is_isolated,
            durable=manifest.is_durable,
        )

    async def _candidates(self, old: RoomRecord, spec: RoomSpec) -> list[WorkerId]:
        """The present owner last, if it does not qualify now: it may do so without the old room."""
        workers = await self._directory.workers()
        ranked = rank(workers, spec.game, spec.game_hash, isolated=spec.isolated, dice=self._dice)
        return ranked if old.owner in ranked else [*ranked, old.owner]

    async def _open_rooms(self, old_id: RoomId, wanted: RoomSpec) -> list[RoomId]:
        """As a quick match would try them, for as many as there are in the old room."""
        rooms = await self._directory.rooms()
        old = rooms.pop(old_id, None)
        players, spectators = (old.players, old.spectators) if old else (1, 0)
        shown = [row for row in map(listed, rooms.values()) if row is not None]
        return quick_match.rank(shown, wanted.game, wanted.options, players=players, spectators=spectators)
