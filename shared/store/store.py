"""One realm's store: build it at the entry point, hand its parts to who needs them."""

import random
import time
from types import TracebackType
from typing import Self

from shared.store.bus import Bus
from shared.store.connection import DEADLINE_S, Clock, Connection
from shared.store.directory import RoomDirectory
from shared.store.keys import Keys
from shared.store.ownership import Ownership
from shared.store.scripting import Scripts
from shared.store.subscription import USUAL_WATCH, Watch
from shared.store.times import USUAL_TIMES, Times
from shared.store.workers import WorkerLeases


class Store:
    """`directory` for lobbies, `ownership` for workers, `leases` for nodes and workers, `bus` for all.

    Nothing is connected until the first call; `ready` asks whether Redis answers.
    """

    def __init__(
        self,
        url: str,
        realm: str,
        *,
        times: Times = USUAL_TIMES,
        watch: Watch = USUAL_WATCH,
        deadline_s: float = DEADLINE_S,
        clock: Clock = time.monotonic,
        dice: random.Random | None = None,
    ) -> None:
        self._keys = keys = Keys(realm)
        self._connection = Connection(url, deadline_s=deadline_s, clock=clock, dice=dice)
        scripts = Scripts(self._connection, keys, times)
        self.directory = RoomDirectory(self._connection, keys, scripts)
        self.leases = WorkerLeases(scripts)
        self.ownership = Ownership(scripts, self.leases)
        self.bus = Bus(self._connection, keys, watch)

    async def ready(self) -> None:
        """Raises STORE_UNAVAILABLE if Redis does not answer within the deadline."""
        await self._connection.ping()

    async def why_not(self) -> str:
        """For a start: why this Redis cannot be used, as the end of a sentence; empty when it can."""
        return await self._connection.why_not()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._connection.close()
