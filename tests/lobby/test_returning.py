"""Coming back through a lobby, being called from one room to another, and two windows of one login."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from lobby.server import keyring_of
from shared.clock import Clock
from shared.protocol.errors import ROOM_FULL
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import (
    SPECTATOR,
    CreateRoom,
    Error,
    JoinRoom,
    LeaveRoom,
    Ping,
    Pong,
    Reroute,
    RoomDisconnect,
)
from shared.protocol.records import Claim, SeatState
from shared.wire.tokens import Ticket
from tests.support.eventually import eventually
from tests.support.lobbies import Running, Talk, Worker, running, talk
from tests.support.redis import RedisServer
from tests.support.refusals import refusal
from tests.support.stores import seat_of

FAR_MS = 2**43


async def a_room(lobby: Running, worker: Worker, *names: str, seats: int = 4) -> list[Claim]:
    """A room with these people in it, the first one its creator."""
    async with lobby.client(names[0]) as creator:
        await creator.send(CreateRoom("c", "chat", "Tea room", seats, {}))
        await creator.next(Reroute)
    people = [await worker.enter(names[0])]
    for name in names[1:]:
        await lobby.post(f"/api/rooms/{id_of(people)}/join", name)
        people.append(await worker.enter(name))
    return people


def id_of(people: list[Claim]) -> RoomId:
    return people[0].room.spec.room_id


def ticket_of(lobby: Running, way: Reroute) -> Ticket:
    return keyring_of(lobby.settings).read_ticket(way.ticket, Clock().now())


async def hears_nothing_but_pongs(client: Talk) -> bool:
    await client.send(Ping(7, 0))
    return bool(await client.next() == Pong(7))


# --- coming back


async def test_who_names_its_room_is_led_back_unasked(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        worker = await Worker(lobby.store).start()
        [ada] = people = await a_room(lobby, worker, "ada")
        await worker.say([replace(ada, seat=replace(ada.seat, state=SeatState.AWAY, until_ms=FAR_MS))])
        async with lobby.client("ada", session=id_of(people)) as client:
            assert client.welcome.room_id == id_of(people)
            way = await client.next()
            assert (way.request, way.room_id) == ("", id_of(people))
            ticket = ticket_of(lobby, way)
            assert (ticket.role, ticket.takes_over) == ("player", False)
            assert ticket.session > ada.seat.session
        assert (await worker.enter("ada")).seat.session == ticket.session


async def test_one_may_be_back_before_the_worker_has_noticed(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada")
        async with lobby.client("ada", session=id_of(people)) as client:
            assert (await client.next(Reroute)).room_id == id_of(people)
        async with lobby.client("ada", session=id_of(people)) as again:
            assert (await again.next(Reroute)).room_id == id_of(people), "and once more, when the way got lost"


async def test_who_has_a_seat_comes_back_to_it_however_often_others_at_the_address_ask_in_vain(
    redis_url: str, realm: str
) -> None:
    async with running(redis_url, realm, returns_per_minute=2, holds_per_minute=2) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada", "bob")
        for room_id in (id_of(people), "nowhere"):
            async with lobby.client("eve", session=room_id) as eve:
                assert (await eve.next()).name == "session-over"
        for name, room_id in (("eve", id_of(people)), ("ada", "nowhere")):
            async with talk(lobby.url) as client:
                await client.hello(lobby.token(name), session=room_id)
                assert (await client.closed())[0] == 4010, "try again"
        for name in ("ada", "bob", "ada"):
            async with lobby.client(name, session=id_of(people)) as client:
                assert (await client.next(Reroute)).room_id == id_of(people)


async def test_a_spectator_comes_back_as_one(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        worker = await Worker(lobby.store).start()
        people = await a_room(lobby, worker, "ada")
        await lobby.post(f"/api/rooms/{id_of(people)}/join", "eve", role=SPECTATOR)
        await worker.enter("eve")
        async with lobby.client("eve", session=id_of(people)) as eve:
            assert ticket_of(lobby, await eve.next(Reroute)).role == SPECTATOR


async def test_who_was_away_for_too_long_is_told_so(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        worker = await Worker(lobby.store).start()
        people = await a_room(lobby, worker, "ada", "bob")
        room_id, bob = id_of(people), people[1].seat
        await lobby.store.ownership.release(room_id, 1, [(bob.client_id, bob.session)])
        over = RoomDisconnect("", room_id, "session-over", "You were away for too long; your seat is free again.")
        async with lobby.client("bob", session=room_id) as client:
            assert client.welcome.room_id == ""
            assert await client.next() == over
            await client.send(JoinRoom("j", room_id, "player", "", False))
            assert (await client.next()).room_id == room_id, "as anybody may"
        async with lobby.client("eve", session="nowhere") as eve:
            assert (await eve.next()).name == "session-over"
        await lobby.store.ownership.close(room_id, 1, "room-closed", only_if_empty=False)
        async with lobby.client("ada", session=room_id) as ada:
            assert (await ada.next()).name == "room-closed"


async def test_a_worker_that_may_return_is_waited_for(redis_server: RedisServer, redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada")
        redis_server.command("ZADD", f"rc:{{{realm}}}:workers", "1", "w1")  # its lease has lapsed
        async with talk(lobby.url) as client:
            await client.hello(lobby.token("ada"), session=id_of(people))
            assert (await client.closed())[0] == 4003, "try again"


async def test_one_is_not_led_back_to_a_room_that_one_does_not_name(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada")
        async with lobby.client("ada") as client:
            assert client.welcome.room_id == id_of(people)
            assert await hears_nothing_but_pongs(client)


# --- two windows of one login


async def test_a_second_window_is_told_where_one_sits_and_may_take_over(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        worker = await Worker(lobby.store).start()
        people = await a_room(lobby, worker, "ada")
        async with lobby.client("ada") as second:
            join = JoinRoom("1", id_of(people), "player", "", False)
            await second.send(join)
            refused = await second.next(Error)
            assert (refused.name, refused.room_id, refused.request) == ("seated", id_of(people), "1")
            assert refused.text == "You are in this room already, in another window."
            await second.send(join._replace(request="2", take_over=True))
            ticket = ticket_of(lobby, await second.next(Reroute))
            assert ticket.takes_over
        assert (await worker.enter("ada")).seat.session == ticket.session > people[0].seat.session


async def test_taking_over_what_one_does_not_have_is_joining(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada", seats=2)
        answer = await lobby.post(f"/api/rooms/{id_of(people)}/join", "bob", take_over=True)
        assert answer.status_code == 200
        answer = await lobby.post(f"/api/rooms/{id_of(people)}/join", "eve", take_over=True)
        assert answer.json()["error"]["name"] == "room-full"


# --- being called


async def go_on(lobby: Running, people: list[Claim], **changes: Any) -> RoomId:
    following = replace(people[0].room.spec, room_id=RoomId("next-room-2"))
    asked: dict[str, Any] = {"request": "again", "candidates": [people[0].room.owner]} | changes
    await lobby.store.ownership.next_room(id_of(people), 1, following, **asked)
    return following.room_id


async def test_a_whole_room_goes_on_across_two_lobbies(redis_url: str, realm: str) -> None:
    names = ("ada", "bob", "cat", "dan")
    async with running(redis_url, realm) as one, running(redis_url, realm) as other, AsyncExitStack() as stack:
        worker = await Worker(one.store).start()
        people = await a_room(one, worker, *names)
        # Two are at a lobby already when it happens, two come to one afterwards.
        early = [await stack.enter_async_context(lobby.client(name)) for lobby, name in ((one, "ada"), (other, "bob"))]
        following = await go_on(one, people)
        late = [
            await stack.enter_async_context(lobby.client(name, session=id_of(people)))
            for lobby, name in ((one, "cat"), (other, "dan"))
        ]
        for name, client in zip(names, [*early, *late], strict=True):
            way = await client.next(Reroute)
            assert (way.request, way.room_id, ticket_of(one, way).client_id) == ("", following, name)
        assert [(await worker.enter(name)).room.players for name in names] == [4, 4, 4, 4]


async def test_a_call_is_told_once(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        people = await a_room(lobby, await Worker(lobby.store).start(), "ada")
        await go_on(lobby, people)
        async with lobby.client("ada") as client:
            assert (await client.next()).room_id == "next-room-2"
            await lobby.lobby._hints._gap()  # a subscription that was reopened looks everybody up again
            await eventually(lambda: not lobby.lobby._calling._due)
            assert await hears_nothing_but_pongs(client)


async def test_a_hold_of_ones_own_is_no_call(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        await Worker(lobby.store).start()
        async with lobby.client("ada") as first:
            await first.send(CreateRoom("c", "chat", "Tea room", 2, {}))
            way = await first.next(Reroute)
        async with lobby.client("ada") as again:
            assert again.welcome.room_id == way.room_id
            assert await hears_nothing_but_pongs(again)
            await again.send(LeaveRoom("l"))
            assert (await again.next()).room_id == way.room_id


async def test_a_party_that_does_not_fit_stays_where_it_is(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as one, running(redis_url, realm) as other:
        worker = await Worker(one.store).start()
        people = await a_room(one, worker, "ada", "bob", "cat")
        path = f"/api/rooms/{id_of(people)}"
        assert (await other.post(f"{path}/join", "dan")).status_code == 200
        assert (await one.post(f"{path}/join", "eve")).json()["error"]["name"] == "room-full"
        async with one.client("ada") as ada, other.client("bob") as bob:
            spec = replace(people[0].room.spec, room_id=RoomId("small-room2"), seats=3, name="Smaller")
            asked: dict[str, Any] = {"request": "r", "candidates": [people[0].room.owner]}
            going_on = one.store.ownership.next_room(id_of(people), 1, spec, **asked)
            assert await refusal(going_on) is ROOM_FULL
            assert await hears_nothing_but_pongs(ada)
            assert await hears_nothing_but_pongs(bob)
        for name in ("ada", "bob", "cat", "dan"):
            assert await seat_of(one.store, ClientId(name)) == id_of(people)
