"""How far away things are: one's own way to each worker, measured once by a probe, plus the way of each room's host.

A probe is a short line to a worker, opened with the identity: pings and pongs only. The shortest of several round trips
counts, since whatever else the machines do can only make one longer.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from client_py.identity import Identity
from client_py.line import Line
from client_py.room_list import RoomList
from client_py.session import NO_PICTURE
from client_py.shell import Shell, Socket
from shared.protocol.errors import LINE_SILENT, RoomError
from shared.protocol.limits import PROBE_S, WIRE_VERSION
from shared.protocol.messages import WORKER_TO_CLIENT, Hello, RoomRow, Welcome

ROUND_TRIPS = 5
PAUSE_S = 0.05
"""Between two of them, so that they do not wait for each other."""
PROBES_AT_ONCE = 3


async def probe(address: str, token: str, shell: Shell | None = None) -> float:
    """The shortest round trip to a worker in milliseconds. Raises RoomError."""
    socket = await (shell or Shell()).dial(address)
    line = Line(WORKER_TO_CLIENT, Hello(WIRE_VERSION, token, "", 0, NO_PICTURE), _now())
    try:
        async with asyncio.timeout(PROBE_S):
            while not isinstance(await _next(socket, line), Welcome):
                pass
            return await _shortest_ms(socket, line)
    except TimeoutError:
        raise RoomError(LINE_SILENT) from None
    finally:
        await socket.close()


async def _shortest_ms(socket: Socket, line: Line) -> float:
    for number in range(ROUND_TRIPS):
        await asyncio.sleep(PAUSE_S)
        line.ping(_now())
        while line.measured <= number:
            await _next(socket, line)
    assert line.best_ms is not None
    return line.best_ms


async def _next(socket: Socket, line: Line) -> object:
    for payload in line.take_output():
        await socket.send(payload)
    return line.receive(await socket.receive(), _now())


@dataclass(frozen=True, slots=True)
class RoomPing:
    """From this client to who decides in the room. An estimate: the sum of two ways that were measured apart."""

    ms: float
    is_estimate: bool
    is_old: bool


class Pings:
    """`own_ms`: this client's way to each worker, by address."""

    def __init__(self, url: str, identity: Identity, shell: Shell, rooms: RoomList) -> None:
        self.own_ms: dict[str, float] = {}
        self._lobby = urlsplit(url)
        self._identity, self._shell, self._rooms = identity, shell, rooms

    async def measure(self) -> Mapping[str, RoomPing]:
        """The ping of each listed room, by its id; workers that were not measured yet are, a few at a time. Rooms are
        left out whose worker cannot be reached or whose host was not measured yet."""
        unknown = {address for row in self._rooms.rows if (address := self._reached(row)) not in self.own_ms}
        places = asyncio.Semaphore(PROBES_AT_ONCE)
        await asyncio.gather(*(self._probe(address, places) for address in unknown if address))
        pings = {row.room_id: self.of(row) for row in self._rooms.rows}
        return {room_id: ping for room_id, ping in pings.items() if ping is not None}

    def of(self, row: RoomRow) -> RoomPing | None:
        """From what is known now."""
        own_ms = self.own_ms.get(self._reached(row))
        if own_ms is None:
            return None
        if row.authority == "server":
            return RoomPing(own_ms, is_estimate=False, is_old=False)
        if row.host_ping_ms is None:
            return None
        return RoomPing(own_ms + row.host_ping_ms, is_estimate=True, is_old=row.is_ping_old)

    async def _probe(self, address: str, places: asyncio.Semaphore) -> None:
        async with places:
            try:
                self.own_ms[address] = await probe(address, await self._identity.token(), self._shell)
            except RoomError:
                return  # tried again with the next measurement

    def _reached(self, row: RoomRow) -> str:
        """The worker's address, seen from where the lobby was reached."""
        host = self._lobby.hostname or ""
        return row.address.replace("{host}", host).replace("{netloc}", self._lobby.netloc)


def _now() -> float:
    return asyncio.get_running_loop().time()
