"""A TURN client as small as a test needs it: allocate, permit a peer, send and receive, over UDP (RFC 5389, RFC 5766).

Each request answers what the server said: 0, or the number of its error.
"""

import hashlib
import hmac
import os
import socket
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import Self

MAGIC = 0x2112A442
ALLOCATE, PERMIT, SEND, RECEIVED = 0x0003, 0x0008, 0x0016, 0x0017
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR, PEER, PAYLOAD, REALM, NONCE = 0x0006, 0x0008, 0x0009, 0x0012, 0x0013, 0x0014, 0x0015
RELAYED, TRANSPORT = 0x0016, 0x0019
UDP = bytes([17, 0, 0, 0])
ANSWER_S = 3.0

Attributes = dict[int, bytes]
Address = tuple[str, int]


class TurnClient:
    """One client with one credential. `relayed` is the address that was lent to it."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._username, self._password = username, password
        self._realm = self._nonce = b""
        self.relayed: Address = ("", 0)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(ANSWER_S)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def allocate(self) -> int:
        code, answer = self._ask(ALLOCATE, {TRANSPORT: UDP})
        if code == 0:
            self.relayed = _address(answer[RELAYED])
        return code

    def permit(self, host: str) -> int:
        return self._ask(PERMIT, {PEER: _packed((host, 0))})[0]

    def send(self, to: Address, payload: bytes) -> None:
        """Says nothing about whether it was passed on."""
        self._socket.send(_message(SEND, os.urandom(12), {PEER: _packed(to), PAYLOAD: payload}))

    def receive(self) -> bytes:
        """What was relayed to this client. Raises TimeoutError."""
        while True:
            kind, attributes = self._next()
            if kind == RECEIVED:
                return attributes[PAYLOAD]

    def _ask(self, kind: int, attributes: Attributes) -> tuple[int, Attributes]:
        """With the server's realm and nonce, which its first refusal names."""
        code, answer = self._exchange(kind, attributes)
        if code == 401 and not self._realm:
            self._realm, self._nonce = answer[REALM], answer[NONCE]
            return self._exchange(kind, attributes)
        return code, answer

    def _exchange(self, kind: int, attributes: Attributes) -> tuple[int, Attributes]:
        self._socket.send(self._signed(kind, attributes) if self._realm else _message(kind, os.urandom(12), attributes))
        while True:
            answered, answer = self._next()
            if answered == kind | SUCCESS:
                return 0, answer
            if answered == kind | FAILURE:
                return answer[ERROR][2] * 100 + answer[ERROR][3], answer

    def _signed(self, kind: int, attributes: Attributes) -> bytes:
        named = {**attributes, USERNAME: self._username.encode(), REALM: self._realm, NONCE: self._nonce}
        key = hashlib.md5(b":".join([self._username.encode(), self._realm, self._password.encode()])).digest()
        transaction = os.urandom(12)
        covered = _message(kind, transaction, named, extra=24)
        return covered + _attribute(INTEGRITY, hmac.digest(key, covered, "sha1"))

    def _next(self) -> tuple[int, Attributes]:
        packet = self._socket.recv(4096)
        (kind,) = struct.unpack("!H", packet[:2])
        return kind, dict(_attributes(packet[20:]))


def _message(kind: int, transaction: bytes, attributes: Attributes, extra: int = 0) -> bytes:
    body = b"".join(_attribute(name, value) for name, value in attributes.items())
    return struct.pack("!HHI", kind, len(body) + extra, MAGIC) + transaction + body


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def _attributes(body: bytes) -> Iterator[tuple[int, bytes]]:
    while len(body) >= 4:
        name, length = struct.unpack("!HH", body[:4])
        yield name, body[4 : 4 + length]
        body = body[4 + length + (-length % 4) :]


def _packed(address: Address) -> bytes:
    host, port = address
    number = int.from_bytes(socket.inet_aton(host), "big")
    return struct.pack("!BBHI", 0, 1, port ^ (MAGIC >> 16), number ^ MAGIC)


def _address(value: bytes) -> Address:
    _, _, port, number = struct.unpack("!BBHI", value[:8])
    return socket.inet_ntoa(struct.pack("!I", number ^ MAGIC)), port ^ (MAGIC >> 16)
