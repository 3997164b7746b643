"""A game's `assets/`, each file under a name that says what is in it: fetched once, and again only when it has changed.

    /games/<name>/assets.json                      title, `client.js` if there is one, every asset with its address
    /games/<name>/assets/ship.3f2a9c81d0b4.png     the picture; immutable for a year
    /games/<name>/assets/ship.png                  the same by its plain name: checked again before each use

What compresses is compressed once per content. Files are read again when their time or size has changed, so that an
author sees at once what was saved. Absent: any step that builds something beside the files.
"""

import asyncio
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from shared.catalog import Game

ASSETS, CLIENT_SCRIPT = "assets", "client.js"
HASH_CHARS = 12
HASHED = re.compile(rf"(?P<stem>.+)\.(?P<hash>[0-9a-f]{{{HASH_CHARS}}})(?P<suffix>\.[^./]+)?")
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSIBLE = {
    *(".css", ".csv", ".frag", ".glsl", ".gltf", ".html", ".js", ".json", ".md", ".mjs", ".obj", ".otf", ".svg"),
    *(".tmx", ".toml", ".ttf", ".txt", ".vert", ".wasm", ".wav", ".xml"),
}
COMPRESS_LEAST_BYTES, COMPRESS_MOST_BYTES = 512, 8 << 20
"""What is smaller gains nothing, what is larger would be kept in memory twice: both are sent as they are."""
SECRET_SUFFIXES = (".py", ".pyc", ".toml")
"""Never served, nor is anything hidden: code stays here."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it was at `changed_ns`. `name` is its path within `assets/`."""

    name: str
    path: Path
    size: int
    changed_ns: int
    hash: str

    @property
    def hashed_name(self) -> str:
        where = PurePosixPath(self.name)
        return str(where.with_name(f"{where.stem}.{self.hash}{where.suffix}"))


class Assets:
    """All assets of one game. Its methods read files: call them in a thread."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self._folder = game.folder / ASSETS
        self._known: dict[str, Asset] = {}
        self._compressed: dict[str, bytes] = {}

    def read(self) -> list[Asset]:
        """Every asset as it is now, in order of name; what has not changed is not read again."""
        self._known = {name: self._read(name, path) for name, path in sorted(self._files())}
        hashes = {asset.hash for asset in self._known.values()}
        self._compressed = {key: value for key, value in list(self._compressed.items()) if key in hashes}
        return list(self._known.values())

    def find(self, name: str) -> Asset | None:
        """The asset of that hashed name; None when there is none, or it has another content by now."""
        match = HASHED.fullmatch(name)
        if not match or "\0" in name:
            return None
        plain = match["stem"] + (match["suffix"] or "")
        path = self._folder / plain
        try:
            if not self._is_public(path):
                return None
            asset = self._known[plain] = self._read(plain, path)
        except OSError:
            # No file can have such a name, or it was removed a moment ago.
            return None
        return asset if asset.hash == match["hash"] else None

    def compressed(self, asset: Asset) -> bytes | None:
        """Its bytes under gzip; None where that gains nothing."""
        if asset.path.suffix.lower() not in COMPRESSIBLE:
            return None
        if not COMPRESS_LEAST_BYTES <= asset.size <= COMPRESS_MOST_BYTES:
            return None
        if asset.hash not in self._compressed:
            self._compressed[asset.hash] = gzip.compress(asset.path.read_bytes(), mtime=0)
        return self._compressed[asset.hash]

    def manifest(self) -> bytes:
        """What a page asks for first, as JSON: `{title, client, offline, assets: {name: {url, bytes}}}`."""
        base = f"/games/{self.game.name}/"
        assets = {
            asset.name: {"url": f"{base}{ASSETS}/{quote(asset.hashed_name)}", "bytes": asset.size}
            for asset in self.read()
        }
        client = f"{base}{CLIENT_SCRIPT}" if (self.game.folder / CLIENT_SCRIPT).is_file() else ""
        manifest = self.game.manifest
        about = {"title": manifest.title, "client": client, "offline": manifest.is_offline, "assets": assets}
        return json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()

    def _files(self) -> Iterator[tuple[str, Path]]:
        for path in self._folder.rglob("*"):
            if self._is_public(path):
                yield path.relative_to(self._folder).as_posix(), path

    def _is_public(self, path: Path) -> bool:
        """A file within the folder, also after following links, that is neither code nor hidden."""
        folder, real = self._folder.resolve(), path.resolve()
        return path.is_file() and real.is_relative_to(folder) and not is_secret(real.relative_to(folder).as_posix())

    def _read(self, name: str, path: Path) -> Asset:
        stat = path.stat()
        known = self._known.get(name)
        if known and (known.size, known.changed_ns) == (stat.st_size, stat.st_mtime_ns):
            return known
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_CHARS]
        return Asset(name, path, stat.st_size, stat.st_mtime_ns, digest)


class AllAssets:
    """Those of each game that the catalog has now: one `Assets` per game, so that each file is read once for all."""

    def __init__(self) -> None:
        self._of: dict[str, Assets] = {}

    def of(self, game: Game) -> Assets:
        known = self._of.get(game.name)
        if known is None or known.game is not game:
            known = self._of[game.name] = Assets(game)
        return known


async def asset_response(assets: Assets, name: str, request: Request, content_type: str | None) -> Response | None:
    """The answer for a hashed name; None when there is no such content here: perhaps `name` is a plain one."""
    asset = await asyncio.to_thread(assets.find, name)
    if asset is None:
        return None
    headers = {"cache-control": FOR_EVER, "etag": f'"{asset.hash}"', "x-content-type-options": "nosniff"}
    compressed = await asyncio.to_thread(assets.compressed, asset)
    if compressed is not None:
        headers["vary"] = "accept-encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(compressed, headers={**headers, "content-encoding": "gzip"}, media_type=content_type)
    return FileResponse(asset.path, headers=headers, media_type=content_type)


def is_secret(path: str) -> bool:
    """Whether the file of that path, with slashes, is never served."""
    parts = PurePosixPath(path).parts
    return path.lower().endswith(SECRET_SUFFIXES) or any(part.startswith((".", "__")) for part in parts)


def checked_again(request: Request, body: bytes, media_type: str) -> Response:
    """An answer that is asked for again before each use, and only sent when it has changed."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": "no-cache", "etag": etag, "x-content-type-options": "nosniff"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
