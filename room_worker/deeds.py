"""What one room's core asks for, done: lines closed, the directory told, the answers given back to the core.

One `match`, and the set of effects is closed. Absent: the end of a room, which has an order of its own
(`room_shell.py`).
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from room_worker.clerk import Clerk
from room_worker.lease import Lease
from room_worker.room_lines import RoomLines
from shared.protocol.errors import NEXT_ROOM, ErrorKind, RoomError
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import PLAYER
from shared.protocol.records import RoomRecord, Seat, SeatState
from shared.room.effects import Announce, CloseMember, Dispose, Effect, NextRoom, Release, Reserve
from shared.room.room import Room


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all rooms of a worker share."""

    now: Callable[[], float]
    lease: Lease
    announce: Callable[[RoomId], None]
    """The room's record changed: renew it soon."""
    parted: Callable[[ClientId, RoomRecord, ErrorKind], None]
    """A member's line is lost, or it is gone for good."""
    next_room: Callable[[RoomRecord, NextRoom], Awaitable[None]]
    """Place it, with seats for everybody of the room. Raises RoomError; may be asked again."""
    noted: Callable[[RoomId], AbstractContextManager[None]] = lambda _: nullcontext()
    """Around what a room's game does: should it never return, the node knows which room it was."""
    elapsed_s: Callable[[], float] = time.perf_counter
    busy_s: Callable[[], float] = time.thread_time
    """Processor time of the thread that runs the rooms; the one above is any clock."""


class Deeds:
    """`tell` runs a step of the core, with whatever it may raise; `drop` forgets the room, which the directory has."""

    def __init__(
        self,
        record: RoomRecord,
        room: Room,
        clerk: Clerk,
        lines: RoomLines,
        around: Surroundings,
        *,
        tell: Callable[[Callable[[], None]], None],
        drop: Callable[[], None],
    ) -> None:
        self._record, self._room, self._clerk, self._lines = record, room, clerk, lines
        self._around, self._tell, self._drop = around, tell, drop

    def perform(self, effect: Effect) -> None:
        match effect:
            case Announce():
                self._around.announce(self._record.spec.room_id)
            case CloseMember(number, kind, text):
                self._lines.close(number, kind, text)
            case Release():
                self._release(effect)
            case Dispose(kind, only_if_empty):
                self._clerk.close(kind, only_if_empty=only_if_empty, then=self._closed)
            case Reserve():
                self._reserve(effect)
            case NextRoom():
                self._lead_on(effect)

    def _release(self, leaving: Release) -> None:
        def confirm() -> None:
            if leaving.confirm:
                self._tell(lambda: self._room.released(leaving.number))

        self._clerk.release(leaving.client_id, leaving.session, then=confirm)
        if leaving.number:  # 0: was refused, and so never here
            self._around.parted(leaving.client_id, self._record, leaving.reason)

    def _reserve(self, wish: Reserve) -> None:
        def refused(error: RoomError) -> None:
            self._tell(lambda: self._room.reserved(wish.number, None, self._around.now(), error.kind))

        member = self._room.members.get(wish.number)
        if member is None:  # it went in the same turn
            return
        seat = Seat(wish.client_id, member.session, SeatState.TAKEN, PLAYER, wish.players)
        self._clerk.reserve(
            seat,
            then=lambda: self._tell(lambda: self._room.reserved(wish.number, seat, self._around.now())),
            refused=refused,
        )

    def _lead_on(self, wish: NextRoom) -> None:
        def failed(error: RoomError) -> None:
            self._tell(lambda: self._room.next_room_failed(wish.number, wish.request, error))

        self._clerk.ask(
            lambda: self._around.next_room(self._record, wish),
            then=lambda: self._tell(lambda: self._room.end(NEXT_ROOM, self._around.now())),
            refused=failed,
        )

    def _closed(self, ask_again_ms: int) -> None:
        """The directory's answer to a room that believes itself empty."""
        if ask_again_ms:
            self._tell(lambda: self._room.keep(self._around.now() + ask_again_ms / 1000))
        else:
            self._drop()
