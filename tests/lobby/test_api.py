"""The HTTP API: identities, rooms, seats for others, and errors that all look the same."""

import json
from typing import Any

import pytest
from httpx import Response
from starlette.requests import HTTPConnection

from lobby.api.bodies import GameEntry
from lobby.server import keyring_of
from shared.clock import Clock
from shared.protocol.errors import ERRORS, NOT_ALLOWED, RoomError
from shared.protocol.ids import ClientId, DeviceId, GameName
from shared.protocol.messages import Reroute, SubscribeRooms
from shared.rules.game_rules import GameRules
from shared.rules.manifest import Manifest
from shared.wire.tokens import Identity
from tests.support.lobbies import API_KEY, Running, Worker, running

KEY = {"authorization": f"Bearer {API_KEY}"}


def error_of(answer: Response) -> str:
    """The name of the error in this answer, which has the one shape and its row's status."""
    body = answer.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"name", "text", "final", "room_id"}
    kind = ERRORS[body["error"]["name"]]
    assert (answer.status_code, body["error"]["final"]) == (kind.http_status, kind.is_final)
    return kind.name


def read(lobby: Running, answer: Response) -> Identity:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    identity = keyring_of(lobby.settings).read_identity(body["token"], Clock().now())
    assert (body["client_id"], body["username"]) == (identity.client_id, identity.username)
    return identity


async def create(lobby: Running, client_id: str, **changes: Any) -> Response:
    return await lobby.post("/api/rooms", client_id, **({"game": "chat", "name": "Tea room", "seats": 2} | changes))


# --- identities


