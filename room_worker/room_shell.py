"""One room's shell: gives the core what came in over lines and timers, and has done what the core asks for.

What comes in only marks the room as touched. Once per loop turn a touched room is flushed: one write per member,
however many messages came in (design 8). While the worker's lease does not hold, the room stands still: messages wait
(`held_back.py`), ticks are left out. Whatever the room raises ends this room and nothing else.
Absent: bytes (the core's `encode` makes them), the directory (`deeds.py`, `clerk.py`), who may come in
(`doorkeeper.py`).
"""

import asyncio
import logging
import zlib
from collections.abc import Callable
from functools import partial

from room_worker.clerk import Clerk
from room_worker.deeds import Deeds, Surroundings
from room_worker.game_clock import GameClock
from room_worker.room_lines import RoomLines
from room_worker.seated import Line, Seated
from shared.game.failures import CodeFailed
from shared.protocol.errors import GAME_BROKEN, GAME_TOO_SLOW, INTERNAL, STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.ids import ClientId
from shared.protocol.messages import ClientMessage, Hello, SendInput
from shared.protocol.records import RoomRecord, Seat
from shared.room.code import RoomCode
from shared.room.effects import Dispose, Effect
from shared.room.room import Room

TICK_EVERY_S = 1.0
WAITING_TICK_EVERY_S = 0.25
"""While something in the room is due at a moment of its own: a patience ends, somebody's grace time, a hand-over."""

log = logging.getLogger(__name__)


