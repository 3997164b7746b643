"""The games of this machine: reads the games folders at start. A worker and a lobby see the same thing.

A game is a folder with a `game.toml`. Its `hash` names the code that would run on a worker (the manifest and the
Python files beside it, tests left out), so that a room is only placed where the same code lies: pages, pictures and
`client.js` may differ, for they never run there. What a `main.py` must not contain is said here, before anything runs.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType

from shared.game import guard, program
from shared.protocol.errors import GAME_UNKNOWN, RoomError
from shared.protocol.ids import GameName
from shared.rules.manifest import Manifest, parse_manifest
from shared.rules.toml_tables import ManifestError

MANIFEST_FILE = "game.toml"
MAIN_FILE = "main.py"
SERVER_FILE = "server.py"
HASH_CHARS = 16


@dataclass(frozen=True)
class Game:
    """`main_source` and `server_source` are the texts of `main.py` and `server.py`, empty when the game has none.
    `advice`: what the guard says about its `main.py` without refusing it. All its rooms share what is compiled here."""

    manifest: Manifest
    folder: Path
    hash: str
    server_source: str = ""
    main_source: str = ""
    advice: tuple[str, ...] = ()

    @property
    def name(self) -> GameName:
        return self.manifest.name

    @cached_property
    def main_code(self) -> CodeType:
        """Raises ProgramRefused."""
        return program.compiled_main(self.main_source, str(self.folder / MAIN_FILE))

    @cached_property
    def server_code(self) -> CodeType:
        """Raises SyntaxError."""
        return program.compiled(self.server_source, str(self.folder / SERVER_FILE))


@dataclass(slots=True)
class Catalog:
    """Whoever holds it sees the present `games`: in development they change (`catalog_watch.py`)."""

    games: Mapping[GameName, Game]

    def game(self, name: str) -> Game:
        """Raises GAME_UNKNOWN."""
        game = self.games.get(GameName(name))
        if game is None:
            raise RoomError(GAME_UNKNOWN)
        return game

    def hashes(self) -> dict[str, str]:
        """What a worker announces: a game's name to the hash of its code."""
        return {name: game.hash for name, game in self.games.items()}


def read_catalog(*folders: Path | str) -> Catalog:
    """All games of the given folders. Raises ManifestError for a broken one, so that nothing starts half."""
    games: dict[GameName, Game] = {}
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise ManifestError(f"There is no games folder {str(folder)!r}.")
        for manifest_file in sorted(folder.glob(f"*/{MANIFEST_FILE}")):
            game = read_game(manifest_file.parent)
            if game.name in games:
                raise ManifestError(f"The game {game.name!r} is in two games folders.")
            games[game.name] = game
    return Catalog(games)


def read_game(folder: Path) -> Game:
    """The game of one folder. Raises ManifestError."""
    try:
        toml = tomllib.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"games/{folder.name}/{MANIFEST_FILE} is not valid TOML: {error}.") from None
    main_source = _read_code(folder / MAIN_FILE)
    return Game(
        manifest=parse_manifest(folder.name, toml, has_main=bool(main_source)),
        folder=folder,
        hash=_hash_of(folder, _code_files(folder)),
        server_source=_read_code(folder / SERVER_FILE),
        main_source=main_source,
        advice=_guarded(main_source, f"games/{folder.name}/{MAIN_FILE}"),
    )


def _read_code(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise ManifestError(f"games/{path.parent.name}/{path.name} is no UTF-8 text: {error}.") from None


def _guarded(source: str, where: str) -> tuple[str, ...]:
    """What the guard only advises. Raises ManifestError for what it refuses."""
    findings = guard.check(source, where) if source else []
    fatal = [f"{where}, {finding}" for finding in findings if finding.is_fatal]
    if fatal:
        raise ManifestError("\n".join(fatal))
    return tuple(f"{where}, {finding}" for finding in findings)


def _code_files(folder: Path) -> Iterable[Path]:
    scripts = (path for path in folder.rglob("*.py") if not path.name.startswith("test_"))
    return sorted([folder / MANIFEST_FILE, *scripts])


def _hash_of(folder: Path, files: Iterable[Path]) -> str:
    """Stable across machines: names relative to the folder, contents as bytes, lengths between them."""
    digest = hashlib.sha256()
    for path in files:
        name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
        digest.update(b"%d:%s%d:%s" % (len(name), name, len(content), content))
    return digest.hexdigest()[:HASH_CHARS]
