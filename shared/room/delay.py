"""A room whose spectators see what was a while ago: their frames wait here, everybody else's go at once.

Only what happens is delayed (broadcasts, a host's snapshot), not what is said to a spectator alone. Its picture is of
the moment of its join, and what follows comes later. A frame is counted when it happens, as for everybody, so that a
resume finds both what it has missed and what it is not to see yet. At DELAYED_BYTES volatile frames are given up, and a
scene follows; of the others the oldest come early.
"""

from collections import deque
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any, NamedTuple

from shared.protocol.limits import DELAYED_BYTES
from shared.room.audience import Audience, includes, only
from shared.room.batch import Output
from shared.room.members import Members
from shared.room.outgoing import Outgoing

BESIDE_BYTES = 256
"""What a frame that waits takes beside its own bytes."""


class _Kind(Enum):
    COUNTED = "counted"
    VOLATILE = "volatile"
    STATE = "state"


class _Waiting(NamedTuple):
    """`at`: how many have waited up to this one."""

    due_at: float
    frame: bytes
    audience: Audience
    kind: _Kind
    at: int

    @property
    def bytes(self) -> int:
        return len(self.frame) + BESIDE_BYTES


class DelayedOutgoing(Outgoing):
    """`people.live` are those who are not delayed."""

    def __init__(self, encode: Callable[[Any], bytes], people: Members, delay_s: float) -> None:
        super().__init__(encode, people.live)
        self._people, self._delay_s = people, delay_s
        self._waiting: deque[_Waiting] = deque()
        self._waited = 0
        self._volatile_bytes = self._other_bytes = 0
        self._since: dict[int, int] = {}  # the spectators: what waited up to there is not for them
        self._released: set[int] = set()  # whose volatile frames are in the batch
        self._given_up: set[int] = set()  # whose volatile frames never will be

    def broadcast(self, message: Any, audience: Audience, now: float) -> None:
        self.release(now)
        frame = self._encode(message)
        self._batch.post(frame, audience)
        self.log.add(frame, audience, now)
        self._wait(frame, audience, now, _Kind.COUNTED)

    def volatile(self, message: Any, audience: Audience, now: float) -> None:
        self.release(now)
        frame = self._encode(message)
        self._batch.post(frame, audience, is_volatile=True)
        self._wait(frame, audience, now, _Kind.VOLATILE)

    def tell(self, message: Any, number: int) -> None:
        self._post(self._encode(message), number)

    def tell_state(self, message: Any, number: int, now: float) -> None:
        if number in self._people.live:
            self.tell(message, number)
        else:
            self._wait(self._encode(message), only(number), now, _Kind.STATE)

    def show(self, message: Any, watchers: frozenset[int], now: float) -> None:
        self._wait(self._encode(message), watchers, now, _Kind.STATE)

    def missing(self, number: int, received: int) -> list[bytes] | None:
        """Without those that are not due yet: these come by themselves."""
        frames = self.log.missing(number, received)
        waiting = self.waiting(number)
        if frames is None or len(frames) < waiting:
            return None
        return frames[: len(frames) - waiting]

    def waiting(self, number: int) -> int:
        return sum(entry.kind is _Kind.COUNTED and self._is_for(entry, number) for entry in self._waiting)

    def repeat(self, frames: list[bytes], number: int) -> None:
        self._post(b"".join(frames), number)

    def start_over(self, number: int) -> None:
        super().start_over(number)
        members = self._people.members
        self._since = {one: since for one, since in self._since.items() if one in members}
        if not members[number].is_player:
            self._since[number] = self._waited

    def catch_up(self, number: int) -> None:
        """Without what is volatile: it is out of date for a player."""
        if number in self._people.present:
            for entry in self._waiting:
                if entry.kind is not _Kind.VOLATILE and self._is_for(entry, number):
                    self._batch.post_sealed(entry.frame, number)
        self._since.pop(number, None)

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def release(self, now: float) -> None:
        while self._waiting and self._waiting[0].due_at <= now:
            self._release_oldest()

    @property
    def has_released(self) -> bool:
        return bool(self._released or self._given_up)

    def late(self, slow: Collection[int]) -> set[int]:
        return super().late(slow) | self._released.intersection(slow) | self._given_up

    def flush(self, slow: Collection[int]) -> Output:
        self._released.clear()
        self._given_up.clear()
        return super().flush(slow)

    def _post(self, frame: bytes, number: int) -> None:
        if number in self._people.live:
            self._batch.post(frame, number)
        else:
            self._batch.post_sealed(frame, number)

    def _wait(self, frame: bytes, audience: Audience, now: float, kind: _Kind) -> None:
        if not self._has_watchers(audience):
            return
        self._waited += 1
        entry = _Waiting(now + self._delay_s, frame, audience, kind, self._waited)
        self._waiting.append(entry)
        self._weigh(entry, 1)
        if self._volatile_bytes > DELAYED_BYTES:
            self._give_up()
        while self._other_bytes > DELAYED_BYTES:
            self._release_oldest()

    def _weigh(self, entry: _Waiting, sign: int) -> None:
        if entry.kind is _Kind.VOLATILE:
            self._volatile_bytes += sign * entry.bytes
        else:
            self._other_bytes += sign * entry.bytes

    def _release_oldest(self) -> None:
        entry = self._waiting.popleft()
        self._weigh(entry, -1)
        is_volatile = entry.kind is _Kind.VOLATILE
        for number in self._since:
            if number in self._people.present and self._is_for(entry, number):
                self._batch.post_sealed(entry.frame, number, is_volatile=is_volatile)
                if is_volatile:
                    self._released.add(number)

    def _give_up(self) -> None:
        """All at once: one by one, each would cost a look at everything that waits."""
        self._given_up.update(self._people.members.keys() & self._since.keys())
        self._waiting = deque(entry for entry in self._waiting if entry.kind is not _Kind.VOLATILE)
        self._volatile_bytes = 0

    def _is_for(self, entry: _Waiting, number: int) -> bool:
        return number in self._since and entry.at > self._since[number] and includes(entry.audience, number)

    def _has_watchers(self, audience: Audience) -> bool:
        """Away ones count too: they may be back by then."""
        return any(number in self._people.members and includes(audience, number) for number in self._since)
