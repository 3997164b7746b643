"""`game.toml`: what it may say, what a wrong one is told, and what a room may be created with."""

import re
import tomllib
from pathlib import Path

import pytest

from shared.catalog import read_catalog
from shared.protocol.errors import BAD_OPTIONS, BAD_SEATS, GAME_UNKNOWN, RoomError
from shared.rules.game_rules import GameRules
from shared.rules.manifest import Manifest, check_options, check_seats, parse_manifest
from shared.rules.policy import USUAL, Policy
from shared.rules.toml_tables import ManifestError

SKETCH = """
title = "Sketch"
description = "Draw together."
authority = "host"
isolation = "process"
page = "index.html"
grace_s = 90
host_patience_s = 1.5
empty_ttl_s = 60
[seats]
default = 4
most = 6
[spectators]
most = 3
chat = false
delay_s = 10
[options.mode]
type = "choice"
choices = ["calm", "wild"]
[options.rounds]
type = "number"
default = 3
least = 1
most = 9
[options.ranked]
type = "flag"
[options.topic]
type = "text"
most = 10
"""


def manifest(text: str = SKETCH, name: str = "board") -> Manifest:
    return parse_manifest(name, tomllib.loads(text))


def test_a_whole_manifest() -> None:
    sketch = manifest()
    assert (sketch.title, sketch.authority, sketch.is_isolated) == ("Sketch", "host", True)
    assert (sketch.seats_default, sketch.seats_most) == (4, 6)
    assert sketch.spectators_most == 3
    assert sketch.policy == Policy(
        grace_s=90.0, host_patience_s=1.5, empty_ttl_s=60.0, may_spectators_chat=False, spectator_delay_s=10.0
    )
    assert list(sketch.options) == ["mode", "rounds", "ranked", "topic"]


def test_an_empty_manifest_is_a_relay_room() -> None:
    plain = manifest("", "plain")
    assert (plain.title, plain.authority, plain.is_isolated, plain.page) == ("Plain", "none", False, "index.html")
    assert (plain.spectators_most, plain.policy) == (16, USUAL)
    assert manifest("[seats]\nmost = 2").seats_default == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "games/board/game.toml: there is no key `colour`"),
        ("authority = 'boss'", "`authority` must be none or host or server."),
        ("isolation = 3", "`isolation` must be shared or process."),
        ("title = ''", "`title` must be a short text."),
        ("page = '../secret'", "`page` must be the name of a file"),
        ("seats = 3", "`seats` must be a table."),
        ("[seats]\nmost = 65", "[seats]: `most` must be a whole number of 1 to 64."),
        ("[seats]\nmost = 2\ndefault = 3", "[seats]: `default` must be 1 to 2."),
        ("[seats]\nfew = 2", "[seats]: there is no key `few`"),
        ("[spectators]\nmost = -1", "[spectators]: `most` must be a whole number of 0 to 256."),
        ("[spectators]\nchat = 1", "[spectators]: `chat` must be true or false."),
        ("[spectators]\ndelay_s = 61", "[spectators]: `delay_s` must be seconds, 0 to 60."),
        ("[spectators]\nfew = 2", "[spectators]: there is no key `few`"),
        ("grace_s = -1", "`grace_s` must be seconds, 0 to 600."),
        ("empty_ttl_s = 3601", "`empty_ttl_s` must be seconds, 0 to 3600."),
        ("grace_s = '20'", "`grace_s` must be seconds, 0 to 600."),
        ("host_patience_s = true", "`host_patience_s` must be seconds, 0 to 60."),
        ("durable = 1", "`durable` must be true or false."),
        ("tick_hz = 61", "`tick_hz` must be a whole number of 0 to 60."),
        ("tick_hz = 20.0", "`tick_hz` must be a whole number of 0 to 60."),
        ("local_players = 9", "`local_players` must be a whole number of 1 to 8."),
        ("offline = 'no'", "`offline` must be true or false."),
        ("[input]\nmove = 'mouse'", "[input]: `move` must be stick or axis or button."),
        ("[input]\n'2fast' = 'button'", "[input]: `2fast` must be a name"),
        ("[input]\n" + "\n".join(f"s{n} = 'stick'" for n in range(17)), "made of at most 32 numbers, not 34."),
        ("[acts.play]\ncard = 'int'", "[acts.play]: `card` must be whole or number or text or flag."),
        ("[acts.play]\nname = 'text'", "[acts.play]: `name` is the name of the act itself"),
        ("[acts]\nplay = 1", "`play` must be a table."),
        ("[options.x]\ndefault = 1", "[options.x]: `type` must be text or number or flag or choice."),
        ("[options.x]\ntype = 'flag'\nmost = 1", "[options.x]: there is no key `most`"),
        ("[options.x]\ntype = 'flag'\ndefault = 1", "[options.x]: `default` must be true or false."),
        ("[options.x]\ntype = 'choice'", "[options.x]: `choices` is missing"),
        ("[options.x]\ntype = 'choice'\nchoices = ['a']\ndefault = 'b'", "`default` must be one of a."),
        ("[options.x]\ntype = 'number'\nleast = 1", "`default` must be a number of at least 1."),
        ("[options.x]\ntype = 'number'\nleast = true", "`least` must be a number."),
        ("[options.x]\ntype = 'text'\nmost = 1000", "a text has 0 to 64 characters."),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_key(text: str, sentence: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(sentence)):
        manifest(text)


