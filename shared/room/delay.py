"""A room whose spectators see what was a while ago: their frames wait here, everybody else's go at once.

Only what happens is delayed (broadcasts, a host's snapshot), not what is said to a spectator alone. Its picture is of
the moment of its join, and what follows comes later. A frame is counted when it happens, as for everybody, so that a
resume finds both what it has missed and what it is not to see yet.

Nothing ever comes early. At DELAYED_BYTES the newest is not taken in, as at a steady rate whatever gives way to newer
frames never gets its turn. Without a volatile frame spectators see nothing for a while, then a scene. Whoever is to
miss a counted frame or a snapshot sees nothing more, and starts over when that one would have been due.
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
ROOM_AGAIN_BYTES = DELAYED_BYTES // 4
"""Volatile frames that found no room are taken in again when there is so much: for a scene, and what follows it."""

AT_ONCE = 0.0


class _Kind(Enum):
    COUNTED = "counted"
    VOLATILE = "volatile"
    SCENE = "scene"
    STATE = "state"


_SHOWN = (_Kind.VOLATILE, _Kind.SCENE)
"""What may be missed, as a later scene makes up for it."""


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
        self._bytes = dict.fromkeys(_Kind, 0)
        self._is_full = False  # for volatile frames and scenes
        self._since: dict[int, int] = {}  # the spectators: what waited up to there is not for them
        self._lost: dict[int, float] = {}  # those who are to start over, and when
        self._released: set[int] = set()  # whose volatile frames are in the batch
        self._given_up: set[int] = set()  # who missed some, and can be shown a scene again

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
        self._wait(self._encode(message), watchers, now, _Kind.SCENE)

    def missing(self, number: int, received: int) -> list[bytes] | None:
        """Without those that are not due yet: these come by themselves."""
        if number in self._lost:
            return None
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
        self._lost = {one: at for one, at in self._lost.items() if one in members and one != number}
        if not members[number].is_player:
            self._since[number] = self._waited
        self._forget_unmeant()

    def to_start_over(self, now: float) -> list[int]:
        return [number for number, at in self._lost.items() if at <= now and number in self._people.present]

    def catch_up(self, number: int) -> None:
        """Without what is volatile: it is out of date for a player."""
        if number in self._people.present:
            for entry in self._waiting:
                if entry.kind not in _SHOWN and self._is_for(entry, number):
                    self._batch.post_sealed(entry.frame, number)
        self._since.pop(number, None)
        if number in self._lost:
            self._lost[number] = AT_ONCE

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def release(self, now: float) -> None:
        while self._waiting and self._waiting[0].due_at <= now:
            entry = self._waiting.popleft()
            self._bytes[entry.kind] -= entry.bytes
            self._send(entry)
        if self._is_full and self._free_for(_Kind.VOLATILE) >= ROOM_AGAIN_BYTES:
            self._is_full = False
            self._given_up.update(self._since)

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
        entry = _Waiting(now + self._delay_s, frame, audience, kind, self._waited + 1)
        if self._fits(entry):
            self._waited += 1
            self._waiting.append(entry)
            self._bytes[kind] += entry.bytes
        elif kind in _SHOWN:
            self._is_full = True
        else:
            self._lose(entry)

    def _fits(self, entry: _Waiting) -> bool:
        return entry.bytes <= self._free_for(entry.kind) and not (entry.kind in _SHOWN and self._is_full)

    def _free_for(self, kind: _Kind) -> int:
        return DELAYED_BYTES - sum(self._bytes[one] for one in (_SHOWN if kind in _SHOWN else (kind,)))

    def _send(self, entry: _Waiting) -> None:
        is_volatile = entry.kind is _Kind.VOLATILE
        for number in self._since:
            if number in self._people.present and self._is_for(entry, number):
                self._batch.post_sealed(entry.frame, number, is_volatile=is_volatile)
                if is_volatile:
                    self._released.add(number)

    def _lose(self, entry: _Waiting) -> None:
        """For whoever was to get this frame, a later one would not follow from what it has."""
        for number in [one for one in self._since if includes(entry.audience, one)]:
            del self._since[number]
            self._lost[number] = entry.due_at
        self._forget_unmeant()

    def _forget_unmeant(self) -> None:
        """What waits for nobody must not take the room of other frames."""
        meant = [entry for entry in self._waiting if any(self._is_for(entry, number) for number in self._since)]
        if len(meant) < len(self._waiting):
            self._waiting = deque(meant)
            self._bytes = dict.fromkeys(_Kind, 0)
            for entry in meant:
                self._bytes[entry.kind] += entry.bytes

    def _is_for(self, entry: _Waiting, number: int) -> bool:
        return number in self._since and entry.at > self._since[number] and includes(entry.audience, number)

    def _has_watchers(self, audience: Audience) -> bool:
        """Away ones count too: they may be back by then."""
        return any(number in self._people.members and includes(audience, number) for number in self._since)
