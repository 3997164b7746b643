"""The examples in games/ can be deleted one by one: no file outside an example's folder names it. Texts (*.md) may."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GAMES = ROOT / "games"
EXAMPLES = sorted(manifest.parent.name for manifest in GAMES.glob("*/game.toml"))
FOLDERS = (".ci", "bench", "cli", "client_js", "client_py", "deploy", "lobby", "room_worker", "shared", "tests")
NOT_OURS = {"node_modules", "__pycache__"}


def files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in FOLDERS:
        for parent, folders, names in os.walk(ROOT / folder):
            folders[:] = set(folders) - NOT_OURS
            yield from (Path(parent, name) for name in names)
    yield from (path for name in EXAMPLES for path in (GAMES / name).rglob("*") if path.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix != ".md":
            yield path, path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("example", EXAMPLES)
def test_nothing_else_names_an_example(example: str) -> None:
    named = re.compile(rf"(?<!support/)games[/.]{example}\b")
    for path, text in texts():
        if GAMES / example not in path.parents:
            assert not named.search(text), (
                f"{path.relative_to(ROOT)} names games/{example}, and would break without it: "
                "what belongs to that example goes into its folder, and a test of something else brings a game along"
            )
