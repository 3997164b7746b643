"""docs/GAME_TOML.md names every key, with the default that it really has and the bounds that really hold."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.rules import manifest
from shared.rules.manifest import parse_manifest
from shared.rules.toml_tables import ManifestError

DOC = Path(__file__).parents[2] / "docs" / "GAME_TOML.md"
(TEXT,) = re.findall(r"^```toml\n(.*?)^```$", DOC.read_text("utf-8"), re.DOTALL | re.MULTILINE)
TOML: dict[str, Any] = tomllib.loads(TEXT)
EXAMPLES = {"title", "options", "input", "acts"}
LINE = re.compile(
    r"^(?:\[(?P<table>\w+)\])|^(?P<key>\w+) = \d+ +#(?:.*\D)?(?P<least>\d+) to (?P<most>\d+)", re.MULTILINE
)


def bounds() -> list[tuple[str, str, int, int]]:
    """(table, key, least, most) of every number whose comment has them."""
    found, table = [], ""
    for line in LINE.finditer(TEXT):
        table = line["table"] or table
        if line["key"]:
            found.append((table, line["key"], int(line["least"]), int(line["most"])))
    return found


def with_value(table: str, key: str, value: int) -> dict[str, Any]:
    return {table: {key: value}} if table else {key: value}


def test_every_key_is_there() -> None:
    assert set(TOML) == manifest.KEYS
    assert len(bounds()) == 8


def test_the_examples_are_accepted() -> None:
    parsed = parse_manifest("sketch", TOML | {"authority": "server"}, has_main=True)
    assert set(parsed.options) == {"mode", "laps"}
    assert (parsed.rules.inputs, parsed.rules.acts) == (
        {"move": "stick", "fire": "button"},
        {"play": {"card": "whole"}},
    )


def test_what_else_it_says_are_the_defaults() -> None:
    said = {key: value for key, value in TOML.items() if key not in EXAMPLES}
    assert parse_manifest("sketch", said) == parse_manifest("sketch", {})


@pytest.mark.parametrize(("table", "key", "least", "most"), bounds())
def test_the_bounds_hold(table: str, key: str, least: int, most: int) -> None:
    for value in (least, most):
        parse_manifest("sketch", with_value(table, key, value))
    for value in (least - 1, most + 1):
        with pytest.raises(ManifestError, match=key):
            parse_manifest("sketch", with_value(table, key, value))
