"""The process: what keeps it from starting, how it says goodbye, whom it believes, and two lobbies side by side."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import HTTPConnection

from cli.health import lobby_answers
from lobby import login
from lobby.server import run
from shared.protocol.ids import ClientId
from shared.protocol.messages import AllRooms, CreateRoom, JoinRoom, Reroute, SubscribeRooms, UpdateRooms
from shared.settings import CannotStart
from shared.wire.tokens import Identity
from tests.support.addresses import has_ipv6
from tests.support.eventually import eventually
from tests.support.lobbies import Running, Worker, free_address, running, settings
from tests.support.redis import RedisServer, free_port

EVERYTHING = SubscribeRooms("", {}, "name", False, 200)


def games(tmp_path: Path) -> Path:
    (tmp_path / "games").mkdir(exist_ok=True)
    return tmp_path / "games"


# --- starting and stopping


async def test_a_taken_port_is_one_sentence(redis_url: str, realm: str, tmp_path: Path) -> None:
    with free_address() as (host, port):
        given = settings(redis_url=redis_url, realm=realm, games=games(tmp_path), lobby_host=host, lobby_port=port)
        with pytest.raises(CannotStart) as error:
            await run(given)
    assert str(error.value) == f"The lobby cannot listen on 127.0.0.1 port {port}: Address already in use."


async def test_no_redis_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    where = f"127.0.0.1:{free_port()}/0"
    urls = (f"redis://:secret@{where}", f"redis://{where}?password=secret")
    sentences = await asyncio.gather(*(refusal(tmp_path, redis_url=url) for url in urls))
    assert sentences == [f"Redis at {where} does not answer. Mend that, or set REDIS_URL."] * 2


async def refusal(tmp_path: Path, **changes: Any) -> str:
    with pytest.raises(CannotStart) as error:
        await run(settings(games=games(tmp_path), **changes))
    return str(error.value)


@pytest.mark.parametrize("given", ["", ":wrong@"])
async def test_a_redis_that_refuses_the_password_is_said(given: str, own_redis: RedisServer, tmp_path: Path) -> None:
    own_redis.command("CONFIG", "SET", "requirepass", "right")
    where = f"127.0.0.1:{own_redis.port}/0"
    sentence = await refusal(tmp_path, redis_url=f"redis://{given}{where}")
    assert sentence == f"Redis at {where} refuses the password. Mend that, or set REDIS_URL."


async def test_a_database_that_redis_does_not_have_is_said(redis_server: RedisServer, tmp_path: Path) -> None:
    sentence = await refusal(tmp_path, redis_url=f"redis://127.0.0.1:{redis_server.port}/99")
    assert "/99 cannot be used: DB index is out of range" in sentence


async def test_a_certificate_that_cannot_be_used_is_one_sentence(redis_url: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "none.pem"
    sentence = await refusal(tmp_path, redis_url=redis_url, tls_certificate=nowhere, tls_key=nowhere)
    assert sentence.startswith(f"The certificate {nowhere} ")


async def test_it_answers_where_it_listens(redis_url: str, realm: str, tmp_path: Path) -> None:
    given = settings(redis_url=redis_url, realm=realm, games=games(tmp_path), lobby_port=free_port())
    for host in ("127.0.0.1", "0.0.0.0", *(("::1", "::") if has_ipv6() else ())):
        task = asyncio.create_task(run(replace(given, lobby_host=host)))
        await eventually(lambda host=host: asyncio.to_thread(lobby_answers, replace(given, lobby_host=host)))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_broken_game_is_one_sentence(redis_url: str, tmp_path: Path) -> None:
    folder = games(tmp_path) / "chess"
    folder.mkdir()
    (folder / "game.toml").write_text("title = 7\n")
    with pytest.raises(CannotStart, match=r"games/chess/game\.toml: `title` must be a short text"):
        await run(settings(redis_url=redis_url, games=folder.parent))


async def test_cancelling_it_ends_it_cleanly(redis_url: str, realm: str, tmp_path: Path) -> None:
    port = free_port()
    given = settings(redis_url=redis_url, realm=realm, games=games(tmp_path), lobby_host="127.0.0.1", lobby_port=port)
    task = asyncio.create_task(run(given))

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    await eventually(answers)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not answers()


class Account:
    """A fork's login: there is one account."""

    async def identify(self, request: HTTPConnection) -> Identity | None:
        return Identity(ClientId("account-7"), "Grace")


