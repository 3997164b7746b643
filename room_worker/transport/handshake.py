"""From TCP to WebSocket: the library judges the request, this says where it ends and how long it may be.

No I/O. The library gets the bytes up to the blank line and none beyond, so that it begins its frames at a frame's
boundary (`stream.py` builds on that). No extension is ever agreed on, so permessage-deflate is off.
"""

from collections.abc import Callable
from http import HTTPStatus

from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from shared.protocol.errors import ErrorKind

HANDSHAKE_BYTES = 16 * 1024
"""The request line and all headers; more is answered with HTTP 431."""

_END = b"\r\n\r\n"


class Handshake:
    """`request` is there once the library has accepted it. `is_over`: it has refused, and nothing more is read."""

    def __init__(self, protocol: ServerProtocol) -> None:
        self._protocol = protocol
        self._head = b""
        self.request: Request | None = None
        self.is_over = False

    def receive(self, data: bytes) -> bytes:
        """Returns what came behind the request, which belongs to the frames."""
        fed = len(self._head)
        self._head += data
        found = self._head.find(_END, max(0, fed - len(_END) + 1))
        end = len(self._head) if found < 0 else found + len(_END)
        if end > HANDSHAKE_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "These headers are too long.\n")
            return b""
        self._protocol.receive_data(self._head[fed:end])
        self._judge()
        return self._head[end:]

    @property
    def origin(self) -> str | None:
        return self._protocol.origin

    def close(self, kind: ErrorKind, text: str) -> None:
        """Before there is a WebSocket, an error can only be an HTTP status."""
        self._refuse(HTTPStatus(kind.http_status), f"{kind.name}: {text}\n")

    def take_output(self) -> list[bytes]:
        """As the library gives it: an empty one means that nothing follows."""
        output = self._protocol.data_to_send()
        self.is_over = self.is_over or b"" in output
        return output

    def _judge(self) -> None:
        for request in self._protocol.events_received():
            assert isinstance(request, Request)
            self._protocol.send_response(self._protocol.accept(request))
            if self._protocol.state is State.OPEN:
                self.request = request

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        self._protocol.send_response(self._protocol.reject(status, text))


def client_address(request: Request, peer: str, is_proxy: Callable[[str], bool]) -> str:
    """The address nearest to us that is not a proxy of ours; anybody else may forge this header."""
    hops = [hop.strip() for line in request.headers.get_all("X-Forwarded-For") for hop in line.split(",")]
    while hops and is_proxy(peer):
        peer = hops.pop()
    return peer
