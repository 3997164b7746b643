"""The other side of a client, in memory: the test plays lobby and worker by hand, on a virtual clock.

`servers = FakeServers()`, `connect("http://lobby", shell=servers.shell)`; each call of the client arrives at
`await servers.call()` as a `Call`: `await call.hears(Hello)`, `call.says(Welcome(…))`, `call.closes(ROOM_CLOSED)`.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any, TypeVar

from client_py.shell import Shell
from shared.protocol.errors import LINE_LOST, ErrorKind, RoomError
from shared.protocol.messages import CLIENT_TO_LOBBY, CLIENT_TO_WORKER, Ping, Pong, Table
from shared.wire.codec import Decoder
from shared.wire.parts import split

M = TypeVar("M")
PATIENCE_S = 100.0


class Call:
    """One socket, seen from the server. It answers pings as long as `is_alive`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_alive = True
        self.closed_by_client = asyncio.Event()
        self.heard: list[Any] = []
        self._decoder = Decoder(_table_of(url))
        self._to_client: asyncio.Queue[bytes | str | RoomError] = asyncio.Queue()
        self._news = asyncio.Event()

    # --- for the test

    async def hears(self, cls: type[M]) -> M:
        """The next message of this class; what came before it is forgotten."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                while self.heard:
                    message = self.heard.pop(0)
                    if isinstance(message, cls):
                        return message
                self._news.clear()
                await self._news.wait()

    def says(self, *messages: Any) -> None:
        for message in messages:
            for payload in split(message):
                self._to_client.put_nowait(payload)

    def says_raw(self, payload: bytes | str) -> None:
        self._to_client.put_nowait(payload)

    def closes(self, kind: ErrorKind = LINE_LOST, text: str = "") -> None:
        self._to_client.put_nowait(RoomError(kind, text))

    # --- for the client (shell.Socket)

    async def receive(self) -> bytes | str:
        item = await self._to_client.get()
        if isinstance(item, RoomError):
            self._to_client.put_nowait(item)  # once closed, for ever closed
            raise item
        return item

    async def send(self, payload: bytes) -> None:
        await asyncio.sleep(0)
        message = self._decoder.decode(payload)
        if isinstance(message, Ping) and self.is_alive:
            self.says(Pong(message.stamp))
        self.heard.append(message)
        self._news.set()

    async def close(self) -> None:
        self.closed_by_client.set()


def _table_of(url: str) -> Table:
    return CLIENT_TO_LOBBY if url.endswith("/ws") else CLIENT_TO_WORKER


class FakeServers:
    """`posts` are the identities asked for: (url, body, token). `refuses` may raise instead of answering a call."""

    def __init__(self, seed: int = 1) -> None:
        self.posts: list[tuple[str, dict[str, Any], str]] = []
        self.dialled_at: list[float] = []
        self.refuses: Callable[[str], None] | None = None
        self.shell = Shell(dial=self._dial, post=self._post, dice=random.Random(seed))
        self._calls: asyncio.Queue[Call] = asyncio.Queue()

    async def call(self) -> Call:
        async with asyncio.timeout(PATIENCE_S):
            return await self._calls.get()

    async def _dial(self, url: str) -> Call:
        self.dialled_at.append(asyncio.get_running_loop().time())
        if self.refuses is not None:
            self.refuses(url)
        call = Call(url)
        self._calls.put_nowait(call)
        return call

    async def _post(self, url: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        if self.refuses is not None:
            self.refuses(url)
        self.posts.append((url, body, token))
        number = len(self.posts)
        username = body["username"] or "Guest"
        return {"client_id": f"c{number}", "username": username, "token": f"token {number}", "expires_s": 3600}
