"""Writes what is generated: `client_js/src/protocol.js` and the tables of `docs/PROTOCOL.md` from `shared/protocol`,
`docs/SETTINGS.md` from `shared/settings.py`.

`python -m cli.generate` writes, `--check` only says what is stale (exit code 1). In PROTOCOL.md each table stands
between `<!-- generated: NAME -->` and `<!-- end -->`; the prose around it is written by hand and never touched.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.render_docs import tables
from cli.render_js import protocol_module
from shared.settings import markdown

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path("client_js/src/protocol.js")
DOCUMENT = Path("docs/PROTOCOL.md")
SETTINGS = Path("docs/SETTINGS.md")

_SECTION = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Each generated file's path, relative to the root, and what it should contain now."""
    document = (root / DOCUMENT).read_text(encoding="utf-8")
    return {SCRIPT: protocol_module(), DOCUMENT: fill(document, tables()), SETTINGS: markdown()}


def fill(document: str, sections: Mapping[str, str]) -> str:
    """The document with each section's table renewed. A section without a place, or a place without one: KeyError."""
    missing = set(sections) - {match["name"] for match in _SECTION.finditer(document)}
    if missing:
        raise KeyError(f"no place for: {', '.join(sorted(missing))}")
    return _SECTION.sub(lambda match: f"{match[1]}\n{sections[match['name']]}\n{match[3]}", document)


def stale(root: Path = ROOT) -> list[Path]:
    return [path for path, text in generated(root).items() if _read(root / path) != text]


def write(root: Path = ROOT) -> list[Path]:
    """Writes what is stale and returns it."""
    texts = generated(root)
    changed = [path for path, text in texts.items() if _read(root / path) != text]
    for path in changed:
        (root / path).write_text(texts[path], encoding="utf-8")
    return changed


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for path in (found := stale()):
            print(f"{path} is stale: run `python -m cli.generate`")
        return 1 if found else 0
    if arguments:
        print("usage: python -m cli.generate [--check]", file=sys.stderr)
        return 2
    for path in write():
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