class RoomShell:
    """`over` is called once the room has ended, in the directory too."""

    def __init__(
        self,
        record: RoomRecord,
        room: Room,
        clerk: Clerk,
        around: Surroundings,
        over: Callable[["RoomShell"], None],
    ) -> None:
        self.record, self.room = record, room
        self._clerk, self._around, self._over = clerk, around, over
        self._lines = RoomLines()
        self._deeds = Deeds(record, room, clerk, self._lines, around, tell=self._in_core, drop=self._drop)
        self._loop = asyncio.get_running_loop()
        self._is_touched = self._is_stopped = False
        self._clock = GameClock(
            record,
            room,
            now=around.now,
            lease=around.lease,
            noted=lambda: around.noted(record.spec.room_id),
            elapsed_s=around.elapsed_s,
            busy_s=around.busy_s,
            turn=self._turn,
        )
        self._ticker = self._loop.call_later(_phase_s(record), self._tick)

    @property
    def reservations(self) -> int:
        """How many the directory has answered; the room knows what came of them (`RoomFacts`)."""
        return self._clerk.reservations

    # What comes in

    def join(self, seat: Seat, username: str, device_id: str, line: Line) -> Seated:
        """A newcomer, or a member from somewhere else. Raises RoomError; see `wait_idle` for the seat."""
        return self._enter(line, lambda: self.room.join(seat, username, self._around.now(), device_id=device_id))

    def resume(self, seat: Seat, hello: Hello, line: Line) -> Seated:
        """A member's session goes on. Raises RoomError; see `wait_idle` for the seat."""
        back = (hello.session, hello.owner_epoch, hello.received)
        return self._enter(line, lambda: self.room.resume(seat, *back, self._around.now()))

    def has_older_line(self, client_id: ClientId, session: int) -> bool:
        """Whether the client is here on a line already, from before this session number."""
        number = self.room.number_of(client_id)
        return number in self._lines and self.room.members[number].session < session

    def receive(self, number: int, message: ClientMessage, now: float) -> None:
        if now >= self._around.lease.until:
            self._hold_back(number, message, now)
            return
        try:
            self.room.receive(number, message, now)
        except Exception as error:
            self.fail(error)
        if not self._is_touched and message.__class__ is not SendInput:  # that one is for the next tick to look at
            self.touch()

    def measured(self, number: int, ping_ms: float, now: float) -> None:
        self._in_core(lambda: self.room.measured(number, ping_ms, now))

    def leave(self, number: int, kind: ErrorKind) -> None:
        """The member's seat was given up elsewhere."""
        self._in_core(lambda: self.room.leave(number, kind, self._around.now()))

    def lost(self, number: int, kind: ErrorKind) -> None:
        """The member's line is gone."""
        self._lines.lost(number)
        self._lose(number, kind)

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

    def thaw(self, lapsed_at: float) -> None:
        """The lease holds again, after it had not since then: what waited is handled now, in order."""
        now = self._around.now()
        self._in_core(lambda: self.room.stood_still(lapsed_at, now))
        for said in self._lines.held_back.take():
            if said.number in self._lines:
                self._in_core(partial(self.room.receive, said.number, said.message, now, said.said_at))

    def reload(self, load_code: Callable[[], RoomCode | None]) -> None:
        """In development: the game's code was changed. Code that cannot run is refused, and the older one runs on."""
        spec = self.record.spec
        try:
            is_kept, text = self.room.reload(load_code, self._around.now())
        except Exception as error:
            log.error("room %s (%s) keeps its older code: %s", spec.room_id, spec.game, error, exc_info=error.__cause__)
            return
        state = "kept its state" if is_kept else "began again"
        log.info("room %s (%s) runs the changed code and %s. %s", spec.room_id, spec.game, state, text)
        self.touch()

    async def wait_idle(self) -> None:
        """Until nothing that this room asked of the directory is still under way: a refused one's seat is free, say."""
        if self._is_touched:
            self._turn()
        await self._clerk.wait_idle()

    # Once per loop turn

    def touch(self) -> None:
        if not self._is_touched and not self._is_stopped:
            self._is_touched = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_touched = False
        if self._is_stopped:
            return
        slow = self._lines.slow()
        self._play(slow)
        try:
            batch = self.room.flush(slow)
            effects = self.room.take_effects()
        except Exception:
            log.exception("room %s could not be flushed", self.record.spec.room_id)
            self._abandon(INTERNAL)
            return
        if effects and (last := _end_of(effects)):
            self._say_farewell(batch, effects, last)
        else:
            self._deliver(batch, effects)
        self._clock.wind()

    def _play(self, slow: list[int]) -> None:
        try:
            if self._clock.play(slow):
                return
        except Exception as error:
            self.fail(error)
        else:
            self.room.end(GAME_TOO_SLOW, self._around.now())

    def _deliver(self, batch: list[tuple[int, bytes]], effects: list[Effect]) -> None:
        self._lines.deliver(batch)
        for effect in effects:
            self._deeds.perform(effect)

    def _say_farewell(self, batch: list[tuple[int, bytes]], effects: list[Effect], last: Dispose) -> None:
        """The directory first: who hears that the room is over may ask for another one at once."""

        def closed(_: int) -> None:
            self._deliver(batch, [effect for effect in effects if effect is not last])
            self._drop()

        self._clerk.close(last.kind, only_if_empty=False, then=closed)

    def _abandon(self, kind: ErrorKind) -> None:
        """The core itself cannot be trusted any more: nobody is told by it."""
        self._stop()
        for number in self._lines:
            self._lines.close(number, kind)
        self._clerk.close(kind, only_if_empty=False, then=lambda _: self._drop())

    def _drop(self) -> None:
        self._stop()
        self._over(self)

    def _stop(self) -> None:
        """Whoever still speaks to this room, a renewal that was on its way, say, sets nothing going any more."""
        self._is_stopped = True
        self._ticker.cancel()
        self._clock.stop()

    def _hold_back(self, number: int, message: ClientMessage, now: float) -> None:
        if number in self._lines and not self._lines.held_back.add(number, message, now):
            self._lines.close(number, STORE_UNAVAILABLE)
            self._lose(number, STORE_UNAVAILABLE)

    def _lose(self, number: int, kind: ErrorKind) -> None:
        self._in_core(lambda: self.room.lose(number, kind, self._around.now()))
        member = self.room.members.get(number)
        if member is not None:  # away; of one who is gone the core's `Release` tells
            self._around.parted(member.client_id, self.record, kind)

    def _enter(self, line: Line, step: Callable[[], int]) -> Seated:
        """The core states the member's count here, and in the same breath an older line of it is closed: of what that
        one still had to say nothing is counted any more."""
        if self._is_stopped:
            raise RoomError(INTERNAL)
        self.touch()
        try:
            number = step()
        except RoomError:
            raise
        except Exception as error:
            raise RoomError(self.fail(error)) from None
        self._lines.seat(number, line)
        return Seated(self, number, self.room.members.get(number))

    def _tick(self) -> None:
        pause_s = WAITING_TICK_EVERY_S if self.room.is_waiting else TICK_EVERY_S
        self._ticker = self._loop.call_later(pause_s, self._tick)
        now = self._around.now()
        if self._around.lease.holds(now):
            self._in_core(lambda: self.room.tick(now))

    def _in_core(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            self.fail(error)
        self.touch()


def _end_of(effects: list[Effect]) -> Dispose | None:
    """The effect that ends the room whoever may be in it, if it is among them."""
    return next((effect for effect in effects if isinstance(effect, Dispose) and not effect.only_if_empty), None)


def _phase_s(record: RoomRecord) -> float:
    """Rooms tick out of phase with each other, each always in its own (design 8)."""
    return zlib.crc32(record.spec.room_id.encode()) % 1000 / 1000 * TICK_EVERY_S
