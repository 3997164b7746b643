"""`shared.store.ownership.Ownership` in memory, for tests of the worker that need no Redis: an equal, not a mock.

It passes the same suite (tests/store/test_ownership_conformance.py). `place` and `hold` stand in for the
lobby's side; doors, limits, adoption and the bus are absent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from shared.protocol.errors import (
    NEXT_ROOM,
    NO_WORKER,
    ROOM_CLOSED,
    ROOM_EXISTS,
    ROOM_FULL,
    ROOM_MOVED,
    ROOM_UNKNOWN,
    SESSION_OVER,
    TICKET_EXPIRED,
    TICKET_USED,
    RoomError,
)
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.messages import SPECTATOR
from shared.protocol.names import folded
from shared.protocol.records import (
    Claim,
    Hold,
    RoomFacts,
    RoomRecord,
    RoomSpec,
    Seat,
    SeatRequest,
    SeatState,
    WorkerRecord,
)
from shared.store.times import Times

TAKEN_AGAIN_MS = 1000
"""As in scripts/close.lua."""


@dataclass(slots=True)
class _Seat:
    seat: Seat
    request: str = ""
    before: Seat | None = None
    named_ms: int = 0
    """When it was taken, or last named by a renewal."""
    reservation: tuple[int, int] = (0, 0)
    """Owner epoch and number of the last one that changed what is taken."""


@dataclass(slots=True)
class _Room:
    record: RoomRecord
    seats: dict[ClientId, _Seat] = field(default_factory=dict)


class MemoryOwnership:
    """`now_ms` is the directory's clock."""

    def __init__(self, now_ms: Callable[[], int], times: Times | None = None) -> None:
        self._now_ms = now_ms
        self._times = times or Times()
        self._rooms: dict[RoomId, _Room] = {}
        self._closed: dict[RoomId, str] = {}
        self._next: dict[tuple[RoomId, str], list[Hold]] = {}
        self._left: dict[ClientId, int] = {}
        self._number = 0

    # --- the lobby's side

    def place(self, spec: RoomSpec, seats: Sequence[SeatRequest], owner: WorkerId) -> list[Hold]:
        now_ms = self._now_ms()
        record = RoomRecord(spec, owner, 1, is_born=False, created_ms=now_ms, renewed_ms=now_ms, players=0)
        self._rooms[spec.room_id] = _Room(record)
        return self.hold(spec.room_id, seats)

    def hold(self, room_id: RoomId, seats: Sequence[SeatRequest]) -> list[Hold]:
        room = self._room(room_id)
        wanted = [self._kept(room, request) for request in seats]
        _check(room.record.spec, room.seats, wanted)
        return [self._hold(room, request) for request in wanted]

    def _kept(self, room: _Room, request: SeatRequest) -> SeatRequest:
        """Whoever is in the room already goes on in its role, with its players."""
        before = _before(room.seats.get(request.client_id))
        return SeatRequest(request.client_id, before.role, before.players) if before else request

    def _hold(self, room: _Room, request: SeatRequest) -> Hold:
        place = room.seats.get(request.client_id)
        self._number += 1
        until_ms = self._now_ms() + self._times.hold_ms
        held = Seat(request.client_id, self._number, SeatState.HELD, request.role, request.players, until_ms)
        reservation = place.reservation if place else (0, 0)
        room.seats[request.client_id] = _Seat(held, before=_before(place), reservation=reservation)
        record, spec = room.record, room.record.spec
        return Hold(
            room_id=spec.room_id,
            game=spec.game,
            owner=record.owner,
            owner_epoch=record.owner_epoch,
            address="ws://{host}:8101",
            client_id=held.client_id,
            session=held.session,
            role=held.role,
            players=held.players,
            until_ms=until_ms,
        )

    # --- the owner's side

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
        if self._closed.get(room_id) == NEXT_ROOM.name:
            raise RoomError(NEXT_ROOM, room_id=room_id)
        room = self._room(room_id)
        if (room.record.owner, room.record.owner_epoch) != (worker_id, owner_epoch):
            raise RoomError(ROOM_MOVED, room_id=room_id)
        place = room.seats.get(client_id)
        if place and place.before and place.before.session == session:
            raise RoomError(TICKET_USED, room_id=room_id)
        if place is None or place.seat.session != session:
            raise RoomError(TICKET_EXPIRED, room_id=room_id)
        if not _is_held(place.seat) and place.request != request:
            raise RoomError(TICKET_USED, room_id=room_id)
        if _is_held(place.seat):
            taken = replace(place.before or place.seat, session=session, state=SeatState.TAKEN, until_ms=0)
            place = room.seats[client_id] = _Seat(taken, request, named_ms=self._now_ms())
            room.record = replace(room.record, is_born=True)
        players, spectators = _count(room.seats.values())
        return Claim(replace(room.record, players=players, spectators=spectators), place.seat)

    async def renew(self, worker: WorkerRecord, rooms: Sequence[RoomFacts]) -> dict[RoomId, bool]:
        return {facts.record.spec.room_id: self._renew(worker.worker_id, facts) for facts in rooms}

    def _renew(self, worker_id: WorkerId, facts: RoomFacts) -> bool:
        record, now_ms = facts.record, self._now_ms()
        room_id = record.spec.room_id
        if room_id in self._closed:
            return False
        room = self._rooms.setdefault(room_id, _Room(record))
        present = (room.record.owner_epoch, room.record.owner)
        if present != (record.owner_epoch, worker_id) and present[0] >= record.owner_epoch:
            return False
        room.record = replace(
            room.record,
            owner=worker_id,
            owner_epoch=record.owner_epoch,
            is_born=True,
            renewed_ms=now_ms,
            summary=facts.summary,
        )
        self._purge(room)
        for seat in facts.seats:
            self._assert_seat(room, seat, (record.owner_epoch, facts.reservations))
        self._drop_unnamed(room, {seat.client_id for seat in facts.seats})
        return True

    def _assert_seat(self, room: _Room, seat: Seat, known: tuple[int, int]) -> None:
        place = room.seats.get(seat.client_id)
        self._number = max(self._number, seat.session)
        if self._left.get(seat.client_id, 0) >= seat.session:
            return
        if place is None:
            room.seats[seat.client_id] = _Seat(seat, named_ms=self._now_ms())
            return
        present = _before(place)
        if present and present.session > seat.session:
            return
        if present and place.reservation > known:
            seat = replace(seat, role=present.role, players=present.players)
        if place.seat.session <= seat.session:
            place.seat, place.before, place.named_ms = seat, None, self._now_ms()
        else:
            place.before = seat

    def _drop_unnamed(self, room: _Room, named: set[ClientId]) -> None:
        ended_ms = self._now_ms() - self._times.lease_ms
        for client_id, place in list(room.seats.items()):
            if client_id not in named and place.seat.state is SeatState.TAKEN and place.named_ms <= ended_ms:
                del room.seats[client_id]

    async def release(self, room_id: RoomId, owner_epoch: int, seats: Sequence[tuple[ClientId, int]]) -> None:
        room = self._rooms.get(room_id)
        if room is None or room.record.owner_epoch != owner_epoch:
            return
        for client_id, session in seats:
            self._left[client_id] = max(self._left.get(client_id, 0), session)
            place = room.seats.get(client_id)
            if place and place.seat.session <= session:
                del room.seats[client_id]
            elif place and place.before and place.before.session <= session:
                place.before = None

    async def reserve(
        self, room_id: RoomId, owner_epoch: int, client_id: ClientId, session: int, players: int, role: str, number: int
    ) -> None:
        room = self._owned(room_id, owner_epoch)
        place = room.seats.get(client_id)
        present = _before(place)
        if place is None or present is None or present.session != session:
            raise RoomError(SESSION_OVER, room_id=room_id)
        if place.reservation >= (owner_epoch, number):
            return
        _check(room.record.spec, room.seats, [SeatRequest(client_id, role, players)])
        place.reservation = (owner_epoch, number)
        changed = replace(present, role=role, players=players)
        if _is_held(place.seat):
            place.before = changed
        else:
            place.seat = changed

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
        if (room_id, request) in self._next:
            return self._next[room_id, request]
        old = self._owned(room_id, owner_epoch)
        seats = [_before(place) or place.seat for place in old.seats.values()]
        seats.sort(key=lambda seat: seat.session)
        wanted = [SeatRequest(seat.client_id, seat.role, seat.players) for seat in seats]
        target = self._open_room(open_rooms, spec, wanted) or self._new_room(old, spec, wanted, candidates)
        del self._rooms[room_id]
        self._closed[room_id] = NEXT_ROOM.name
        self._rooms[target.record.spec.room_id] = target
        holds = self._next[room_id, request] = [self._hold(target, request) for request in wanted]
        return holds

    def _open_room(self, open_rooms: Sequence[RoomId], spec: RoomSpec, wanted: Sequence[SeatRequest]) -> _Room | None:
        for room_id in open_rooms:
            room = self._rooms.get(room_id)
            if room is None or not room.record.is_born or room.record.spec.game != spec.game:
                continue
            self._purge(room)
            with suppress(RoomError):
                _check(room.record.spec, room.seats, wanted)
                return room
        return None

    def _new_room(
        self, old: _Room, spec: RoomSpec, wanted: Sequence[SeatRequest], candidates: Sequence[WorkerId]
    ) -> _Room:
        others = (room.record.spec for room in self._rooms.values() if room is not old)
        if any((other.game, folded(other.name)) == (spec.game, folded(spec.name)) for other in others):
            raise RoomError(ROOM_EXISTS)
        _check(spec, {}, wanted)
        if not candidates:
            raise RoomError(NO_WORKER)
        now_ms = self._now_ms()
        return _Room(RoomRecord(spec, candidates[0], 1, is_born=False, created_ms=now_ms, renewed_ms=now_ms, players=0))

    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int:
        room = self._rooms.get(room_id)
        if room is None or room.record.owner_epoch != owner_epoch:
            return 0
        self._purge(room)
        now_ms = self._now_ms()
        waits_ms = [
            TAKEN_AGAIN_MS if place.seat.state is SeatState.TAKEN else place.seat.until_ms - now_ms
            for place in room.seats.values()
        ]
        if waits_ms and only_if_empty:
            return max(1, min(waits_ms))
        del self._rooms[room_id]
        self._closed[room_id] = reason
        return 0

    def _owned(self, room_id: RoomId, owner_epoch: int) -> _Room:
        room = self._rooms.get(room_id)
        if room is None or room.record.owner_epoch != owner_epoch:
            raise RoomError(ROOM_MOVED, room_id=room_id)
        self._purge(room)
        return room

    def _room(self, room_id: RoomId) -> _Room:
        room = self._rooms.get(room_id)
        if room is None:
            raise RoomError(ROOM_CLOSED if room_id in self._closed else ROOM_UNKNOWN, room_id=room_id)
        self._purge(room)
        return room

    def _purge(self, room: _Room) -> None:
        now_ms = self._now_ms()
        for client_id, place in list(room.seats.items()):
            if place.seat.state is not SeatState.TAKEN and place.seat.until_ms <= now_ms:
                if place.before is None:
                    del room.seats[client_id]
                else:
                    room.seats[client_id] = _Seat(place.before, named_ms=now_ms, reservation=place.reservation)


def _is_held(seat: Seat) -> bool:
    return seat.state is SeatState.HELD


def _before(place: _Seat | None) -> Seat | None:
    """What a hold goes on with: the taken or away seat, on top or underneath."""
    if place is None:
        return None
    return place.before if _is_held(place.seat) else place.seat


def _count(places: Iterable[_Seat]) -> tuple[int, int]:
    counted = [place.before or place.seat for place in places]
    return sum(seat.players for seat in counted), sum(seat.role == SPECTATOR for seat in counted)


def _check(spec: RoomSpec, seats: Mapping[ClientId, _Seat], wanted: Sequence[SeatRequest]) -> None:
    """Raises ROOM_FULL when these cannot sit there too, each beside (not on top of) what it has."""
    asking = {request.client_id for request in wanted}
    players, spectators = _count(place for client_id, place in seats.items() if client_id not in asking)
    players += sum(request.players for request in wanted)
    spectators += sum(request.role == SPECTATOR for request in wanted)
    if players > spec.seats or spectators > spec.spectators:
        raise RoomError(ROOM_FULL, room_id=spec.room_id)