async def test_a_guest_is_made_and_keeps_being_the_same(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        first = await lobby.http.post("/api/clients", json={"username": " Ada  L. ", "device_id": "d1"})
        ada = read(lobby, first)
        assert (ada.username, ada.device_id) == ("Ada L.", "d1")
        assert first.json()["expires_s"] == 24 * 3600
        headers = {"authorization": f"Bearer {first.json()['token']}"}
        renewed = read(lobby, await lobby.http.post("/api/clients", json={}, headers=headers))
        assert renewed == ada
        renamed = read(lobby, await lobby.http.post("/api/clients", json={"username": "Bea"}, headers=headers))
        assert renamed == Identity(ada.client_id, "Bea", DeviceId("d1"))
        stranger = read(lobby, await lobby.http.post("/api/clients", json={}))
        assert stranger.client_id != ada.client_id
        assert stranger.username.startswith("Guest ")


async def test_bad_names_and_tokens_make_no_guest(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        assert error_of(await lobby.http.post("/api/clients", json={"username": "a\nb"})) == "bad-name"
        assert error_of(await lobby.http.post("/api/clients", json={"username": 5})) == "bad-request"
        assert error_of(await lobby.http.post("/api/clients", content=b"{")) == "bad-request"
        forged = {"authorization": "Bearer a.b.c"}
        assert error_of(await lobby.http.post("/api/clients", json={}, headers=forged)) == "token-invalid"
        foreign = {"origin": "https://evil.example.org"}
        assert error_of(await lobby.http.post("/api/clients", json={}, headers=foreign)) == "origin-refused"


async def test_one_address_makes_only_so_many_guests(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, guests_per_minute=2) as lobby:
        token = ""
        for _ in range(2):
            token = (await lobby.http.post("/api/clients", json={})).json()["token"]
        assert error_of(await lobby.http.post("/api/clients", json={})) == "too-many-requests"
        headers = {"authorization": f"Bearer {token}"}
        assert (await lobby.http.post("/api/clients", json={}, headers=headers)).status_code == 200, "no new guest"


class CookieLogin:
    """What a fork might plug in: accounts by cookie, guests not admitted."""

    async def identify(self, request: HTTPConnection) -> Identity | None:
        if "account" not in request.cookies:
            raise RoomError(NOT_ALLOWED, "Log in first.")
        return Identity(ClientId("account-" + request.cookies["account"]), "Grace")


async def test_a_fork_plugs_in_its_own_login(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, login=CookieLogin()) as lobby:
        refused = await lobby.http.post("/api/clients", json={})
        assert (error_of(refused), refused.json()["error"]["text"]) == ("not-allowed", "Log in first.")
        answer = await lobby.http.post("/api/clients", json={}, headers={"cookie": "account=7"})
        assert read(lobby, answer) == Identity(ClientId("account-7"), "Grace")


async def test_our_own_servers_mint_identities(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        body = {"client_id": "user-7", "username": "Grace"}
        answer = await lobby.http.post("/api/identities", json=body, headers=KEY)
        assert read(lobby, answer) == Identity(ClientId("user-7"), "Grace")
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {API_KEY}"}):
            assert error_of(await lobby.http.post("/api/identities", json=body, headers=headers)) == "not-allowed"
        bad = {"client_id": "a b", "username": "Grace"}
        assert error_of(await lobby.http.post("/api/identities", json=bad, headers=KEY)) == "bad-request"
    async with running(redis_url, realm, api_key="") as closed:
        for headers in (KEY, {"authorization": "Bearer"}, {}):
            assert error_of(await closed.http.post("/api/identities", json=body, headers=headers)) == "not-allowed"


# --- rooms


async def test_create_list_join_leave(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("eve") as eve:
        worker = await Worker(lobby.store).start()
        created = await create(lobby, "ada", options={"mode": "wild"})
        assert created.status_code == 201
        way = created.json()
        assert (way["game"], way["address"]) == ("chat", "ws://127.0.0.1:8101")
        ticket = keyring_of(lobby.settings).read_ticket(way["ticket"], Clock().now())
        assert (ticket.client_id, ticket.room_id) == ("ada", way["room_id"])
        assert (await lobby.http.get("/api/rooms")).json() == {"rooms": [], "more": 0}

        await eve.send(SubscribeRooms("", {}, "newest", False, 200))
        await eve.next()
        await worker.open("ada")
        await eve.next()
        [room] = (await lobby.http.get("/api/rooms", params={"game": "chat", "sort": "name"})).json()["rooms"]
        assert (room["room_id"], room["players"], room["options"]) == (way["room_id"], 1, {"mode": "wild"})
        for params, count in (
            ({"game": "sketch"}, 0),
            ({"options": '{"mode": "wild"}'}, 1),
            ({"options": '{"mode": "calm"}'}, 0),
            ({"open_only": "true"}, 1),
        ):
            assert len((await lobby.http.get("/api/rooms", params=params)).json()["rooms"]) == count, params

        joined = await lobby.post(f"/api/rooms/{way['room_id']}/join", "bob")
        assert (joined.status_code, joined.json()["room_id"]) == (200, way["room_id"])
        assert error_of(await lobby.post(f"/api/rooms/{way['room_id']}/join", "cat")) == "room-full"
        left = await lobby.post("/api/leave", "bob")
        assert left.json() == {"room_id": way["room_id"]}
        assert (await lobby.post("/api/leave", "bob")).json() == {"room_id": ""}


async def test_refusals_have_the_tables_status(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        assert error_of(await create(lobby, "ada")) == "no-worker"
        await Worker(lobby.store).start()
        assert error_of(await create(lobby, "")) == "token-invalid"
        assert error_of(await create(lobby, "ada", game="chess")) == "game-unknown"
        assert error_of(await create(lobby, "ada", name="")) == "bad-name"
        assert error_of(await create(lobby, "ada", name="x" * 201)) == "bad-request"
        assert error_of(await create(lobby, "ada", seats=65)) == "bad-seats"
        assert error_of(await create(lobby, "ada", seats=-1)) == "bad-request"
        assert error_of(await create(lobby, "ada", options={"a": [1]})) == "bad-options"
        assert error_of(await create(lobby, "ada", options={"mode": "loud"})) == "bad-options"
        assert error_of(await lobby.post("/api/rooms/nowhere/join", "ada")) == "room-unknown"
        assert error_of(await lobby.post("/api/rooms/nowhere/join", "ada", role="king")) == "bad-request"
        assert error_of(await lobby.http.get("/api/rooms", params={"sort": "best"})) == "bad-request"
        assert error_of(await lobby.http.get("/api/rooms", params={"options": "{"})) == "bad-request"
        assert error_of(await lobby.http.get("/api/rooms", params={"options": "[" * 1900})) == "bad-request"
        first = await create(lobby, "ada")
        seated = await create(lobby, "ada", name="Another")
        assert error_of(seated) == "seated"
        assert seated.json()["error"]["room_id"] == first.json()["room_id"]
        assert error_of(await create(lobby, "bob")) == "room-exists"


async def test_half_a_surrogate_pair_is_refused_wherever_it_stands(redis_url: str, realm: str) -> None:
    half, room = "\ud800", {"game": "chat", "name": "Tea room"}
    async with running(redis_url, realm) as lobby:
        await Worker(lobby.store).start()
        headers = {"authorization": f"Bearer {lobby.token('ada')}", "content-type": "application/json"}

        async def refused(path: str, **body: Any) -> str:
            return error_of(await lobby.http.post(path, content=json.dumps(body), headers=headers))

        for options in ({"mode": half}, {half: "wild"}):
            assert await refused("/api/rooms", **room, options=options) == "bad-options"
            assert await refused("/api/quick-match", game="chat", options=options) == "bad-options"
            listing = await lobby.http.get("/api/rooms", params={"options": json.dumps(options)})
            assert error_of(listing) == "bad-options"
        for field in ("game", "name", "request"):
            assert await refused("/api/rooms", **(room | {field: half})) == "bad-request"
        for field in ("username", "device_id"):
            assert await refused("/api/clients", **{field: half}) == "bad-request"
        for field in ("invite", "request", "role"):
            assert await refused("/api/rooms/nowhere/join", **{field: half}) == "bad-request"


async def test_what_the_framework_refuses_looks_the_same(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        for answer, status in (
            (await lobby.http.get("/nowhere"), 404),
            (await lobby.http.delete("/api/rooms"), 405),
        ):
            assert (answer.status_code, answer.json()["error"]["name"]) == (status, "bad-request")


async def test_a_body_is_no_longer_than_a_frame(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        assert error_of(await lobby.http.post("/api/clients", content=b" " * 70_000)) == "message-too-large"

        async def dribble() -> Any:
            for _ in range(70):
                yield b" " * 1000

        assert error_of(await lobby.http.post("/api/clients", content=dribble())) == "message-too-large"


async def test_games_are_described(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, serve_site=True) as lobby:
        chat, sketch = (await lobby.http.get("/api/games")).json()["games"]
        assert (chat["title"], chat["page"], chat["seats_default"]) == ("Chat", f"/games/{chat['name']}/", 8)
        assert chat["options"][0]["choices"] == ["calm", "wild"]
        assert (sketch["authority"], sketch["page"]) == ("host", "")


async def test_without_the_site_there_is_only_the_api(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm, serve_site=False) as lobby:
        games = (await lobby.http.get("/api/games")).json()["games"]
        assert {game["page"] for game in games} == {""}
        hosted = ["/", "/pages/style.css", "/stage/stage.js", *(f"/games/{game['name']}/assets.json" for game in games)]
        assert {(await lobby.http.get(path)).status_code for path in hosted} == {404}


def test_how_a_game_is_played_is_described() -> None:
    rules = GameRules(30, {"move": "stick", "fire": "button"}, local_players=2, is_offline=True, has_main=True)
    entry = GameEntry.of(Manifest(GameName("arena"), "Arena", rules=rules), is_served=True)
    assert (entry.has_main, entry.is_offline, entry.tick_hz, entry.local_players) == (True, True, 30, 2)
    assert [(each.name, each.type) for each in entry.inputs] == [("move", "stick"), ("fire", "button")]


# --- for servers


async def test_seats_for_several_all_or_none_and_each_is_rerouted(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, running(redis_url, realm) as other:
        worker = await Worker(lobby.store).start()
        room_id = (await create(lobby, "ada", seats=3)).json()["room_id"]
        await worker.open("ada")
        path = f"/api/rooms/{room_id}/seats"
        async with lobby.client("bob") as bob, other.client("cat", "Cat") as cat:
            too_many = {"clients": [{"client_id": name} for name in ("bob", "cat", "dan")]}
            assert error_of(await lobby.http.post(path, json=too_many, headers=KEY)) == "room-full"
            assert await lobby.store.directory.whereabouts(ClientId("bob")) is None
            both = {"clients": [{"client_id": "bob"}, {"client_id": "cat"}]}
            assert error_of(await lobby.http.post(path, json=both)) == "not-allowed"
            held = await lobby.http.post(path, json=both, headers=KEY)
            assert [seat["client_id"] for seat in held.json()["seats"]] == ["bob", "cat"]

            ways = [await bob.next(Reroute), await cat.next(Reroute)]
            for way, who, port in zip(ways, ("bob", "cat"), (lobby.port, other.port), strict=True):
                assert (way.request, way.room_id) == ("", room_id)
                assert way.address == "ws://127.0.0.1:8101", port
                ticket = keyring_of(lobby.settings).read_ticket(way.ticket, Clock().now())
                assert ticket.client_id == who
        none = {"clients": []}
        assert error_of(await lobby.http.post(path, json=none, headers=KEY)) == "bad-request"


# --- documentation


async def test_every_endpoint_says_what_it_does_and_what_may_go_wrong(redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby:
        described = (await lobby.http.get("/api/openapi.json")).json()
    for path, methods in described["paths"].items():
        for method, endpoint in methods.items():
            assert endpoint["description"], f"{method} {path}"
            for status, answer in endpoint["responses"].items():
                if status.startswith(("4", "5")) and not path.endswith("z"):
                    content = answer["content"]["application/json"]
                    assert content["schema"]["$ref"].endswith("/ErrorBody"), f"{method} {path} {status}"
                    assert all(name in ERRORS for name in content["examples"])
            if method == "post":
                assert "message-too-large" in named(endpoint), path
    for path, method, name in (("quick-match", "post", "room-exists"), ("rooms", "get", "bad-options")):
        assert name in named(described["paths"][f"/api/{path}"][method])


def named(endpoint: dict[str, Any]) -> set[str]:
    """The errors that it may answer with."""
    contents = [answer["content"]["application/json"] for answer in endpoint["responses"].values()]
    return {name for content in contents for name in content.get("examples", {})}


@pytest.mark.parametrize("path", ["/api/docs", "/healthz", "/readyz"])
async def test_these_answer(path: str, redis_url: str, realm: str) -> None:
    async with running(redis_url, realm) as lobby, lobby.client("ada"):
        assert (await lobby.http.get(path)).status_code == 200
