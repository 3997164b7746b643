"""Tickets and hellos that a worker must refuse, each with its own close code, while the room beside them plays on."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from websockets.exceptions import InvalidHandshake

from shared.protocol.errors import (
    NOT_ALLOWED,
    ORIGIN_REFUSED,
    ROOM_MOVED,
    ROOM_UNKNOWN,
    TICKET_EXPIRED,
    TICKET_INVALID,
    TICKET_USED,
    TOKEN_EXPIRED,
    TOO_MANY_CONNECTIONS,
    VERSION_UNSUPPORTED,
    WORKER_LOST,
    ErrorKind,
)
from shared.protocol.ids import ClientId, RoomId, WorkerId
from shared.protocol.limits import PROBES_PER_ADDRESS, WIRE_VERSION
from shared.protocol.messages import Ping, Pong, RoomJoined, SendChat, Welcome
from shared.wire.tokens import Identity, Keyring
from tests.support.cluster import KEYS, SECRET, Cluster, Place, ticket, write_game
from tests.support.eventually import eventually
from tests.support.player import Player

PAGE = "https://play.example.org"
OTHER_KEY = Keyring({"test": "another secret, just as long as the right one"}, "test")
UNKNOWN_KID = Keyring({"else": SECRET}, "else")


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain")
    return tmp_path


def without_signature(place: Place) -> str:
    claims = jwt.decode(place.ticket, options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"typ": "ticket+jwt", "kid": "test"})


def with_another_end(place: Place) -> str:
    return place.ticket[:-4] + ("AAAA" if place.ticket[-4:] != "AAAA" else "BBBB")


def an_identity(now: float) -> str:
    return KEYS.sign_identity(Identity(ClientId("ann"), "Ann"), now)


def signed(place: Place, *, keys: Keyring = KEYS, **changes: object) -> str:
    return keys.sign_ticket(replace(ticket(place.hold, PAGE), **changes), time.time())


WRONG: dict[str, tuple[Callable[[Place], str], ErrorKind]] = {
    "forged": (with_another_end, TICKET_INVALID),
    "alg none": (without_signature, TICKET_INVALID),
    "other key": (lambda place: signed(place, keys=OTHER_KEY), TICKET_INVALID),
    "unknown key id": (lambda place: signed(place, keys=UNKNOWN_KID), TICKET_INVALID),
    "no token": (lambda place: "", TICKET_INVALID),
    "not a token": (lambda place: "a.b.c", TICKET_INVALID),
    "expired": (lambda place: signed(place, expires=int(time.time()) - 60), TICKET_EXPIRED),
    "expired identity": (lambda place: an_identity(time.time() - 10**6), TOKEN_EXPIRED),
    "other worker's": (lambda place: signed(place, worker_id=WorkerId("w9")), WORKER_LOST),
    "other room's": (lambda place: signed(place, room_id=RoomId("room9")), ROOM_UNKNOWN),
    "older owner's": (lambda place: signed(place, owner_epoch=place.hold.owner_epoch + 1), ROOM_MOVED),
    "other client's": (lambda place: signed(place, client_id=ClientId("mallory")), TICKET_EXPIRED),
    "older session's": (lambda place: signed(place, session=place.hold.session - 1), TICKET_EXPIRED),
}


async def test_wrong_tickets_get_their_own_close_and_harm_nobody(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        room_id, (ann, bob) = await cluster.table("plain", "ann", "bob")
        place = await cluster.join(room_id, "eve")
        async with ann, bob:
            seen = {name: await refusal(place, make(place)) for name, (make, _) in WRONG.items()}
            assert seen == {name: kind.close_code for name, (_, kind) in WRONG.items()}
            async with await Player.enter(place.address, signed(place), origin=PAGE) as eve:
                assert len((await eve.next(RoomJoined)).members) == 3  # the right one still holds
                assert await refusal(place, signed(place)) == TICKET_USED.close_code
                await ann.relay(b"all well")
                assert await bob.bodies(1) == await eve.bodies(1) == [b"all well"]


async def refusal(place: Place, token: str, **hello: object) -> int:
    async with await Player.enter(place.address, token, **hello) as player:  # type: ignore[arg-type]
        return await player.closed()


async def test_a_ticket_is_for_the_page_it_was_given_to(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "ann")
        assert await refusal(place, signed(place), origin="https://evil.example") == ORIGIN_REFUSED.close_code
        assert await refusal(place, signed(place, origin=""), origin=PAGE) == ORIGIN_REFUSED.close_code
        async with await Player.enter(place.address, signed(place)) as ann:  # no browser: no Origin
            await ann.next(RoomJoined)


async def test_another_wire_version_is_final(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "ann")
        assert await refusal(place, place.ticket, version=WIRE_VERSION + 1) == VERSION_UNSUPPORTED.close_code


async def test_a_ticket_of_a_dead_worker_says_try_again_and_another_seat_is_free(
    redis_url: str, realm: str, games: Path
) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        (worker,) = await cluster.ready()
        place = await cluster.create("plain", "ann", name="Den")
        os.kill(cluster.pid_of(worker.worker_id), signal.SIGKILL)

        async def refused_by_its_successor() -> int:
            try:
                return await refusal(place, place.ticket)
            except (OSError, InvalidHandshake) as error:  # not there yet
                raise AssertionError(error) from None

        code = await eventually(refused_by_its_successor, within=3.0)
        assert code == WORKER_LOST.close_code
        assert not WORKER_LOST.is_final
        await cluster.ready(1)
        again = await cluster.create("plain", "ann", name="Den")  # neither the seat nor the name is still taken
        async with await cluster.sit(again) as ann:
            await ann.next(RoomJoined)


async def test_racing_first_hellos_build_the_room_once(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        place = await cluster.create("plain", "ann", seats=8)
        async with await cluster.sit(place) as ann:
            await ann.next(RoomJoined)
            others = [await cluster.join(place.room_id, f"client{number}") for number in range(7)]
            players = await asyncio.gather(*(cluster.sit(other) for other in others))
            pictures = await asyncio.gather(*(player.next(RoomJoined) for player in players))
            assert sorted(picture.you for picture in pictures) == list(range(2, 9))
            await asyncio.gather(*(player.leave() for player in players))


async def test_a_probe_pings_and_nothing_else(redis_url: str, realm: str, games: Path) -> None:
    async with Cluster(redis_url, realm, games, workers=1) as cluster:
        (worker,) = await cluster.ready()
        address = worker.address.replace("{host}", "127.0.0.1")
        token = an_identity(time.time())
        probes = [await Player.enter(address, token) for _ in range(PROBES_PER_ADDRESS)]
        for probe in probes:
            assert (await probe.next(Welcome)).client_id == "ann"
        await probes[0].say(Ping(7, 0))
        assert (await probes[0].next(Pong)).stamp == 7
        async with await Player.enter(address, token) as crowded:
            assert await crowded.closed() == TOO_MANY_CONNECTIONS.close_code
        await probes[0].say(SendChat("hello"))
        assert await probes[0].closed() == NOT_ALLOWED.close_code
        async with await Player.enter(address, token) as next_one:
            await next_one.next(Welcome)
        await asyncio.gather(*(probe.leave() for probe in probes))
