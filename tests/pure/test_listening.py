"""Listening: what an address means, and whether one could listen there."""

import socket
from contextlib import closing

import pytest

from cli.network import is_free
from shared.listening import listen
from tests.support.addresses import has_ipv6

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


def reach(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        pytest.param("::1", ["::1"], marks=needs_ipv6),
        pytest.param("::", ["::1", "127.0.0.1"], marks=needs_ipv6),
    ],
)
def test_where_a_listener_is_reached(host: str, reached: list[str]) -> None:
    with closing(listen(host, 0, backlog=1)) as sock:
        port = sock.getsockname()[1]
        assert [address for address in ("::1", "127.0.0.1") if reach(address, port)] == reached
        assert not is_free(host, port)
    assert is_free(host, port)
