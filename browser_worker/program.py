"""A game as a page fetched it (`/games/<name>/program.json`), made ready to run by the same rules as on a server."""

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.game.program import Program as Code
from shared.game.program import load
from shared.rules.manifest import Manifest, parse_manifest


@dataclass(frozen=True, slots=True)
class Program:
    """`code` is what a room or an engine runs; None when the game has no `main.py`."""

    manifest: Manifest
    hash: str
    code: Code | None


def read_program(fields: Mapping[str, Any]) -> Program:
    """Raises CodeFailed when `main.py` does not load."""
    name, main = fields["name"], fields["main"]
    manifest = parse_manifest(name, fields["manifest"], has_main=bool(main))
    return Program(manifest, fields["hash"], _load(main, f"games/{name}/main.py") if main else None)


def _load(main: str, filename: str) -> Code:
    """There is no such file here: a traceback finds its lines all the same."""
    linecache.cache[filename] = (len(main), None, main.splitlines(keepends=True), filename)
    return Code(load(main, filename))
