"""Events of the bus as bytes: a msgpack array `[name, …fields]`. Scripts publish the same shape (common/base.lua).

What this side does not know is skipped and counted, so that old and new programs can share a bus.
"""

from typing import Any

import msgpack

from shared.protocol.events import EVENTS, Event, HostPings

_pack = msgpack.Packer(autoreset=True, use_bin_type=True).pack


def encode_event(event: Event) -> bytes:
    return _pack((type(event).__name__, *event))  # type: ignore[no-any-return]


class EventDecoder:
    """`unknown` counts what was skipped: a name that is not known here, or fields that do not fit it."""

    def __init__(self) -> None:
        self.unknown = 0

    def decode(self, payload: bytes) -> Event | None:
        try:
            name, *fields = msgpack.unpackb(payload)
            event: Any = EVENTS[name](*fields)
        except (ValueError, TypeError, KeyError, msgpack.UnpackException):
            self.unknown += 1
            return None
        if type(event) is HostPings:
            event = event._replace(pings=[(room_id, ping_ms) for room_id, ping_ms in event.pings])
        return event  # type: ignore[no-any-return]
