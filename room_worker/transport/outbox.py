"""What is on its way to one peer, in order and bounded.

asyncio's transport has a buffer of its own without a bound. So its high-water mark is set low: below it frames go
straight to the transport, above it they wait here, where they can still be counted and thrown away. Counted messages
are never dropped one by one: at the bound `write` says no, and the line is closed. The longest write that waits does
not count: a room's picture, a host's snapshot or what a returning member missed may be longer than the bound, and a
member that takes its time for it is not slow for that.
"""

import asyncio
import contextlib
from collections import deque

from shared.protocol.limits import OUTBOX_BYTES

TRANSPORT_BYTES = 64 * 1024
"""Above this many bytes in its buffer the transport counts as full."""


class Outbox:
    def __init__(self, transport: asyncio.Transport) -> None:
        transport.set_write_buffer_limits(high=TRANSPORT_BYTES)
        self._transport = transport
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._longest_bytes = 0
        self._is_last = False
        self.is_held = False

    def write(self, data: bytes) -> bool:
        """False: the bound is reached, and `data` was not taken."""
        if not self.is_held:
            self._transport.write(data)
            return True
        longest = max(self._longest_bytes, len(data))
        unsent = self._transport.get_write_buffer_size() + self._waiting_bytes + len(data)
        if unsent - longest > OUTBOX_BYTES:
            return False
        self._longest_bytes = longest
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        return True

    def hold(self) -> None:
        """The transport is full."""
        self.is_held = True
        self._longest_bytes = self._transport.get_write_buffer_size()

    def resume(self) -> None:
        """The transport has room again, perhaps not for everything: then it calls `hold` while this writes."""
        self.is_held = False
        while self._waiting and not self.is_held:
            data = self._waiting.popleft()
            self._waiting_bytes -= len(data)
            self._transport.write(data)
        if self._is_last and not self._waiting:
            self._write_eof()

    def forget(self) -> None:
        """Throws away what has not reached the transport. Whole frames only, so the stream stays readable."""
        self._waiting.clear()
        self._waiting_bytes = 0

    def finish(self) -> None:
        """Half-close after what was written; under TLS, which has no half-close, close."""
        self._is_last = True
        if not self._waiting:
            self._write_eof()

    def _write_eof(self) -> None:
        if not self._transport.can_write_eof():
            self._transport.close()
            return
        # A peer that is already gone makes some loops raise; there is nobody left to say it to.
        with contextlib.suppress(OSError, RuntimeError):
            self._transport.write_eof()
