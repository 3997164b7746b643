"""Doors: whom the directory lets into which room, and that nobody is kept from a seat of their own."""

from typing import Any

import pytest

from shared.protocol.errors import (
    INVITE_WRONG,
    JOIN_REFUSED,
    ROOM_FULL,
    ROOM_LOCKED,
    ROOM_UNKNOWN,
    SEATED,
    SESSION_OVER,
)
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import PRIVATE, PUBLIC, SPECTATOR, UNLISTED
from shared.protocol.records import Claim, Entry, RoomSummary, SeatRequest
from shared.store.store import Store
from tests.support.refusals import refusal, refused
from tests.support.stores import born, claim, client, come_back, hold, new_id, place, renew, spec, worker

CODE = "k7mwq2xy"


async def a_room(store: Store, **summary: Any) -> Claim:
    """A room with its creator in it, whose owner says this of it."""
    await store.leases.register(worker())
    room = await born(store)
    await renew(store, room.room, [room.seat], RoomSummary(**summary))
    return room


def id_of(room: Claim) -> RoomId:
    return room.room.spec.room_id


async def test_private_room_opens_to_its_invite_and_looks_unknown_to_all_others(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room_id = id_of(await a_room(store, doors=PRIVATE, invite=CODE))
        for given, unknown in (("", ROOM_UNKNOWN), ("k7mwq2xz", INVITE_WRONG)):
            mine = await refused(hold(store, room_id, invite=given))
            other = await refused(hold(store, RoomId("nowhere"), invite=given))
            assert (mine.kind, mine.text) == (other.kind, other.text) == (unknown, unknown.text)
        assert (await hold(store, room_id, invite=CODE)).room_id == room_id


async def test_private_room_without_a_code_opens_to_nobody(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room_id = id_of(await a_room(store, doors=PRIVATE))
        assert await refusal(hold(store, room_id)) is ROOM_UNKNOWN
        assert await store.directory.room_by_invite("") is None


async def test_invite_finds_its_room_until_the_doors_change(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room = await a_room(store, doors=PRIVATE, invite=CODE)
        assert await store.directory.room_by_invite(CODE) == id_of(room)
        assert await store.directory.room_by_invite("nothing2") is None
        await renew(store, room.room, [room.seat], RoomSummary(doors=PRIVATE, invite="another2"))
        assert await store.directory.room_by_invite(CODE) is None
        assert await store.directory.room_by_invite("another2") == id_of(room)
        await renew(store, room.room, [room.seat], RoomSummary(doors=PUBLIC))
        assert await store.directory.room_by_invite("another2") is None


async def test_closed_room_frees_its_invite_and_only_its_own(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        first = await a_room(store, doors=PRIVATE, invite=CODE)
        second = await a_room(store, doors=PRIVATE, invite=CODE)
        await store.ownership.close(id_of(second), 1, "room-closed", only_if_empty=False)
        assert await store.directory.room_by_invite(CODE) == id_of(first), "the first one keeps it"
        await store.ownership.close(id_of(first), 1, "room-closed", only_if_empty=False)
        assert await store.directory.room_by_invite(CODE) is None


async def test_unlisted_room_is_joined_by_its_id(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room_id = id_of(await a_room(store, doors=UNLISTED))
        assert (await hold(store, room_id)).room_id == room_id


async def test_locked_room_lets_nobody_new_in(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room_id = id_of(await a_room(store, is_locked=True))
        assert await refusal(hold(store, room_id)) is ROOM_LOCKED
        assert await refusal(hold(store, room_id, entry=Entry.TAKE_OVER)) is ROOM_LOCKED
        private = id_of(await a_room(store, doors=PRIVATE, invite=CODE, is_locked=True))
        assert await refusal(hold(store, private, invite=CODE)) is ROOM_LOCKED
        assert await refusal(hold(store, private)) is ROOM_UNKNOWN, "who may not know of it hears nothing of its lock"


@pytest.mark.parametrize(
    "summary", [{"is_locked": True}, {"doors": PRIVATE, "invite": CODE}, {"is_open": False}, {"doors": UNLISTED}]
)
async def test_own_seat_is_never_behind_the_doors(summary: dict[str, Any], redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room = await a_room(store, **summary)
        again = await come_back(store, id_of(room), room.seat.client_id)
        assert again.session > room.seat.session
        over = await hold(store, id_of(room), room.seat.client_id, entry=Entry.TAKE_OVER)
        assert over.session > again.session


async def test_called_clients_need_no_key_but_a_seat_and_an_open_room(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        for summary in ({"is_locked": True}, {"doors": PRIVATE, "invite": CODE}):
            room = await a_room(store, **summary)
            assert (await hold(store, id_of(room), entry=Entry.CALLED)).room_id == id_of(room)
        ending = await a_room(store, is_open=False)
        assert await refusal(hold(store, id_of(ending), entry=Entry.CALLED)) is JOIN_REFUSED
        unborn = await place(store)
        assert await refusal(hold(store, unborn.room_id, entry=Entry.CALLED)) is ROOM_UNKNOWN


async def test_seat_in_use_is_taken_over_only_when_asked(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room = await a_room(store)
        who = room.seat.client_id
        error = await refused(hold(store, id_of(room), who))
        assert (error.kind, error.room_id) == (SEATED, id_of(room))
        over = await hold(store, id_of(room), who, entry=Entry.TAKE_OVER)
        assert await refusal(hold(store, id_of(room), who)) is SEATED, "also while the taking over is under way"
        assert (await claim(store, over)).seat.session == over.session


async def test_seat_that_is_only_held_can_be_held_anew(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room_id, who = id_of(await a_room(store)), client()
        first = await hold(store, room_id, who)
        assert (await hold(store, room_id, who)).session > first.session


async def test_return_leads_to_a_seat_of_ones_own_or_nowhere(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room = await a_room(store)
        assert await refusal(come_back(store, id_of(room), client())) is SESSION_OVER
        assert await refusal(come_back(store, RoomId("nowhere"), client())) is ROOM_UNKNOWN
        await store.ownership.release(id_of(room), 1, [(room.seat.client_id, room.seat.session)])
        assert await refusal(come_back(store, id_of(room), room.seat.client_id)) is SESSION_OVER


async def test_who_comes_back_is_what_it_was(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, watcher = await a_room(store), client()
        ask = store.directory.hold
        [watch] = await ask(id_of(room), [SeatRequest(watcher, SPECTATOR, 0)], by=watcher, request=new_id())
        await claim(store, watch)
        again = await come_back(store, id_of(room), watcher)
        assert (again.role, again.players) == (SPECTATOR, 0)
        [listed] = (await store.directory.rooms()).values()
        assert (listed.players, listed.spectators) == (1, 1)


async def test_full_for_spectators_says_so(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        await store.leases.register(worker())
        room = await born(store, spec(spectators=0))
        who = client()
        watch = [SeatRequest(who, SPECTATOR, 0)]
        error = await refused(store.directory.hold(id_of(room), watch, by=who, request=new_id()))
        assert error.kind is ROOM_FULL
        assert error.text == "Nobody else can watch this room now."


async def test_whose_call_a_hold_is(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        room, ada, bob = await a_room(store), client(), client()
        party = [SeatRequest(ada), SeatRequest(bob)]
        holds = await store.directory.hold(id_of(room), party, by=ada, request=new_id(), entry=Entry.CALLED)
        for who, held, is_called in zip((ada, bob), holds, (False, True), strict=True):
            where = await store.directory.whereabouts(who)
            assert where == (id_of(room), held, is_called, False)
        await claim(store, holds[1])
        assert await store.directory.whereabouts(bob) == (id_of(room), None, False, True)
        assert await store.directory.whereabouts(ClientId("nobody")) is None


async def test_token_given_back_can_be_taken_again(redis_url: str, realm: str) -> None:
    async with Store(redis_url, realm) as store:
        bucket: tuple[str, float, int] = ("guesses:203.0.113.7", 0.001, 2)
        for _ in range(5):
            assert await store.directory.allow(*bucket)
            await store.directory.give_back(*bucket)
        assert [await store.directory.allow(*bucket) for _ in range(3)] == [True, True, False]
