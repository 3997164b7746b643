"""What a game decides about its rooms: how long they wait for people, and what spectators get."""

from dataclasses import dataclass

from shared.protocol import limits


@dataclass(frozen=True, slots=True)
class Policy:
    """From the game's manifest. Times are seconds.

    `grace_s`: a dropped member's seat is kept for so long (0: it is gone at once). `host_patience_s`: a dropped host
    stays host for so long. An empty room asks to be closed after `empty_ttl_s`. Spectators see what was
    `spectator_delay_s` ago.
    """

    grace_s: float = limits.GRACE_S
    host_patience_s: float = limits.HOST_PATIENCE_S
    empty_ttl_s: float = 0.0
    may_spectators_chat: bool = True
    spectator_delay_s: float = 0.0


USUAL = Policy()
