"""A name server of the tests' own, as a container network has one: every name has the same addresses.

The few lines of DNS that this takes (RFC 1035, section 4): one question, which is repeated before its answers.
"""

import socket
import struct
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

_HEADER_BYTES = 12
_ANSWERED = 0x8180
_A, _IN = 1, 1
_NAME_OF_THE_QUESTION = 0xC000 | _HEADER_BYTES
_KEPT_S = 0
_THE_END = b""


class NameServer:
    """`address` is where to ask it."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = [socket.inet_aton(address) for address in addresses]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._answering = threading.Thread(target=self._answer_all, daemon=True)
        self.address = "{}:{}".format(*self._socket.getsockname())

    def __enter__(self) -> Self:
        self._answering.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(_THE_END, self._socket.getsockname())
        self._answering.join()
        self._socket.close()

    def _answer_all(self) -> None:
        query, asker = self._socket.recvfrom(512)
        while query != _THE_END:
            self._socket.sendto(self._answer(query), asker)
            query, asker = self._socket.recvfrom(512)

    def _answer(self, query: bytes) -> bytes:
        end = query.index(b"\0", _HEADER_BYTES) + 5
        question = query[_HEADER_BYTES:end]
        (kind,) = struct.unpack(">H", question[-4:-2])
        found = self._addresses if kind == _A else []
        header = query[:2] + struct.pack(">HHHHH", _ANSWERED, 1, len(found), 0, 0)
        record = struct.pack(">HHHIH", _NAME_OF_THE_QUESTION, _A, _IN, _KEPT_S, 4)
        return header + question + b"".join(record + address for address in found)
