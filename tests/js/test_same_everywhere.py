"""1,000 ticks of every game, on this Python and under Pyodide: the same state after each, to the bit."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lobby.engine_bundle import bundle
from tests.support.replay import replay
from tests.support.seeds import a_seed

ROOT = Path(__file__).parents[2]
HARNESS = ROOT / "tests" / "support" / "pyodide_replay.mjs"
TICKS = 1000

pytestmark = pytest.mark.timeout(180)


def test_every_game_goes_the_same_way_everywhere(node: str, tmp_path: Path) -> None:
    games, seed = list(map(read_game, game_folders())), a_seed()
    engine = tmp_path / "engine.zip"
    engine.write_bytes(bundle()[1])
    asked = {"engine": str(engine), "games": games, "seed": seed, "ticks": TICKS}
    with subprocess.Popen([node, HARNESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as pyodide:
        assert pyodide.stdin is not None
        pyodide.stdin.write(json.dumps(asked))
        pyodide.stdin.close()
        here = {game["name"]: replay(game, seed, TICKS) for game in games}
        assert pyodide.stdout is not None
        there = json.loads(pyodide.stdout.read())
    assert {name: first_difference(here[name], there[name]) for name in here} == dict.fromkeys(here)


def game_folders() -> list[Path]:
    found = [*ROOT.glob("games/*/main.py"), *ROOT.glob("tests/support/games/*/main.py")]
    return sorted(path.parent for path in found)


def read_game(folder: Path) -> dict[str, Any]:
    manifest = tomllib.loads((folder / "game.toml").read_text("utf-8"))
    return {"name": folder.name, "manifest": manifest, "main": (folder / "main.py").read_text("utf-8")}


def first_difference(here: list[str], there: list[str]) -> int | None:
    """The first tick whose state is not the same."""
    assert len(here) == len(there) == TICKS
    return next((tick for tick, hashes in enumerate(zip(here, there, strict=True), 1) if len(set(hashes)) > 1), None)
