"""A client on `/ws`: what it may say, what it hears, and each bad input with its typed error."""

import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import msgpack
import pytest

from lobby.identity import Identities
from lobby.live_list import LiveList
from lobby.matching import Matching
from lobby.mirror import Mirror
from lobby.origins import Caller
from lobby.placing import Placing
from lobby.presence import Presence
from lobby.quotas import Quota
from lobby.server import keyring_of
from lobby.session import PACES, Desk, Session
from shared.clock import Clock
from shared.protocol import limits
from shared.protocol.errors import ErrorKind
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import (
    CLIENT_TO_LOBBY,
    AllRooms,
    CreateRoom,
    Error,
    Hello,
    JoinRoom,
    LeaveRoom,
    Ping,
    Pong,
    RefreshRooms,
    Reroute,
    RoomDisconnect,
    SetUsername,
    SubscribeRooms,
    UpdateRooms,
    Welcome,
)
from shared.protocol.records import Hold
from shared.rules.buckets import FLOOD
from shared.store.directory import RoomLimits
from shared.wire.codec import Decoder, encode
from shared.wire.parts import split
from shared.wire.tokens import IDENTITY_S, Identity, Keyring, Ticket
from tests.support import dice
from tests.support.eventually import eventually
from tests.support.lobbies import Running, Talk, Worker, catalog, running, talk
from tests.support.lobbies import settings as usual

EVERYTHING = SubscribeRooms("", {}, "newest", False, limits.LIST_ROWS)


async def create(client: Talk, request: str = "1", **changes: object) -> Reroute | Error:
    await client.send(CreateRoom(request, "chat", "Tea room", 2, {})._replace(**changes))
    return await client.next(Reroute, Error)


async def join(client: Talk, room_id: str, request: str = "j") -> Reroute | Error:
    await client.send(JoinRoom(request, room_id, "player", "", False))
    return await client.next(Reroute, Error)


async def refused(client: Talk, **changes: object) -> str:
    answer = await create(client, **changes)
    assert isinstance(answer, Error)
    assert (answer.about, answer.request) == (12, "1")
    return answer.name


# --- the way in


