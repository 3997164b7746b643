"""What a client needs from its surroundings: sockets, HTTP, chance. A test hands in its own; time is the loop's."""

import asyncio
import json
import random
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.error import HTTPError, URLError

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed, WebSocketException

from client_py.errors import error_named, error_of_close
from shared.protocol.errors import LINE_LOST, RoomError
from shared.protocol.limits import CLOSE_S, FRAME_BYTES

DIAL_S = 5.0
POST_S = 10.0


class Socket(Protocol):
    """`receive` and `send` raise RoomError when the socket is closed, by anybody."""

    async def receive(self) -> bytes | str: ...
    async def send(self, payload: bytes) -> None: ...
    async def close(self) -> None: ...


class Dice(Protocol):
    def random(self) -> float: ...
    def choices(self, population: Sequence[str], *, k: int) -> list[str]: ...


class WebSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def receive(self) -> bytes | str:
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            raise _end_of(closed) from None

    async def send(self, payload: bytes) -> None:
        try:
            await self._connection.send(payload)
        except ConnectionClosed as closed:
            raise _end_of(closed) from None

    async def close(self) -> None:
        await self._connection.close()


def _end_of(closed: ConnectionClosed) -> RoomError:
    return error_of_close(closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else RoomError(LINE_LOST)


async def dial(url: str) -> Socket:
    """No pings of the library's own: the protocol has messages for that."""
    try:
        connection = await open_websocket(
            url,
            compression=None,
            max_size=FRAME_BYTES,
            open_timeout=DIAL_S,
            close_timeout=CLOSE_S,
            ping_interval=None,
        )
    except (OSError, TimeoutError, WebSocketException) as error:
        raise RoomError(LINE_LOST, f"{url} cannot be reached.") from error
    return WebSocket(connection)


async def post(url: str, body: dict[str, Any], token: str) -> dict[str, Any]:
    """The answer's JSON object. Raises RoomError: what the server named, or line-lost."""
    return await asyncio.to_thread(_post, url, body, token)


def _post(url: str, body: dict[str, Any], token: str) -> dict[str, Any]:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=POST_S) as response:
            answer = json.load(response)
    except HTTPError as refused:
        with refused:
            raise _refusal(refused) from None
    except (URLError, OSError, ValueError) as error:
        raise RoomError(LINE_LOST, f"{url} cannot be reached.") from error
    if not isinstance(answer, dict):
        raise RoomError(LINE_LOST, f"{url} does not speak like a lobby.")
    return answer


def _refusal(refused: HTTPError) -> RoomError:
    try:
        error = json.load(refused)["error"]
        return error_named(error["name"], error["text"], error.get("room_id", ""))
    except (ValueError, KeyError, TypeError):
        return RoomError(LINE_LOST, f"{refused.url} answered {refused.code}.")


@dataclass(frozen=True, slots=True)
class Shell:
    dial: Callable[[str], Awaitable[Socket]] = dial
    post: Callable[[str, dict[str, Any], str], Awaitable[dict[str, Any]]] = post
    dice: Dice = field(default_factory=random.SystemRandom)
