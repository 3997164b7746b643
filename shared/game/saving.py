"""A game as plain data and back, so that the ticks after it are the same, to the bit."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.game.engine import Engine


def save(engine: "Engine") -> dict[str, Any]:
    raise NotImplementedError


def load(engine: "Engine", saved: Mapping[str, Any]) -> list[str]:
    raise NotImplementedError
