"""What a game's code sees of its room. Absent: the members' connections, the log, the directory."""

from collections.abc import Mapping
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
    """Who sits on a seat. `id` is the number that the messages carry. `away`: its line is lost, its seat is kept."""

    id: int
    name: str
    client_id: ClientId
    away: bool = False


class World:
    """`players` in the order in which they came; `options` as the room was created with."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options: Mapping[str, Any] = MappingProxyType(dict(options))
        self.players: list[Player] = []
        self.is_over = False

    def end(self) -> None:
        """The game is over: the room says so to everyone and closes, as soon as the running hook returns."""
        self.is_over = True

    # --- for the room, not for the game

    def enter(self, player: Player) -> Player:
        self.players.append(player)
        return player

    def leave(self, number: int) -> Player | None:
        """The player that is gone now, if there was one."""
        player = self.player(number)
        if player is not None:
            self.players.remove(player)
        return player

    def set_away(self, number: int, away: bool) -> Player | None:
        """The player that this is about, if there is one."""
        player = self.player(number)
        if player is not None:
            player.away = away
        return player

    def rename(self, number: int, name: str) -> None:
        player = self.player(number)
        if player is not None:
            player.name = name

    def player(self, number: int) -> Player | None:
        return next((player for player in self.players if player.id == number), None)
