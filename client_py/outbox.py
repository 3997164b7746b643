"""What a member says to its room: kept until the room has confirmed it, said again over the next line if it has not.

Counted messages are numbered from 1 in the order in which they were said; nothing of that is on the wire. Others go
out in their place between them, once, or not at all. The room's own pace is kept here, with a fifth of its burst: what
piled up while a line was lost is not refused for coming at once, even if the next line stalls meanwhile.
Absent: lines and clocks. `take` gives what may go out now.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from shared.protocol.messages import SPECS, SendAct, SendAsHost, SendChat, SendRelay
from shared.rules.buckets import AS_HOST, CHAT, OTHER, PACES, RELAY, Bucket

_CLASSES: Mapping[type, str] = {SendRelay: RELAY, SendChat: CHAT, SendAsHost: AS_HOST, SendAct: RELAY}
LOOK_AGAIN_S = 0.02
"""When the pace did not allow the next message, it is looked at again after this."""
TAIL = 10_000
"""What is remembered of one's own messages for a snapshot that nobody takes; past that the oldest are forgotten."""


class Outbox:
    """`said` counts all counted messages so far, `confirmed` those that the room has got."""

    def __init__(self, confirmed: int = 0, kept: Iterable[Any] = ()) -> None:
        self.confirmed = confirmed
        self._under_way: deque[Any] = deque()
        self._waiting: deque[Any] = deque(kept)
        self.said = confirmed + len(self._waiting)
        self.due_at: float | None = None
        self._tails: list[deque[Any]] = []
        self.is_open = False
        self._buckets = {name: Bucket(pace._replace(burst=pace.burst // 5)) for name, pace in PACES.items()}

    def add(self, message: Any) -> None:
        is_counted = SPECS[type(message)].counted
        if is_counted or self.is_open:
            self._waiting.append(message)
        self.said += is_counted
        for tail in self._tails:
            tail.append(message)

    def take(self, now: float) -> list[Any]:
        """What goes out now, in order. `due_at` is when to ask again, if the pace allows no more."""
        taken: list[Any] = []
        self.due_at = None
        while self.is_open and self._waiting:
            message = self._waiting[0]
            spec = SPECS[type(message)]
            if spec.counted:
                if not self._buckets[_CLASSES.get(type(message), OTHER)].take(now, spec.body_bytes(message)):
                    self.due_at = now + LOOK_AGAIN_S
                    break
                self._under_way.append(message)
            taken.append(self._waiting.popleft())
        return taken

    def confirm(self, received: int) -> None:
        """The room has got so many."""
        while self._under_way and self.confirmed < received:
            self._under_way.popleft()
            self.confirmed += 1

    def close(self) -> None:
        """The line is lost: what was not counted on is not said any more."""
        self.is_open = False
        self._waiting = deque(self.kept)
        self._under_way.clear()

    def open(self, received: int) -> None:
        """A line stands, and the room has got so many, no more: the rest is said (again)."""
        self.close()
        for _ in range(min(received - self.confirmed, len(self._waiting))):
            self._waiting.popleft()
        self.confirmed, self.said = received, received + len(self._waiting)
        self.is_open = True

    def follow(self, received: int) -> deque[Any]:
        """What was said after the first `received`; it grows with what is said from now on, until `unfollow`."""
        tail = deque(self.kept[max(0, received - self.confirmed) :], maxlen=TAIL)
        self._tails.append(tail)
        return tail

    def unfollow(self, tail: deque[Any]) -> None:
        self._tails = [other for other in self._tails if other is not tail]

    @property
    def backlog(self) -> int:
        return len(self._waiting)

    @property
    def kept(self) -> list[Any]:
        """The counted messages that the room has not confirmed, oldest first."""
        return [*self._under_way, *(message for message in self._waiting if SPECS[type(message)].counted)]
