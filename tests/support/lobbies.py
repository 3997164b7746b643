"""Lobbies, workers' records and clients for tests: a real lobby on a free port, a worker that exists only in the
directory, and a client that speaks the protocol over a real WebSocket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from lobby.app import Lobby
from lobby.login import GuestsOnly, Login
from lobby.server import keyring_of, serve
from shared.catalog import Catalog, Game
from shared.clock import Clock
from shared.protocol import limits
from shared.protocol.ids import ClientId, GameName, NodeId, RoomId, WorkerId
from shared.protocol.messages import LOBBY_TO_CLIENT, Hello, Part, Ping, Welcome
from shared.protocol.records import Claim, Hold, RoomFacts, RoomSummary, WorkerRecord
from shared.rules.manifest import Manifest, Option, OptionType
from shared.settings import Settings
from shared.store.store import Store
from shared.wire.codec import Decoder, encode
from shared.wire.parts import Joiner
from shared.wire.tokens import Identity
from tests.support import dice
from tests.support.stores import hold_of

API_KEY = "an-api-key-of-at-least-thirty-two-bytes"
NO_GAMES = Path("no games")
GUESTS_ONLY = GuestsOnly()
HASHES = {"chat": "chat-1", "sketch": "sketch-1"}


def catalog() -> Catalog:
    mode = Option("mode", OptionType.CHOICE, "calm", ("calm", "wild"))
    manifests = (
        Manifest(GameName("chat"), "Chat", options={"mode": mode}),
        Manifest(GameName("sketch"), "Sketch", authority="host", page="", seats_default=4, seats_most=8),
    )
    return Catalog({game.name: Game(game, Path("games") / game.name, HASHES[game.name]) for game in manifests})


def settings(**changes: Any) -> Settings:
    usual = {
        "development": True,
        "serve_site": False,
        "api_key": API_KEY,
        "guests_per_minute": 0,
        "holds_per_minute": 0,
        "returns_per_minute": 0,
    }
    return Settings(**(usual | changes))


@dataclass(frozen=True)
class Running:
    """A lobby that serves on 127.0.0.1. `http` talks to it."""

    lobby: Lobby
    settings: Settings
    store: Store
    port: int
    http: httpx.AsyncClient
    task: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def token(self, client_id: str, username: str = "Ada") -> str:
        return keyring_of(self.settings).sign_identity(Identity(ClientId(client_id), username), Clock().now())

    @asynccontextmanager
    async def client(
        self, client_id: str, username: str = "Ada", *, session: str = "", **headers: str
    ) -> AsyncIterator["Talk"]:
        """A client that has said hello; `talk.welcome` is the answer. `session`: the room it wants back to."""
        async with connect(self.url, additional_headers=headers, compression=None) as line:
            talk = Talk(line)
            await talk.hello(self.token(client_id, username), session)
            talk.welcome = await talk.next(Welcome)
            yield talk

    async def post(self, path: str, client_id: str = "", **body: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token(client_id)}"} if client_id else {}
        return await self.http.post(path, json=body, headers=headers)


@asynccontextmanager
async def running(
    redis_url: str,
    realm: str,
    *,
    login: Login = GUESTS_ONLY,
    games: Catalog | None = None,
    folder: Path = NO_GAMES,
    **changes: Any,
) -> AsyncIterator[Running]:
    """A lobby with a store, a list and a port of its own. `folder`: where it looks for games that were saved."""
    given = settings(redis_url=redis_url, realm=realm, games=folder, **changes)
    store = Store(redis_url, realm)
    lobby = Lobby(given, store, keyring_of(given), games or catalog(), Clock(), dice.secret, login=login)
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    task = asyncio.create_task(serve(lobby, given, sock))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        try:
            yield Running(lobby, given, store, port, http, task)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await store.close()


@dataclass
class Talk:
    """One client's end of a WebSocket. Pings are answered by nobody: tests are shorter than the silence allowed."""

    line: ClientConnection
    welcome: Any = None
    decoder: Decoder = field(default_factory=lambda: Decoder(LOBBY_TO_CLIENT))
    joiner: Joiner = field(default_factory=lambda: Joiner(LOBBY_TO_CLIENT))

    async def send(self, message: Any) -> None:
        await self.line.send(encode(message))

    async def hello(self, token: str, session: str = "") -> None:
        await self.send(Hello(limits.WIRE_VERSION, token, session, 0, -1))

    async def next(self, *kinds: type, within: float = 5.0) -> Any:
        """The next message of one of these kinds (any, when none is named); pings are skipped."""
        async with asyncio.timeout(within):
            while True:
                message = await self._receive()
                if type(message) in kinds or (not kinds and type(message) is not Ping):
                    return message

    async def closed(self, within: float = 5.0) -> tuple[int, str]:
        """The close code and its reason, once the line is over."""
        async with asyncio.timeout(within):
            with suppress(ConnectionClosed):
                while True:
                    await self.line.recv()
        return self.line.close_code or 0, self.line.close_reason or ""

    async def _receive(self) -> Any:
        payload = await self.line.recv()
        assert isinstance(payload, bytes)
        message = self.decoder.decode(payload)
        if type(message) is not Part:
            return message
        whole = self.joiner.add(message)
        return Ping(0, 0) if whole is None else self.decoder.decode(whole, LOBBY_TO_CLIENT[message.kind].longest)


@asynccontextmanager
async def talk(url: str, **headers: str) -> AsyncIterator[Talk]:
    """A line on which nothing was said yet."""
    async with connect(url, additional_headers=headers, compression=None) as line:
        yield Talk(line)


class Worker:
    """A worker as far as the directory goes: registered, and able to claim what was placed on it."""

    def __init__(self, store: Store, name: str = "w1") -> None:
        self.store = store
        self.record = WorkerRecord(WorkerId(name), NodeId("n1"), "ws://{host}:8101", dict(HASHES), room_limit=1000)

    async def start(self) -> "Worker":
        await self.store.leases.register(self.record)
        return self

    async def claim(self, hold: Hold) -> Claim:
        return await self.store.ownership.claim(
            self.record.worker_id,
            hold.room_id,
            hold.client_id,
            hold.session,
            hold.owner_epoch,
            request=f"{hold.room_id}-{hold.client_id}-{hold.session}",
        )

    async def open(self, client_id: str) -> RoomId:
        """Claims the seat that this client holds: its room is born, or it has come in."""
        return (await self.enter(client_id)).room.spec.room_id

    async def enter(self, client_id: str) -> Claim:
        """The same; what the worker gets."""
        hold = await hold_of(self.store, ClientId(client_id))
        assert hold is not None, f"{client_id} holds no seat"
        return await self.claim(hold)

    async def say(self, claims: Sequence[Claim], **summary: Any) -> None:
        """Renews the room of these claims, with their seats; the summary says this of it."""
        facts = RoomFacts(claims[0].room, RoomSummary(**summary), [claim.seat for claim in claims])
        assert all((await self.store.ownership.renew(self.record, [facts])).values())


@contextmanager
def free_address() -> Iterator[tuple[str, int]]:
    """An address on which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()
