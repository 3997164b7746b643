"""A room's recent counted frames, and how many of them each member was sent.

Nothing is numbered on the wire, so that a broadcast is the same bytes for all. Both ends count instead; a member
that comes back names how many frames it got, and the log is walked back for the rest. A broadcast raises one common
count; each member keeps only the difference between its own count and that one, so counting costs O(1).
Absent: anything about who is connected. A member that is away is sent to all the same.
"""

from collections import deque

from shared.protocol import limits
from shared.room.audience import Audience, includes


class Log:
    def __init__(self, *, most_bytes: int = limits.LOG_BYTES, most_age_s: float = limits.LOG_AGE_S) -> None:
        self._most_bytes = most_bytes
        self._most_age_s = most_age_s
        self._entries: deque[tuple[bytes, Audience, float]] = deque()
        self._bytes = 0
        self._common = 0
        self._beyond_common: dict[int, int] = {}

    def join(self, number: int, sent: int = 0) -> None:
        """Counts for this member from here on."""
        self._beyond_common[number] = sent - self._common

    def leave(self, number: int) -> None:
        del self._beyond_common[number]

    def sent(self, number: int) -> int:
        return self._common + self._beyond_common[number]

    def add(self, frame: bytes, audience: Audience, now: float) -> None:
        """Everybody in the audience must have joined and not left."""
        beyond = self._beyond_common
        if isinstance(audience, frozenset):
            for number in audience:
                beyond[number] += 1
        elif audience > 0:
            beyond[audience] += 1
        else:
            self._common += 1
            if audience:
                beyond[-audience] -= 1
        self._entries.append((frame, audience, now))
        self._bytes += len(frame)
        if self._bytes > self._most_bytes:
            self.trim(now)

    def trim(self, now: float) -> None:
        """Forgets the oldest frames, past either bound."""
        entries, too_old = self._entries, now - self._most_age_s
        while entries and (self._bytes > self._most_bytes or entries[0][2] < too_old):
            self._bytes -= len(entries.popleft()[0])

    def missing(self, number: int, received: int) -> list[bytes] | None:
        """The frames that the member was sent after its first `received`, in order.

        None when some are forgotten, or when it claims more than it was sent: then only the whole picture helps.
        """
        wanted = self.sent(number) - received
        if wanted < 0:
            return None
        frames: list[bytes] = []
        for frame, audience, _ in reversed(self._entries):
            if len(frames) == wanted:
                break
            if includes(audience, number):
                frames.append(frame)
        if len(frames) < wanted:
            return None
        frames.reverse()
        return frames
