"""What tests of the directory begin with: a worker under its lease, a room with its creator in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.protocol.ids import ROOM_ID_CHARS, ClientId, GameName, NodeId, RoomId, WorkerId, draw_id
from shared.protocol.records import (
    Claim,
    Entry,
    Hold,
    RoomFacts,
    RoomRecord,
    RoomSpec,
    RoomSummary,
    Seat,
    SeatRequest,
    WorkerRecord,
)
from shared.store.directory import RoomLimits
from shared.store.store import Store
from tests.support import dice

GAME, GAME_HASH = GameName("sketch"), "hash-of-sketch"
NO_LIMITS = RoomLimits(cluster=0, per_client=0)
WORKER_ID = WorkerId("worker-a")


def new_id() -> str:
    return draw_id(dice.secret, ROOM_ID_CHARS)


def client(name: str = "") -> ClientId:
    return ClientId(name or new_id())


def spec(**changes: Any) -> RoomSpec:
    room_id = RoomId(new_id())
    plain = RoomSpec(
        room_id=room_id,
        game=GAME,
        game_hash=GAME_HASH,
        name=f"Room {room_id}",
        seats=8,
        spectators=2,
        authority="host",
        options={"board": "large", "rounds": 3, "speed": 1.5, "teams": True},
        creator=client(),
    )
    return replace(plain, **changes)


def worker(worker_id: str = WORKER_ID, **changes: Any) -> WorkerRecord:
    plain = WorkerRecord(WorkerId(worker_id), NodeId("node-a"), "ws://{host}:8101", {GAME: GAME_HASH})
    return replace(plain, **changes)


async def place(store: Store, room: RoomSpec | None = None, **changes: Any) -> Hold:
    """The creator's hold of a new room on WORKER_ID, which must be registered."""
    room = room or spec()
    asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "limits": NO_LIMITS}
    [hold] = await store.directory.place(room, [SeatRequest(room.creator)], **(asked | changes))
    return hold


async def hold(store: Store, room_id: RoomId, who: ClientId | None = None, request: str = "", **changes: Any) -> Hold:
    who = who or client()
    [held] = await store.directory.hold(room_id, [SeatRequest(who)], by=who, request=request or new_id(), **changes)
    return held


async def come_back(store: Store, room_id: RoomId, who: ClientId) -> Hold:
    """To one's own seat, which goes on under a new session number."""
    return await hold(store, room_id, who, entry=Entry.RETURN)


async def seat_of(store: Store, who: ClientId) -> RoomId | None:
    where = await store.directory.whereabouts(who)
    return where.room_id if where else None


async def hold_of(store: Store, who: ClientId) -> Hold | None:
    where = await store.directory.whereabouts(who)
    return where.hold if where else None


async def claim(store: Store, held: Hold, request: str = "") -> Claim:
    return await store.ownership.claim(
        held.owner, held.room_id, held.client_id, held.session, held.owner_epoch, request=request or new_id()
    )


async def born(store: Store, room: RoomSpec | None = None, **changes: Any) -> Claim:
    """A room whose creator has come in."""
    return await claim(store, await place(store, room, **changes))


async def renew(store: Store, record: RoomRecord, seats: Sequence[Seat], summary: RoomSummary | None = None) -> bool:
    """One room's renewal by its owner."""
    answer = await store.ownership.renew(worker(record.owner), [RoomFacts(record, summary or RoomSummary(), seats)])
    return answer[record.spec.room_id]
