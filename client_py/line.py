"""One conversation from hello to its end, without I/O: give it payloads and the time, take messages and payloads.

It answers pings, measures the round trip, joins parts, counts what is counted and notices silence. What the messages
mean is not its business. Times are seconds on any clock that never runs backwards.
"""

from typing import Any

from shared.protocol.errors import LINE_SILENT, TEXT_FRAME, RoomError
from shared.protocol.limits import SILENT_AFTER_S, WIRE_VERSION
from shared.protocol.messages import SPECS, Hello, Part, Ping, Pong, Table
from shared.rules.pings import smoothed
from shared.wire.codec import Decoder, encode
from shared.wire.parts import Joiner


class Line:
    """`received` counts the counted messages that have arrived; `round_trip_ms` is smoothed, None until measured."""

    def __init__(self, incoming: Table, token: str, now: float) -> None:
        self.received = 0
        self.round_trip_ms: float | None = None
        self._longest = {kind: spec.longest for kind, spec in incoming.items()}
        self._decoder = Decoder(incoming)
        self._joiner = Joiner(incoming)
        self._heard_at = now
        self._output = [encode(Hello(WIRE_VERSION, token, "", 0, -1))]

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
        self.say(Ping(_ms(now), self.received))

    def say(self, message: Any) -> None:
        self._output.append(encode(message))

    def take_output(self) -> list[bytes]:
        """Payloads to send, one frame each."""
        output, self._output = self._output, []
        return output

    def _take(self, message: Any, now: float) -> Any:
        if SPECS[type(message)].counted:
            self.received += 1
        match message:
            case Ping(stamp):
                self.say(Pong(stamp))
            case Pong(stamp):
                self.round_trip_ms = smoothed(self.round_trip_ms, float(max(0, _ms(now) - stamp)))
            case Part(kind):
                whole = self._joiner.add(message)
                if whole is not None:
                    return self._take(self._decoder.decode(whole, self._longest[kind]), now)
            case _:
                return message
        return None


def _ms(now: float) -> int:
    return int(now * 1000)
