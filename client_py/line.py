"""One conversation from hello to its end, without I/O: give it payloads and the time, take messages and payloads.

It answers pings, measures the round trip, joins parts, has counted what is counted and notices silence. What the
messages mean is not its business. Times are seconds on any clock that never runs backwards.
"""

from typing import Any, Protocol

from shared.protocol.errors import LINE_SILENT, TEXT_FRAME, RoomError
from shared.protocol.limits import FRAME_BYTES, SILENT_AFTER_S
from shared.protocol.messages import SPECS, Hello, Part, Ping, Pong, Table
from shared.rules.pings import smoothed
from shared.wire.codec import Decoder, encode
from shared.wire.parts import Joiner, split

STAMPS_PER_MS = 1000
"""A ping's stamp is in microseconds."""


class Tally(Protocol):
    """Who counts: a session outlives its lines."""

    @property
    def received(self) -> int: ...
    def count(self) -> None: ...
    def confirm(self, received: int) -> None: ...


class OwnTally:
    """For a line that is never resumed."""

    def __init__(self) -> None:
        self.received = 0

    def count(self) -> None:
        self.received += 1

    def confirm(self, received: int) -> None:
        """Nothing is said again."""


class Line:
    """`round_trip_ms` is smoothed, `best_ms` the shortest; None until measured."""

    def __init__(self, incoming: Table, hello: Hello, now: float, tally: Tally | None = None) -> None:
        self.round_trip_ms: float | None = None
        self.best_ms: float | None = None
        self.measured = 0
        self._tally = tally or OwnTally()
        self._longest = {kind: spec.longest for kind, spec in incoming.items()}
        self._decoder = Decoder(incoming)
        self._joiner = Joiner(incoming)
        self._heard_at = now
        self._output = [encode(hello)]

    def receive(self, payload: bytes | str, now: float) -> Any:
        """The message that arrived, unless it was the line's own affair (then None). Raises RoomError."""
        if isinstance(payload, str):
            raise RoomError(TEXT_FRAME)
        self._heard_at = now
        return self._take(self._decoder.decode(payload), now)

    def beat(self, now: float) -> None:
        """To be called every PING_EVERY_S. Raises RoomError(LINE_SILENT)."""
        if now - self._heard_at >= SILENT_AFTER_S:
            raise RoomError(LINE_SILENT)
        self.ping(now)

    def ping(self, now: float) -> None:
        self.say(Ping(_stamp(now), self._tally.received))

    def say(self, message: Any) -> None:
        whole = encode(message)
        self._output.extend([whole] if len(whole) <= FRAME_BYTES else split(message))

    def take_output(self) -> list[bytes]:
        """Payloads to send, one frame each."""
        output, self._output = self._output, []
        return output

    @property
    def has_output(self) -> bool:
        return bool(self._output)

    def _take(self, message: Any, now: float) -> Any:
        if SPECS[type(message)].counted:
            self._tally.count()
        match message:
            case Ping(stamp, received):
                self._tally.confirm(received)
                self.say(Pong(stamp))
            case Pong(stamp):
                self._measure(max(0, _stamp(now) - stamp) / STAMPS_PER_MS)
            case Part(kind):
                whole = self._joiner.add(message)
                if whole is not None:
                    return self._take(self._decoder.decode(whole, self._longest[kind]), now)
            case _:
                return message
        return None

    def _measure(self, ms: float) -> None:
        self.round_trip_ms = smoothed(self.round_trip_ms, ms)
        self.best_ms = ms if self.best_ms is None else min(self.best_ms, ms)
        self.measured += 1


def _stamp(now: float) -> int:
    return int(now * 1000 * STAMPS_PER_MS)
