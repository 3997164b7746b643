"""The lines of one room's members, and what was said on them while the worker's lease did not hold.

A member has one line at most. Who takes a member's place closes the older line in the same breath, and what that one
had said and nobody had listened to yet is forgotten: it was not counted, so that the client sends it again.
"""

from collections.abc import Iterable, Iterator

from room_worker.held_back import HeldBack
from room_worker.seated import Line
from shared.protocol.errors import TAKEN_OVER, ErrorKind


class RoomLines:
    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self.held_back = HeldBack()

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._lines))

    def __contains__(self, number: int) -> bool:
        return number in self._lines

    def seat(self, number: int, line: Line) -> None:
        """This is the member's line now."""
        self.close(number, TAKEN_OVER)
        self._lines[number] = line

    def lost(self, number: int) -> None:
        del self._lines[number]
        self.held_back.forget(number)

    def close(self, number: int, kind: ErrorKind, text: str = "") -> None:
        """A number without a line is nothing to do."""
        line = self._lines.pop(number, None)
        if line is not None:
            self.held_back.forget(number)
            line.close(kind, text)

    def slow(self) -> list[int]:
        return [number for number, line in self._lines.items() if line.is_slow]

    def deliver(self, batch: Iterable[tuple[int, bytes]]) -> None:
        lines = self._lines
        for number, frames in batch:
            line = lines.get(number)
            if line is not None:
                line.write(frames)
