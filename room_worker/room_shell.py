"""One room's shell: gives the core what came in over lines and timers, and performs what the core asks for.

What comes in only marks the room as touched. Once per loop turn a touched room is flushed: one write per member,
however many messages came in (design 8). While the worker's lease does not hold, the room stands still: messages wait
here, ticks are left out. Whatever the room raises ends this room and nothing else.
Absent: bytes (the core's `encode` makes them), the directory (`clerk.py`), who may come in (`doorkeeper.py`).
"""

import asyncio
import logging
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from room_worker.clerk import Clerk
from room_worker.lease import Lease
from room_worker.transport.edge import Line
from shared.protocol.errors import GAME_BROKEN, INTERNAL, STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import ClientMessage
from shared.protocol.records import RoomRecord, Seat
from shared.room.code import CodeFailed
from shared.room.effects import Announce, CloseMember, Dispose, Effect, Release
from shared.room.room import Room

TICK_EVERY_S = 1.0
HELD_MESSAGES = 2000
"""Messages that wait for a lapsed lease; the member whose message is one more is closed, to try again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all rooms of a worker share."""

    now: Callable[[], float]
    lease: Lease
    announce: Callable[["RoomShell"], None]
    """The room's record changed: renew it soon."""
    parted: Callable[[ClientId, RoomRecord, ErrorKind], None]
    """A member is gone."""
    over: Callable[["RoomShell"], None]
    """The room has ended, in the directory too."""


