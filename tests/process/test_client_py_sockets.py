"""The Python client's shell against real sockets: WebSocket and HTTP of a server played by the test."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from client_py import RoomError, Shell, State, connect
from client_py.shell import dial, post
from shared.protocol.errors import FLOODING, LINE_LOST, ORIGIN_REFUSED, TOO_MANY_REQUESTS
from shared.protocol.limits import FRAME_BYTES
from shared.protocol.messages import CLIENT_TO_LOBBY, Hello, Welcome
from shared.wire.codec import Decoder, encode


def address_of(server: Any) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"ws://{host}:{port}"


@contextmanager
def an_http_server(status: int, answer: Any) -> Iterator[tuple[str, list[Any]]]:
    """Answers every POST the same, and keeps what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            asked.append((self.path, self.headers.get("authorization"), json.loads(body)))
            payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


async def test_payloads_go_both_ways_and_a_close_has_its_row() -> None:
    async def echo_once(line: ServerConnection) -> None:
        await line.send(await line.recv())
        await line.close(FLOODING.close_code, "Enough.")

    async with serve(echo_once, "127.0.0.1", 0) as server:
        socket = await dial(address_of(server))
        await socket.send(b"\x01")
        assert await socket.receive() == b"\x01"
        with pytest.raises(RoomError, match="Enough") as closed:
            await socket.receive()
        assert closed.value.kind is FLOODING
        with pytest.raises(RoomError):
            await socket.send(b"\x02")
        await socket.close()


async def test_a_server_that_vanishes_is_a_lost_line() -> None:
    async def vanish(line: ServerConnection) -> None:
        line.transport.abort()

    async with serve(vanish, "127.0.0.1", 0) as server:
        socket = await dial(address_of(server))
        with pytest.raises(RoomError) as lost:
            await socket.receive()
        assert lost.value.kind is LINE_LOST
        await socket.close()


async def test_a_frame_over_the_limit_ends_the_line() -> None:
    async def shout(line: ServerConnection) -> None:
        await line.send(bytes(FRAME_BYTES + 1))
        await line.wait_closed()

    async with serve(shout, "127.0.0.1", 0) as server:
        socket = await dial(address_of(server))
        with pytest.raises(RoomError):
            await socket.receive()
        await socket.close()


async def test_nobody_at_the_door_is_a_lost_line() -> None:
    async with serve(lambda line: line.close(), "127.0.0.1", 0) as server:
        address = address_of(server)
    with pytest.raises(RoomError) as lost:
        await dial(address)
    assert lost.value.kind is LINE_LOST


async def test_an_identity_comes_over_http() -> None:
    with an_http_server(200, {"token": "t"}) as (url, asked):
        assert await post(f"{url}/api/clients", {"username": "Zoë"}, "old") == {"token": "t"}
        assert asked == [("/api/clients", "Bearer old", {"username": "Zoë"})]


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (429, {"error": {"name": "too-many-requests", "text": "Slowly.", "final": False}}, TOO_MANY_REQUESTS),
        (403, {"error": {"name": "origin-refused", "text": "No.", "final": True, "room_id": ""}}, ORIGIN_REFUSED),
        (502, b"<html>bad gateway</html>", LINE_LOST),
        (500, {"detail": "?"}, LINE_LOST),
        (200, b"not json", LINE_LOST),
        (200, [1, 2], LINE_LOST),
    ],
)
async def test_a_refusal_over_http_is_its_row(status: int, answer: Any, kind: Any) -> None:
    with an_http_server(status, answer) as (url, _), pytest.raises(RoomError) as refused:
        await post(url, {}, "")
    assert refused.value.kind is kind


async def test_a_client_is_welcomed_and_says_goodbye() -> None:
    tokens: list[str] = []

    async def lobby_side(line: ServerConnection) -> None:
        hello = Decoder(CLIENT_TO_LOBBY).decode(await line.recv())
        assert isinstance(hello, Hello)
        tokens.append(hello.token)
        await line.send(encode(Welcome("cann", "Ann", "")))
        await line.wait_closed()

    async def guest(url: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        return {"client_id": "cann", "username": "Ann", "token": "guest", "expires_s": 60}

    async with serve(lobby_side, "127.0.0.1", 0) as server:
        url = address_of(server).replace("ws", "http")
        async with asyncio.timeout(10), await connect(url, shell=Shell(post=guest)) as lobby:
            assert (lobby.state, lobby.username) == (State.LOBBY, "Ann")
    assert tokens == ["guest"]
