"""The picture of a scene as it was last sent, and what has changed since. The unit of change is one field.

A *row* is `[id, class index, value, …]`, its values in the order of the class's table; null is an absent field.
"""

from collections.abc import Iterable, Iterator
from math import floor
from typing import Any, NamedTuple

from shared.game.class_tables import LEAD, UNSENT, ClassTable
from shared.game.failures import GameFailed
from shared.game.scene import Objects, Scene
from shared.game.values import NUMBER_BYTES, NUMBERS, SCALARS, Unfit, Wiring, is_same, weight

Row = list[Any]

_LOOSE = object()
"""Stands for a value that may change in place: none is this one."""


class Changes(NamedTuple):
    """What changed between two pictures, for everybody: `classes` that are new or have grown, as in `Update`; ids that
    were `added`; a row per object that `changed`; ids that were `removed`."""

    classes: list[Any]
    fields: dict[str, Any]
    added: list[int]
    changed: list[Row]
    removed: list[int]


class Trace:
    """One object as it was sent: its attributes by `names` and `values`; `row`, what they are on the wire. `is_loose`:
    there are values that may change in place."""

    __slots__ = ("is_loose", "names", "row", "table", "thing", "values")

    def __init__(self, thing: Any, table: ClassTable, id: int) -> None:
        self.thing, self.table = thing, table
        self.names: list[str] = []
        self.values: list[Any] = []
        self.is_loose = False
        self.row: Row = [id, table.index]

    def keep(self, values: list[Any]) -> None:
        if self.is_loose:
            self.values = [value if type(value) in SCALARS else _LOOSE for value in values]
        else:
            self.values = values


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
        """Takes a new picture. Raises GameFailed: a field holds what it may not."""
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
            self._wire("scene", "attributes", list(changed))
            self._fields, self._fields_bytes = now, weight(now)
        return changed

    def _begin(self, thing: Any, id: int) -> Trace:
        table = self._tables.get(type(thing))
        if table is None:
            table = self._tables[type(thing)] = ClassTable(len(self._tables), type(thing))
        trace = Trace(thing, table, id)
        self._rows_bytes += weight(trace.row)
        for name, value in table.defaults.items():
            place = self._make_place(trace, name)
            self._put(trace.row, place, self._field(trace, name, place, value))
        self._compare(trace)
        return trace

    def _compare(self, trace: Trace) -> Row:
        """`[id, field index, value, …]` of what is different now. The hot path: what is the same object as before is
        passed over, and a float is dealt with here."""
        row, table, now, name = trace.row, trace.table, trace.thing.__dict__, ""
        places, quanta, change, is_stale = table.places, table.quanta, [row[0]], False
        if trace.names != list(now):
            self._take_names(trace, change)
        try:
            for name, value, before in zip(trace.names, now.values(), trace.values):  # noqa: B905
                if value is before:
                    continue
                is_stale = True
                place = places.get(name, len(row))
                if place >= len(row):
                    place = self._make_place(trace, name)
                if place == UNSENT:
                    continue
                if type(value) is float:
                    wire = floor(value / quanta[place] + 0.5) if quanta[place] else value
                    sent = row[place]
                    if type(sent) is type(wire):
                        if sent != wire:
                            row[place] = wire
                            change += (place - LEAD, wire)
                        continue
                else:
                    wire = self._field(trace, name, place, value)
                if self._put(row, place, wire):
                    change += (place - LEAD, wire)
        except (ValueError, OverflowError):
            raise GameFailed("scene", f"{table.cls.__name__}.{name} is quantised, but {now[name]}") from None
        if is_stale:
            trace.keep(list(now.values()))
        return change

    def _take_names(self, trace: Trace, change: Row) -> None:
        """The object has other attributes than before. Those that are gone fall back to those of its class."""
        now = trace.thing.__dict__
        for name in [name for name in trace.names if name not in now]:
            place = self._make_place(trace, name)
            if place != UNSENT:
                wire = self._field(trace, name, place, trace.table.defaults.get(name))
                if self._put(trace.row, place, wire):
                    change += (place - LEAD, wire)
        trace.names = list(now)
        trace.values = [_LOOSE] * len(now)

    def _make_place(self, trace: Trace, name: str) -> int:
        """Of a field that is new in its class, or was when the row was made."""
        place = trace.table.place(name)
        missing = place + 1 - len(trace.row)
        if missing > 0:
            trace.row.extend([None] * missing)
            self._rows_bytes += NUMBER_BYTES * missing
        return place

    def _field(self, trace: Trace, name: str, place: int, value: Any) -> Any:
        """The value as it travels."""
        table, kind = trace.table, type(value)
        if table.quanta[place] and value is not None:
            if kind is not int and kind is not float:
                raise GameFailed("scene", f"{table.cls.__name__}.{name} is quantised, but {value!r:.40}")
            return floor(value / table.quanta[place] + 0.5)
        if kind not in SCALARS:
            trace.is_loose = True
        return self._wire(table.cls.__name__, name, value)

    def _put(self, row: Row, place: int, wire: Any) -> bool:
        """Whether that changed the row."""
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
