"""What a worker shows its node without a word: a few numbers in shared memory, written by the loop that does the work.

A beat from a helper thread would prove nothing: it goes on while the loop hangs. So the beat is a timer of the loop
itself, and beside it stands the room whose code runs right now, so that a worker that hangs or dies names the guilty
one. One writer (the worker), one reader (the node), no lock: each cell is whole by itself.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext

from shared.protocol.ids import RoomId

BEAT_EVERY_S = 0.2
ROOM_ID_BYTES = 40


class _Cells(ctypes.Structure):
    _fields_ = (
        ("beats", ctypes.c_uint64),
        ("rooms", ctypes.c_uint32),
        ("is_ready", ctypes.c_bool),
        ("is_exclusive", ctypes.c_bool),
        ("running", ctypes.c_char * ROOM_ID_BYTES),
    )


class Heartbeat:
    """Made by the node, handed to the worker at its start."""

    def __init__(self, context: BaseContext) -> None:
        self._cells: _Cells = context.RawValue(_Cells)

    # The worker's side

    def beat(self, rooms: int, is_exclusive: bool) -> None:
        self._cells.rooms = rooms
        self._cells.is_exclusive = is_exclusive
        self._cells.beats += 1

    def ready(self) -> None:
        """The worker serves, and the directory knows it."""
        self._cells.is_ready = True

    @contextmanager
    def running(self, room_id: RoomId) -> Iterator[None]:
        """Around each call into a game's code, also within one another."""
        outer = self._cells.running
        self._cells.running = room_id.encode()[:ROOM_ID_BYTES]
        try:
            yield
        finally:
            self._cells.running = outer

    # The node's side

    @property
    def beats(self) -> int:
        return int(self._cells.beats)

    @property
    def rooms(self) -> int:
        return int(self._cells.rooms)

    @property
    def is_ready(self) -> bool:
        return bool(self._cells.is_ready)

    @property
    def is_exclusive(self) -> bool:
        return bool(self._cells.is_exclusive)

    @property
    def guilty_room(self) -> RoomId | None:
        """The room whose code was running at the last moment, if any was."""
        return RoomId(self._cells.running.decode()) or None
