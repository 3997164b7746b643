"""A room's whole state: the scene's own fields, and objects of the game's own classes, each of which it gives an `id`.

Plain attributes of the scene and of its objects are the state. Those that begin with `_` are saved and never sent.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from shared.game.failures import GameFailed
from shared.protocol.limits import SCENE_OBJECTS

T = TypeVar("T")
_MISSING = object()


class Objects:
    """The objects of one scene by id, in order of id. Ids rise from 1 and never come again."""

    def __init__(self) -> None:
        self._by_id: dict[int, Any] = {}
        self.by_id: Mapping[int, Any] = MappingProxyType(self._by_id)
        self.last_id = 0
        self._found: dict[type, list[Any]] = {}

    def add(self, thing: Any) -> None:
        if thing in self:
            return
        if not hasattr(thing, "__dict__") or isinstance(thing, type):
            raise GameFailed("scene.add", f"{thing!r:.60} is no object of a class of the game without __slots__")
        if len(self._by_id) >= SCENE_OBJECTS:
            raise GameFailed("scene.add", f"a scene has at most {SCENE_OBJECTS} objects (SCENE_OBJECTS): remove some")
        self.put(self.last_id + 1, thing)

    def put(self, id: int, thing: Any) -> None:
        """Under this id, which is higher than all others."""
        self.last_id = id
        thing.__dict__["id"] = id
        self._by_id[id] = thing
        self._found.clear()

    def remove(self, thing: Any) -> None:
        if thing in self:
            del self._by_id[thing.__dict__["id"]]
            self._found.clear()

    def all(self, cls: type | None) -> list[Any]:
        if cls is None:
            return list(self._by_id.values())
        found = self._found.get(cls)
        if found is None:
            found = self._found[cls] = [thing for thing in self._by_id.values() if isinstance(thing, cls)]
        return found.copy()

    def __contains__(self, thing: object) -> bool:
        own = getattr(thing, "__dict__", None)
        id = own.get("id") if type(own) is dict else None
        return type(id) is int and self._by_id.get(id) is thing


class Scene:
    """Any attribute that the game sets is a field of the scene."""

    __slots__ = ("__dict__", "_objects_of_it")
    _objects_of_it: Objects

    def __init__(self, objects: Objects) -> None:
        object.__setattr__(self, "_objects_of_it", objects)

    def add(self, thing: T) -> T:
        """The object is in the scene from now on and has an `id`. One that is in already stays as it is."""
        self._objects_of_it.add(thing)
        return thing

    def remove(self, *things: object) -> None:
        """Those that are not in the scene are passed over."""
        for thing in things:
            self._objects_of_it.remove(thing)

    def all(self, cls: type[T] | None = None, **where: Any) -> list[T]:
        """The objects of a class, or all, in order of id; those alone whose fields are as given in `where`."""
        found: list[T] = self._objects_of_it.all(cls)
        for name, value in where.items():
            found = [thing for thing in found if getattr(thing, name, _MISSING) == value]
        return found

    def find(self, id: int, cls: type[T] = object) -> T | None:  # type: ignore[assignment]
        """The object with this id, if it is there and of that class. The id may come from anybody."""
        thing = self._objects_of_it.by_id.get(id)
        return thing if isinstance(thing, cls) else None

    def __contains__(self, thing: object) -> bool:
        return thing in self._objects_of_it

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(Scene, name):
            raise AttributeError(f"scene.{name} is the scene's own: choose another name")
        object.__setattr__(self, name, value)
