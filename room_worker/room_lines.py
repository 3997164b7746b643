"""The lines of one room's members, and what was said on them while the worker's lease did not hold.

A member has one line at most. Who takes a member's place closes the older line in the same breath, and what that one
had said and nobody had listened to yet is forgotten: it was not counted, so that the client sends it again.
"""

from collections.abc import Iterable, Iterator

from room_worker.seated import Line
from shared.protocol.errors import TAKEN_OVER, ErrorKind
from shared.protocol.messages import ClientMessage

HELD_MESSAGES = 2000
"""Messages of a room that wait for a lapsed lease; the member whose message is one more is closed, to try again."""


class RoomLines:
    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._held: list[tuple[int, ClientMessage]] = []

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
        self._forget(number)

    def close(self, number: int, kind: ErrorKind, text: str = "") -> None:
        """A number without a line is nothing to do."""
        line = self._lines.pop(number, None)
        if line is not None:
            self._forget(number)
            line.close(kind, text)

    def slow(self) -> list[int]:
        return [number for number, line in self._lines.items() if line.is_slow]

    def deliver(self, batch: Iterable[tuple[int, bytes]]) -> None:
        lines = self._lines
        for number, frames in batch:
            line = lines.get(number)
            if line is not None:
                line.write(frames)

    # While the room stands still

    def hold_back(self, number: int, message: ClientMessage) -> bool:
        """False: there are too many already, and this one was not taken."""
        if len(self._held) >= HELD_MESSAGES:
            return False
        self._held.append((number, message))
        return True

    def take_held(self) -> list[tuple[int, ClientMessage]]:
        held, self._held = self._held, []
        return held

    def _forget(self, number: int) -> None:
        if self._held:
            self._held = [entry for entry in self._held if entry[0] != number]
