"""The tables by which rows of objects are read: a class's name, its fields in an order that only grows, their quanta.

Attributes of the class itself (lower case; a number, text or flag) are fields of its objects too, where they have none
of their own.
"""

from collections.abc import Mapping
from typing import Any

from shared.game.failures import GameFailed
from shared.game.values import SCALARS, sound
from shared.protocol.limits import CLASS_FIELDS

LEAD = 2
"""The id and the class index come before the values of a row."""
UNSENT = -1


class ClassTable:
    """The field names of one class in the order in which they were first seen. `places` are where they stand in a row;
    `quanta` are by place."""

    __slots__ = ("_quantised", "cls", "defaults", "has_grown", "index", "names", "places", "quanta")

    def __init__(self, index: int, cls: type) -> None:
        self.index, self.cls = index, cls
        self.names: list[str] = []
        self.quanta: list[float] = [0] * LEAD
        self.places: dict[str, int] = {"id": UNSENT}
        self.has_grown = True
        self._quantised: Mapping[str, float] = getattr(cls, "quantised", {})
        self.defaults = _defaults(cls)

    def place(self, name: str) -> int:
        """Where in a row the field stands, or UNSENT."""
        found = self.places.get(name)
        if found is None:
            found = self.places[name] = UNSENT if name.startswith("_") else self._grow(name)
        return found

    def _grow(self, name: str) -> int:
        if len(self.names) >= CLASS_FIELDS:
            raise GameFailed(
                "scene", f"{self.cls.__name__} has more than {CLASS_FIELDS} fields (CLASS_FIELDS): use a dict"
            )
        quantum = self._quantised.get(name, 0)
        if type(quantum) not in (int, float) or quantum < 0:
            raise GameFailed("scene", f"{self.cls.__name__}.quantised: the step of `{name}` must be a number above 0")
        self.names.append(sound(name))
        self.quanta.append(quantum)
        self.has_grown = True
        return LEAD + len(self.names) - 1

    def entry(self) -> list[Any]:
        return [self.cls.__name__, list(self.names), self.quanta[LEAD:]]


def _defaults(cls: type) -> dict[str, Any]:
    """What objects of the class share: its public attributes in lower case that never change in place."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            is_field = not name.startswith("_") and not name.isupper() and name != "id"
            if is_field and value is not None and type(value) in SCALARS:
                found[name] = value
    return found
