"""What a username or a room name may be, and when two of them are the same."""

import unicodedata

from shared.protocol import limits
from shared.protocol.errors import BAD_NAME, RoomError

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiner: invisible alone, but part of written Persian, Hindi and of emoji."""


def clean_username(text: str) -> str:
    """The name as it is kept and shown. Raises BAD_NAME with a sentence that says why."""
    return _clean(text, limits.USERNAME_CHARS)


def clean_room_name(text: str) -> str:
    return _clean(text, limits.ROOM_NAME_CHARS)


def folded(name: str) -> str:
    """Two names that fold to the same text count as the same name."""
    return unicodedata.normalize("NFKC", name).casefold()


def distinct(name: str, taken: set[str]) -> str:
    """`name`, or `name 2`, `name 3` …, cut to fit, so that its folded form is not in `taken` (folded names)."""
    number, candidate = 1, name
    while folded(candidate) in taken:
        number += 1
        suffix = f" {number}"
        candidate = name[: limits.USERNAME_CHARS - len(suffix)] + suffix
    return candidate


def _clean(text: str, most: int) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    name = " ".join(part for part in name.split(" ") if part)
    if any(unicodedata.category(char) in _INVISIBLE and char not in _JOINERS for char in name):
        raise RoomError(BAD_NAME, "A name may not contain control or invisible characters.")
    if not name.strip(_JOINERS):
        raise RoomError(BAD_NAME, "A name may not be empty.")
    if len(name) > most:
        raise RoomError(BAD_NAME, f"A name has at most {most} characters.")
    return name
