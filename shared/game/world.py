"""What a game's code sees of its room. Absent: the members' connections, the log, the directory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shared.game.failures import GameFailed
from shared.game.inputs import NOTHING_HELD, Act, Held
from shared.game.scene import Objects, Scene
from shared.protocol.ids import ClientId
from shared.rules.colours import colour_of


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks to come in, or who said something."""

    client_id: ClientId
    name: str
    role: str


class Player:
    """Who sits on a seat. `id` is the number that the messages carry, `member` that of the member whose player it is:
    the same, but for one more person at a screen. `away`: its line is lost, its seat is kept. `input` is what it holds,
    as the game declares; `acts` what it did since the last update, in order."""

    __slots__ = ("acts", "away", "client_id", "colour", "id", "input", "member", "name")

    def __init__(self, id: int, name: str, client_id: ClientId, away: bool = False, member: int = 0) -> None:
        self.id, self.name, self.client_id, self.away = id, name, client_id, away
        self.member = member or id
        self.colour = colour_of(id)
        self.input: Held = NOTHING_HELD
        self.acts: list[Act] = []

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in Player.__slots__:
            raise AttributeError(f"a player has no `{name}`: keep state in world.scene")
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a player has no `{name}`: keep state in world.scene")

    def __repr__(self) -> str:
        return f"<Player {self.id} {self.name!r}>"


def _no_emit(name: str, fields: dict[str, Any]) -> None:
    raise GameFailed("emit", "only a game with a main.py can emit")


def _fits(result: dict[str, Any]) -> None:
    pass


class World:
    """`players` in the order in which they came; `joined` and `left` since the last update; `options` as the room was
    created with. `random` is the room's own, seeded `random.Random`. `time` is seconds of the game, `tick` counts its
    updates. `online`: other machines may take part. `is_over` and `result`: `end` was called."""

    options: Mapping[str, Any]
    scene: Scene
    players: list[Player]
    joined: list[Player]
    left: list[Player]
    random: Any
    online: bool
    tick: int
    time: float
    is_over: bool
    result: dict[str, Any]
    _local_member: int
    _emit: Callable[[str, dict[str, Any]], None]
    _check_result: Callable[[dict[str, Any]], None]

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        objects: Objects | None = None,
        chance: Any = None,
        online: bool = True,
        local_member: int = 0,
        emit: Callable[[str, dict[str, Any]], None] = _no_emit,
        check_result: Callable[[dict[str, Any]], None] = _fits,
    ) -> None:
        """`local_member`: the member at this machine, whose players are the local ones; 0: there is none."""
        self.put(
            options=MappingProxyType(dict(options)),
            scene=Scene(objects or Objects()),
            players=[],
            joined=[],
            left=[],
            random=chance,
            online=online,
            tick=0,
            time=0.0,
            is_over=False,
            result={},
            _local_member=local_member,
            _emit=emit,
            _check_result=check_result,
        )

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"world.{name} is not for the game to set: keep state in world.scene")

    @property
    def local_players(self) -> list[Player]:
        """Those at this machine. Not for `update`: it must do the same on every machine."""
        return [player for player in self.players if player.member == self._local_member]

    @property
    def online_players(self) -> list[Player]:
        """Those at other machines. Not for `update`."""
        return [player for player in self.players if player.member != self._local_member]

    def emit(self, name: str, /, **fields: Any) -> None:
        """Tell everybody once that something happened: a sound, a flash. It rides in the next update."""
        self._emit(name, fields)

    def end(self, **result: Any) -> None:
        """The game is over: the room says so to everyone, with the result, and closes as soon as the running function
        returns."""
        self._check_result(result)
        self.put(is_over=True, result=result)

    # --- for the room, not for the game

    def put(self, **values: Any) -> None:
        self.__dict__.update(values)

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
