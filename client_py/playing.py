"""What a player does beside what every member does, where a game runs in the room: it holds inputs, does acts, sees the
scene, and shares its screen with others."""

from collections.abc import Callable, Mapping
from typing import Any

from client_py.picture import Picture
from shared.game import inputs
from shared.game.delta import things
from shared.protocol.messages import (
    AXIS,
    INPUT_NUMBERS,
    STICK,
    AddPlayer,
    PlayerRow,
    RemovePlayer,
    SendAct,
    SendInput,
)


class Playing:
    """Part of `Room`. Where `player` may be given, the default is one's own first one."""

    _picture: Picture
    _held: dict[int, dict[str, Any]]

    @property
    def tick(self) -> int:
        """Of the scene as it is shown; -1 while there is none."""
        return self._picture.scene.tick if self._picture.scene else -1

    @property
    def fields(self) -> Mapping[str, Any]:
        """The scene's own fields."""
        return self._picture.scene.fields if self._picture.scene else {}

    @property
    def things(self) -> dict[int, dict[str, Any]]:
        """The scene's objects by id: their fields, with `id` and `kind`."""
        return things(self._picture.scene) if self._picture.scene else {}

    @property
    def players(self) -> dict[int, PlayerRow]:
        """Everybody who plays here, by number; several may belong to one member."""
        return self._picture.players

    async def act(self, name: str, *, player: int = 0, **fields: Any) -> None:
        """A one-off move. What the game does not know comes back as a `Refused` event."""
        await self._say(SendAct(player or self._picture.you, name, fields))

    async def hold(self, *, player: int = 0, **held: Any) -> None:
        """From now on: `move=(1, 0)` of a stick, `turn=0.5` of an axis, `fire=True` of a button. The rest stays as it
        was."""
        number = player or self._picture.you
        kept = self._held.setdefault(number, {})
        kept.update(held)
        values: list[float] = []
        for name, type_ in self._picture.inputs:
            values.extend(_numbers(type_, kept[name]) if name in kept else [0.0] * INPUT_NUMBERS[type_])
        await self._say(SendInput(number, 0, values))

    async def add_player(self, username: str) -> int:
        """One more person at this screen: the new player's number. Raises RoomError: room-full, local-players-full."""
        await self._ask(AddPlayer, username)
        return max(row.player for row in self.players.values() if row.member == self._picture.you)

    async def remove_player(self, player: int) -> None:
        await self._ask(RemovePlayer, player)

    async def until(self, condition: Callable[[], bool], *, within: float | None = None) -> None:
        """Until what is seen here is so. Raises RoomError when the room is over, TimeoutError."""
        raise NotImplementedError

    async def _say(self, message: Any) -> None:
        raise NotImplementedError

    async def _ask(self, cls: type, *fields: Any) -> None:
        raise NotImplementedError


def _numbers(type_: str, value: Any) -> list[float]:
    """In the steps in which the room takes them."""
    if type_ == STICK:
        return list(inputs.stick(*value))
    return [inputs.axis(value)] if type_ == AXIS else [float(bool(value))]
