"""`rooms new NAME` makes a game that runs and whose test passes, or says in one sentence why not."""

import runpy
import sys
from pathlib import Path

import pytest

from cli.main import main
from cli.new import make
from shared.catalog import read_catalog
from shared.settings import CannotStart


def test_what_it_makes_is_a_game_that_plays(tmp_path: Path) -> None:
    said = make(tmp_path, "high-noon")
    game = read_catalog(tmp_path).game("high-noon")
    assert game.manifest.title == "High noon"
    assert game.manifest.rules.has_main
    assert game.manifest.rules.is_offline
    assert game.advice == ()
    assert str(game.folder) in said


def test_its_own_test_passes(tmp_path: Path) -> None:
    make(tmp_path, "meadow")
    found = runpy.run_path(str(tmp_path / "meadow" / "test_meadow.py"))
    played = [function() for name, function in found.items() if name.startswith("test_")]
    assert len(played) == 1


@pytest.mark.parametrize(
    ("name", "word"), [("Meadow", "no name"), ("../out", "no name"), ("", "no name"), ("taken", "there already")]
)
def test_a_name_that_does_not_fit_is_refused_and_nothing_written(tmp_path: Path, name: str, word: str) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(CannotStart, match=word):
        make(tmp_path, name)
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]


def test_the_command_ends_with_a_sentence_and_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = []
    monkeypatch.setattr(sys, "argv", ["rooms", "new", "meadow", "--games", str(tmp_path)])
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main()
        codes.append(ended.value.code)
    assert codes == [0, 2]
    assert capsys.readouterr().err.count("\n") == 1
