"""A game as plain data: maps, lists, texts, numbers, bytes. What is loaded from it goes on the same, to the bit.

A value that is not a scalar is `[tag, …]`; a list or map that two fields share is saved once and then named (`same`).
Objects outside the scene that a field still holds, and players who left, stand in `others`. Absent on purpose: events,
which are never told twice, and what was sent to whom, because whoever takes over sends everybody a scene.
"""

from collections.abc import Mapping
from dataclasses import fields as declared_fields
from dataclasses import is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from shared.game.failures import GameFailed
from shared.game.restoring import restore
from shared.game.values import SCALARS
from shared.game.world import Client, Player

if TYPE_CHECKING:
    from shared.game.engine import Engine

WORD = 2**63
"""Whole numbers from here on are saved as texts."""


def save(engine: "Engine") -> dict[str, Any]:
    """Raises GameFailed: something in the scene cannot be saved."""
    world, saver = engine.world, Saver(engine)
    saved = {
        "tick": world.tick,
        "time": world.time,
        "random": _save_random(world.random),
        "players": [_save_player(engine, player) for player in world.players],
        "last_id": engine.objects.last_id,
        "objects": [[id, saver.name_of(type(thing))] for id, thing in engine.objects.by_id.items()],
        "fields": saver.fields("scene", world.scene),
        "values": [saver.fields(type(thing).__name__, thing) for thing in engine.objects.by_id.values()],
        "joined": [player.id for player in world.joined],
        "left": [saver.value(player) for player in world.left],
        "due": [[hook, saver.subject(subject)] for hook, subject in engine.due],
        "is_over": world.is_over,
        "result": saver.value(world.result),
    }
    return saved | saver.rest()


def load(engine: "Engine", saved: Mapping[str, Any]) -> list[str]:
    """Raises GameFailed: this is no saved game."""
    try:
        return restore(engine, saved)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise GameFailed("load", f"this is no saved game ({type(error).__name__}: {error})") from error


def _save_random(chance: Any) -> list[Any] | None:
    if chance is None:
        return None
    version, words, gauss = chance.getstate()
    return [version, list(words), gauss]


def _save_player(engine: "Engine", player: Player) -> dict[str, Any]:
    hand, table = engine.hands[player.id], engine.input_table
    return {
        "id": player.id,
        "name": player.name,
        "client_id": player.client_id,
        "member": player.member,
        "away": player.away,
        "held": table.values(hand.held),
        "next": table.values(hand.next),
        "number": hand.number,
        "acts": [dict(act.__dict__) for act in hand.waiting],
    }


class Saver:
    """`value` may be asked for anything that a field of the game holds; `rest` then says what else there is to save."""

    def __init__(self, engine: "Engine") -> None:
        self._by_id, self._players = engine.objects.by_id, engine.world.players
        self._names = {cls: name for name, cls in getattr(engine.code, "classes", {}).items()}
        self._seen: dict[int, int] = {}
        self._others: dict[int, int] = {}
        self._waiting: list[Any] = []
        self._used: dict[str, type] = {}
        self._where = ""

    def fields(self, owner: str, thing: Any) -> dict[str, Any]:
        saved = {}
        for name, value in thing.__dict__.items():
            self._where = f"{owner}.{name}"
            saved[name] = self.value(value)
        return saved

    def name_of(self, cls: type) -> str:
        name: str | None = self._names.get(cls)
        if name is None:
            raise GameFailed("save", f"{cls.__name__} must be a class at the top level of main.py")
        self._used[name] = cls
        return name

    def value(self, value: Any) -> Any:
        kind = type(value)
        if kind is int and not -WORD < value < WORD:
            return ["int", str(value)]
        if kind in SCALARS:
            return value
        if kind is Player:
            return ["player", value.id] if value in self._players else self._other(value)
        if isinstance(value, Enum):
            return ["enum", self.name_of(kind), value.name]
        if kind is list or kind is dict or isinstance(value, tuple):
            return self._container(kind, value)
        if kind in self._names:
            return self._object(value)
        raise GameFailed("save", f"{self._where} holds a {kind.__name__}, which cannot be saved: use lists and dicts")

    def subject(self, subject: Player | Client) -> Any:
        if isinstance(subject, Client):
            return ["client", subject.client_id, subject.name, subject.role]
        return self.value(subject)

    def rest(self) -> dict[str, Any]:
        """Those outside, with those that they hold in turn; and what fields each class declared."""
        others = []
        for thing in self._waiting:  # grows meanwhile
            if type(thing) is Player:
                others.append(["player", thing.id, thing.name, thing.client_id, thing.member])
            else:
                others.append(["object", self.name_of(type(thing)), self.fields(type(thing).__name__, thing)])
        return {"others": others, "classes": {name: declared(cls) for name, cls in self._used.items()}}

    def _container(self, kind: type, value: Any) -> list[Any]:
        known = self._seen.get(id(value))
        if known is not None:
            return ["same", known]
        self._seen[id(value)] = len(self._seen)
        if kind is dict:
            return ["dict", *(self.value(part) for item in value.items() for part in item)]
        if kind is list or kind is tuple:
            return [kind.__name__, *map(self.value, value)]
        return ["row", self.name_of(kind), *map(self.value, value)]

    def _object(self, value: Any) -> list[Any]:
        id = value.__dict__.get("id")
        return ["object", id] if self._by_id.get(id) is value else self._other(value)

    def _other(self, value: Any) -> list[Any]:
        place = self._others.get(id(value))
        if place is None:
            place = self._others[id(value)] = len(self._waiting)
            self._waiting.append(value)
        return ["other", place]


def declared(cls: type) -> list[str]:
    """The fields that a dataclass declares; none for any other class."""
    return [field.name for field in declared_fields(cls)] if is_dataclass(cls) else []
