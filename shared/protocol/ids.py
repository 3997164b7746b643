"""Identifiers. An id is a short lower-case text without look-alike characters (no 0, 1, i, l, o, u)."""

from collections.abc import Sequence
from typing import NewType, Protocol

ClientId = NewType("ClientId", str)
DeviceId = NewType("DeviceId", str)
RoomId = NewType("RoomId", str)
NodeId = NewType("NodeId", str)
WorkerId = NewType("WorkerId", str)
GameName = NewType("GameName", str)

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"

CLIENT_ID_CHARS = 16
ROOM_ID_CHARS = 10
NODE_ID_CHARS = 8
REQUEST_ID_CHARS = 16
"""An id of this alphabet carries 4.9 bits a character: 16 characters are 78 bits, 10 are 49."""


class Dice(Protocol):
    """The part of `random.Random` that ids need; entry points hand in `secrets.SystemRandom()`."""

    def choices(self, population: Sequence[str], *, k: int) -> list[str]: ...


def draw_id(dice: Dice, chars: int) -> str:
    return "".join(dice.choices(ALPHABET, k=chars))
