"""Hash fields in Redis to the records of `shared/protocol/records.py`, and back. The one place that knows both.

A room is one flat hash whose fields can be read with redis-cli: the spec's own, then `owner owner_epoch is_born
created_ms renewed_ms`, then the summary's. Booleans are 0 and 1, a missing ping is empty, the options are JSON.
`told_count` is the scripts' own: players and spectators as the bus was told of them last.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shared.protocol.ids import ClientId, GameName, NodeId, RoomId, WorkerId
from shared.protocol.messages import PUBLIC
from shared.protocol.names import folded
from shared.protocol.records import (
    Hold,
    RoomRecord,
    RoomSpec,
    RoomSummary,
    Seat,
    SeatRequest,
    SeatState,
    WorkerRecord,
)

Fields = dict[str, str]


def _flat(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


# --- rooms


def spec_fields(spec: RoomSpec) -> Fields:
    fields = {name: _flat(value) for name, value in asdict(spec).items() if name != "options"}
    return fields | {"options": json.dumps(spec.options), "folded": folded(spec.name)}


def summary_fields(summary: RoomSummary) -> Fields:
    ping_ms = "" if summary.host_ping_ms is None else str(summary.host_ping_ms)
    return {
        "host": summary.host,
        "host_name": summary.host_name,
        "host_ping_ms": ping_ms,
        "host_ping_age_ms": str(summary.host_ping_age_ms),
        "is_open": _flat(summary.is_open),
        "doors": summary.doors,
        "is_locked": _flat(summary.is_locked),
        "invite": summary.invite,
    }


def read_spec(fields: Mapping[str, str]) -> RoomSpec:
    return RoomSpec(
        room_id=RoomId(fields["room_id"]),
        game=GameName(fields["game"]),
        game_hash=fields["game_hash"],
        name=fields["name"],
        seats=int(fields["seats"]),
        spectators=int(fields["spectators"]),
        authority=fields["authority"],
        options=json.loads(fields["options"]),
        creator=ClientId(fields["creator"]),
        isolated=fields["isolated"] == "1",
        durable=fields["durable"] == "1",
    )


def read_summary(fields: Mapping[str, str], since_ms: int = 0) -> RoomSummary:
    """`since_ms`: how long ago its owner wrote it. A room that was not born yet has none of these fields."""
    ping_ms = fields.get("host_ping_ms", "")
    return RoomSummary(
        host=fields.get("host", ""),
        host_name=fields.get("host_name", ""),
        host_ping_ms=int(ping_ms) if ping_ms else None,
        host_ping_age_ms=int(fields["host_ping_age_ms"]) + since_ms if ping_ms else 0,
        is_open=fields.get("is_open", "1") == "1",
        doors=fields.get("doors", PUBLIC),
        is_locked=fields.get("is_locked", "0") == "1",
        invite=fields.get("invite", ""),
    )


def read_room(answer: Mapping[str, Any]) -> RoomRecord:
    """From what scripts say of a room (`describe_room` in scripts/common/rooms.lua)."""
    fields = answer["room"]
    return RoomRecord(
        spec=read_spec(fields),
        owner=WorkerId(fields["owner"]),
        owner_epoch=int(fields["owner_epoch"]),
        is_born=fields["is_born"] == "1",
        created_ms=int(fields["created_ms"]),
        renewed_ms=int(fields["renewed_ms"]),
        players=answer["players"],
        spectators=answer["spectators"],
        address=answer["address"] or "",
        summary=read_summary(fields, answer["since_ms"]),
    )


# --- seats


def seat_ask(request: SeatRequest) -> dict[str, Any]:
    return {"client_id": request.client_id, "role": request.role, "players": request.players}


def seat_fields(seat: Seat) -> dict[str, Any]:
    """Written out, for a full worker names thousands of them with each renewal."""
    return {
        "client_id": seat.client_id,
        "session": seat.session,
        "state": seat.state.value,
        "role": seat.role,
        "players": seat.players,
        "until_ms": seat.until_ms,
    }


def read_seat(client_id: ClientId, seat: Mapping[str, Any]) -> Seat:
    """A taken seat's date is the owner's affair (scripts/renew.lua); to everyone else it does not end by itself."""
    state = SeatState(seat["state"])
    until_ms = 0 if state is SeatState.TAKEN else seat["until_ms"]
    return Seat(client_id, seat["session"], state, seat["role"], seat["players"], until_ms)


def read_hold(answer: Mapping[str, Any]) -> Hold:
    return Hold(**{**answer, "owner_epoch": int(answer["owner_epoch"])})


# --- workers


def worker_fields(worker: WorkerRecord) -> Fields:
    return {
        "worker_id": worker.worker_id,
        "node_id": worker.node_id,
        "address": worker.address,
        "load": str(worker.load),
        "room_limit": str(worker.room_limit),
        "is_draining": _flat(worker.is_draining),
        "is_exclusive": _flat(worker.is_exclusive),
    }


def read_worker(fields: Mapping[str, str], games: Mapping[str, str], rooms: int) -> WorkerRecord:
    """`rooms` is counted by the directory, the placed but unborn ones too. `exclusive_room` is written by scripts."""
    return WorkerRecord(
        worker_id=WorkerId(fields["worker_id"]),
        node_id=NodeId(fields["node_id"]),
        address=fields["address"],
        games=dict(games),
        load=float(fields["load"]),
        rooms=rooms,
        room_limit=int(fields["room_limit"]),
        is_draining=fields["is_draining"] == "1",
        is_exclusive=fields["is_exclusive"] == "1" or bool(fields.get("exclusive_room")),
    )
