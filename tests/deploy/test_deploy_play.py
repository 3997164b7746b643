"""The compose file's services, run as plain processes behind the same proxy: two people play through one address."""

import http.client
import json
import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from shared.protocol.errors import ORIGIN_REFUSED
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import LOBBY_TO_CLIENT, Chat, Hello, RoomJoined, SendChat, Welcome
from shared.wire.codec import Decoder, encode
from tests.support.deployment import LOBBY_ADDRESSES, Deployment
from tests.support.eventually import eventually
from tests.support.name_server import NameServer
from tests.support.player import Player

pytestmark = pytest.mark.timeout(150)

ENVIRON = {"ROOMS_SECRETS": "first:" + "s" * 40, "REDIS_PASSWORD": "p" * 40, "ROOMS_WORKERS": "1"}
NEEDED = ("caddy", "redis-server", "redis-cli", "wget")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert not missing, "CI must have them"
    with NameServer(LOBBY_ADDRESSES) as names:
        running = Deployment(tmp_path_factory.mktemp("deploy"), ENVIRON, names.address)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture
def certified(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """TLS is checked against the proxy's own authority, as a browser that trusts it would."""
    monkeypatch.setenv("SSL_CERT_FILE", str(deployment.certificate))
    return deployment


class Client:
    """A person's calls to the lobby's HTTP API, through the proxy."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        self._origin = deployment.origin
        self.token = self.ask("/api/clients", username=name)["token"]

    def ask(self, path: str, **body: Any) -> dict[str, Any]:
        status, answer = call(self._origin, "POST", path, self._headers(), json.dumps(body))
        assert status in (200, 201), answer
        return dict(json.loads(answer))

    def _headers(self) -> dict[str, str]:
        own = {"Content-Type": "application/json", "Origin": self._origin}
        return own | ({"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {})


def call(origin: str, method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> tuple[int, str]:
    place = urlsplit(origin)
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


async def test_two_people_meet_and_talk_over_one_public_address(certified: Deployment) -> None:
    anna, ben = Client(certified, "Anna"), Client(certified, "Ben")
    way = anna.ask("/api/rooms", game="talk", name="Through the proxy")
    port = urlsplit(way["address"]).path.rpartition("/")[2]
    assert way["address"] == f"{certified.origin.replace('https', 'wss')}/w/127.0.0.1/{port}"
    assert int(port) in certified.worker_ports
    async with await Player.enter(way["address"], way["ticket"], origin=certified.origin) as host:
        await host.next(RoomJoined)

        async def listed() -> bool:
            rooms = json.loads(call(certified.origin, "GET", "/api/rooms?game=talk")[1])["rooms"]
            return way["room_id"] in [room["room_id"] for room in rooms]

        await eventually(listed, within=10)
        way = ben.ask(f"/api/rooms/{way['room_id']}/join")
        async with await Player.enter(way["address"], way["ticket"], origin=certified.origin) as guest:
            joined = await guest.next(RoomJoined)
            assert [member.username for member in joined.members] == ["Anna", "Ben"]
            await host.say(SendChat("hello"))
            assert (await guest.next(Chat)).text == "hello"
            await guest.relay(b"\x00drawn")
            assert await host.bodies(1) == [b"\x00drawn"]


async def test_the_lobbys_line_passes_through_too(certified: Deployment) -> None:
    address = certified.origin.replace("https", "wss") + "/ws"
    async with connect(address, origin=Origin(certified.origin), compression=None) as line:
        await line.send(encode(Hello(WIRE_VERSION, Client(certified, "Carla").token, "", 0, -1)))
        welcome = Decoder(LOBBY_TO_CLIENT).decode(bytes(await line.recv(decode=False)))
        assert isinstance(welcome, Welcome)
        assert welcome.username == "Carla"


@pytest.mark.parametrize("path", ["/w/127.0.0.1/{redis}", "/w/127.0.0.1/{lobby}", "/w/10.0.0.1/{worker}", "/w/"])
def test_the_proxy_leads_to_workers_and_nowhere_else_inside(certified: Deployment, path: str) -> None:
    ports = {"redis": certified.redis_port, "lobby": certified.lobby_port, "worker": certified.worker_ports[0]}
    assert call(certified.origin, "GET", path.format(**ports))[0] == 404


async def test_another_site_is_refused(certified: Deployment) -> None:
    address = certified.origin.replace("https", "wss") + "/ws"
    async with connect(address, origin=Origin("https://elsewhere.example"), compression=None) as line:
        await line.wait_closed()
    assert line.close_code == ORIGIN_REFUSED.close_code


def test_plain_http_is_sent_to_https(certified: Deployment) -> None:
    connection = http.client.HTTPConnection("localhost", certified.http_port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    connection.close()
    # Without the port on which the proxy listens in its container: outside it is the usual one.
    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/")


def test_without_the_authority_the_certificate_is_refused(deployment: Deployment) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        call(deployment.origin, "GET", "/")


def test_redis_asks_for_its_password_and_keeps_an_append_only_file(deployment: Deployment) -> None:
    with socket.create_connection(("127.0.0.1", deployment.redis_port)) as line:
        line.sendall(b"KEYS *\r\n")
        assert line.recv(100).startswith(b"-NOAUTH")
    assert list((deployment.folder / "appendonlydir").glob("*.aof"))


def test_a_lobby_that_dies_costs_nobody_an_answer(certified: Deployment) -> None:
    certified.kill_a("lobby")
    assert [call(certified.origin, "GET", "/readyz")[0] for _ in range(10)] == [200] * 10


def test_everything_ends_when_asked_to_and_no_secret_was_logged(deployment: Deployment) -> None:
    services = [service for service, _ in deployment.running]
    assert [service.name for service in services if deployment.is_healthy(service)] == [one.name for one in services]
    assert deployment.stop() == {"proxy": [0], "node": [0, 0], "lobby": [0], "redis": [0]}
    assert [service.name for service in services if deployment.is_healthy(service)] == []
    secrets = [ENVIRON["ROOMS_SECRETS"].partition(":")[2], ENVIRON["REDIS_PASSWORD"]]
    assert not [secret for secret in secrets if secret in deployment.log()]
