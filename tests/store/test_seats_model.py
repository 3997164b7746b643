"""Seats against a plain reference model: whatever lobbies, owners and time do, in any order.

Always: a client is in at most one room; players never exceed the seats; names are unique in their game; the directory
counts what the model counts. The model is what a reader of the design would write down.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from shared.protocol.errors import RoomError
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.records import Claim, Hold, RoomSummary, Seat, SeatRequest
from shared.store.store import Store
from tests.support.stores import NO_LIMITS, WORKER_ID, new_id, spec, worker

CLIENTS = st.sampled_from([ClientId(name) for name in ("ada", "bob", "cyd", "dan", "eve")])
PARTIES = st.lists(CLIENTS, min_size=1, max_size=3, unique=True)
NAMES = st.sampled_from(["red", "RED", "blue"])
SEATS = 4


@dataclass
class ModelRoom:
    name: str
    creator: ClientId
    is_born: bool = False
    seats: dict[ClientId, int] = field(default_factory=dict)
    """players of each client with a seat"""


class SeatsMachine(RuleBasedStateMachine):
    """Time stands still here (holds last long); what ends by itself has tests of its own."""

    holds: Bundle[Hold] = Bundle("holds")
    claims: Bundle[Claim] = Bundle("claims")
    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = Store(self.url, f"test-{new_id()}")
        self.run(self.store.leases.register(worker()))
        self.rooms: dict[RoomId, ModelRoom] = {}
        self.newest: dict[tuple[RoomId, ClientId], int] = {}
        self.held: dict[tuple[RoomId, ClientId], int] = {}
        self.taken: dict[tuple[RoomId, ClientId], Seat] = {}

    def teardown(self) -> None:
        self.run(self.store.close())
        self.runner.close()

    def run(self, call: Any) -> Any:
        return self.runner.run(call)

    def answer(self, call: Any) -> Any:
        try:
            return self.run(call)
        except RoomError as error:
            return error.kind.name

    def seat_of(self, client: ClientId) -> RoomId | None:
        return next((room_id for room_id, room in self.rooms.items() if client in room.seats), None)

    def forget(self, room_id: RoomId) -> None:
        del self.rooms[room_id]

    @rule(target=holds, creator=CLIENTS, name=NAMES, players=st.integers(1, 3))
    def place(self, creator: ClientId, name: str, players: int) -> Any:
        room = spec(name=name, creator=creator, seats=SEATS)
        asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "limits": NO_LIMITS}
        answer = self.answer(self.store.directory.place(room, [SeatRequest(creator, players=players)], **asked))
        if self.seat_of(creator):
            assert answer == "seated"
        elif name.lower() in {other.name for other in self.rooms.values()}:
            assert answer == "room-exists"
        else:
            self.rooms[room.room_id] = ModelRoom(name.lower(), creator, seats={creator: players})
            self.note(answer)
            return answer[0]
        return multiple()

    @rule(target=holds, earlier=holds, party=PARTIES, players=st.integers(1, 3))
    def hold(self, earlier: Hold, party: list[ClientId], players: int) -> Any:
        room_id = earlier.room_id
        seats = [SeatRequest(client, players=players) for client in party]
        answer = self.answer(self.store.directory.hold(room_id, seats, by=party[0], request=new_id()))
        room = self.rooms.get(room_id)
        if room is None:
            assert answer in ("room-closed", "room-unknown")
        elif not room.is_born and any(client not in room.seats for client in party):
            assert answer == "room-unknown"
        elif any(self.seat_of(client) not in (None, room_id) for client in party):
            assert answer == "seated"
        else:
            kept = {client: self.kept(room_id, client) for client in party}
            wanted = room.seats | {client: max(players, kept[client]) for client in party}
            if sum(wanted.values()) > SEATS:
                assert answer == "room-full"
            else:
                room.seats = wanted
                self.note(answer)
                return multiple(*answer)
        return multiple()

    def note(self, holds: list[Hold]) -> None:
        for held in holds:
            self.newest[held.room_id, held.client_id] = held.session
            self.held[held.room_id, held.client_id] = held.players

    def kept(self, room_id: RoomId, client: ClientId) -> int:
        """Players of the taken seat that an unused hold would give back."""
        taken = self.taken.get((room_id, client))
        return taken.players if taken else 0

    @rule(target=claims, held=holds)
    def claim(self, held: Hold) -> Any:
        told = (held.owner, held.room_id, held.client_id, held.session, held.owner_epoch)
        answer = self.answer(self.store.ownership.claim(*told, request=new_id()))
        room = self.rooms.get(held.room_id)
        if room is None:
            assert answer in ("room-closed", "room-unknown", "ticket-expired")
        elif held.client_id not in room.seats or self.newest[held.room_id, held.client_id] != held.session:
            assert answer in ("ticket-expired", "ticket-used")
        elif isinstance(answer, str):
            assert answer == "ticket-used"
            assert (held.room_id, held.client_id) in self.taken
        else:
            room.is_born = True
            self.held.pop((held.room_id, held.client_id), None)
            room.seats[held.client_id] = held.players
            self.taken[held.room_id, held.client_id] = answer.seat
            return answer
        return multiple()

    @rule(client=CLIENTS)
    def leave(self, client: ClientId) -> None:
        room_id = self.seat_of(client)
        assert self.run(self.store.directory.release(client)) == room_id
        if room_id:
            self.lose(room_id, client)

    @rule(claimed=claims)
    def owner_releases(self, claimed: Claim) -> None:
        room_id, client, session = claimed.room.spec.room_id, claimed.seat.client_id, claimed.seat.session
        self.run(self.store.ownership.release(room_id, 1, [(client, session)]))
        room = self.rooms.get(room_id)
        if room and client in room.seats and self.newest[room_id, client] == session:
            self.lose(room_id, client)
        elif room and client in room.seats:
            self.keep_hold(room_id, client, session)

    def lose(self, room_id: RoomId, client: ClientId) -> None:
        room = self.rooms[room_id]
        del room.seats[client]
        self.taken.pop((room_id, client), None)
        if not room.is_born and not room.seats:
            self.forget(room_id)

    def keep_hold(self, room_id: RoomId, client: ClientId, released: int) -> None:
        """A newer hold stays when the session that it replaces is released, and counts alone."""
        taken, held = self.taken.get((room_id, client)), self.held.get((room_id, client))
        if held and taken and taken.session <= released:
            del self.taken[room_id, client]
            self.rooms[room_id].seats[client] = held

    @rule(claimed=consumes(claims), only_if_empty=st.booleans())
    def close(self, claimed: Claim, only_if_empty: bool) -> None:
        room_id = claimed.room.spec.room_id
        wait_ms = self.run(self.store.ownership.close(room_id, 1, "room-closed", only_if_empty=only_if_empty))
        room = self.rooms.get(room_id)
        if room and room.seats and only_if_empty:
            assert wait_ms > 0
        else:
            assert wait_ms == 0
            self.rooms.pop(room_id, None)

    @rule(claimed=claims)
    def renew(self, claimed: Claim) -> None:
        """By an owner that still believes in this seat: nothing may come back that was given up."""
        room_id = claimed.room.spec.room_id
        facts = [(claimed.room, RoomSummary(), [claimed.seat])]
        answer = self.run(self.store.ownership.renew(worker(), facts))
        assert answer == {room_id: room_id in self.rooms}

    @invariant()
    def each_client_sits_where_the_model_says(self) -> None:
        for client in ("ada", "bob", "cyd", "dan", "eve"):
            assert self.run(self.store.directory.seat_of(ClientId(client))) == self.seat_of(ClientId(client))

    @invariant()
    def directory_counts_like_the_model(self) -> None:
        born = {room_id: sum(room.seats.values()) for room_id, room in self.rooms.items() if room.is_born}
        listed = self.run(self.store.directory.rooms())
        assert {room_id: record.players for room_id, record in listed.items()} == born
        assert all(players <= SEATS for players in born.values())


@pytest.mark.timeout(120)
def test_seats_follow_the_model(redis_url: str) -> None:
    machine = type("Machine", (SeatsMachine,), {"url": redis_url})
    machine.TestCase.settings = settings(  # type: ignore[attr-defined]
        max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck)
    )
    machine.TestCase().runTest()  # type: ignore[attr-defined]
