"""What an owner may rely on, asked of the real directory and of its twin in memory alike."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Protocol

import pytest

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
    ErrorKind,
    RoomError,
)
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.messages import PLAYER, SPECTATOR
from shared.protocol.records import Claim, Entry, Hold, RoomFacts, RoomSpec, RoomSummary, Seat, SeatRequest, SeatState
from shared.store.ownership import Ownership
from shared.store.store import Store
from shared.store.times import USUAL_TIMES
from tests.support.aging import pass_ms
from tests.support.memory_store import MemoryOwnership
from tests.support.stores import NO_LIMITS, WORKER_ID, client, new_id, spec, worker


class World(Protocol):
    """One directory, its lobby's side and its clock."""

    ownership: Ownership | MemoryOwnership

    async def place(self, room: RoomSpec) -> Hold: ...
    async def hold(self, room_id: RoomId, who: ClientId, role: str = PLAYER) -> Hold: ...
    async def pass_ms(self, milliseconds: int) -> None: ...


class RedisWorld:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.ownership = store.ownership

    async def place(self, room: RoomSpec) -> Hold:
        seats, request = [SeatRequest(room.creator)], new_id()
        [held] = await self._store.directory.place(
            room, seats, request=request, candidates=[WORKER_ID], limits=NO_LIMITS
        )
        return held

    async def hold(self, room_id: RoomId, who: ClientId, role: str = PLAYER) -> Hold:
        asked, entry = [seat_request(who, role)], Entry.TAKE_OVER
        [held] = await self._store.directory.hold(room_id, asked, by=who, request=new_id(), entry=entry)
        return held

    async def pass_ms(self, milliseconds: int) -> None:
        await pass_ms(self._store, milliseconds)


class MemoryWorld:
    def __init__(self) -> None:
        self._now_ms = 1_000_000
        self.ownership = MemoryOwnership(lambda: self._now_ms)

    async def place(self, room: RoomSpec) -> Hold:
        return self.ownership.place(room, [SeatRequest(room.creator)], WORKER_ID)[0]

    async def hold(self, room_id: RoomId, who: ClientId, role: str = PLAYER) -> Hold:
        return self.ownership.hold(room_id, [seat_request(who, role)])[0]

    async def pass_ms(self, milliseconds: int) -> None:
        self._now_ms += milliseconds


def seat_request(who: ClientId, role: str) -> SeatRequest:
    return SeatRequest(who, role, 1 if role == PLAYER else 0)


OpenWorld = Callable[[], AbstractAsyncContextManager[World]]


@pytest.fixture(params=["redis", "memory"])
def open_world(request: pytest.FixtureRequest) -> OpenWorld:
    @asynccontextmanager
    async def redis_world() -> AsyncIterator[World]:
        url, realm = request.getfixturevalue("redis_url"), request.getfixturevalue("realm")
        async with Store(url, realm) as store:
            await store.leases.register(worker())
            yield RedisWorld(store)

    @asynccontextmanager
    async def memory_world() -> AsyncIterator[World]:
        yield MemoryWorld()

    return redis_world if request.param == "redis" else memory_world


async def claim(world: World, held: Hold, *, request: str = "", **changes: object) -> Claim:
    told = replace(held, **changes)  # type: ignore[arg-type]
    return await world.ownership.claim(
        told.owner, told.room_id, told.client_id, told.session, told.owner_epoch, request=request or new_id()
    )


async def claim_refused(world: World, held: Hold, **changes: object) -> ErrorKind:
    with pytest.raises(RoomError) as raised:
        await claim(world, held, **changes)
    return raised.value.kind


async def renew(world: World, claimed: Claim, seats: list[Seat], reservations: int = 0) -> bool:
    facts = RoomFacts(claimed.room, RoomSummary(), seats, reservations)
    answer = await world.ownership.renew(worker(), [facts])
    return answer[claimed.room.spec.room_id]


