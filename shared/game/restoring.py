"""A saved game into a new engine, whose code may have changed since. What fits is kept; the rest is named.

The other half of `saving.py`: values are read in the order in which they were saved. Absent: what a class that is no
dataclass sets in its `__init__`, which nobody can know; an object that lacks it fails when the game asks for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, is_dataclass
from dataclasses import fields as declared_fields
from typing import TYPE_CHECKING, Any

from shared.game.inputs import Hand
from shared.game.world import Client, Player
from shared.protocol.errors import RoomError
from shared.protocol.ids import ClientId

if TYPE_CHECKING:
    from shared.game.engine import Engine


def restore(engine: "Engine", saved: Mapping[str, Any]) -> list[str]:
    """A sentence for each thing that did not fit."""
    world, reader = engine.world, Reader(engine, saved)
    for row in saved["players"]:
        _restore_player(engine, row, reader)
    reader.make()
    world.put(tick=saved["tick"], time=saved["time"])
    if saved["random"] is not None:
        version, words, gauss = saved["random"]
        world.random.setstate((version, tuple(words), gauss))
    vars(world.scene).update(reader.fields(saved["fields"]))
    reader.fill()
    world.put(joined=[player for player in world.players if player.id in saved["joined"]])
    world.put(left=[reader.value(player) for player in saved["left"]])
    engine.due = [(hook, reader.value(subject)) for hook, subject in saved["due"]]
    world.put(is_over=saved["is_over"], result=reader.value(saved["result"]))
    reader.fill_others()
    return list(reader.unfit)


def _restore_player(engine: "Engine", row: Mapping[str, Any], reader: "Reader") -> None:
    player = Player(row["id"], row["name"], row["client_id"], row["away"], row["member"])
    engine.world.enter(player)
    engine.hands[player.id] = hand = Hand(engine.input_table.neutral)
    try:
        hand.held, hand.next = engine.input_table.read(row["held"]), engine.input_table.read(row["next"])
        hand.number = row["number"]
    except RoomError:
        reader.report("What players held does not fit [input] any more.")
    player.input = hand.held
    for fields in row["acts"]:
        try:
            hand.wait(engine.act_table.read(fields["name"], {key: fields[key] for key in fields if key != "name"}))
        except RoomError as error:
            reader.report(f"An act that waited was dropped. {error.text}")


class Reader:
    """`unfit`: a sentence for each kind of thing that was left out."""

    def __init__(self, engine: "Engine", saved: Mapping[str, Any]) -> None:
        self.unfit: dict[str, None] = {}
        self._objects, self._saved = engine.objects, saved
        self._world, self._neutral = engine.world, engine.input_table.neutral
        self._classes: Mapping[str, type] = getattr(engine.code, "classes", {})
        self._seen: list[Any] = []
        self._by_id: dict[int, Any] = {}
        self._others: list[Any] = []

    def report(self, sentence: str) -> None:
        self.unfit[sentence] = None

    def make(self) -> None:
        """Every object, still without its fields, so that each can be referred to."""
        for id, name in self._saved["objects"]:
            thing = self._new(name)
            self._by_id[id] = thing
            if thing is not None:
                self._objects.put(id, thing)
        self._objects.last_id = self._saved["last_id"]
        for tag, *parts in self._saved["others"]:
            self._others.append(self._gone_player(*parts) if tag == "player" else self._new(parts[0]))

    def fill(self) -> None:
        for (id, name), values in zip(self._saved["objects"], self._saved["values"], strict=True):
            self._fill(self._by_id[id], name, values)

    def fill_others(self) -> None:
        for other, (tag, *parts) in zip(self._others, self._saved["others"], strict=True):
            if tag == "object":
                self._fill(other, *parts)

    def fields(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.value(value) for name, value in saved.items()}

    def value(self, saved: Any) -> Any:
        if type(saved) is not list:
            return saved
        tag, *parts = saved
        return getattr(self, f"_read_{tag}")(parts)

    def _new(self, name: str) -> Any:
        """An object without fields; None when its class cannot have it."""
        cls = self._classes.get(name)
        if cls is None:
            self.report(f"The class {name} is gone, and its objects with it.")
            return None
        before = self._saved["classes"][name]
        for field in _fields(cls):
            if before and field.name not in before and not _has_default(field):
                self.report(f"{name}.{field.name} is new and has no default, so the objects of {name} are gone.")
                return None
        return object.__new__(cls)

    def _gone_player(self, id: int, name: str, client_id: ClientId, member: int) -> Player:
        player = Player(id, name, client_id, away=True, member=member)
        player.input = self._neutral
        return player

    def _fill(self, thing: Any, name: str, saved: Mapping[str, Any]) -> None:
        values = self.fields(saved)
        if thing is None:
            return
        before, now = self._saved["classes"][name], _fields(type(thing))
        for gone in [field for field in before if field not in {new.name for new in now}]:
            values.pop(gone, None)
            self.report(f"{name}.{gone} is gone.")
        for field in now:
            if field.name not in values and field.name not in before:
                values |= _default(field)
        vars(thing).clear()
        vars(thing).update(values)

    def _read_int(self, parts: list[Any]) -> int:
        return int(parts[0])

    def _read_player(self, parts: list[Any]) -> Player | None:
        return self._world.player(parts[0])

    def _read_client(self, parts: list[Any]) -> Client:
        return Client(*parts)

    def _read_object(self, parts: list[Any]) -> Any:
        return self._by_id[parts[0]]

    def _read_other(self, parts: list[Any]) -> Any:
        return self._others[parts[0]]

    def _read_enum(self, parts: list[Any]) -> Any:
        cls, name = self._classes.get(parts[0]), parts[1]
        if cls is None or name not in vars(cls)["_member_map_"]:
            self.report(f"{parts[0]}.{name} is gone.")
            return None
        return cls[name]  # type: ignore[index]

    def _read_same(self, parts: list[Any]) -> Any:
        return self._seen[parts[0]]

    def _read_list(self, parts: list[Any]) -> list[Any]:
        found: list[Any] = []
        self._seen.append(found)
        found.extend(map(self.value, parts))
        return found

    def _read_dict(self, parts: list[Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        self._seen.append(found)
        items = iter(parts)
        found.update((self.value(key), self.value(item)) for key, item in zip(items, items, strict=True))
        return found

    def _read_tuple(self, parts: list[Any]) -> Any:
        return self._tuple(parts, tuple)

    def _read_row(self, parts: list[Any]) -> Any:
        name, *items = parts
        cls = self._classes.get(name)
        if cls is None or len(items) != len(getattr(cls, "_fields", ())):
            self.report(f"{name} has other fields now: those that were there are plain tuples.")
            return self._tuple(items, tuple)
        return self._tuple(items, cls._make)  # type: ignore[attr-defined]

    def _tuple(self, parts: list[Any], make: Callable[[Any], Any]) -> Any:
        place = len(self._seen)
        self._seen.append(None)
        found = self._seen[place] = make(map(self.value, parts))
        return found


def _fields(cls: type) -> tuple[Field[Any], ...]:
    return declared_fields(cls) if is_dataclass(cls) else ()


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING or not field.init


def _default(field: Field[Any]) -> dict[str, Any]:
    if field.default_factory is not MISSING:
        return {field.name: field.default_factory()}
    return {} if field.default is MISSING else {field.name: field.default}
