"""How much one writes for the smallest complete game: dots that move, seen by everybody in the room, with one test.

    python -m bench.smallest.count

Counts each folder beside this one: its files, and their lines that hold more than white space or a comment.
What a framework, a template or a package manager brings is not in them, and so not counted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
COMMENTS = {".py": "#", ".toml": "#", ".js": "//"}
LEFT_OUT = {"node_modules", "__pycache__", "bundle.js", "package-lock.json"}


class Size(NamedTuple):
    files: int
    lines: int
    characters: int


def of(folder: Path) -> Size:
    texts = {path: path.read_text("utf-8") for path in written(folder)}
    lines = [line.strip() for path, text in texts.items() for line in text.splitlines() if counts(line, path.suffix)]
    return Size(len(texts), len(lines), sum(map(len, lines)))


def written(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not LEFT_OUT & set(path.parts):
            yield path


def counts(line: str, suffix: str) -> bool:
    text = line.strip()
    comment = COMMENTS.get(suffix)
    return bool(text) and not (comment and text.startswith(comment))


if __name__ == "__main__":
    print(f"{'':14}{'files':>8}{'lines':>8}{'characters':>12}")
    for each in sorted(path for path in FOLDER.iterdir() if path.is_dir() and path.name not in LEFT_OUT):
        print(f"{each.name:14}" + "{:>8}{:>8}{:>12}".format(*of(each)))
