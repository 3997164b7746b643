"""The connections of one port: all of them, and, in order of arrival, those that have not said hello.

Also the owner of the tasks that judge a hello, so that none outlives its server.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from room_worker.transport.edge import Clock, Handler
from shared.protocol.errors import HELLO_CROWDED, ErrorKind
from shared.protocol.limits import WAITING_HELLOS


class Droppable(Protocol):
    def drop(self, kind: ErrorKind, text: str = "") -> None: ...


class Lines:
    def __init__(self, most_waiting: int = WAITING_HELLOS) -> None:
        self._all: set[Droppable] = set()
        self._waiting: dict[Droppable, None] = {}  # a dict is the set that keeps its order
        self._most_waiting = most_waiting
        self._tasks: set[asyncio.Task[None]] = set()
        self._emptied = asyncio.Event()
        self._emptied.set()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Droppable]:
        return iter(tuple(self._all))

    def arrived(self, line: Droppable) -> None:
        """Where too many wait, the one that has waited longest makes room."""
        if len(self._waiting) >= self._most_waiting:
            oldest = next(iter(self._waiting))
            self.greeted(oldest)
            oldest.drop(HELLO_CROWDED)
        self._all.add(line)
        self._waiting[line] = None
        self._emptied.clear()

    def greeted(self, line: Droppable) -> None:
        """It has said hello, or never will."""
        self._waiting.pop(line, None)

    def gone(self, line: Droppable) -> None:
        self.greeted(line)
        self._all.discard(line)
        if not self._all:
            self._emptied.set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait_empty(self) -> None:
        await self._emptied.wait()

    async def wait_idle(self, within: float) -> None:
        """Lets the tasks end, and cancels those that do not in time."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Port:
    """What the connections of one port share. `is_proxy`: may this address say on whose behalf it speaks?"""

    handler: Handler
    clock: Clock
    lines: Lines
    is_proxy: Callable[[str], bool]
