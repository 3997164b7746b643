"""How long things last in the directory, in milliseconds. A test hands in shorter ones; scripts get them as `times`."""

from dataclasses import asdict, dataclass

from shared.protocol import limits


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


@dataclass(frozen=True, slots=True)
class Times:
    lease_ms: int = _ms(limits.LEASE_S)
    hide_ms: int = _ms(limits.HIDE_AFTER_S)
    hold_ms: int = _ms(limits.HOLD_S)
    request_ms: int = _ms(limits.REQUEST_MEMORY_S)
    charge_ms: int = _ms(limits.CHARGE_WINDOW_S)
    forgotten_ms: int = 3 * _ms(limits.LEASE_S)
    """A room that its owner has not renewed for so long, though itself alive, is not known to it: a sweep ends it."""
    orphan_ms: int = 120_000
    """A durable room that nobody wanted back for so long is closed by a sweep."""
    closed_ms: int = 3_600_000
    """How long the directory remembers that a room was closed or a worker declared dead."""
    left_ms: int = 60_000
    """How long it remembers that a session is over; longer than any call of its owner takes."""


USUAL_TIMES = Times()


def lua_times(times: Times) -> str:
    """The table `times`, which stands before every script."""
    entries = ", ".join(f"{name} = {value}" for name, value in asdict(times).items())
    return f"local times = {{ {entries} }}\n"
