"""How a picture follows from the one before: what clients do with an `update`. See docs/PROTOCOL.md."""

from typing import Any

from shared.game.class_tables import LEAD
from shared.game.picture import Row, trimmed
from shared.protocol.messages import Scene, Update


class PictureMissed(ValueError):
    """The update builds on another picture than this one: wait for the next scene."""


def apply(scene: Scene, update: Update) -> Scene:
    """The picture after the update; `scene` stays as it is. Raises PictureMissed."""
    if update.base != scene.tick:
        raise PictureMissed(f"the update builds on tick {update.base}, the picture is of tick {scene.tick}")
    fields = scene.fields | update.fields
    return Scene(
        update.tick,
        _classes(scene.classes, update.classes),
        {name: value for name, value in fields.items() if value is not None},
        _objects(scene.objects, update),
    )


def _classes(classes: list[Any], changed: list[Any]) -> list[Any]:
    after = list(classes)
    for index, *entry in changed:
        after[index : index + 1] = [entry]
    return after


def _objects(rows: list[Row], update: Update) -> list[Row]:
    by_id = {row[0]: row for row in rows}
    for id in update.removed:
        by_id.pop(id, None)
    for change in update.changed:
        by_id[change[0]] = _changed(by_id[change[0]], change)
    if not update.added:
        return list(by_id.values())
    by_id.update((row[0], row) for row in update.added)
    return [by_id[id] for id in sorted(by_id)]


def _changed(row: Row, change: Row) -> Row:
    after = list(row)
    for index, value in zip(change[1::2], change[2::2], strict=True):
        place = index + LEAD
        after.extend([None] * (place + 1 - len(after)))
        after[place] = value
    return trimmed(after)


def things(scene: Scene) -> dict[int, dict[str, Any]]:
    """The objects by id, each a map of its fields with `id` and `kind`, its class; quantised ones in their own unit."""
    return {row[0]: _thing(row, scene.classes[row[1]]) for row in scene.objects}


def _thing(row: Row, entry: list[Any]) -> dict[str, Any]:
    kind, names, quanta = entry
    found: dict[str, Any] = {"id": row[0], "kind": kind}
    for name, quantum, value in zip(names, quanta, row[LEAD:], strict=False):
        if value is not None:
            found[name] = value * quantum if quantum and type(value) is int else value
    return found
