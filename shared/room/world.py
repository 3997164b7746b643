"""What a game's code sees of its room. Absent: the members' connections, the log, the directory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shared.protocol.ids import ClientId


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks to come in, or who said something."""

    client_id: ClientId
    name: str
    role: str


@dataclass(slots=True)
class Player:
    """Who sits on a seat. `id` is the number that the messages carry."""

    id: int
    name: str
    client_id: ClientId


class World:
    """`players` in the order in which they came; `options` as the room was created with."""

    def __init__(self, options: Mapping[str, Any], players: Iterable[Player] = ()) -> None:
        self.options: Mapping[str, Any] = MappingProxyType(dict(options))
        self.players: list[Player] = list(players)
        self.is_over = False

    def end(self) -> None:
        """The game is over: the room says so to everyone and closes, as soon as the running hook returns."""
        self.is_over = True
