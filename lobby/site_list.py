"""Every file of the site with a hash of its content, so that a service worker keeps the whole of it and fetches only
what has changed: `{shell, engine, games: {name: {is_offline, files}}}`, a file being `[address, hash]`.

Files are read again when their time or size has changed. Absent: what is kept, and when; that is the service worker's.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lobby.assets import ASSETS, AllAssets, is_secret
from shared.catalog import Catalog, Game

HASH_CHARS = 16
LEFT_OUT = (".map", ".md", ".test.js", ".d.ts")

File = list[str]


class SiteList:
    """`folders`: addresses and the folders behind them, but for the games'. `engine`: addresses of what runs games, and
    for each what changes with its content."""

    def __init__(
        self,
        folders: Mapping[str, Path],
        pages: Path,
        catalog: Catalog,
        assets: AllAssets,
        engine: Mapping[str, str],
    ) -> None:
        self._folders, self._pages, self._catalog, self._assets = folders, pages, catalog, assets
        self._engine = list(map(list, engine.items()))
        self._hashes: dict[Path, tuple[int, int, str]] = {}

    def read(self) -> bytes:
        """Reads files: to be called in a thread."""
        games = {
            name: {"is_offline": game.manifest.is_offline, "files": list(self._game_files(game))}
            for name, game in self._catalog.games.items()
        }
        shell = [["/", self._hash(self._pages / "index.html")], *self._shell()]
        whole: dict[str, Any] = {"shell": shell, "engine": self._engine, "games": games}
        return json.dumps(whole, separators=(",", ":")).encode()

    def _shell(self) -> Iterator[File]:
        for address, folder in self._folders.items():
            yield from self._files(address, folder, folder.rglob("*"))

    def _game_files(self, game: Game) -> Iterator[File]:
        base, page = f"/games/{game.name}", game.folder / game.manifest.page
        usual = self._pages / "play.html"
        yield [f"{base}/", self._hash(page if page.is_file() else usual)]
        yield from self._files(
            base, game.folder, (path for path in game.folder.rglob("*") if not _is_asset(path, game))
        )
        manifest = self._assets.of(game).manifest()
        yield [f"{base}/assets.json", _digest(manifest)]
        yield from ([asset["url"], asset["url"]] for asset in json.loads(manifest)["assets"].values())
        if game.manifest.is_offline:
            yield [f"{base}/program.json", game.hash]

    def _files(self, address: str, folder: Path, paths: Iterable[Path]) -> Iterator[File]:
        for path in sorted(paths):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not is_secret(name) and not name.endswith(LEFT_OUT):
                yield [f"{address}/{name}", self._hash(path)]

    def _hash(self, path: Path) -> str:
        stat = path.stat()
        known = self._hashes.get(path)
        if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
            known = self._hashes[path] = (stat.st_mtime_ns, stat.st_size, _digest(path.read_bytes()))
        return known[2]


def _is_asset(path: Path, game: Game) -> bool:
    return path.relative_to(game.folder).parts[0] == ASSETS


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_CHARS]