class RoomShell:
    """`record` is what the room was claimed with; `room` is its core."""

    def __init__(self, record: RoomRecord, room: Room, clerk: Clerk, surroundings: Surroundings) -> None:
        self.record, self.room = record, room
        self._clerk, self._around = clerk, surroundings
        self._lines: dict[int, Line] = {}
        self._held: list[tuple[int, ClientMessage]] = []
        self._loop = asyncio.get_running_loop()
        self._is_touched = False
        self._ticker = self._loop.call_later(_phase_s(record), self._tick)

    # What comes in

    def join(self, seat: Seat, username: str, line: Line) -> "Seated":
        """Raises RoomError; the seat is then still claimed."""
        self.touch()
        try:
            number = self.room.join(seat, username, self._around.now())
        except RoomError:
            raise
        except Exception as error:
            raise RoomError(self.fail(error)) from None
        self._lines[number] = line
        return Seated(self, number)

    def receive(self, number: int, message: ClientMessage, now: float) -> None:
        if now >= self._around.lease.until:
            self._hold_back(number, message)
            return
        try:
            self.room.receive(number, message, now)
        except Exception as error:
            self.fail(error)
        if not self._is_touched:
            self.touch()

    def measured(self, number: int, ping_ms: float, now: float) -> None:
        self._in_core(lambda: self.room.measured(number, ping_ms, now))

    def leave(self, number: int, kind: ErrorKind) -> None:
        """The member's line is lost, or its seat was given up elsewhere."""
        self._in_core(lambda: self.room.leave(number, kind, self._around.now()))

    def lost(self, number: int, kind: ErrorKind) -> None:
        self._lines.pop(number, None)
        self.leave(number, kind)

    def end(self, kind: ErrorKind) -> None:
        """Everybody is told, the directory first. Then `over` is called."""
        self._in_core(lambda: self.room.end(kind, self._around.now()))

    def fail(self, error: Exception) -> ErrorKind:
        """The room raised: it ends, and says which error everybody gets."""
        kind = GAME_BROKEN if isinstance(error, CodeFailed) else INTERNAL
        spec = self.record.spec
        log.error("room %s (%s) failed: %s", spec.room_id, spec.game, error, exc_info=error.__cause__ or error)
        try:
            self.room.end(kind, self._around.now())
        except Exception:
            log.exception("room %s could not even end", spec.room_id)
            self._abandon(kind)
        self.touch()
        return kind

    def resume(self) -> None:
        """The lease holds again: what waited is handled now, in order."""
        held, self._held = self._held, []
        for number, message in held:
            if number in self._lines:
                self.receive(number, message, self._around.now())

    # Once per loop turn

    def touch(self) -> None:
        if not self._is_touched:
            self._is_touched = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_touched = False
        try:
            batch = self.room.flush([number for number, line in self._lines.items() if line.is_slow])
            effects = self.room.take_effects()
        except Exception:
            log.exception("room %s could not be flushed", self.record.spec.room_id)
            self._abandon(INTERNAL)
            return
        last = _end_of(effects)
        if last is not None:
            self._say_farewell(batch, effects, last)
        else:
            self._deliver(batch)
            for effect in effects:
                self._perform(effect)

    def _deliver(self, batch: Iterable[tuple[int, bytes]]) -> None:
        lines = self._lines
        for number, frames in batch:
            line = lines.get(number)
            if line is not None:
                line.write(frames)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Announce():
                self._around.announce(self)
            case CloseMember(number, kind, text):
                self._close_line(number, kind, text)
            case Release():
                self._release(effect)
            case Dispose(kind, only_if_empty):
                self._clerk.close(kind, only_if_empty=only_if_empty, then=self._closed)

    def _release(self, leaving: Release) -> None:
        def confirm() -> None:
            if leaving.confirm:
                self._in_core(lambda: self.room.released(leaving.number))

        self._clerk.release(leaving.client_id, leaving.session, then=confirm)
        if leaving.number:  # 0: was refused, and so never here
            self._around.parted(leaving.client_id, self.record, leaving.reason)

    def _say_farewell(self, batch: list[tuple[int, bytes]], effects: list[Effect], last: Dispose) -> None:
        """The directory first: who hears that the room is over may ask for another one at once."""

        def closed(_: int) -> None:
            self._deliver(batch)
            for effect in effects:
                if effect is not last:
                    self._perform(effect)
            self._drop()

        self._clerk.close(last.kind, only_if_empty=False, then=closed)

    def _closed(self, ask_again_ms: int) -> None:
        """The directory's answer to a room that believes itself empty."""
        if ask_again_ms:
            self._in_core(lambda: self.room.keep(self._around.now() + ask_again_ms / 1000))
        else:
            self._drop()

    def _abandon(self, kind: ErrorKind) -> None:
        """The core itself cannot be trusted any more: nobody is told by it."""
        for number in tuple(self._lines):
            self._close_line(number, kind)
        self._clerk.close(kind, only_if_empty=False, then=lambda _: self._drop())

    def _drop(self) -> None:
        self._ticker.cancel()
        self._around.over(self)

    def _close_line(self, number: int, kind: ErrorKind, text: str = "") -> None:
        line = self._lines.pop(number, None)
        if line is not None:
            line.close(kind, text)

    def _hold_back(self, number: int, message: ClientMessage) -> None:
        if len(self._held) < HELD_MESSAGES:
            self._held.append((number, message))
        elif number in self._lines:
            self._close_line(number, STORE_UNAVAILABLE)
            self.leave(number, STORE_UNAVAILABLE)

    def _tick(self) -> None:
        self._ticker = self._loop.call_later(TICK_EVERY_S, self._tick)
        now = self._around.now()
        if self._around.lease.holds(now):
            self._in_core(lambda: self.room.tick(now))

    def _in_core(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            self.fail(error)
        self.touch()


class Seated:
    """A member's line, as the transport's visitor."""

    __slots__ = ("_member", "_number", "_shell")

    def __init__(self, shell: RoomShell, number: int) -> None:
        self._shell, self._number = shell, number
        self._member = shell.room.members.get(number)

    @property
    def received(self) -> int:
        return self._member.received if self._member else 0

    def receive(self, message: ClientMessage, now: float) -> None:
        self._shell.receive(self._number, message, now)

    def measured(self, ping_ms: float, now: float) -> None:
        self._shell.measured(self._number, ping_ms, now)

    def lost(self, kind: ErrorKind) -> None:
        self._shell.lost(self._number, kind)


def _end_of(effects: list[Effect]) -> Dispose | None:
    """The effect that ends the room whoever may be in it, if it is among them."""
    return next((effect for effect in effects if isinstance(effect, Dispose) and not effect.only_if_empty), None)


def _phase_s(record: RoomRecord) -> float:
    """Rooms tick out of phase with each other, each always in its own (design 8)."""
    return zlib.crc32(record.spec.room_id.encode()) % 1000 / 1000 * TICK_EVERY_S
