"""What an authority `host` room keeps of its host's state: the last deposit, and what was said since, in order.

A row is what the host got or said itself: the others' relays to it, its own to all, what it said as host to all
(sender 0). A deposit says how many counted messages its host had got and sent by then; rows that these two counts
cover are dropped. Another host starts from deposit and rows, so that all of them are covered by whatever it deposits.
"""

from collections import deque
from typing import Any, NamedTuple

from shared.protocol.errors import BAD_REQUEST, RoomError
from shared.protocol.limits import JOURNAL_ASK_BYTES, JOURNAL_BYTES, JOURNAL_ROWS
from shared.protocol.messages import Deposit, JournalRow, Snapshot

ASK_AGAIN_S = 5.0
"""A host that was asked for a deposit is not asked again before."""
ROW_BYTES = 16
"""What a row costs beside its type and its body."""


class Counts(NamedTuple):
    """Counted messages that a host had got, and had sent."""

    received: int
    sent: int


_NONE = Counts(0, 0)


class _Entry(NamedTuple):
    row: JournalRow
    at: Counts
    """The counts that a deposit must name at least to cover it."""
    size: int


class Journal:
    """`is_whole`: there is a deposit, and not a row is missing since."""

    def __init__(self) -> None:
        self._body, self._tick, self._covered = b"", 0, _NONE
        self._has_deposit = False
        self._lost: Counts | None = None  # what a deposit must cover, now that rows were given up
        self._entries: deque[_Entry] = deque()
        self._bytes = 0
        self._asked_at = float("-inf")

    @property
    def is_whole(self) -> bool:
        return self._has_deposit and self._lost is None

    def add_received(self, row: JournalRow, received: int) -> None:
        """The host got it, as its `received`th counted message."""
        self._add(_Entry(row, Counts(received, 0), _size(row)))

    def add_sent(self, row: JournalRow, sent: int) -> None:
        """The host said it, as its `sent`th counted message."""
        self._add(_Entry(row, Counts(0, sent), _size(row)))

    def deposit(self, message: Deposit) -> None:
        """Raises RoomError (bad-request) when it is older than the one before."""
        covered = Counts(message.received, message.sent)
        if not _covers(covered, self._covered):
            raise RoomError(BAD_REQUEST, "This snapshot is older than the last one.")
        self._body, self._tick, self._covered = message.body, message.tick, covered
        self._has_deposit = True
        self._entries = deque(entry for entry in self._entries if not _covers(covered, entry.at))
        self._bytes = sum(entry.size for entry in self._entries)
        self._asked_at = float("-inf")
        if self._lost is not None and _covers(covered, self._lost):
            self._lost = None

    def rebase(self) -> None:
        """Another host, or the same one without its memory: its counts are others, and it starts from what is here."""
        self._entries = deque(entry._replace(at=_NONE) for entry in self._entries)
        self._covered = _NONE
        self._lost = None if self._lost is None else _NONE

    def may_ask(self, now: float) -> bool:
        """Whether it is long enough that its host is to be asked for a deposit; then it counts as asked."""
        if self._bytes < JOURNAL_ASK_BYTES or now - self._asked_at < ASK_AGAIN_S:
            return False
        self._asked_at = now
        return True

    def picture(self, received: int) -> Snapshot:
        """`received`: how many counted messages of whom it is for are in it (see `Snapshot`)."""
        rows = [entry.row for entry in self._entries]
        if self._lost is not None:
            return Snapshot(False, 0, b"", [], received)
        return Snapshot(self.is_whole, self._tick, self._body, rows, received)

    def save(self) -> dict[str, Any]:
        rows = [[list(entry.row), list(entry.at)] for entry in self._entries]
        lost = None if self._lost is None else list(self._lost)
        fields = {"body": self._body, "tick": self._tick, "covered": list(self._covered), "lost": lost}
        return fields | {"has_deposit": self._has_deposit, "rows": rows}

    def load(self, saved: dict[str, Any]) -> None:
        """Into a new, empty journal."""
        self._body, self._tick, self._has_deposit = saved["body"], saved["tick"], saved["has_deposit"]
        self._covered = Counts(*saved["covered"])
        self._lost = None if saved["lost"] is None else Counts(*saved["lost"])
        for fields, at in saved["rows"]:
            row = JournalRow(*fields)
            self._add(_Entry(row, Counts(*at), _size(row)))

    def _add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._bytes += entry.size
        if self._bytes > JOURNAL_BYTES or len(self._entries) > JOURNAL_ROWS:
            self._give_up()

    def _give_up(self) -> None:
        """All rows go, and with them the last deposit's worth; those that come now are for the next one."""
        lost = self._lost or _NONE
        received = max(lost.received, *(entry.at.received for entry in self._entries))
        sent = max(lost.sent, *(entry.at.sent for entry in self._entries))
        self._lost = Counts(received, sent)
        self._entries.clear()
        self._bytes = 0


def _covers(covered: Counts, at: Counts) -> bool:
    return at.received <= covered.received and at.sent <= covered.sent


def _size(row: JournalRow) -> int:
    return ROW_BYTES + len(row.type.encode()) + len(row.body)
