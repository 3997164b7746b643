"""Golden vectors, read both ways; complete and fresh. `node --test` reads the same files."""

import json
from typing import Any

import pytest

from shared.protocol.fields import ListOf
from shared.protocol.messages import DIRECTIONS, MessageSpec
from shared.wire.codec import Decoder, RoomError, encode
from tests.support.vectors import FILES, FOLDER

MESSAGES: list[dict[str, Any]] = json.loads((FOLDER / "messages.json").read_text(encoding="utf-8"))
REFUSED: list[dict[str, str]] = json.loads((FOLDER / "refused.json").read_text(encoding="utf-8"))


def spec_of(vector: dict[str, Any]) -> MessageSpec:
    (spec,) = (spec for spec in DIRECTIONS[vector["direction"]].values() if spec.name == vector["name"])
    return spec


def built(row: type, fields: dict[str, Any]) -> Any:
    """The message (or row) of plain JSON."""
    assert tuple(fields) == row._fields  # type: ignore[attr-defined]
    return row(**{name: value_of(row, name, value) for name, value in fields.items()})


def value_of(row: type, name: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"bytes"}:
        return bytes.fromhex(value["bytes"])
    shape = row.__annotations__[name].__metadata__[0]
    if isinstance(shape, ListOf) and isinstance(shape.item, type):
        return [built(shape.item, entry) for entry in value]
    return value


@pytest.mark.parametrize("vector", MESSAGES, ids=lambda vector: f"{vector['direction']}: {vector['name']}")
def test_a_message_is_written_and_read_as_golden(vector: dict[str, Any]) -> None:
    spec = spec_of(vector)
    message = built(spec.cls, vector["fields"])
    assert encode(message).hex() == vector["hex"]
    assert Decoder(DIRECTIONS[vector["direction"]]).decode(bytes.fromhex(vector["hex"]), spec.longest) == message


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["what"])
def test_what_nobody_may_accept(vector: dict[str, str]) -> None:
    with pytest.raises(RoomError) as refused:
        Decoder(DIRECTIONS[vector["direction"]]).decode(bytes.fromhex(vector["hex"]))
    assert refused.value.kind.name == vector["error"]


def test_every_message_of_every_direction_has_a_vector() -> None:
    covered = {(vector["direction"], vector["name"]) for vector in MESSAGES}
    assert covered == {(direction, spec.name) for direction, table in DIRECTIONS.items() for spec in table.values()}


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_fresh(name: str) -> None:
    stale = "run `python -m tests.support.vectors`"
    assert (FOLDER / name).read_text(encoding="utf-8") == FILES[name](), stale
