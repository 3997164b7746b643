"""Who is on the line with this lobby: connections that have not said hello, and clients that have.

Two tabs of one login are one client on two lines. Lines are limited per client and per address. Nothing here outlives
a connection.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Protocol

from shared.protocol import limits
from shared.protocol.errors import HELLO_CROWDED, TOO_MANY_CONNECTIONS, ErrorKind, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.records import Hold


class Closable(Protocol):
    def close(self, kind: ErrorKind, text: str = "") -> None: ...


class Visitor(Closable, Protocol):
    def offer(self, hold: Hold) -> None:
        """Somebody held a seat for this client."""


class Presence:
    def __init__(self, lines_per_address: int = 0) -> None:
        """0: as many as one likes."""
        self._lines_per_address = lines_per_address
        self._waiting: dict[Closable, None] = {}
        self._visitors: defaultdict[ClientId, dict[Visitor, str]] = defaultdict(dict)
        """Each with its address."""
        self._at: Counter[str] = Counter()
        self._somebody_left = asyncio.Event()

    def wait(self, line: Closable) -> None:
        """A connection without a hello. One too many costs the oldest of them its place."""
        if len(self._waiting) >= limits.WAITING_HELLOS:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.close(HELLO_CROWDED)
        self._waiting[line] = None

    def greeted(self, line: Closable) -> None:
        """It said hello, or is gone."""
        self._waiting.pop(line, None)
        self._somebody_left.set()

    def enter(self, client_id: ClientId, visitor: Visitor, address: str = "") -> None:
        """Raises TOO_MANY_CONNECTIONS."""
        if len(self.of(client_id)) >= limits.LINES_PER_CLIENT:
            raise RoomError(TOO_MANY_CONNECTIONS, "You have too many windows open.")
        if 0 < self._lines_per_address <= self._at[address]:
            raise RoomError(TOO_MANY_CONNECTIONS)
        self._visitors[client_id][visitor] = address
        self._at[address] += 1

    def leave(self, client_id: ClientId, visitor: Visitor) -> None:
        """Also of who could not enter."""
        address = self._visitors[client_id].pop(visitor, None)
        if address is not None:
            self._at[address] -= 1
            if not self._at[address]:
                del self._at[address]
        if not self._visitors[client_id]:
            del self._visitors[client_id]
        self._somebody_left.set()

    def of(self, client_id: ClientId) -> list[Visitor]:
        return list(self._visitors.get(client_id, ()))

    def clients(self) -> list[ClientId]:
        return list(self._visitors)

    def close_all(self, kind: ErrorKind) -> None:
        for line in (*self._waiting, *self._everybody()):
            line.close(kind)

    async def empty(self) -> None:
        """Returns when nobody is on the line."""
        while len(self):
            self._somebody_left.clear()
            await self._somebody_left.wait()

    def __len__(self) -> int:
        return len(self._waiting) + sum(1 for _ in self._everybody())

    def _everybody(self) -> Iterator[Visitor]:
        return (visitor for visitors in self._visitors.values() for visitor in visitors)
