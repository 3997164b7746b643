"""The generated files say what their sources say now, and the generator notices when they do not."""

import json
import re
from pathlib import Path

import msgpack
import pytest

from cli import generate
from shared.protocol.errors import ERRORS
from shared.protocol.messages import CLIENT_TO_LOBBY, DIRECTIONS, LOBBY_TO_CLIENT
from shared.wire.codec import Decoder


def test_generated_files_are_fresh() -> None:
    assert generate.stale() == [], "run `python -m cli.generate`"


def test_a_changed_file_is_stale_and_writing_heals_it(tmp_path: Path) -> None:
    for path in (generate.SCRIPT, generate.DOCUMENT, generate.SETTINGS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((generate.ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    for path, word in ((generate.SCRIPT, "room-full"), (generate.SETTINGS, "ROOMS_REALM")):
        text = (tmp_path / path).read_text(encoding="utf-8")
        (tmp_path / path).write_text(text.replace(word, "another"), encoding="utf-8")
    assert generate.stale(tmp_path) == [generate.SCRIPT, generate.SETTINGS]
    assert generate.write(tmp_path) == [generate.SCRIPT, generate.SETTINGS]
    assert generate.stale(tmp_path) == []


def test_every_message_and_error_is_in_the_script() -> None:
    script = generate.protocol_module()
    names = {spec.name for table in DIRECTIONS.values() for spec in table.values()} | set(ERRORS)
    assert [name for name in names if f'"{name}": {{' not in script] == []


def test_a_section_without_a_place_is_an_error() -> None:
    with pytest.raises(KeyError, match="no place for: limits"):
        generate.fill("<!-- generated: rows -->\n<!-- end -->\n", {"rows": "| |", "limits": "| |"})


def test_the_bytes_drawn_in_the_document_are_what_they_say() -> None:
    document = (generate.ROOT / generate.DOCUMENT).read_text(encoding="utf-8")
    drawn = re.findall(r"^([→←]) ((?:[0-9a-f]{2} )+) +(\[.*?\]) {2}", document, re.MULTILINE)
    assert drawn
    for arrow, octets, meaning in drawn:
        Decoder(CLIENT_TO_LOBBY if arrow == "→" else LOBBY_TO_CLIENT).decode(bytes.fromhex(octets))
        assert msgpack.unpackb(bytes.fromhex(octets)) == json.loads(meaning)
