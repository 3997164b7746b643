"""A game as a page fetched it (`/games/<name>/program.json`), made ready to run by the same rules as on a server."""

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
    return Program(manifest, fields["hash"], Code(load(main, f"games/{name}/main.py")) if main else None)
