"""Seats against a plain reference model: whatever lobbies, owners and time do, in any order.

Always: a client is in at most one room; players never exceed the seats; names are unique in their game; a session goes
on in its role and with its players, however often it is held, lost and taken over; a room goes on whole or not at all;
the directory counts what the model counts. The model is what a reader of the design would write down.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from shared.protocol.errors import RoomError
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.records import Claim, Entry, Hold, RoomFacts, RoomSummary, Seat, SeatRequest, SeatState
from shared.store.store import Store
from tests.support.stores import NO_LIMITS, WORKER_ID, new_id, spec, worker

EVERYBODY = [ClientId(name) for name in ("ada", "bob", "cyd", "dan", "eve")]
CLIENTS = st.sampled_from(EVERYBODY)
PARTIES = st.lists(CLIENTS, min_size=1, max_size=3, unique=True)
NAMES = st.sampled_from(["red", "RED", "blue"])
PLAYERS = st.integers(1, 3)
SEATS = 4
FAR_MS = 2**43


@dataclass
class ModelSeat:
    """`held` waits for its claim, on top of `taken`, which is what the client has come in with (or is away from)."""

    held: Hold | None = None
    taken: Seat | None = None

    @property
    def players(self) -> int:
        return (self.taken or self.held).players  # type: ignore[union-attr]

    @property
    def newest(self) -> int:
        return (self.held or self.taken).session  # type: ignore[union-attr]

    @property
    def is_in_use(self) -> bool:
        return self.taken is not None and self.taken.state is SeatState.TAKEN

    def is_session(self, session: int) -> bool:
        return self.taken is not None and self.taken.session == session


@dataclass
class ModelRoom:
    name: str
    is_born: bool = False
    is_locked: bool = False
    reservations: int = 0
    seats: dict[ClientId, ModelSeat] = field(default_factory=dict)

    @property
    def players(self) -> int:
        return sum(seat.players for seat in self.seats.values())


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

    def seat(self, claimed: Claim) -> ModelSeat | None:
        """The seat that this claim took, as long as no newer claim has taken it."""
        room = self.rooms.get(claimed.room.spec.room_id)
        seat = room.seats.get(claimed.seat.client_id) if room else None
        return seat if seat and seat.is_session(claimed.seat.session) else None

    def is_name_free(self, name: str, leaving: RoomId | None = None) -> bool:
        return name.lower() not in {room.name for room_id, room in self.rooms.items() if room_id != leaving}

    def note(self, holds: list[Hold]) -> Any:
        for held in holds:
            self.rooms[held.room_id].seats.setdefault(held.client_id, ModelSeat()).held = held
        return multiple(*holds)

    # --- lobbies

    @rule(target=holds, creator=CLIENTS, name=NAMES, players=PLAYERS)
    def place(self, creator: ClientId, name: str, players: int) -> Any:
        room = spec(name=name, creator=creator, seats=SEATS)
        asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "limits": NO_LIMITS}
        answer = self.answer(self.store.directory.place(room, [SeatRequest(creator, players=players)], **asked))
        if self.seat_of(creator):
            assert answer == "seated"
        elif not self.is_name_free(name):
            assert answer == "room-exists"
        else:
            self.rooms[room.room_id] = ModelRoom(name.lower())
            return self.note(answer)
        return multiple()

    @rule(target=holds, earlier=holds, party=PARTIES, players=PLAYERS, entry=st.sampled_from(Entry))
    def hold(self, earlier: Hold, party: list[ClientId], players: int, entry: Entry) -> Any:
        room_id = earlier.room_id
        seats = [SeatRequest(client, players=players) for client in party]
        answer = self.answer(self.store.directory.hold(room_id, seats, by=party[0], request=new_id(), entry=entry))
        room = self.rooms.get(room_id)
        if room is None:
            assert answer in ("room-closed", "room-unknown")
            return multiple()
        refused = next(filter(None, (self.refusal(room, client, entry) for client in party)), "")
        wanted = {client: seat.players for client, seat in room.seats.items()}
        wanted |= {client: self.kept(room, client) or players for client in party}
        if refused:
            assert answer == refused
        elif any(self.seat_of(client) not in (None, room_id) for client in party):
            assert answer == "seated"
        elif sum(wanted.values()) > SEATS:
            assert answer == "room-full"
        else:
            assert all(held.players == wanted[held.client_id] for held in answer)
            return self.note(answer)
        return multiple()

    def refusal(self, room: ModelRoom, client: ClientId, entry: Entry) -> str:
        seat = room.seats.get(client)
        if seat:
            return "seated" if entry is Entry.JOIN and seat.is_in_use else ""
        if entry is Entry.RETURN:
            return "session-over"
        if not room.is_born:
            return "room-unknown"
        return "room-locked" if room.is_locked and entry is not Entry.CALLED else ""

    def kept(self, room: ModelRoom, client: ClientId) -> int:
        """Players of the seat that a new hold would go on with; 0 for a newcomer."""
        seat = room.seats.get(client)
        return seat.taken.players if seat and seat.taken else 0

    @rule(client=CLIENTS)
    def leave(self, client: ClientId) -> None:
        room_id = self.seat_of(client)
        assert self.run(self.store.directory.release(client)) == room_id
        if room_id:
            room = self.rooms[room_id]
            del room.seats[client]
            if not room.is_born and not room.seats:
                del self.rooms[room_id]

    # --- the owner

    @rule(target=claims, held=holds)
    def claim(self, held: Hold) -> Any:
        told = (held.owner, held.room_id, held.client_id, held.session, held.owner_epoch)
        answer = self.answer(self.store.ownership.claim(*told, request=new_id()))
        room = self.rooms.get(held.room_id)
        seat = room.seats.get(held.client_id) if room else None
        if room is None:
            assert answer in ("room-closed", "room-unknown", "ticket-expired", "next-room")
        elif seat is None or not (seat.is_session(held.session) or seat.held == held):
            assert answer == "ticket-expired"
        elif seat.is_session(held.session):
            assert answer == "ticket-used"
        else:
            room.is_born = True
            assert answer.seat.players == seat.players, "what it came with goes on"
            seat.held, seat.taken = None, answer.seat
            return answer
        return multiple()

    @rule(claimed=claims)
    def owner_releases(self, claimed: Claim) -> None:
        room_id, client, session = claimed.room.spec.room_id, claimed.seat.client_id, claimed.seat.session
        self.run(self.store.ownership.release(room_id, 1, [(client, session)]))
        seat = self.seat(claimed)
        if seat and seat.held:
            seat.taken = None
        elif seat:
            del self.rooms[room_id].seats[client]

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
        self.land(self.facts(claimed))

    def facts(self, claimed: Claim) -> RoomFacts:
        room, seat = self.rooms.get(claimed.room.spec.room_id), self.seat(claimed)
        named = seat.taken if seat and seat.taken else claimed.seat
        summary = RoomSummary(is_locked=room is not None and room.is_locked)
        return RoomFacts(claimed.room, summary, [named], room.reservations if room else 0)

    def land(self, facts: RoomFacts) -> None:
        room_id = facts.record.spec.room_id
        answer = self.run(self.store.ownership.renew(worker(), [facts]))
        assert answer == {room_id: room_id in self.rooms}

    @rule(claimed=claims)
    def goes_away(self, claimed: Claim) -> None:
        seat = self.seat(claimed)
        if seat and seat.taken:
            seat.taken = replace(seat.taken, state=SeatState.AWAY, until_ms=FAR_MS)
            self.renew(claimed)

    @rule(claimed=claims, is_locked=st.booleans())
    def locks(self, claimed: Claim, is_locked: bool) -> None:
        room = self.rooms.get(claimed.room.spec.room_id)
        if room:
            room.is_locked = is_locked
            self.renew(claimed)

    @rule(claimed=claims, players=PLAYERS, is_raced=st.booleans())
    def reserve(self, claimed: Claim, players: int, is_raced: bool) -> None:
        """A renewal that left before may arrive after."""
        room_id, who, seat = claimed.room.spec.room_id, claimed.seat, self.seat(claimed)
        room, facts = self.rooms.get(room_id), self.facts(claimed)
        number = facts.reservations + 1
        answer = self.answer(
            self.store.ownership.reserve(room_id, 1, who.client_id, who.session, players, who.role, number)
        )
        if room is not None:
            room.reservations = number
        if is_raced:
            self.land(facts)
        if room is None:
            assert answer == "room-moved"
        elif seat is None or seat.taken is None:
            assert answer == "session-over"
        elif room.players - seat.players + players > SEATS:
            assert answer == "room-full"
        else:
            assert answer is None
            seat.taken = replace(seat.taken, players=players)

    @rule(target=holds, claimed=claims, name=NAMES, other=holds)
    def next_room(self, claimed: Claim, name: str, other: Hold) -> Any:
        room_id = claimed.room.spec.room_id
        following = spec(name=name, seats=SEATS, creator=claimed.room.spec.creator)
        asked: dict[str, Any] = {"request": new_id(), "candidates": [WORKER_ID], "open_rooms": [other.room_id]}
        answer = self.answer(self.store.ownership.next_room(room_id, 1, following, **asked))
        old, target = self.rooms.get(room_id), self.rooms.get(other.room_id)
        if old is None:
            assert answer == "room-moved"
            return multiple()
        is_fit = target and target is not old and target.is_born and not target.is_locked
        if not (target and is_fit and target.players + old.players <= SEATS):
            if not self.is_name_free(name, leaving=room_id):
                assert answer == "room-exists"
                return multiple()
            self.rooms[following.room_id] = ModelRoom(name.lower())
        del self.rooms[room_id]
        assert {held.client_id: held.players for held in answer} == {
            client: seat.players for client, seat in old.seats.items()
        }
        return self.note(answer)

    # --- always

    @invariant()
    def each_client_sits_where_the_model_says(self) -> None:
        for client in EVERYBODY:
            where = self.run(self.store.directory.whereabouts(client))
            room_id = self.seat_of(client)
            assert (where.room_id if where else None) == room_id
            if where:
                assert where.hold == self.rooms[where.room_id].seats[client].held

    @invariant()
    def directory_counts_like_the_model(self) -> None:
        born = {room_id: room.players for room_id, room in self.rooms.items() if room.is_born}
        listed = self.run(self.store.directory.rooms())
        assert {room_id: record.players for room_id, record in listed.items()} == born
        assert all(players <= SEATS for players in born.values())


@pytest.mark.timeout(120)
def test_seats_follow_the_model(redis_url: str) -> None:
    machine = type("Machine", (SeatsMachine,), {"url": redis_url})
    machine.TestCase.settings = settings(  # type: ignore[attr-defined]
        max_examples=25, stateful_step_count=40, suppress_health_check=list(HealthCheck)
    )
    machine.TestCase().runTest()  # type: ignore[attr-defined]
