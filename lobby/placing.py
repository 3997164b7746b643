"""The use cases behind HTTP and WebSocket alike: create a room, join one, leave, hold seats for others.

Here facts are fetched, rules asked and the directory told; which worker is best is `shared.rules.placement`'s decision,
and who gets a seat is Redis's. What comes out is a `Hold`, and from it a `Reroute`: where to go, and the ticket that
lets one in.
"""

import math
from collections.abc import Callable, Sequence
from random import Random

from lobby.origins import Caller
from lobby.quotas import Quota
from shared.catalog import Catalog, Game
from shared.protocol.errors import TOO_MANY_REQUESTS, WORKER_LOST, RoomError
from shared.protocol.ids import REQUEST_ID_CHARS, ROOM_ID_CHARS, ClientId, RoomId, WorkerId, draw_id
from shared.protocol.messages import PLAYER, CreateRoom, JoinRoom, Reroute
from shared.protocol.names import clean_room_name
from shared.protocol.records import Hold, RoomSpec, SeatRequest
from shared.rules.manifest import check_options, check_seats
from shared.rules.placement import rank
from shared.store.directory import RoomDirectory, RoomLimits
from shared.wire.tokens import Identity, Keyring, Ticket


class Placing:
    def __init__(
        self,
        directory: RoomDirectory,
        catalog: Catalog,
        keyring: Keyring,
        limits: RoomLimits,
        *,
        quota: Quota,
        now: Callable[[], float],
        dice: Random,
    ) -> None:
        self._directory = directory
        self._catalog = catalog
        self._keyring = keyring
        self._limits = limits
        self._quota = quota
        self._now = now
        self._dice = dice

    async def create(self, creator: ClientId, asked: CreateRoom, caller: Caller) -> Hold:
        """A new room with its creator's seat. The same request id sent again gets the same room."""
        game = self._catalog.game(asked.game)
        spec = self._spec(creator, game, asked)
        await self._count(caller)
        holds = await self._directory.place(
            spec,
            [SeatRequest(creator)],
            request=self._request(asked.request),
            candidates=rank(
                await self._directory.workers(), game.name, game.hash, isolated=spec.isolated, dice=self._dice
            ),
            limits=self._limits,
        )
        return holds[0]

    async def join(self, client_id: ClientId, asked: JoinRoom, caller: Caller) -> Hold:
        await self._count(caller)
        seat = SeatRequest(client_id, asked.role, 1 if asked.role == PLAYER else 0)
        holds = await self.hold(RoomId(asked.room_id), [seat], by=client_id, request=asked.request)
        return holds[0]

    async def leave(self, client_id: ClientId) -> RoomId | None:
        """Gives up the client's seat, wherever it is. The room that it left."""
        return await self._directory.release(client_id)

    async def hold(
        self, room_id: RoomId, seats: Sequence[SeatRequest], *, by: ClientId, request: str = ""
    ) -> list[Hold]:
        """All of the seats or none. A durable room whose worker is gone is adopted by another one first."""
        request = self._request(request)
        try:
            return await self._directory.hold(room_id, seats, by=by, request=request)
        except RoomError as error:
            if error.kind is not WORKER_LOST:
                raise
        await self._directory.adopt(room_id, await self._heirs())
        return await self._directory.hold(room_id, seats, by=by, request=self._request(""))

    def reroute(self, hold: Hold, client: Identity, caller: Caller, request: str = "") -> Reroute:
        """The way to a held seat, as this caller can go it."""
        ticket = Ticket(
            client_id=hold.client_id,
            username=client.username,
            room_id=hold.room_id,
            game=hold.game,
            owner_epoch=hold.owner_epoch,
            session=hold.session,
            role=hold.role,
            players=hold.players,
            worker_id=hold.owner,
            origin=caller.origin,
            expires=math.ceil(hold.until_ms / 1000),
        )
        address = hold.address.replace("{host}", caller.host).replace("{netloc}", caller.netloc)
        return Reroute(request, hold.room_id, hold.game, address, self._keyring.sign_ticket(ticket, self._now()))

    def _spec(self, creator: ClientId, game: Game, asked: CreateRoom) -> RoomSpec:
        manifest = game.manifest
        return RoomSpec(
            room_id=RoomId(draw_id(self._dice, ROOM_ID_CHARS)),
            game=game.name,
            game_hash=game.hash,
            name=clean_room_name(asked.name),
            seats=check_seats(manifest, asked.seats),
            spectators=0,
            authority=manifest.authority,
            options=check_options(manifest, asked.options),
            creator=creator,
            isolated=manifest.is_isolated,
        )

    async def _heirs(self) -> list[WorkerId]:
        """Who might adopt an orphan, emptiest first. Its game is known only to the script, which asks for its hash."""
        workers = [worker for worker in await self._directory.workers() if not worker.is_draining]
        return [worker.worker_id for worker in sorted(workers, key=lambda worker: worker.rooms)]

    async def _count(self, caller: Caller) -> None:
        """Raises TOO_MANY_REQUESTS when the caller's address has held enough for now."""
        if not await self._quota.allows(caller):
            raise RoomError(TOO_MANY_REQUESTS)

    def _request(self, given: str) -> str:
        return given or draw_id(self._dice, REQUEST_ID_CHARS)