async def test_from_hello_to_reroute(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada", "Ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        assert ada.welcome._asdict() == {"client_id": "ada", "username": "Ada", "room_id": ""}
        await bob.send(EVERYTHING)
        assert await bob.next() == AllRooms([], 0)

        way = await create(ada, options={"mode": "wild"})
        assert isinstance(way, Reroute)
        assert (way.request, way.game, way.address) == ("1", "chat", "ws://127.0.0.1:8101")
        ticket = keyring_of(lobby.settings).read_ticket(way.ticket, Clock().now())
        assert (ticket.client_id, ticket.room_id, ticket.role, ticket.players) == ("ada", way.room_id, "player", 1)
        assert (ticket.username, ticket.worker_id, ticket.origin) == ("Ada", "w1", "")
        assert 0 < ticket.expires - time.time() <= limits.HOLD_S + 1

        await worker.open("ada")
        update = await bob.next(UpdateRooms)
        [row] = update.changed
        assert (row.room_id, row.name, row.players, row.seats) == (way.room_id, "Tea room", 1, 2)
        assert row.options == {"mode": "wild"}
        assert isinstance(await join(bob, way.room_id), Reroute)


async def test_a_room_is_unlisted_and_closed_to_others_until_its_creator_has_come(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        await Worker(lobby.store).start()
        way = await create(ada)
        answer = await join(bob, way.room_id)
        assert (answer.name, answer.request, answer.room_id) == ("room-unknown", "j", way.room_id)
        await bob.send(EVERYTHING)
        assert await bob.next() == AllRooms([], 0)


async def test_the_same_request_gets_the_same_room(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        await Worker(lobby.store).start()
        first = await create(ada, "again")
        second = await create(ada, "again")
        assert first.room_id == second.room_id
    async with running(redis_url, realm) as other, other.client("ada") as ada:
        assert (await create(ada, "again")).room_id == first.room_id, "also through another lobby"


async def test_leaving_through_the_lobby_frees_the_seat(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        way = await create(ada)
        await worker.open("ada")
        await join(bob, way.room_id)
        await bob.send(LeaveRoom("l"))
        assert await bob.next() == RoomDisconnect("l", way.room_id, "left", "You left the room.")
        await bob.send(LeaveRoom("m"))
        assert (await bob.next()).room_id == "", "there is nothing left to leave"


async def test_welcome_names_the_room_in_which_one_has_a_seat(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        await Worker(lobby.store).start()
        async with lobby.client("ada") as ada:
            way = await create(ada)
        async with lobby.client("ada") as again:
            assert again.welcome.room_id == way.room_id


async def test_the_name_set_here_is_carried_into_rooms(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        await Worker(lobby.store).start()
        await ada.send(SetUsername("n", "  Countess   Ada "))
        assert await ada.next() == SetUsername("n", "Countess Ada")
        way = await create(ada)
        ticket = keyring_of(lobby.settings).read_ticket(way.ticket, Clock().now())
        assert ticket.username == "Countess Ada"
        for bad in ("", "\u200b", "a\nb", "x" * 25):
            await ada.send(SetUsername("b", bad))
            answer = await ada.next()
            assert (answer.name, answer.request) == ("bad-name", "b")


async def test_pings_are_answered(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        await ada.send(Ping(77, 0))
        assert await ada.next() == Pong(77)


async def test_a_refresh_needs_no_answer(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        await ada.send(EVERYTHING)
        await ada.next(AllRooms)
        await ada.send(RefreshRooms())
        await ada.send(Ping(1, 0))
        assert await ada.next() == Pong(1)


class Line:
    """What a session sends on, in order."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> None:
        self.sent.append(message)


class CallingDirectory:
    """Calls a client to a room in the very moment after it was looked up where it is."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence

    async def whereabouts(self, client_id: ClientId) -> None:
        hold = Hold(
            RoomId("r1"), GameName("chat"), WorkerId("w1"), 1, "ws://{host}:8101", client_id, 7, "player", 1, 2**43
        )
        for visitor in self._presence.of(client_id):
            visitor.offer(hold)


async def test_who_is_called_while_it_says_hello_is_rerouted_after_its_welcome() -> None:
    ring, presence, line = keyring_of(usual()), Presence(), Line()
    directory, now = CallingDirectory(presence), Clock().now
    unlimited = Quota(directory, "any", 0)
    limited = RoomLimits(0, 0)
    quotas = {"quota": unlimited, "returns": unlimited, "guesses": unlimited}
    placing = Placing(directory, catalog(), ring, limited, **quotas, now=now, dice=dice.secret)
    live_list, decoder = LiveList(Mirror(directory), split), Decoder(CLIENT_TO_LOBBY)
    matching = Matching(placing, catalog(), live_list.fresh_rooms, dice.secret)
    identities = Identities(ring, "", now, dice.secret)
    desk = Desk(identities, placing, matching, directory, live_list, presence, decoder, now)
    session = Session(line, Caller("", "h", "h:80", "127.0.0.1"), desk)
    await session.receive(hello(ring.sign_identity(Identity(ClientId("ada"), "Ada"), now())))
    assert [type(message) for message in line.sent] == [Welcome, Reroute]
    assert (line.sent[1].room_id, line.sent[1].address) == ("r1", "ws://h:8101")


# --- what is refused with an answer


async def test_what_a_create_may_ask(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        await Worker(lobby.store).start()
        cases = {
            "game-unknown": {"game": "chess"},
            "bad-seats": {"seats": 65},
            "bad-options": {"options": {"mode": "loud"}},
        }
        for name, changes in cases.items():
            async with lobby.client("ada") as ada:
                assert await refused(ada, **changes) == name
        async with lobby.client("ada") as ada:
            assert await refused(ada, options={"size": 3}) == "bad-options"
        for bad in ("", "   ", "x" * 49, "a\x00b", "a\u202eb"):
            async with lobby.client("ada") as ada:
                assert await refused(ada, name=bad) == "bad-name"


async def test_a_name_is_taken_once_per_game(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        await Worker(lobby.store).start()
        await create(ada)
        answer = await create(bob, name="TEA  ROOM")
        assert answer.name == "room-exists"
        assert isinstance(await create(bob, "2", game="sketch"), Reroute)


async def test_nobody_sits_in_two_rooms(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        first = await create(ada)
        await worker.open("ada")
        second = await create(bob, name="Coffee room")
        await worker.open("bob")
        answer = await join(ada, second.room_id)
        assert (answer.name, answer.room_id) == ("seated", first.room_id)
        answer = await create(ada, "3", name="Third room")
        assert (answer.name, answer.room_id) == ("seated", first.room_id)


async def test_full_closed_and_unknown_rooms(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        way = await create(ada, seats=1)
        await worker.open("ada")
        assert (await join(bob, way.room_id)).name == "room-full"
        await ada.send(LeaveRoom("l"))
        await ada.next(RoomDisconnect)
        await lobby.store.ownership.close(way.room_id, 1, "room-closed", only_if_empty=False)
        assert (await join(bob, way.room_id)).name == "room-closed"
        assert (await join(bob, "nowhere")).name == "room-unknown"
        assert (await join(bob, "")).name == "room-unknown"


async def test_limits_of_rooms(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, rooms_per_cluster=2, rooms_per_client=1) as lobby:
        worker = await Worker(lobby.store).start()
        async with lobby.client("ada") as ada, lobby.client("bob") as bob, lobby.client("eve") as eve:
            way = await create(ada, name="one")
            await worker.open("ada")
            await join(bob, way.room_id)
            await worker.open("bob")
            await ada.send(LeaveRoom("l"))
            await ada.next(RoomDisconnect)
            assert (await create(ada, "2", name="two")).name == "client-room-limit"
            await create(eve, name="three")
            await bob.send(LeaveRoom("l"))
            await bob.next(RoomDisconnect)
            assert (await create(bob, name="four")).name == "room-limit"


async def test_without_a_worker_that_has_the_game_there_is_no_room(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        assert await refused(ada) == "no-worker"
        worker = Worker(lobby.store)
        worker.record = replace(worker.record, games={"chat": "an older one"})
        await worker.start()
        assert (await create(ada, "2")).name == "no-worker"


async def test_a_room_whose_worker_died_cannot_be_joined(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        worker = await Worker(lobby.store).start()
        way = await create(ada)
        await worker.open("ada")
        await lobby.store.leases.end(worker.record.worker_id, charge=None)
        assert (await join(bob, way.room_id)).name == "room-closed"


async def test_one_address_makes_only_so_many_holds(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, holds_per_minute=2) as lobby, lobby.client("ada") as ada:
        await Worker(lobby.store).start()
        for number in range(2):
            await join(ada, "nowhere", str(number))
        assert (await join(ada, "nowhere", "3")).name == "too-many-requests"


# --- how many at once


async def test_one_client_has_only_so_many_lines_with_a_lobby(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(lobby.client("ada")) for _ in range(limits.LINES_PER_CLIENT)]
        too_many = 4009, "You have too many windows open."
        assert await close_of(lobby, hello(lobby.token("ada"))) == too_many
        assert await close_of(lobby, hello(lobby.token("ada"))) == too_many, "who was refused took no place"
        await lines[0].line.close()
        await eventually(lambda: len(lobby.lobby.presence.of(ClientId("ada"))) < limits.LINES_PER_CLIENT)
        async with lobby.client("ada"):
            pass


async def test_one_address_has_only_so_many_lines_with_a_lobby(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, lines_per_address=2, trusted_proxies=("127.0.0.0/8",)) as lobby:
        school = {"x-forwarded-for": "203.0.113.1"}
        async with lobby.client("ada", **school), lobby.client("bob", **school):
            async with talk(lobby.url, **school) as client:
                await client.hello(lobby.token("cem"))
                assert await client.closed() == (4009, "Too many connections from your address.")
            async with lobby.client("cem", **{"x-forwarded-for": "203.0.113.2"}):
                pass


# --- what ends the line


async def close_of(lobby: Running, *said: bytes | str) -> tuple[int, str]:
    async with talk(lobby.url) as client:
        for payload in said:
            await client.line.send(payload)
        return await client.closed()


def hello(token: str, version: int = limits.WIRE_VERSION) -> bytes:
    return encode(Hello(version, token, "", 0, -1))


async def test_bad_hellos(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        now, ring = Clock().now(), keyring_of(lobby.settings)
        identity = Identity(ClientId("ada"), "Ada")
        other = Keyring({"sample": "another secret of at least 32 bytes"}, "sample")
        ticket = Ticket(
            ClientId("ada"), "Ada", RoomId("r"), GameName("chat"), 1, 1, "player", 1, WorkerId("w1"), "", 2**33
        )
        assert (await close_of(lobby, hello(other.sign_identity(identity, now))))[0] == 4520
        assert (await close_of(lobby, hello(ring.sign_identity(identity, now - 2 * IDENTITY_S))))[0] == 4012
        assert (await close_of(lobby, hello(ring.sign_ticket(ticket, now))))[0] == 4520, "a ticket is no identity"
        assert (await close_of(lobby, hello("")))[0] == 4520
        assert (await close_of(lobby, hello(lobby.token("ada"), version=99)))[0] == 4525
        assert (await close_of(lobby, msgpack.packb([1, 99, lobby.token("ada"), "", 0, -1, {}])))[0] == 4525
        assert (await close_of(lobby, encode(Ping(1, 0)))) == (4527, "`ping` is not expected here.")
        assert (await close_of(lobby, hello("x" * limits.HELLO_BYTES)))[0] == 4528
        assert (await close_of(lobby, hello(lobby.token("ada")), hello(lobby.token("ada"))))[0] == 4527


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("text", 4529),
        (b"", 4526),
        (b"\xc1", 4526),
        (encode(Ping(1, 0))[:-1], 4526),
        (encode(Ping(1, 0)) + b"\x00", 4526),
        (b"\x91" * 60_000 + b"\x00", 4526),
        (b"\xdd\xff\xff\xff\xff", 4526),
        (msgpack.packb([4, -1, 0]), 4526),
        (msgpack.packb([4, 1]), 4526),
        (msgpack.packb([4, True, 0]), 4526),
        (msgpack.packb([13, "r", "room", "king"]), 4526),
        (msgpack.packb([10, "", {"a": [1]}, "newest", False, 9]), 4526),
        (msgpack.packb([999]), 4527),
        (msgpack.packb([34, 0, "t", b""]), 4527),
        (msgpack.packb(["ping"]), 4527),
        (bytes(limits.FRAME_BYTES + 1), 4528),
        (bytes(4 * limits.FRAME_BYTES), 1009),
    ],
)
async def test_what_cannot_be_decoded_ends_only_its_own_line(
    payload: bytes | str, code: int, redis_url: str, realm: str
) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("bob") as bob:
        assert (await close_of(lobby, hello(lobby.token("ada")), payload))[0] == code
        await bob.send(Ping(5, 0))
        assert await bob.next() == Pong(5)


async def test_a_flood_is_answered_now_and_then_and_ends_in_flooding(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, lobby.client("bob") as bob:
        for _ in range(FLOOD + PACES[Ping].burst + 100):
            await ada.send(Ping(1, 0))
        first = await ada.next(Error)
        assert (first.name, first.about) == ("too-many-requests", 4)
        assert await ada.closed() == (4530, "You kept sending far more than is allowed.")
        await bob.send(Ping(5, 0))
        assert await bob.next() == Pong(5), "nobody else noticed"


async def test_a_request_over_the_pace_is_told_so(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        for number in range(12):
            await ada.send(SetUsername(str(number), "Ada"))
        answers = [await ada.next() for _ in range(12)]
        refusals = [answer for answer in answers if isinstance(answer, Error)]
        assert len(refusals) in (6, 7)
        assert {answer.name for answer in refusals} == {"too-many-requests"}
        assert sorted(answer.request for answer in answers) == sorted(map(str, range(12))), "each gets its answer"


class Waiting:
    """A connection that has said nothing yet, as far as the lobby sees it."""

    def close(self, kind: ErrorKind, text: str = "") -> None:
        pass


async def test_one_waiting_connection_too_many_costs_the_oldest_its_place(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada, talk(lobby.url) as oldest:
        presence = lobby.lobby.presence
        await eventually(lambda: len(presence) == 2)
        younger = [Waiting() for _ in range(limits.WAITING_HELLOS - 1)]
        for line in younger:
            presence.wait(line)
        async with talk(lobby.url):
            assert (await oldest.closed())[0] == 4007
        for line in younger:
            presence.greeted(line)
        await ada.send(Ping(5, 0))
        assert await ada.next() == Pong(5), "who has said hello is not concerned"


# --- where from


async def test_foreign_origins_are_told_so_and_no_origin_may_come(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, public_origins=("https://play.example.org",)) as lobby:
        own = f"http://127.0.0.1:{lobby.port}"
        async with talk(lobby.url, origin="https://evil.example.org") as foreign:
            assert await foreign.closed() == (4523, "This site may not connect here.")
        async with lobby.client("ada", origin="https://play.example.org"), lobby.client("bob", origin=own):
            pass
    async with running(redis_url, realm, development=False, secrets=(("k", "s" * 32),)) as strict:
        async with talk(strict.url, origin=f"http://127.0.0.1:{strict.port}") as foreign:
            assert (await foreign.closed())[0] == 4523, "outside development only what is set counts"
        async with strict.client("ada"):
            pass


async def test_a_ticket_carries_the_origin(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, public_origins=("https://play.example.org",)) as lobby:
        await Worker(lobby.store).start()
        async with lobby.client("ada", origin="https://play.example.org") as ada:
            way = await create(ada)
        assert keyring_of(usual()).read_ticket(way.ticket, Clock().now()).origin == "https://play.example.org"
