"""The use cases behind HTTP and WebSocket alike: create a room, join one, come back, leave, hold seats for others.

Here facts are fetched, rules asked and the directory told; which worker is best is `shared.rules.placement`'s decision,
and who gets a seat is Redis's. What comes out is a `Hold`, and from it a `Reroute`: where to go, and the ticket that
lets one in.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from lobby.origins import Caller
from lobby.quotas import Quota, guess
from shared.catalog import Catalog, Game
from shared.protocol.errors import INVITE_WRONG, WORKER_LOST, RoomError
from shared.protocol.ids import REQUEST_ID_CHARS, ROOM_ID_CHARS, ClientId, RoomId, WorkerId, draw_id
from shared.protocol.messages import PLAYER, CreateRoom, JoinRoom, Reroute
from shared.protocol.names import clean_room_name
from shared.protocol.records import Entry, Hold, RoomSpec, SeatRequest
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
        returns: Quota,
        guesses: Quota,
        now: Callable[[], float],
        dice: Random,
    ) -> None:
        self._directory = directory
        self._catalog = catalog
        self._keyring = keyring
        self._limits = limits
        self._quota = quota
        self._returns = returns
        self._guesses = guesses
        self._now = now
        self._dice = dice

    async def create(self, creator: ClientId, asked: CreateRoom, caller: Caller) -> Hold:
        """A new room with its creator's seat. The same request id sent again gets the same room."""
        spec = self._spec(creator, self._catalog.game(asked.game), asked)
        await self.count(caller)
        return await self._place(spec, asked.request)

    async def open(self, creator: ClientId, asked: CreateRoom) -> Hold:
        """The same for a caller who was counted."""
        return await self._place(self._spec(creator, self._catalog.game(asked.game), asked), asked.request)

    async def _place(self, spec: RoomSpec, request: str) -> Hold:
        workers = await self._directory.workers()
        holds = await self._directory.place(
            spec,
            [SeatRequest(spec.creator)],
            request=self._request(request),
            candidates=rank(workers, spec.game, spec.game_hash, isolated=spec.isolated, dice=self._dice),
            limits=self._limits,
        )
        return holds[0]

    async def join(self, client_id: ClientId, asked: JoinRoom, caller: Caller) -> Hold:
        """A seat in the room of this id, or of this invite code."""
        await self.count(caller)
        code = asked.invite.strip().lower()
        if not code:
            return await self._join(client_id, RoomId(asked.room_id), asked, code)
        async with guess(self._guesses, caller):
            room_id = RoomId(asked.room_id) or await self._directory.room_by_invite(code)
            if not room_id:
                raise RoomError(INVITE_WRONG)
            return await self._join(client_id, room_id, asked, code)

    async def _join(self, client_id: ClientId, room_id: RoomId, asked: JoinRoom, invite: str) -> Hold:
        seat = SeatRequest(client_id, asked.role, 1 if asked.role == PLAYER else 0)
        entry = Entry.TAKE_OVER if asked.take_over else Entry.JOIN
        holds = await self.hold(room_id, [seat], by=client_id, request=asked.request, entry=entry, invite=invite)
        return holds[0]

    async def come_back(self, client_id: ClientId, room_id: RoomId, seated_in: RoomId | None, caller: Caller) -> Hold:
        """To the client's own seat in this room, as what it was there. Raises SESSION_OVER if there is none.

        Counted, by itself, only for a client that has its seat (`seated_in`) elsewhere or nowhere: everybody behind one
        address may have to come back at once, and nobody there can use that up by naming rooms.
        """
        if seated_in != room_id:
            await self._returns.count(caller)
        holds = await self.hold(room_id, [SeatRequest(client_id)], by=client_id, entry=Entry.RETURN)
        return holds[0]

    async def leave(self, client_id: ClientId) -> RoomId | None:
        """Gives up the client's seat, wherever it is. The room that it left."""
        return await self._directory.release(client_id)

    async def hold(
        self,
        room_id: RoomId,
        seats: Sequence[SeatRequest],
        *,
        by: ClientId,
        entry: Entry,
        request: str = "",
        invite: str = "",
    ) -> list[Hold]:
        """All of the seats or none. A durable room whose worker is gone is adopted by another one first."""
        hold = partial(self._directory.hold, room_id, seats, by=by, entry=entry, invite=invite)
        try:
            return await hold(request=self._request(request))
        except RoomError as error:
            if error.kind is not WORKER_LOST:
                raise
        await self._directory.adopt(room_id, await self._heirs())
        return await hold(request=self._request(""))

    def reroute(
        self, hold: Hold, client: Identity, caller: Caller, request: str = "", *, takes_over: bool = False
    ) -> Reroute:
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
            device_id=client.device_id,
            takes_over=takes_over,
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
            spectators=manifest.spectators_most,
            authority=manifest.authority,
            options=check_options(manifest, asked.options),
            creator=creator,
            isolated=manifest.is_isolated,
            durable=manifest.is_durable,
        )

    async def _heirs(self) -> list[WorkerId]:
        """Who might adopt an orphan, emptiest first. Its game is known only to the script, which asks for its hash."""
        workers = [worker for worker in await self._directory.workers() if not worker.is_draining]
        return [worker.worker_id for worker in sorted(workers, key=lambda worker: worker.rooms)]

    async def count(self, caller: Caller) -> None:
        """Raises TOO_MANY_REQUESTS when the caller's address has held enough for now."""
        await self._quota.count(caller)

    def _request(self, given: str) -> str:
        return given or draw_id(self._dice, REQUEST_ID_CHARS)
