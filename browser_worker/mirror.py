"""The game's newest picture as objects of its own classes, ready to be stepped and to be set back."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any

from shared.game.delta import apply
from shared.game.engine import Engine
from shared.game.failures import GameFailed
from shared.protocol.messages import Scene, Update
from shared.protocol.references import TO_PLAYER, Reference

LEAD = 2


class Mirror:
    """Of an engine's world. `tick` is the picture's, -1 before there is one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._picture: Scene | None = None
        self._things: dict[int, Any] = {}

    @property
    def tick(self) -> int:
        return self._picture.tick if self._picture else -1

    def show(self, message: Scene | Update) -> None:
        """Raises PictureMissed."""
        if isinstance(message, Scene):
            self._picture = message
        elif self._picture:
            self._picture = apply(self._picture, message)

    def rewind(self, dt: float) -> None:
        """The world is as in the picture, and nobody holds anything. Raises GameFailed for a class that is not here."""
        assert self._picture is not None
        world = self._engine.world
        world.put(tick=self._picture.tick, time=self._picture.tick * dt, is_over=False)
        for player in world.players:
            self._engine.hands[player.id].release(self._engine.input_table.neutral)
        self._place(self._picture)
        self._fill(vars(world.scene), self._picture.fields)
        for row in self._picture.objects:
            self._fill(vars(self._things[row[0]]), {"id": row[0], **dict(self._values(row, self._picture.classes))})

    def _place(self, picture: Scene) -> None:
        """The same objects as in the picture, those known from before with what only they know."""
        objects, before = self._engine.objects, self._things
        for thing in objects.all(None):
            objects.remove(thing)
        self._things = {}
        for id, index, *_ in picture.objects:
            cls = self._class(picture.classes[index][0])
            thing = before.get(id)
            self._things[id] = thing if type(thing) is cls else _blank(cls)
            objects.put(id, self._things[id])

    def _class(self, name: str) -> type:
        classes: Mapping[str, type] = self._engine.code.classes
        if name not in classes:
            raise GameFailed("predict", f"main.py has no class {name}")
        return classes[name]

    def _values(self, row: list[Any], classes: list[Any]) -> Iterator[tuple[str, Any]]:
        _, names, quanta = classes[row[1]]
        values = row[LEAD:] + [None] * (len(names) - len(row) + LEAD)
        for name, quantum, value in zip(names, quanta, values, strict=True):
            yield name, value * quantum if quantum and type(value) is int else value

    def _fill(self, own: dict[str, Any], fields: Mapping[str, Any]) -> None:
        for name in [name for name in own if not name.startswith("_") and name not in fields]:
            del own[name]
        for name, value in fields.items():
            own[name] = _as_before(own.get(name), self._read(value))

    def _read(self, value: Any) -> Any:
        """References become what they refer to."""
        if isinstance(value, Reference):
            is_player = value.type == TO_PLAYER
            return self._engine.world.player(value.id) if is_player else self._things.get(value.id)
        if type(value) is list:
            return [self._read(item) for item in value]
        if type(value) is dict:
            return {key: self._read(item) for key, item in value.items()}
        return value


def _blank(cls: type) -> Any:
    """An object without fields, but for the hidden ones that its class gives a default."""
    thing: Any = object.__new__(cls)
    for field in fields(cls) if is_dataclass(cls) else ():
        if field.name.startswith("_") and field.default is not MISSING:
            vars(thing)[field.name] = field.default
        elif field.name.startswith("_") and field.default_factory is not MISSING:
            vars(thing)[field.name] = field.default_factory()
    return thing


def _as_before(before: Any, value: Any) -> Any:
    """Tuples and members of an Enum travel as lists and values: as what was there, it is one again."""
    if isinstance(before, Enum):
        try:
            return type(before)(value)
        except ValueError:
            return value
    return tuple(value) if type(before) is tuple and type(value) is list else value
