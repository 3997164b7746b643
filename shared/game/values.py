"""What a field of a game may hold, and what of it travels.

None, bool, int, float, str, bytes; lists, tuples and dicts of such; members of an Enum; players and objects of the
scene, which travel as references. One that has left since travels as null.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from shared.game.world import Player
from shared.protocol.limits import SCENE_DEPTH
from shared.protocol.references import TO_OBJECT, TO_PLAYER, Reference

SCALARS = frozenset({type(None), bool, int, float, str, bytes})
"""Types whose values never change in place."""
NUMBERS = frozenset({type(None), bool, int, float})
WHOLE_MOST = 2**53
"""What a browser's number can hold exactly."""

NUMBER_BYTES = 12
"""At most what a number takes in a scene or an update, the place of its field with it."""
HEAD_BYTES = 8


class Unfit(Exception):
    """A value that cannot be in a scene; the end of a sentence that says why, and what to do."""


class Wiring:
    """From values of the game to values of the wire. `by_id`: the objects of the scene."""

    def __init__(self, by_id: Mapping[int, Any], players: list[Player]) -> None:
        self._by_id, self._players = by_id, players
        self._references: dict[tuple[int, int], Reference] = {}

    def wire(self, value: Any, depth: int = 0) -> Any:
        """Raises Unfit."""
        kind = type(value)
        if kind is float or kind is bool or value is None:
            return value
        if kind is int:
            if -WHOLE_MOST <= value <= WHOLE_MOST:
                return value
            raise Unfit("is a whole number beyond 2**53, which a browser cannot hold: make it a float or a text")
        if kind is str:
            return sound(value)
        if kind is list or isinstance(value, tuple):
            self._deep(depth)
            return [self.wire(item, depth + 1) for item in value]
        if kind is dict:
            self._deep(depth)
            return {_key(key): self.wire(item, depth + 1) for key, item in value.items()}
        if kind is bytes:
            return value
        if kind is Player:
            return self._reference(TO_PLAYER, value.id) if value in self._players else None
        if isinstance(value, Enum):
            return self.wire(value.value, depth)
        return self._object(value)

    def _object(self, value: Any) -> Reference | None:
        own = getattr(value, "__dict__", None)
        id = own.get("id") if type(own) is dict else None
        if type(id) is int:
            return self._reference(TO_OBJECT, id) if self._by_id.get(id) is value else None
        raise Unfit(_advice(value))

    def _reference(self, type: int, id: int) -> Reference:
        """Few are in use, so each is made once."""
        found = self._references.get((type, id))
        if found is None:
            if len(self._references) > 4 * len(self._by_id) + 256:
                self._references.clear()
            found = self._references[type, id] = Reference(type, id)
        return found

    def _deep(self, depth: int) -> None:
        if depth >= SCENE_DEPTH:
            raise Unfit(f"holds more than {SCENE_DEPTH} lists inside one another (SCENE_DEPTH), perhaps itself")


def is_same(one: Any, other: Any) -> bool:
    """Whether two wire values are the same, also in type: 1, 1.0 and True are three."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is list:
        return len(one) == len(other) and all(map(is_same, one, other))
    if kind is dict:
        return len(one) == len(other) and all(key in other and is_same(item, other[key]) for key, item in one.items())
    return bool(one == other)


def weight(wire: Any) -> int:
    """At least the bytes that a wire value takes; see NUMBER_BYTES."""
    kind = type(wire)
    if kind is str:
        return HEAD_BYTES + (len(wire) if wire.isascii() else len(wire.encode()))
    if kind is bytes:
        return HEAD_BYTES + len(wire)
    if kind is list:
        return HEAD_BYTES + sum(map(weight, wire))
    if kind is dict:
        return HEAD_BYTES + sum(map(weight, wire)) + sum(map(weight, wire.values()))
    return NUMBER_BYTES


def sound(text: str) -> str:
    """The text, if it can be encoded. Raises Unfit."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unfit("is a text with half a character in it, which cannot be encoded") from None
    return text


def _key(key: Any) -> Any:
    if type(key) is str:
        return sound(key)
    if type(key) is int and -WHOLE_MOST <= key <= WHOLE_MOST:
        return key
    raise Unfit(f"is a dict with the key {key!r:.40}: keys are texts or whole numbers")


def _advice(value: Any) -> str:
    if isinstance(value, (set, frozenset)):
        return "is a set, whose order differs between machines: use a list, or a dict with True"
    if callable(value):
        return "is a function or a class: keep a name in the field and look the function up in a dict of the module"
    return f"is a {type(value).__name__} that is not in the scene: add it with scene.add, or begin the field with `_`"
