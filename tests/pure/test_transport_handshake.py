"""From HTTP to WebSocket: what the library refuses, where the request ends, and how long it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.protocol import State
from websockets.server import ServerProtocol

from room_worker.transport.handshake import HANDSHAKE_BYTES, Handshake
from shared.protocol.errors import HELLO_CROWDED
from tests.support.websocket_bytes import request


def status_of(handshake: Handshake) -> int:
    return int(b"".join(handshake.take_output()).split(b" ", 2)[1])


@given(rest=st.binary(max_size=40), cut=st.integers(0, 400))
def test_what_follows_the_request_is_handed_back_and_never_seen_by_the_library(rest, cut):
    handshake = Handshake(ServerProtocol())
    data, left = request("Origin: https://play.example.org") + rest, b""
    for part in (data[:cut], data[cut:]):
        left += part if handshake.request else handshake.receive(part)
    assert handshake.request is not None
    assert handshake.origin == "https://play.example.org"
    assert left == rest
    assert status_of(handshake) == 101
    assert not handshake.is_over


def test_no_extension_is_agreed_on():
    handshake = Handshake(ServerProtocol())
    handshake.receive(request("Sec-WebSocket-Extensions: permessage-deflate"))
    assert b"extensions" not in b"".join(handshake.take_output()).lower()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 426),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (request("Origin: https://a.example", "Origin: https://b.example"), 400),
        (request("Cookie: " + "x" * 8200), 431),
        (request(*["Cookie: " + "x" * 4000] * 5), 431),
        (request(*["X: y"] * 200), 431),
    ],
)
def test_what_is_no_upgrade_gets_a_status(data, status):
    handshake = Handshake(ServerProtocol())
    handshake.receive(data)
    assert status_of(handshake) == status
    assert handshake.is_over
    assert handshake.request is None


def test_a_request_without_end_is_cut_at_the_limit():
    protocol = ServerProtocol()
    handshake = Handshake(protocol)
    handshake.receive(b"GET / HTTP/1.1\r\n")
    line = b"X: " + b"y" * 995 + b"\r\n"
    for _ in range(HANDSHAKE_BYTES // len(line) + 1):
        handshake.receive(line)
    assert status_of(handshake) == 431
    assert protocol.state is State.CONNECTING


def test_an_error_before_there_is_a_websocket_is_an_http_status():
    handshake = Handshake(ServerProtocol())
    handshake.receive(b"GET / HT")
    handshake.close(HELLO_CROWDED, HELLO_CROWDED.text)
    assert status_of(handshake) == HELLO_CROWDED.http_status
