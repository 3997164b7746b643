"""The directory as a room's owner uses it. Each call names the owner epoch: one from an older owner does nothing."""

from collections.abc import Sequence
from typing import Any

from shared.protocol.errors import WORKER_LOST, RoomError
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.records import Claim, Entry, Hold, RoomFacts, RoomRecord, RoomSpec, WorkerRecord
from shared.rules.placement import OVERLOADED_ABOVE
from shared.store.records import read_hold, read_room, read_seat, seat_fields, spec_fields, summary_fields
from shared.store.scripting import Scripts
from shared.store.workers import WorkerLeases

ROOMS_A_RENEWAL = 50
"""Rooms that one script renews, so that a full worker does not hold Redis up."""

_OURS, _MISSING = 1, 2


class Ownership:
    """Every method may raise STORE_UNAVAILABLE; all can be called again."""

    def __init__(self, scripts: Scripts, leases: WorkerLeases) -> None:
        self._scripts = scripts
        self._leases = leases

    async def claim(
        self,
        worker_id: WorkerId,
        room_id: RoomId,
        client_id: ClientId,
        session: int,
        owner_epoch: int,
        *,
        request: str,
    ) -> Claim:
        """Takes the seat that a ticket names. The room is born at its first claim: its owner builds it from the answer.

        A client that had a seat here goes on with it: the same role and players, whatever the ticket says.

        Raises TICKET_USED, TICKET_EXPIRED (ended, given up, or superseded), ROOM_MOVED, ROOM_UNKNOWN, ROOM_CLOSED, and
        NEXT_ROOM when everybody has gone on to another room.
        """
        answer = await self._scripts.call(
            "claim",
            worker_id=worker_id,
            room_id=room_id,
            client_id=client_id,
            session=session,
            owner_epoch=owner_epoch,
            request=request,
        )
        return Claim(read_room(answer["room"]), read_seat(client_id, answer["seat"]))

    async def renew(self, worker: WorkerRecord, rooms: Sequence[RoomFacts]) -> dict[RoomId, bool]:
        """Renews the worker's lease and its rooms, and says which are still its own; the others it must end.

        Missing seats are put back, those not named for a whole lease are freed. A room that Redis has lost is written
        anew, unless it was closed.

        Raises WORKER_LOST when the lease has ended on the way; whether the worker may go on, the next renewal says.
        """
        try:
            await self._leases.register(worker)
        except RoomError as error:
            if error.kind is WORKER_LOST:
                return {facts.record.spec.room_id: False for facts in rooms}
            raise
        ours: dict[RoomId, bool] = {}
        for start in range(0, len(rooms), ROOMS_A_RENEWAL):
            ours |= await self._renew_some(worker.worker_id, rooms[start : start + ROOMS_A_RENEWAL])
        return ours

    async def _renew_some(self, worker_id: WorkerId, rooms: Sequence[RoomFacts]) -> dict[RoomId, bool]:
        answers = await self._scripts.call("renew", worker_id=worker_id, rooms=[_renewal(facts) for facts in rooms])
        lost = [facts for facts, answer in zip(rooms, answers, strict=True) if answer == _MISSING]
        ours = {facts.record.spec.room_id: answer == _OURS for facts, answer in zip(rooms, answers, strict=True)}
        if lost:
            whole = [_renewal(facts) | {"whole": _whole(facts.record)} for facts in lost]
            answers = await self._scripts.call("renew", worker_id=worker_id, rooms=whole)
            ours |= {facts.record.spec.room_id: answer == _OURS for facts, answer in zip(lost, answers, strict=True)}
        return ours

    async def release(self, room_id: RoomId, owner_epoch: int, seats: Sequence[tuple[ClientId, int]]) -> None:
        """Frees the seats of these (client, session); one that was held anew meanwhile stays held."""
        if seats:
            await self._scripts.call("release", room_id=room_id, owner_epoch=owner_epoch, seats=list(seats))

    async def reserve(
        self, room_id: RoomId, owner_epoch: int, client_id: ClientId, session: int, players: int, role: str, number: int
    ) -> None:
        """Gives a member's seat this role and number of players, if there is room for them.

        `number` counts the owner's reservations in this room. One that comes after a newer one does nothing; a renewal
        that does not know of it yet (`RoomFacts.reservations`) leaves role and players as they are.

        Raises ROOM_FULL (all stays as it was), SESSION_OVER (this session has no seat), ROOM_MOVED.
        """
        await self._scripts.call(
            "reserve",
            room_id=room_id,
            owner_epoch=owner_epoch,
            client_id=client_id,
            session=session,
            players=players,
            role=role,
            number=number,
        )

    async def next_room(
        self,
        room_id: RoomId,
        owner_epoch: int,
        spec: RoomSpec,
        *,
        request: str,
        candidates: Sequence[WorkerId],
        open_rooms: Sequence[RoomId] = (),
    ) -> list[Hold]:
        """Closes the room and holds seats for all of its clients elsewhere, in their roles: in the first of
        `open_rooms` (of the same game as `spec`) with seats for all of them, else in a new room on one of the (ranked)
        candidates, which may have the old one's name and counts in its place. Their lobbies get hints.

        All or none: when it raises, the room goes on. ROOM_MOVED, ROOM_EXISTS, ROOM_FULL, NO_WORKER, SEATED. The same
        request again gets the same holds.
        """
        holds = await self._scripts.call(
            "next_room",
            room_id=room_id,
            owner_epoch=owner_epoch,
            room=spec_fields(spec),
            request=request,
            candidates=list(candidates),
            overloaded_above=OVERLOADED_ABOVE,
            open_rooms=list(open_rooms),
            entry=Entry.JOIN.value,
            invite="",
        )
        return [read_hold(hold) for hold in holds]

    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int:
        """Ends the room for good; `reason` is a row of the error table. 0: it is gone, or no longer this owner's.

        With `only_if_empty` a room in which somebody has a seat stays; the answer is in how many ms to ask again.
        """
        wait_ms: int = await self._scripts.call(
            "close", room_id=room_id, owner_epoch=owner_epoch, reason=reason, only_if_empty=only_if_empty
        )
        return wait_ms


def _renewal(facts: RoomFacts) -> dict[str, Any]:
    return {
        "room_id": facts.record.spec.room_id,
        "owner_epoch": facts.record.owner_epoch,
        "reservations": facts.reservations,
        "summary": summary_fields(facts.summary),
        "seats": [seat_fields(seat) for seat in facts.seats],
    }


def _whole(record: RoomRecord) -> dict[str, str]:
    """What a room's hash needs beside what every renewal writes."""
    return spec_fields(record.spec) | {"created_ms": str(record.created_ms)}
