"""A room whose spectators see what was a while ago: their frames wait here, everybody else's go at once.

Only what happens is delayed (broadcasts, a host's snapshot), not what is said to a spectator alone. Its picture is of
the moment of its join, and what follows comes later. A frame is counted when it happens, as for everybody, so that a
resume finds both what it has missed and what it is not to see yet.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from shared.room.audience import Audience, includes
from shared.room.members import Members
from shared.room.outgoing import Outgoing


class _Waiting(NamedTuple):
    due_at: float
    frame: bytes
    numbers: set[int]
    is_counted: bool


class DelayedOutgoing(Outgoing):
    """`people.live` are those who are not delayed."""

    def __init__(self, encode: Callable[[Any], bytes], people: Members, delay_s: float) -> None:
        super().__init__(encode, people.live)
        self._members, self._people, self._delay_s = people.members, people, delay_s
        self._waiting: deque[_Waiting] = deque()
        self._now = 0.0

    def broadcast(self, message: Any, audience: Audience, now: float) -> None:
        self.release(now)
        frame = self._encode(message)
        self._batch.post(frame, audience)
        self.log.add(frame, audience, now)
        self._wait(frame, self._watchers(audience), now, is_counted=True)

    def volatile(self, message: Any, audience: Audience, now: float) -> None:
        self.release(now)
        frame = self._encode(message)
        self._batch.post(frame, audience, is_volatile=True)
        self._wait(frame, self._watchers(audience), now, is_counted=False)

    def tell(self, message: Any, number: int) -> None:
        self._post(self._encode(message), number)

    def tell_state(self, message: Any, number: int, now: float) -> None:
        if number in self._people.live:
            self.tell(message, number)
        else:
            self._wait(self._encode(message), {number}, now, is_counted=False)

    def missing(self, number: int, received: int) -> list[bytes] | None:
        """Without those that are not due yet: these come by themselves."""
        frames = self.log.missing(number, received)
        waiting = self.waiting(number)
        if frames is None or len(frames) < waiting:
            return None
        return frames[: len(frames) - waiting]

    def waiting(self, number: int) -> int:
        return sum(entry.is_counted for entry in self._waiting if number in entry.numbers)

    def repeat(self, frames: list[bytes], number: int) -> None:
        self._post(b"".join(frames), number)

    def start_over(self, number: int) -> None:
        super().start_over(number)
        for entry in self._waiting:
            entry.numbers.discard(number)

    def catch_up(self, number: int) -> None:
        for entry in self._waiting:
            if number in entry.numbers:
                entry.numbers.remove(number)
                if number in self._people.present:
                    self._batch.post_sealed(entry.frame, number)

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def release(self, now: float) -> None:
        waiting, present = self._waiting, self._people.present
        while waiting and waiting[0].due_at <= now:
            entry = waiting.popleft()
            for number in entry.numbers:
                if number in present:
                    self._batch.post_sealed(entry.frame, number)

    def _post(self, frame: bytes, number: int) -> None:
        if number in self._people.live:
            self._batch.post(frame, number)
        else:
            self._batch.post_sealed(frame, number)

    def _wait(self, frame: bytes, numbers: set[int], now: float, *, is_counted: bool) -> None:
        if numbers:
            self._waiting.append(_Waiting(now + self._delay_s, frame, numbers, is_counted))

    def _watchers(self, audience: Audience) -> set[int]:
        """Away ones too: they may be back by then."""
        return {
            number for number, member in self._members.items() if not member.is_player and includes(audience, number)
        }
