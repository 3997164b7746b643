"""The picture of a scene as it was last sent, and what has changed since. The unit of change is one field.

A *row* is `[id, class index, value, …]`, its values in the order of the class's table; null is an absent field.
Attributes of an object's class (lower case, a number, text or flag) are its fields too, where it has none of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import compress
from operator import is_not
from typing import Any, NamedTuple

from shared.game.failures import GameFailed
from shared.game.scene import Objects, Scene
from shared.game.values import NUMBER_BYTES, NUMBERS, SCALARS, Unfit, Wiring, is_same, weight
from shared.protocol.limits import CLASS_FIELDS, SCENE_BYTES

Row = list[Any]

LEAD = 2
"""The id and the class index come before the values of a row."""
UNSENT = -1


class Changes(NamedTuple):
    """What changed between two pictures, for everybody: `classes` that are new or have grown, as in `Update`; ids that
    were `added`; a row per object that `changed`; ids that were `removed`."""

    classes: list[Any]
    fields: dict[str, Any]
    added: list[int]
    changed: list[Row]
    removed: list[int]


class ClassTable:
    """The field names of one class in the order in which they were first seen."""

    __slots__ = ("_quantised", "cls", "defaults", "has_grown", "index", "names", "places", "quanta")

    def __init__(self, index: int, cls: type) -> None:
        self.index, self.cls = index, cls
        self.names: list[str] = []
        self.quanta: list[float] = []
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
        self.names.append(name)
        self.quanta.append(quantum)
        self.has_grown = True
        return LEAD + len(self.names) - 1

    def entry(self) -> list[Any]:
        return [self.cls.__name__, list(self.names), list(self.quanta)]


class Trace:
    """One object as it was sent: `raw`, its attributes, with their `names`; `row`, what they are on the wire. `loose`:
    names of those that may change in place."""

    __slots__ = ("loose", "names", "raw", "row", "table", "thing")

    def __init__(self, thing: Any, table: ClassTable, id: int) -> None:
        self.thing, self.table = thing, table
        self.raw: dict[str, Any] = {}
        self.names: list[str] = []
        self.loose: list[str] = []
        self.row: Row = [id, table.index]


class Tracker:
    """`ids` are the objects of the picture, in order."""

    def __init__(self, scene: Scene, objects: Objects, wiring: Wiring) -> None:
        self._scene, self._objects, self._wiring = scene, objects, wiring
        self._tables: dict[type, ClassTable] = {}
        self._traces: dict[int, Trace] = {}
        self._fields: dict[str, Any] = {}
        self._rows_bytes = self._fields_bytes = 0

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self._traces)

    @property
    def bytes(self) -> int:
        """At least what a scene takes on the wire."""
        return self._rows_bytes + self._fields_bytes

    def classes(self) -> list[Any]:
        return [table.entry() for table in self._tables.values()]

    def fields(self) -> dict[str, Any]:
        return dict(self._fields)

    def rows(self, ids: Iterable[int]) -> list[Row]:
        return [trimmed(self._traces[id].row) for id in ids]

    def take(self) -> Changes:
        """Takes a new picture. Raises GameFailed: a field holds what it may not, or the scene is too large."""
        traces = self._traces
        removed = self._take_removed()
        fields = self._take_fields()
        added: list[int] = []
        changed: list[Row] = []
        for id, thing in self._objects.by_id.items():
            trace = traces.get(id)
            if trace is None:
                traces[id] = self._begin(thing, id)
                added.append(id)
                continue
            row = self._compare(trace)
            if len(row) > 1:
                changed.append(row)
        if self.bytes > SCENE_BYTES:
            raise GameFailed("scene", f"a scene takes at most {SCENE_BYTES} bytes (SCENE_BYTES): remove what is old")
        return Changes(list(self._grown()), fields, added, changed, removed)

    def _take_removed(self) -> list[int]:
        by_id = self._objects.by_id
        removed = [id for id in self._traces if id not in by_id]
        for id in removed:
            self._rows_bytes -= weight(self._traces.pop(id).row)
        return removed

    def _take_fields(self) -> dict[str, Any]:
        """The fields of the scene itself that are different now, null for one that is gone."""
        before, now = self._fields, {}
        for name, value in self._scene.__dict__.items():
            wire = None if name.startswith("_") else self._wire("scene", name, value)
            if wire is not None:
                now[name] = wire
        changed = {name: wire for name, wire in now.items() if not is_same(before.get(name), wire)}
        changed.update((name, None) for name in before if name not in now)
        if changed:
            self._fields, self._fields_bytes = now, weight(now)
        return changed

    def _begin(self, thing: Any, id: int) -> Trace:
        table = self._tables.get(type(thing))
        if table is None:
            table = self._tables[type(thing)] = ClassTable(len(self._tables), type(thing))
        trace = Trace(thing, table, id)
        self._rows_bytes += weight(trace.row)
        for name, value in table.defaults.items():
            self._put(trace.row, table.place(name), self._field(table, name, table.place(name), value))
        self._compare(trace)
        return trace

    def _compare(self, trace: Trace) -> Row:
        """`[id, field index, value, …]` of what is different now. The hot path: a value that is the same object as before
        is looked at again only if it is of a kind that changes in place."""
        row, table, now = trace.row, trace.table, trace.thing.__dict__
        change = [row[0]]
        if trace.names == list(now):
            fresh = list(compress(now.items(), map(is_not, now.values(), trace.raw.values())))
        else:
            self._drop_missing(trace, change)
            trace.names, fresh = list(now), list(now.items())
        if trace.loose:
            fresh += [(name, now[name]) for name in trace.loose]
        if not fresh:
            return change
        trace.raw = now.copy()
        places = table.places
        for name, value in fresh:
            place = places.get(name) or table.place(name)
            if place == UNSENT:
                continue
            if type(value) not in SCALARS and name not in trace.loose:
                trace.loose.append(name)
            wire = self._field(table, name, place, value)
            if self._put(row, place, wire):
                change += (place - LEAD, wire)
        return change

    def _drop_missing(self, trace: Trace, change: Row) -> None:
        """Attributes that the object has no more fall back to those of its class."""
        table, now = trace.table, trace.thing.__dict__
        for name in [name for name in trace.names if name not in now]:
            place = table.place(name)
            if place != UNSENT:
                wire = self._field(table, name, place, table.defaults.get(name))
                if self._put(trace.row, place, wire):
                    change += (place - LEAD, wire)
        trace.loose = [name for name in trace.loose if name in now]

    def _field(self, table: ClassTable, name: str, place: int, value: Any) -> Any:
        """The value as it travels."""
        quantum = table.quanta[place - LEAD]
        if quantum and value is not None:
            try:
                return round(value / quantum)
            except (TypeError, ValueError, OverflowError):
                raise GameFailed("scene", f"{table.cls.__name__}.{name} is quantised, but {value!r:.40}") from None
        return value if type(value) is float else self._wire(table.cls.__name__, name, value)

    def _put(self, row: Row, place: int, wire: Any) -> bool:
        """Whether that changed the row."""
        if place >= len(row):
            missing = place + 1 - len(row)
            row.extend([None] * missing)
            self._rows_bytes += NUMBER_BYTES * missing
        before = row[place]
        if before is wire or is_same(before, wire):
            return False
        if type(before) not in NUMBERS or type(wire) not in NUMBERS:
            self._rows_bytes += weight(wire) - weight(before)
        row[place] = wire
        return True

    def _wire(self, owner: str, name: str, value: Any) -> Any:
        try:
            return self._wiring.wire(value)
        except Unfit as unfit:
            raise GameFailed("scene", f"{owner}.{name} {unfit}") from None

    def _grown(self) -> Iterator[Any]:
        for table in self._tables.values():
            if table.has_grown:
                table.has_grown = False
                yield [table.index, *table.entry()]


def trimmed(row: Row) -> Row:
    """A copy without the nulls at the end."""
    end = len(row)
    while end > LEAD and row[end - 1] is None:
        end -= 1
    return row[:end]


def _defaults(cls: type) -> dict[str, Any]:
    """What objects of the class share: its public attributes in lower case that never change in place."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            is_field = not name.startswith("_") and not name.isupper() and name != "id"
            if is_field and value is not None and type(value) in SCALARS:
                found[name] = value
    return found
