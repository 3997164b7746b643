"""The edge between connections and the worker behind them: what each side may ask of the other.

A connection answers pings itself, joins what comes in parts, and hands on everything else. Whoever is behind it writes
finished frames to it.
"""

from typing import Protocol

from shared.protocol.errors import ErrorKind
from shared.protocol.messages import ClientMessage, Hello


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970; never runs backwards."""
        ...


class Line(Protocol):
    """One connection, as the worker sees it. `origin` is None when the client sent none (native programs, bots)."""

    remote: str
    origin: str | None

    @property
    def is_slow(self) -> bool:
        """The peer does not keep up right now: what the next message would replace anyway is better left out."""
        ...

    def write(self, data: bytes) -> None:
        """Whole frames (see `frames.encode_frames`), in order. Too much unsent closes the line with `member-slow`."""
        ...

    def close(self, kind: ErrorKind, text: str = "") -> None:
        """After what was written before. The visitor is not told: it is the one who asks for this."""
        ...


class Visitor(Protocol):
    """What a line is after its hello: a member of a room, or a probe. `received` goes out with each `ping`."""

    @property
    def received(self) -> int: ...

    def receive(self, message: ClientMessage, now: float) -> None:
        """Anything but hello, ping, pong, part. A RoomError closes the line with its kind (and then `lost` follows)."""
        ...

    def measured(self, ping_ms: float, now: float) -> None: ...

    def lost(self, kind: ErrorKind) -> None:
        """The line is gone or being closed, and nothing more will come. Called once, and never after `Line.close`."""
        ...


class Handler(Protocol):
    async def hello(self, line: Line, hello: Hello) -> Visitor:
        """Who this is. Raises RoomError, which closes the line. Nothing is read from the line meanwhile."""
        ...
