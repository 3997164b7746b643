"""What members said while their room stood still, in order, each with the time at which it was said.

Of what the next one replaces only the newest is kept: an input per player, a deposit. A volatile message is not kept,
as it would come too late. The rest is bounded for each member by itself, so that nobody's talk is at another's cost.
"""

from collections import Counter
from typing import NamedTuple

from shared.protocol import limits
from shared.protocol.messages import ClientMessage, Deposit, SendInput, SendVolatile
from shared.wire.codec import encode

HELD_MESSAGES = 1000
HELD_BYTES = 2 * limits.SNAPSHOT_BYTES
"""Of one member. What would exceed either bound is not taken, and its sender is closed, to try again."""


class Said(NamedTuple):
    number: int
    message: ClientMessage
    said_at: float
    size: int


class HeldBack:
    def __init__(self) -> None:
        self._said: dict[object, Said] = {}
        self._counts: Counter[int] = Counter()
        self._bytes: Counter[int] = Counter()

    def add(self, number: int, message: ClientMessage, now: float) -> bool:
        """False: too much of this member waits already."""
        if isinstance(message, SendVolatile):
            return True
        slot, size = _slot(number, message), len(encode(message))
        self._take_out(slot)
        if self._counts[number] >= HELD_MESSAGES or self._bytes[number] + size > HELD_BYTES:
            return False
        self._said[slot] = Said(number, message, now, size)
        self._counts[number] += 1
        self._bytes[number] += size
        return True

    def forget(self, number: int) -> None:
        """The member's line is gone: it sends again what the room has not got."""
        if self._counts[number]:
            for slot in [slot for slot, said in self._said.items() if said.number == number]:
                self._take_out(slot)

    def take(self) -> list[Said]:
        """All of it, in order."""
        said = list(self._said.values())
        for table in (self._said, self._counts, self._bytes):
            table.clear()
        return said

    def _take_out(self, slot: object) -> None:
        said = self._said.pop(slot, None)
        if said is not None:
            self._counts[said.number] -= 1
            self._bytes[said.number] -= said.size


def _slot(number: int, message: ClientMessage) -> object:
    """The same for a message and for the one that replaces it."""
    match message:
        case SendInput(player):
            return number, SendInput, player
        case Deposit():
            return number, Deposit
    return object()
