"""Who is calling: the origin it may come from, the address it is limited by, and the host under which it reached us.

The Origin check is what keeps a foreign page from using a visitor's line (CORS does not cover WebSockets). Programs
that are no browser send no Origin and may connect. Forwarding headers were judged before: what stands in the
connection's `client` is the nearest address that is not a trusted proxy.
"""

import ipaddress
import re
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from shared.protocol.errors import ORIGIN_REFUSED, RoomError

NETLOC = re.compile(r"(?P<host>[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?")
IPV6_PREFIX = 64
"""One customer of a provider gets a whole network of this size, so limits count it as one address."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`host` is without, `netloc` with the port, as the client wrote them; `origin` is empty for no browser."""

    origin: str
    host: str
    netloc: str
    address: str


class Origins:
    """Raises ORIGIN_REFUSED for a caller from a site that may not connect."""

    def __init__(self, public: tuple[str, ...], *, development: bool) -> None:
        self._public = frozenset(public)
        self._development = development

    def caller(self, connection: HTTPConnection) -> Caller:
        netloc = _netloc(connection)
        origin = connection.headers.get("origin", "").lower()
        if origin and origin not in self._public and not (self._development and _is_of(origin, netloc)):
            raise RoomError(ORIGIN_REFUSED)
        match = NETLOC.fullmatch(netloc)
        host = match["host"] if match else netloc
        return Caller(origin, host, netloc, _address(connection))


def _netloc(connection: HTTPConnection) -> str:
    named = connection.headers.get("host", "").lower()
    if NETLOC.fullmatch(named):
        return named
    host, port = connection.scope.get("server") or ("127.0.0.1", 80)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_of(origin: str, netloc: str) -> bool:
    return origin in (f"http://{netloc}", f"https://{netloc}")


def _address(connection: HTTPConnection) -> str:
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)