async def close(world: World, claimed: Claim, *, only_if_empty: bool = True) -> int:
    record = claimed.room
    return await world.ownership.close(
        record.spec.room_id, record.owner_epoch, "room-closed", only_if_empty=only_if_empty
    )


async def test_claim_gives_the_room_and_the_seat(open_world: OpenWorld) -> None:
    async with open_world() as world:
        room = spec()
        held = await world.place(room)
        claimed = await claim(world, held)
    assert claimed.room.spec == room
    assert (claimed.room.owner, claimed.room.owner_epoch, claimed.room.is_born) == (WORKER_ID, 1, True)
    assert claimed.room.players == 1
    assert claimed.seat == Seat(room.creator, held.session, SeatState.TAKEN, "player", 1)


async def test_same_claim_gets_the_same_answer_and_another_one_is_a_replay(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        first = await claim(world, held, request="r1")
        assert await claim(world, held, request="r1") == first
        assert await claim_refused(world, held) is TICKET_USED


async def test_only_one_of_many_racing_claims_of_a_ticket_wins(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        claims = await asyncio.gather(*(claim(world, held) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, Claim) for answer in claims) == 1


async def test_claim_of_another_owner_or_epoch_is_refused(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        assert await claim_refused(world, held, owner=WorkerId("other")) is ROOM_MOVED
        assert await claim_refused(world, held, owner_epoch=2) is ROOM_MOVED
        assert await claim_refused(world, held, room_id=RoomId("nowhere")) is ROOM_UNKNOWN
        assert await claim_refused(world, held, client_id=client()) is TICKET_EXPIRED


async def test_newer_hold_voids_an_older_ticket(open_world: OpenWorld) -> None:
    async with open_world() as world:
        old = await world.place(spec())
        new = await world.hold(old.room_id, old.client_id)
        assert await claim_refused(world, old) is TICKET_EXPIRED
        assert (await claim(world, new)).seat.session == new.session


async def test_hold_ends_by_itself(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        held = await world.hold(owner.room.spec.room_id, client())
        await world.pass_ms(USUAL_TIMES.hold_ms)
        assert await claim_refused(world, held) is TICKET_EXPIRED


async def test_unused_hold_gives_the_taken_seat_back(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        taken = await claim(world, held)
        again = await world.hold(held.room_id, held.client_id)
        assert await claim_refused(world, held) is TICKET_USED
        await world.pass_ms(USUAL_TIMES.hold_ms)
        assert await claim_refused(world, again) is TICKET_EXPIRED
        assert await close(world, taken) > 0
        await world.ownership.release(held.room_id, 1, [(held.client_id, held.session)])
        assert await close(world, taken) == 0


async def test_release_of_an_older_session_leaves_the_newer_hold(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        taken = await claim(world, held)
        again = await world.hold(held.room_id, held.client_id)
        await world.ownership.release(held.room_id, 1, [(held.client_id, held.session)])
        assert (await claim(world, again)).seat.session == again.session
        await world.ownership.release(held.room_id, 1, [(held.client_id, again.session)])
        assert await close(world, taken) == 0


async def test_released_seat_does_not_come_back_with_an_unused_hold(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        taken = await claim(world, held)
        await world.hold(held.room_id, held.client_id)
        await world.ownership.release(held.room_id, 1, [(held.client_id, held.session)])
        await world.pass_ms(USUAL_TIMES.hold_ms)
        assert await close(world, taken) == 0


async def test_closing_waits_for_holds_and_closed_is_closed(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room_id = owner.room.spec.room_id
        held = await world.hold(room_id, client())
        await world.ownership.release(room_id, 1, [(owner.seat.client_id, owner.seat.session)])
        assert 0 < await close(world, owner) <= USUAL_TIMES.hold_ms
        await world.pass_ms(USUAL_TIMES.hold_ms)
        assert await close(world, owner) == 0
        assert await close(world, owner) == 0
        assert await claim_refused(world, held) is ROOM_CLOSED
        assert not await renew(world, owner, [owner.seat])


async def test_closing_for_everyone_needs_no_empty_room(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        assert await close(world, owner, only_if_empty=False) == 0
        assert not await renew(world, owner, [owner.seat])


async def test_renewal_fences_by_owner_and_epoch(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        assert await renew(world, owner, [owner.seat])
        newer = replace(owner, room=replace(owner.room, owner_epoch=2))
        assert await renew(world, newer, [owner.seat])
        assert not await renew(world, owner, [owner.seat])
        other = await world.ownership.renew(worker("other"), [RoomFacts(newer.room, RoomSummary(), [owner.seat])])
        assert other == {owner.room.spec.room_id: False}
        assert await close(world, owner, only_if_empty=False) == 0
        assert await renew(world, newer, [owner.seat])


async def test_renewal_puts_seats_back_but_not_after_their_release(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room_id, who = owner.room.spec.room_id, owner.seat.client_id
        guest = Seat(client(), owner.seat.session + 1, SeatState.TAKEN, "player", 1)
        assert await renew(world, owner, [owner.seat, guest])
        await world.ownership.release(room_id, 1, [(who, owner.seat.session), (guest.client_id, guest.session)])
        assert await renew(world, owner, [owner.seat])
        assert await close(world, owner) == 0


async def test_renewal_frees_the_seat_of_a_local_player_who_went(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=2)))
        assert await reserve(world, owner, 2) is None
        assert await renew(world, owner, [owner.seat], reservations=1)
        guest = await world.hold(owner.room.spec.room_id, client())
        assert (await claim(world, guest)).room.players == 2


async def test_taken_seat_that_no_renewal_names_for_a_lease_is_freed(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        assert await renew(world, owner, [])
        assert await close(world, owner) > 0
        await world.pass_ms(USUAL_TIMES.lease_ms)
        assert await renew(world, owner, [])
        assert await close(world, owner) == 0


async def test_away_seat_ends_at_its_date(open_world: OpenWorld) -> None:
    async with open_world() as world:
        held = await world.place(spec())
        owner = await claim(world, held)
        away = replace(owner.seat, state=SeatState.AWAY, until_ms=held.until_ms)
        assert await renew(world, owner, [away])
        assert 0 < await close(world, owner) <= USUAL_TIMES.hold_ms
        await world.pass_ms(USUAL_TIMES.hold_ms)
        assert await close(world, owner) == 0


async def test_room_unknown_to_the_directory_is_written_anew(open_world: OpenWorld) -> None:
    async with open_world() as elsewhere:
        owner = await claim(elsewhere, await elsewhere.place(spec()))
    stranger = replace(owner, room=replace(owner.room, spec=spec(creator=owner.seat.client_id)))
    async with open_world() as world:
        assert await renew(world, stranger, [owner.seat])
        again = await world.hold(stranger.room.spec.room_id, owner.seat.client_id)
        assert again.session > owner.seat.session
        assert (await claim(world, again)).room.spec == stranger.room.spec


# --- sessions that go on


async def test_claim_goes_on_with_the_seat_underneath(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room_id, who = owner.room.spec.room_id, client()
        watcher = await claim(world, await world.hold(room_id, who, SPECTATOR))
        assert (watcher.room.players, watcher.room.spectators) == (1, 1)
        again = await world.hold(room_id, who, PLAYER)
        assert (again.role, again.players) == (SPECTATOR, 0)
        back = await claim(world, again)
        assert (back.seat.session, back.seat.role, back.seat.players) == (again.session, SPECTATOR, 0)


async def test_who_left_before_coming_back_comes_as_it_asks(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room_id, who = owner.room.spec.room_id, client()
        watcher = await claim(world, await world.hold(room_id, who, SPECTATOR))
        await world.ownership.release(room_id, 1, [(who, watcher.seat.session)])
        assert (await claim(world, await world.hold(room_id, who, PLAYER))).seat.role == PLAYER


async def test_away_seat_under_a_hold_goes_on_when_claimed(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        far_ms = (await world.hold(owner.room.spec.room_id, client())).until_ms + 60_000
        away = replace(owner.seat, state=SeatState.AWAY, until_ms=far_ms)
        assert await renew(world, owner, [away])
        again = await world.hold(owner.room.spec.room_id, away.client_id)
        assert await renew(world, owner, [away]), "the owner still says away"
        back = await claim(world, again)
        assert back.seat == replace(away, session=again.session, state=SeatState.TAKEN, until_ms=0)


# --- reserve


async def reserve(
    world: World, claimed: Claim, players: int, role: str = PLAYER, *, epoch: int = 1, number: int = 1
) -> ErrorKind | None:
    seat = claimed.seat
    try:
        await world.ownership.reserve(
            claimed.room.spec.room_id, epoch, seat.client_id, seat.session, players, role, number
        )
    except RoomError as error:
        return error.kind
    return None


async def test_reserve_raises_a_seat_as_long_as_seats_are_free(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=4)))
        guest = await claim(world, await world.hold(owner.room.spec.room_id, client()))
        assert await reserve(world, owner, 4) is ROOM_FULL
        assert await reserve(world, owner, 3) is None
        assert await reserve(world, owner, 3) is None, "the same again does nothing"
        assert await reserve(world, guest, 2) is ROOM_FULL
        assert await reserve(world, owner, 1, number=2) is None
        assert await reserve(world, guest, 3) is None
        again = await world.hold(owner.room.spec.room_id, guest.seat.client_id)
        assert (await claim(world, again)).room.players == 4


async def test_reserve_makes_a_spectator_a_player(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=2, spectators=2)))
        room_id = owner.room.spec.room_id
        first, second = [await claim(world, await world.hold(room_id, client(), SPECTATOR)) for _ in range(2)]
        assert await reserve(world, first, 1) is None
        assert await reserve(world, second, 1) is ROOM_FULL
        back = await claim(world, await world.hold(room_id, first.seat.client_id, SPECTATOR))
        assert (back.seat.role, back.room.players, back.room.spectators) == (PLAYER, 2, 1)


async def test_reserve_under_a_hold_is_what_comes_back(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=2)))
        again = await world.hold(owner.room.spec.room_id, owner.seat.client_id)
        assert await reserve(world, owner, 2) is None
        assert (await claim(world, again)).seat.players == 2


async def test_late_renewal_does_not_undo_a_reservation(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=3)))
        room_id = owner.room.spec.room_id
        watcher = await claim(world, await world.hold(room_id, client(), SPECTATOR))
        assert await reserve(world, owner, 2, number=1) is None
        assert await reserve(world, watcher, 1, number=2) is None
        assert await renew(world, owner, [owner.seat, watcher.seat], reservations=0)
        with pytest.raises(RoomError):
            await world.hold(room_id, client())
        playing = replace(watcher.seat, role=PLAYER, players=1)
        assert await renew(world, owner, [owner.seat, playing], reservations=1)
        assert (await claim(world, await world.hold(room_id, client()))).room.players == 3


async def test_late_renewal_under_a_hold_does_not_undo_a_reservation(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=2)))
        assert await reserve(world, owner, 2) is None
        again = await world.hold(owner.room.spec.room_id, owner.seat.client_id)
        assert await renew(world, owner, [owner.seat], reservations=0)
        assert (await claim(world, again)).seat.players == 2


async def test_late_reservation_does_not_undo_a_newer_one(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=3)))
        assert await reserve(world, owner, 3, number=2) is None
        assert await renew(world, owner, [replace(owner.seat, players=3)], reservations=2)
        assert await reserve(world, owner, 2, number=1) is None
        again = await world.hold(owner.room.spec.room_id, owner.seat.client_id)
        assert again.players == 3


async def test_reservations_of_an_earlier_owner_do_not_count(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec(seats=2)))
        assert await reserve(world, owner, 2, number=5) is None
        newer = replace(owner, room=replace(owner.room, owner_epoch=2))
        assert await renew(world, newer, [owner.seat], reservations=0)
        assert (
            await claim(world, await world.hold(owner.room.spec.room_id, client()), owner_epoch=2)
        ).room.players == 2


