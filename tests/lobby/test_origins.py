"""Callers: which origins may connect, the address that limits count, the host that fills a worker's address."""

from typing import Any

import pytest
from starlette.requests import HTTPConnection

from lobby.origins import Origins
from shared.protocol.errors import ORIGIN_REFUSED, RoomError

PUBLIC = ("https://play.example.org",)


def connection(address: str = "203.0.113.7", **headers: str) -> HTTPConnection:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "headers": raw, "client": (address, 1), "server": ("10.0.0.1", 8000)}
    return HTTPConnection(scope)


def is_allowed(origin: str, *, development: bool = False, host: str = "play.example.org") -> bool:
    try:
        Origins(PUBLIC, development=development).caller(connection(origin=origin, host=host))
    except RoomError as error:
        return error.kind is not ORIGIN_REFUSED
    return True


def test_only_public_origins_may_connect() -> None:
    assert is_allowed("https://play.example.org")
    assert is_allowed("https://PLAY.example.org")
    for foreign in ("http://play.example.org", "https://play.example.org:444", "https://evil.org", "null"):
        assert not is_allowed(foreign), foreign


def test_in_development_the_host_it_was_reached_by_counts_too() -> None:
    assert is_allowed("http://localhost:8000", development=True, host="localhost:8000")
    assert not is_allowed("http://localhost:8000", development=True, host="localhost:8001")
    assert not is_allowed("http://localhost:8000", host="localhost:8000")


def test_a_program_that_is_no_browser_has_no_origin() -> None:
    assert Origins(PUBLIC, development=False).caller(connection(host="a")).origin == ""


@pytest.mark.parametrize(
    ("named", "host", "netloc"),
    [
        ("play.example.org", "play.example.org", "play.example.org"),
        ("Play.example.org:8443", "play.example.org", "play.example.org:8443"),
        ("[2001:db8::1]:80", "[2001:db8::1]", "[2001:db8::1]:80"),
        ("", "10.0.0.1", "10.0.0.1:8000"),
        ("evil/path", "10.0.0.1", "10.0.0.1:8000"),
        ("user@evil", "10.0.0.1", "10.0.0.1:8000"),
        ("a b", "10.0.0.1", "10.0.0.1:8000"),
    ],
)
def test_the_host_is_what_the_client_wrote_if_it_is_one(named: str, host: str, netloc: str) -> None:
    caller = Origins((), development=True).caller(connection(host=named))
    assert (caller.host, caller.netloc) == (host, netloc)


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_limits_count_what_one_customer_has(client: str, counted: str) -> None:
    assert Origins((), development=True).caller(connection(client)).address == counted