PLAYED = """
authority = "server"
durable = true
tick_hz = 0
offline = true
local_players = 2
[input]
move = "stick"
fire = "button"
[acts.play]
card = "whole"
[acts.pass]
"""


def test_how_a_game_is_played() -> None:
    played = parse_manifest("cards", tomllib.loads(PLAYED), has_main=True)
    assert played.is_durable
    assert played.is_offline
    assert played.rules == GameRules(
        tick_hz=0,
        inputs={"move": "stick", "fire": "button"},
        acts={"play": {"card": "whole"}, "pass": {}},
        local_players=2,
        is_offline=True,
        has_main=True,
    )
    assert manifest("").rules == GameRules(tick_hz=20)


def test_somebody_must_run_a_main() -> None:
    with pytest.raises(ManifestError, match="needs `authority`"):
        parse_manifest("sketch", {}, has_main=True)


@pytest.mark.parametrize("name", ["Sketch", "../x", "", "a" * 33, "1st"])
def test_a_folder_with_a_bad_name(name: str) -> None:
    with pytest.raises(ManifestError, match="must be named in lower case"):
        manifest("", name)


def test_options_left_out_take_their_defaults() -> None:
    defaults = {"mode": "calm", "rounds": 3, "ranked": False, "topic": ""}
    assert check_options(manifest(), {}) == defaults
    assert check_options(manifest(), {"rounds": 2.5, "ranked": True}) == {**defaults, "rounds": 2.5, "ranked": True}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sound": 1}, "Sketch has no option `sound`."),
        ({"mode": "loud"}, "The option `mode` must be one of calm, wild."),
        ({"mode": True}, "The option `mode` must be one of calm, wild."),
        ({"rounds": 10}, "The option `rounds` must be a number of 1 to 9."),
        ({"rounds": True}, "The option `rounds` must be a number of 1 to 9."),
        ({"rounds": float("nan")}, "The option `rounds` must be a number of 1 to 9."),
        ({"ranked": 1}, "The option `ranked` must be true or false."),
        ({"topic": "x" * 11}, "The option `topic` must be a text of 0 to 10 characters."),
    ],
)
def test_options_that_do_not_fit(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(RoomError) as caught:
        check_options(manifest(), options)
    assert (caught.value.kind, caught.value.text) == (BAD_OPTIONS, sentence)


def test_seats() -> None:
    assert [check_seats(manifest(), seats) for seats in (0, 1, 6)] == [4, 1, 6]
    for seats in (-1, 7):
        with pytest.raises(RoomError) as caught:
            check_seats(manifest(), seats)
        assert (caught.value.kind, caught.value.text) == (BAD_SEATS, "Sketch has 1 to 6 seats.")


MAIN = "def start(world):\n    pass\n\n\ndef update(world, dt):\n    pass\n"


def write(folder: Path, name: str, toml: str = "", **files: str) -> None:
    (folder / name).mkdir()
    (folder / name / "game.toml").write_text(toml)
    for stem, content in files.items():
        (folder / name / f"{stem}.py").write_text(content)


def test_the_catalog_reads_manifests_and_code(tmp_path: Path) -> None:
    write(tmp_path, "chat", "title = 'Chat'", server="def on_chat(world, client, text): return text\n")
    write(tmp_path, "plain")
    (tmp_path / "notes").mkdir()
    catalog = read_catalog(tmp_path)
    assert list(catalog.games) == ["chat", "plain"]
    assert catalog.game("chat").server_source.startswith("def on_chat")
    assert catalog.game("plain").server_source == ""
    with pytest.raises(RoomError) as caught:
        catalog.game("chess")
    assert caught.value.kind is GAME_UNKNOWN


def test_the_catalog_reads_a_main_and_what_the_guard_says(tmp_path: Path) -> None:
    write(tmp_path, "den", "authority = 'server'", main=MAIN)
    den = read_catalog(tmp_path).game("den")
    assert den.manifest.rules.has_main
    assert den.main_source == MAIN
    (tmp_path / "den" / "main.py").write_text(f"import os\n\n{MAIN}")
    with pytest.raises(ManifestError, match=re.escape("games/den/main.py, line 1: ")):
        read_catalog(tmp_path)


def test_the_hash_follows_the_code_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "chat", server="a = 1\n")
    first = read_catalog(tmp_path).hashes()
    (tmp_path / "chat" / "index.html").write_text("<p>")
    (tmp_path / "chat" / "test_chat.py").write_text("")
    assert read_catalog(tmp_path).hashes() == first
    (tmp_path / "chat" / "rules.py").write_text("")
    assert read_catalog(tmp_path).hashes() != first


def test_a_broken_games_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="There is no games folder"):
        read_catalog(tmp_path / "absent")
    write(tmp_path, "den", "title = ")
    with pytest.raises(ManifestError, match=re.escape("games/den/game.toml is not valid TOML")):
        read_catalog(tmp_path)
