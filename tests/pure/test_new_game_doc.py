"""docs/NEW_GAME.md as a newcomer follows it: each block of code goes where it says, and after each step all tests pass.

A block of Python takes the place of what has the same name in that file, as its reader would do it; other files are
written whole, and `game.toml` is added to.
"""

import ast
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.new import make
from shared.catalog import read_game

DOC = Path(__file__).parents[2] / "docs" / "NEW_GAME.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([\w.]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
COMMANDS = {"python3 run.py new meadow", "python3 run.py", "python3 run.py test games/meadow"}


def steps() -> list[list[tuple[str, str, str]]]:
    """(language, file, text) of each block of each section."""
    sections = DOC.read_text("utf-8").split("\n## ")[1:]
    return [BLOCK.findall(section) for section in sections]


def test_each_step_leaves_a_game_whose_tests_pass(tmp_path: Path) -> None:
    make(tmp_path, "meadow")
    folder = tmp_path / "meadow"
    played = []
    for step in steps():
        for language, file, text in step:
            if language != "sh":
                put(folder / file, text)
        assert read_game(folder).advice == ()
        played.append(len(list(play(folder))))
    assert played == sorted(played)
    assert played[-1] == 3


def test_its_commands_are_those_that_there_are() -> None:
    said = {line for step in steps() for language, _, text in step if language == "sh" for line in text.splitlines()}
    assert said == COMMANDS


def test_its_scripts_are_javascript(tmp_path: Path) -> None:
    if not shutil.which("node"):
        pytest.skip("node is missing")
    scripts = [text for step in steps() for language, _, text in step if language == "js"]
    assert scripts
    for text in scripts:
        (tmp_path / "client.mjs").write_text(text, "utf-8")
        subprocess.run(["node", "--check", tmp_path / "client.mjs"], check=True, timeout=20)


def put(path: Path, text: str) -> None:
    before = path.read_text("utf-8") if path.exists() else ""
    if path.suffix == ".py" and before:
        text = replaced(before, text)
    elif path.suffix == ".toml":
        text = f"{before}\n{text}"
    path.write_text(text, "utf-8")


def replaced(before: str, text: str) -> str:
    """`before` with what has the same name taken from `text`; what is new comes last."""
    new = {name_of(node): source_of(node, text) for node in ast.parse(text).body}
    parts = [new.pop(name_of(node), source_of(node, before)) for node in ast.parse(before).body]
    return "\n\n\n".join([*parts, *new.values()]) + "\n"


def name_of(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.ImportFrom(module=module):
            return f"from {module}"
        case ast.Assign(targets=[target]):
            return ast.unparse(target)
    return ast.unparse(node)


def source_of(node: ast.stmt, text: str) -> str:
    """With its decorators."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def play(folder: Path) -> Iterator[str]:
    for name, function in runpy.run_path(str(folder / "test_meadow.py")).items():
        if name.startswith("test_"):
            function()
            yield name
