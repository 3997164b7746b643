"""The scripts as texts: each carries its contract and takes keys, refusals and events from their tables."""

import re
from pathlib import Path

import pytest

from shared.protocol.errors import ERRORS
from shared.protocol.events import EVENTS, Channel
from shared.store.keys import Key, Keys, lua_head
from shared.store.scripting import COMMON, FOLDER

SCRIPTS = sorted(FOLDER.glob("*.lua"))
EVERY_TEXT = [*SCRIPTS, *sorted(FOLDER.glob("common/*.lua"))]


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_script_carries_its_contract(path: Path) -> None:
    head = "".join(line for line in path.read_text().splitlines(keepends=True) if line.startswith("--"))
    assert "-- ask: " in head
    assert "-- Returns " in head


def test_every_common_piece_is_joined() -> None:
    assert {path.stem for path in FOLDER.glob("common/*.lua")} == set(COMMON)


@pytest.mark.parametrize("path", EVERY_TEXT, ids=named)
def test_keys_refusals_and_events_come_from_their_tables(path: Path) -> None:
    text = path.read_text()
    assert "KEYS[" not in text
    assert set(re.findall(r"\bkey\.(\w+)", text)) <= {key.name.lower() for key in Key}
    assert set(re.findall(r"refuse\('([\w-]+)'", text)) <= set(ERRORS)
    assert set(re.findall(r"publish\('(\w+)'", text)) <= set(EVENTS)
    assert set(re.findall(r"close_room\(\w+, '([\w-]+)'", text)) <= set(ERRORS)


def test_every_key_is_used() -> None:
    texts = "".join(path.read_text() for path in EVERY_TEXT)
    assert {key for key in Key if f"key.{key.name.lower()}" not in texts} == set()


def test_all_keys_of_a_realm_lie_in_one_slot() -> None:
    assert Keys("live").prefix == "rc:{live}:"
    assert Keys("live").channel(Channel.ROOMS) == "rc:{live}:events:rooms"
    assert lua_head().count("KEYS[1] .. '") == len(Key) + len(EVENTS)


@pytest.mark.parametrize("realm", ["", "a b", "{a}", "x" * 65, "a:b"])
def test_realm_that_would_break_the_tag_is_refused(realm: str) -> None:
    with pytest.raises(ValueError, match="realm"):
        Keys(realm)
