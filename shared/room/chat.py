"""What people say: how a line is cleaned, and the last ones for whoever comes in later."""

import unicodedata
from collections import deque
from collections.abc import Container, Iterable, Iterator

from shared.protocol import limits
from shared.protocol.errors import BAD_REQUEST, TEXT_TOO_LONG, RoomError
from shared.protocol.messages import ChatRow

_UNWANTED = {"Cc", "Cs"}


def clean_chat(text: str) -> str:
    """Without control characters (a newline stays, a tab becomes a space) and outer blanks.

    Raises RoomError: text-too-long, or bad-request when nothing is left.
    """
    kept = without_controls(text)
    if len(kept) > limits.CHAT_CHARS:
        raise RoomError(TEXT_TOO_LONG, f"A line has at most {limits.CHAT_CHARS} characters.")
    if not kept:
        raise RoomError(BAD_REQUEST, "There is nothing in this line.")
    return kept


def without_controls(text: str) -> str:
    if text.isprintable():
        return text.strip()
    spaced = text.replace("\t", " ")
    return "".join(char for char in spaced if char == "\n" or unicodedata.category(char) not in _UNWANTED).strip()


class ChatHistory:
    def __init__(self, rows: Iterable[ChatRow] = ()) -> None:
        self._rows: deque[ChatRow] = deque(rows, maxlen=limits.CHAT_HISTORY)

    def add(self, row: ChatRow) -> None:
        self._rows.append(row)

    def __iter__(self) -> Iterator[ChatRow]:
        return iter(self._rows)

    def rows(self, known: Container[int]) -> list[ChatRow]:
        """Oldest first. A line of somebody who is not `known` any more has the number 0; its name stays."""
        return [row if row.number in known else row._replace(number=0) for row in self._rows]
