"""The directory as lobbies use it: place, hold, give up, list, adopt, sweep. Redis decides all of it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.records import Entry, Hold, RoomRecord, RoomSpec, SeatRequest, WorkerRecord
from shared.rules.placement import OVERLOADED_ABOVE
from shared.store.connection import Connection
from shared.store.keys import Keys
from shared.store.records import read_hold, read_room, read_worker, seat_ask, spec_fields
from shared.store.scripting import Scripts

ROOMS_A_READ = 100
"""Rooms that one script reads, so that a long list does not hold Redis up."""


class RoomLimits(NamedTuple):
    """Rooms in the realm, and living rooms of one creator; 0 is no limit."""

    cluster: int
    per_client: int


class Whereabouts(NamedTuple):
    """Where a client has a seat. `hold` if that seat waits to be claimed; `is_called` if somebody else holds it;
    `is_taken` if the client has been in the room with it."""

    room_id: RoomId
    hold: Hold | None
    is_called: bool
    is_taken: bool


class RoomDirectory:
    """Every method may raise STORE_UNAVAILABLE. `request` is an id of the caller's attempt: the same one sent again
    within REQUEST_MEMORY_S gets the same answer; a new attempt needs a new id."""

    def __init__(self, connection: Connection, keys: Keys, scripts: Scripts) -> None:
        self._connection = connection
        self._keys = keys
        self._scripts = scripts

    async def place(
        self,
        spec: RoomSpec,
        seats: Sequence[SeatRequest],
        *,
        request: str,
        candidates: Sequence[WorkerId],
        limits: RoomLimits,
    ) -> list[Hold]:
        """Creates a room on one of the (ranked) candidates and holds its first seats, one hold per client.

        Raises ROOM_EXISTS, ROOM_LIMIT, CLIENT_ROOM_LIMIT, ROOM_FULL, SEATED (names the other room), NO_WORKER.
        """
        holds = await self._scripts.call(
            "place",
            room=spec_fields(spec),
            seats=[seat_ask(seat) for seat in seats],
            request=request,
            candidates=list(candidates),
            overloaded_above=OVERLOADED_ABOVE,
            cluster_limit=limits.cluster,
            client_limit=limits.per_client,
        )
        return [read_hold(hold) for hold in holds]

    async def hold(
        self,
        room_id: RoomId,
        seats: Sequence[SeatRequest],
        *,
        by: ClientId,
        request: str,
        entry: Entry = Entry.JOIN,
        invite: str = "",
    ) -> list[Hold]:
        """Holds all of these seats or none; a client that has a seat in this room keeps it under a new session number,
        in its role and with its players, whatever it asks for.

        Raises ROOM_UNKNOWN, ROOM_CLOSED, INVITE_WRONG (also for an unknown room, when an invite was given),
        ROOM_LOCKED, JOIN_REFUSED (not open), ROOM_FULL, SESSION_OVER (nothing to return to), SEATED (names the room:
        another one, or this one, in use on another line), and WORKER_LOST when the owner's lease has ended: a durable
        room can be adopted, then held again. STORE_UNAVAILABLE also when a seat to return to has ended while the room
        was not renewed: its owner may still keep it.
        """
        asked = [seat_ask(seat) for seat in seats]
        holds = await self._scripts.call(
            "hold", room_id=room_id, seats=asked, by=by, request=request, entry=entry.value, invite=invite
        )
        return [read_hold(hold) for hold in holds]

    async def release(self, client_id: ClientId, room_id: RoomId | None = None) -> RoomId | None:
        """Gives up the client's seat (only if in `room_id`, when given). The room it was in; its owner gets a hint."""
        left: str = await self._scripts.call("leave", client_id=client_id, room_id=room_id or "")
        return RoomId(left) if left else None

    async def whereabouts(self, client_id: ClientId) -> Whereabouts | None:
        """None without a seat. A hold whose worker is not alive is not told."""
        answer = await self._scripts.call("seat", client_id=client_id)
        if not answer:
            return None
        hold = read_hold(answer["hold"]) if answer["hold"] else None
        return Whereabouts(RoomId(answer["room_id"]), hold, answer["is_called"], answer["is_taken"])

    async def room_by_invite(self, code: str) -> RoomId | None:
        """The private room that this code opens."""
        room_id = await self._connection.run("HGET", self._keys.invites, code)
        return RoomId(room_id.decode()) if room_id else None

    async def rooms(self, ids: Iterable[RoomId] | None = None) -> dict[RoomId, RoomRecord]:
        """Rooms to show (all, or of these): born, renewed within HIDE_AFTER_S, their owner under its lease."""
        wanted = await self._room_ids() if ids is None else list(ids)
        found: dict[RoomId, RoomRecord] = {}
        for start in range(0, len(wanted), ROOMS_A_READ):
            rows = await self._scripts.call("rooms", room_ids=wanted[start : start + ROOMS_A_READ])
            found.update((room.spec.room_id, room) for room in map(read_room, rows))
        return found

    async def _room_ids(self) -> list[RoomId]:
        members = await self._connection.run("SMEMBERS", self._keys.rooms)
        return [RoomId(member.decode()) for member in members]

    async def workers(self) -> list[WorkerRecord]:
        """All workers under a lease, draining and exclusive ones too."""
        return [read_worker(fields, games, rooms) for fields, games, rooms in await self._scripts.call("workers")]

    async def adopt(self, room_id: RoomId, candidates: Sequence[WorkerId]) -> WorkerId:
        """The room's owner: the present one while its lease lives, else one of the (ranked) candidates from now on.

        Raises ROOM_UNKNOWN, ROOM_CLOSED, NO_WORKER, and WORKER_LOST for a room that is not durable.
        """
        owner = await self._scripts.call(
            "adopt", room_id=room_id, candidates=list(candidates), overloaded_above=OVERLOADED_ABOVE
        )
        return WorkerId(owner)

    async def sweep(self) -> list[RoomId]:
        """Ends what ended by itself: unclaimed rooms, lapsed leases, orphans that nobody wanted, rooms that their owner
        does not know of. The rooms it closed.

        Any lobby may run it, every RENEW_EVERY_S or so. Leases count as ended only when sweeps have run for one whole
        lease without a gap of half a lease: after an outage of Redis the workers get the time to renew.
        """
        return [RoomId(room_id) for room_id in await self._scripts.call("sweep")]

    async def allow(self, bucket: str, rate_per_s: float, burst: int) -> bool:
        """Takes one token from the bucket of that name (such as `holds:203.0.113.7`); False when it is empty."""
        return bool(await self._take(bucket, rate_per_s, burst, 1))

    async def give_back(self, bucket: str, rate_per_s: float, burst: int) -> None:
        """The token that was just taken."""
        await self._take(bucket, rate_per_s, burst, -1)

    async def _take(self, bucket: str, rate_per_s: float, burst: int, tokens: int) -> Any:
        ask = {"bucket": bucket, "rate_per_s": float(rate_per_s), "burst": burst, "tokens": tokens}
        return await self._scripts.call("allow", **ask)