async def test_the_login_of_a_fork_is_asked(
    redis_url: str, realm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fork edits `login_of`, and nothing else."""
    monkeypatch.setattr(login, "login_of", lambda settings: Account())
    port = free_port()
    given = settings(redis_url=redis_url, realm=realm, games=games(tmp_path), lobby_host="127.0.0.1", lobby_port=port)
    task = asyncio.create_task(run(given))
    await eventually(lambda: asyncio.to_thread(lobby_answers, given))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        answer = await http.post("/api/clients", json={})
    assert answer.json()["client_id"] == "account-7"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("changes", "count"),
    [({}, 1), ({"public_origins": ("https://play.example.org",)}, 0), ({"development": True}, 0)],
)
async def test_a_start_without_public_origins_is_warned_of(
    changes: dict[str, Any],
    count: int,
    redis_url: str,
    realm: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    strict = {"development": False, "secrets": (("k", "s" * 32),)}
    given = settings(redis_url=redis_url, realm=realm, games=games(tmp_path), **(strict | changes))
    with free_address() as (host, port), pytest.raises(CannotStart):
        await run(replace(given, lobby_host=host, lobby_port=port))
    assert caplog.text.count("ROOMS_PUBLIC_ORIGINS is not set") == count


async def test_clients_are_told_before_it_stops(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada") as ada:
        lobby.task.cancel()
        assert await ada.closed() == (4002, "This server is being stopped.")


async def test_readiness_turns_red_while_redis_is_frozen_and_green_again(own_redis: RedisServer, realm: str) -> None:
    async with running(own_redis.url, realm) as lobby:

        async def ready() -> bool:
            return (await lobby.http.get("/readyz")).status_code == 200

        async def red() -> bool:
            return not await ready()

        await eventually(ready)
        own_redis.freeze()
        await eventually(red, within=15)
        assert (await lobby.http.get("/healthz")).status_code == 200, "it lives"
        own_redis.thaw()
        await eventually(ready, within=15)


# --- whom it believes


async def guests_from(lobby: Running, *addresses: str) -> list[int]:
    answers = [
        await lobby.http.post("/api/clients", json={}, headers={"x-forwarded-for": address}) for address in addresses
    ]
    return [answer.status_code for answer in answers]


async def test_forwarding_headers_count_only_from_trusted_proxies(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, guests_per_minute=1) as lobby:
        assert await guests_from(lobby, "203.0.113.1", "203.0.113.2") == [200, 429]
    async with running(redis_url, realm, guests_per_minute=1, trusted_proxies=("127.0.0.0/8",)) as behind:
        assert await guests_from(behind, "203.0.113.1", "203.0.113.2", "203.0.113.2") == [200, 200, 429]
        assert await guests_from(behind, "198.51.100.9, 203.0.113.2") == [429], "the nearest untrusted one counts"


# --- two lobbies share nothing but Redis


async def test_what_happens_at_one_lobby_is_seen_at_the_other(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as one, running(redis_url, realm) as two:
        worker = await Worker(one.store).start()
        async with one.client("ada") as ada, two.client("bob") as bob:
            await bob.send(EVERYTHING)
            assert await bob.next() == AllRooms([], 0)
            await ada.send(CreateRoom("1", "chat", "Tea room", 2, {}))
            way = await ada.next(Reroute)
            await worker.open("ada")
            assert [row.name for row in (await bob.next(UpdateRooms)).changed] == ["Tea room"]
            await bob.send(JoinRoom("2", way.room_id, "player", "", False))
            assert (await bob.next(Reroute)).room_id == way.room_id
            assert (await bob.next(UpdateRooms)).changed[0].players == 2
            await one.store.leases.end(worker.record.worker_id, charge=None)
            assert (await bob.next(UpdateRooms)).removed == [way.room_id]


async def test_racing_creates_through_two_lobbies_stop_at_the_limit(redis_url: str, realm: str) -> None:
    async with (
        running(redis_url, realm, rooms_per_cluster=10) as one,
        running(redis_url, realm, rooms_per_cluster=10) as two,
    ):
        worker = await Worker(one.store).start()
        bodies = [{"game": "chat", "name": f"Room {number}"} for number in range(40)]
        lobbies: Callable[[int], Running] = lambda number: (one, two)[number % 2]  # noqa: E731
        answers = await asyncio.gather(
            *(lobbies(number).post("/api/rooms", f"c{number}", **body) for number, body in enumerate(bodies))
        )
        made = [number for number, answer in enumerate(answers) if answer.status_code == 201]
        refused = {answer.json()["error"]["name"] for answer in answers if answer.status_code != 201}
        assert (len(made), refused) == (10, {"room-limit"})
        for number in made:
            await worker.open(f"c{number}")
        directory = await one.store.directory.rooms()

        async def both_lists_equal_the_directory() -> bool:
            lists = [await lobby.http.get("/api/rooms") for lobby in (one, two)]
            return all({room["room_id"] for room in got.json()["rooms"]} == directory.keys() for got in lists)

        assert len(directory) == 10
        await eventually(both_lists_equal_the_directory, within=2)
