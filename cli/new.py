"""`rooms new NAME`: the folder of a game that runs, for whoever wants to write one.

What it holds lies in `new_game/`, itself a game but for its title, so that it is checked like every other.
"""

from pathlib import Path

from shared.rules.manifest import GAME_NAME
from shared.settings import CannotStart

TEMPLATE = Path(__file__).parent / "new_game"
TITLE = "TITLE"
MADE = """
  {folder} is a game now:

    main.py         its rules: change them
    game.toml       title, seats, inputs, options
    {test:<16}its test

  Play it    python3 run.py                  and choose {title}
  Test it    python3 run.py test {folder}
  Learn      docs/NEW_GAME.md
"""


def make(games: Path, name: str) -> str:
    """Writes the folder. Returns what to say about it. Raises CannotStart: the name does not fit, or is taken."""
    folder = games / name
    if not GAME_NAME.fullmatch(name):
        raise CannotStart(
            f"{name!r} is no name for a game: a small letter, then small letters, digits, - and _, at most 32."
        )
    if not games.is_dir():
        raise CannotStart(
            f"There is no folder {str(games)!r} here: go to the project's folder, or name it with --games."
        )
    if folder.exists():
        raise CannotStart(f"{folder} is there already: choose another name, or remove it first.")
    title, test = name.replace("-", " ").replace("_", " ").capitalize(), f"test_{name.replace('-', '_')}.py"
    folder.mkdir()
    for path in TEMPLATE.glob("*.*"):
        target = folder / (test if path.name.startswith("test_") else path.name)
        target.write_text(path.read_text("utf-8").replace(TITLE, title), "utf-8")
    return MADE.format(folder=folder, test=test, title=title)