async def test_reserve_is_for_this_owner_and_this_session(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        assert await reserve(world, owner, 2, epoch=2) is ROOM_MOVED
        newer = await claim(world, await world.hold(owner.room.spec.room_id, owner.seat.client_id))
        assert await reserve(world, owner, 2) is SESSION_OVER
        assert await reserve(world, newer, 2) is None
        await close(world, owner, only_if_empty=False)
        assert await reserve(world, newer, 3) is ROOM_MOVED


# --- next room


async def go_on(world: World, claimed: Claim, to: RoomSpec, **changes: object) -> list[Hold]:
    asked = {"request": new_id(), "candidates": [WORKER_ID]} | changes
    return await world.ownership.next_room(claimed.room.spec.room_id, 1, to, **asked)  # type: ignore[arg-type]


async def refused_to_go_on(world: World, claimed: Claim, to: RoomSpec, **changes: object) -> ErrorKind:
    with pytest.raises(RoomError) as raised:
        await go_on(world, claimed, to, **changes)
    return raised.value.kind


async def test_everybody_goes_on_to_the_next_room(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room_id, who = owner.room.spec.room_id, client()
        await claim(world, await world.hold(room_id, who, SPECTATOR))
        late = await world.hold(room_id, client())
        following = replace(owner.room.spec, room_id=RoomId(new_id()))
        holds = await go_on(world, owner, following, request="once")
        assert [(held.client_id, held.role) for held in holds] == [
            (owner.seat.client_id, PLAYER),
            (who, SPECTATOR),
            (late.client_id, PLAYER),
        ]
        assert await go_on(world, owner, spec(), request="once") == holds
        assert await claim_refused(world, late) is NEXT_ROOM
        assert not await renew(world, owner, [owner.seat])
        claims = [await claim(world, held) for held in holds]
        assert claims[-1].room.spec == following
        assert (claims[-1].room.players, claims[-1].room.spectators) == (2, 1)


async def test_quick_prefers_an_open_room_with_seats_for_all(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        await claim(world, await world.hold(owner.room.spec.room_id, client()))
        small = await claim(world, await world.place(spec(seats=2)))
        unborn = await world.place(spec())
        fit = await claim(world, await world.place(spec(seats=3)))
        ids = [unborn.room_id, small.room.spec.room_id, fit.room.spec.room_id]
        holds = await go_on(world, owner, spec(), open_rooms=ids)
        assert [held.room_id for held in holds] == [fit.room.spec.room_id] * 2


async def test_a_room_that_cannot_go_on_stays(open_world: OpenWorld) -> None:
    async with open_world() as world:
        owner = await claim(world, await world.place(spec()))
        room, guest = owner.room.spec, await world.hold(owner.room.spec.room_id, client())
        other = await claim(world, await world.place(spec()))
        assert await refused_to_go_on(world, owner, spec(seats=1)) is ROOM_FULL
        assert await refused_to_go_on(world, owner, spec(name=other.room.spec.name.upper())) is ROOM_EXISTS
        assert await refused_to_go_on(world, owner, spec(), candidates=[]) is NO_WORKER
        newer = replace(owner, room=replace(owner.room, owner_epoch=2))
        assert (await claim(world, guest)).room.spec == room
        assert await renew(world, newer, [owner.seat])
        assert await refused_to_go_on(world, owner, spec()) is ROOM_MOVED
