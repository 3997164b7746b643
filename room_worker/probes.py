"""Lines that only measure: a client pings this worker before it chooses a room here. Short, and few per address."""

import asyncio
from collections import Counter
from collections.abc import Callable

from room_worker.transport.edge import Line
from shared.protocol.errors import NOT_ALLOWED, PROBE_OVER, TOO_MANY_CONNECTIONS, ErrorKind, RoomError
from shared.protocol.limits import PROBE_S, PROBES_PER_ADDRESS
from shared.protocol.messages import ClientMessage


class Probes:
    def __init__(self) -> None:
        self._at: Counter[str] = Counter()

    def open(self, line: Line) -> "Probe":
        """Raises TOO_MANY_CONNECTIONS."""
        if self._at[line.remote] >= PROBES_PER_ADDRESS:
            raise RoomError(TOO_MANY_CONNECTIONS)
        self._at[line.remote] += 1
        return Probe(line, self._gone)

    def _gone(self, remote: str) -> None:
        self._at[remote] -= 1
        if not self._at[remote]:
            del self._at[remote]


class Probe:
    """The transport answers its pings; nothing that it could send is counted."""

    received = 0

    def __init__(self, line: Line, gone: Callable[[str], None]) -> None:
        self._line, self._gone = line, gone
        self._timer = asyncio.get_running_loop().call_later(PROBE_S, self._end)

    def receive(self, message: ClientMessage, now: float) -> None:
        raise RoomError(NOT_ALLOWED, "A probe may only ping.")

    def measured(self, ping_ms: float, now: float) -> None:
        pass

    def lost(self, kind: ErrorKind) -> None:
        self._timer.cancel()
        self._gone(self._line.remote)

    def _end(self) -> None:
        self._line.close(PROBE_OVER)
        self._gone(self._line.remote)
