"""What a game declares about how it is played: its tick, its inputs and acts, how many share a screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WHOLE, NUMBER, TEXT, FLAG = ACT_TYPES = ("whole", "number", "text", "flag")
"""What a field of an act may be."""

TICK_HZ_DEFAULT = 20


@dataclass(frozen=True, slots=True)
class GameRules:
    """From the game's manifest. `tick_hz` 0: turns, an update after each act, join and leave.

    `inputs`: each name with a type of `messages.INPUT_TYPES`. `acts`: each name with its fields, each with a type of
    `ACT_TYPES`. `has_main`: there is a `main.py` to run. `is_offline`: it may be played without a server.
    """

    tick_hz: int = TICK_HZ_DEFAULT
    inputs: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    local_players: int = 1
    is_offline: bool = False
    has_main: bool = False

    @property
    def step_s(self) -> float:
        """The `dt` of one tick, in seconds."""
        return 1.0 / self.tick_hz if self.tick_hz else 0.0


NOT_PLAYED = GameRules()
"""Of a room without a game."""
