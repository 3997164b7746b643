"""Events on their way to the application, each with the place where it stands among the room's counted messages.

So it is known at any moment how much of what came the application has taken in: all that came before its oldest event
that still waits here. No I/O.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

EVENTS_KEPT = 100_000
"""Events that nobody asked for yet; past that the oldest are dropped, and counted in `Inbox.dropped`."""

E = TypeVar("E")


class _Entry(NamedTuple):
    event: Any
    before: int
    """Counted messages that had come before it."""


class Turn(NamedTuple):
    """Not an event but a deed, to be done when the application has taken in all that came before."""

    do: Callable[[], None]


class Late(NamedTuple):
    """An event that is to be as true as possible: made when the application takes it."""

    cls: type
    make: Callable[[], Any]


class Inbox:
    def __init__(self) -> None:
        self.dropped = 0
        self._entries: deque[_Entry] = deque()

    def put(self, event: Any, before: int) -> None:
        if len(self._entries) == EVENTS_KEPT:
            self._entries.popleft()
            self.dropped += 1
        self._entries.append(_Entry(event, before))

    def take(self) -> Any:
        """The oldest event, or None. Deeds whose turn it is are done."""
        while self._entries:
            event = self._entries.popleft().event
            if not isinstance(event, Turn):
                return _made(event)
            event.do()
        return None

    def find(self, cls: type[E]) -> E | None:
        """The oldest event of this class, out of turn."""
        while self._entries and isinstance(turn := self._entries[0].event, Turn):
            self._entries.popleft()
            turn.do()
        for entry in self._entries:
            if issubclass(_class_of(entry.event), cls):
                self._entries.remove(entry)
                found: E = _made(entry.event)
                return found
        return None

    def taken_in(self, received: int) -> int:
        """How many of the `received` counted messages the application has seen through."""
        return self._entries[0].before if self._entries else received

    def holds(self, *classes: type) -> bool:
        """Whether such an event waits."""
        return any(issubclass(_class_of(entry.event), classes) for entry in self._entries)

    def __bool__(self) -> bool:
        return bool(self._entries)


def _class_of(event: Any) -> type:
    return event.cls if isinstance(event, Late) else type(event)


def _made(event: Any) -> Any:
    return event.make() if isinstance(event, Late) else event
