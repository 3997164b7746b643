"""The pages, the browser's client and the games, as plain files. Off with ROOMS_SERVE_SITE=no.

    /  /pages/…          client_js/pages        /vendor/msgpack/…   @msgpack/msgpack, as npm installed it
    /client/…            client_js/src          /games/<name>/…     a game's page and assets; never its code
    /stage/…             client_js/stage    what runs games in a browser: `offline.py`

A game that runs a `main.py` and brings no page of its own is played on `client_js/pages/play.html`.

Every answer must be checked again before use (`no-cache` with an ETag), so a deploy is seen at once. The content policy
allows scripts from here only; a page's inline import map is allowed by its hash.
"""

import asyncio
import base64
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from lobby import offline
from lobby.assets import ASSETS, AllAssets, Assets, asset_response, checked_again, is_secret
from shared.catalog import Catalog, Game

ASSETS_MANIFEST, PLAY_PAGE = "assets.json", "play.html"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""The ones that must not depend on what the machine's own table says."""

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""Workers are on other ports and hosts than the page: hence ws: and wss:."""

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def routes(client: Path, catalog: Catalog) -> list[BaseRoute]:
    """Folders that are not there are left out: a lobby without the browser's packages still serves its API."""
    pages, assets = Folder(client / "pages"), AllAssets()
    shell = {
        "/client": Folder(client / "src"),
        "/stage": Folder(client / "stage"),
        "/pages": pages,
        "/vendor/msgpack": Folder(client / "node_modules" / "@msgpack" / "msgpack" / "dist.esm"),
    }
    mounts: list[BaseRoute] = [Mount(path, folder) for path, folder in shell.items() if folder.path.is_dir()]
    if pages.path.is_dir():
        mounts = [Route("/", pages.front_page), *mounts]
    if catalog.games:
        mounts.append(Mount("/games/{name}", GameFolders(catalog, pages, assets)))
    folders = {path: folder.path for path, folder in shell.items()}
    return [*offline.routes(client, catalog, assets, folders), *mounts]


class Folder(StaticFiles):
    """One folder's files, `index` for the folder itself."""

    def __init__(self, folder: Path, index: str = "") -> None:
        super().__init__(directory=folder, check_dir=False)
        self.path = folder
        self._index = index

    async def front_page(self, request: Request) -> Response:
        return await self.get_response("index.html", request.scope)

    def get_path(self, scope: Scope) -> str:
        path = super().get_path(scope)
        return self._index if path == "." and self._index else path

    async def get_response(self, path: str, scope: Scope) -> Response:
        if is_secret(path.replace(os.sep, "/")):
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        suffix = PurePosixPath(full_path).suffix.lower()
        if suffix in CONTENT_TYPES and "content-type" in response.headers:
            response.headers["content-type"] = CONTENT_TYPES[suffix]
        inline = inline_hashes(Path(full_path).read_bytes()) if suffix == ".html" else ()
        response.headers["content-security-policy"] = policy(inline)
        response.headers["cache-control"] = "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["referrer-policy"] = "same-origin"
        return response


class GameFolders:
    """Of the games that the catalog has now."""

    def __init__(self, catalog: Catalog, pages: Folder, assets: AllAssets) -> None:
        self._catalog, self._pages, self._assets = catalog, pages, assets
        self._folders: dict[str, GameFolder] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["name"]
        game = self._catalog.games.get(name)
        if game is None:
            raise HTTPException(404)
        folder = self._folders.get(name)
        if folder is None or folder.game is not game:
            folder = self._folders[name] = GameFolder(game, self._pages, self._assets.of(game))
        await folder(scope, receive, send)


class GameFolder(Folder):
    """What a game shows of itself: its page, or the one for games without, its scripts, and its assets."""

    def __init__(self, game: Game, pages: Folder, assets: Assets) -> None:
        super().__init__(game.folder, game.manifest.page)
        self.game = game
        self._assets = assets
        self._pages = pages
        self._is_played_here = is_played_on_the_usual_page(game)

    async def get_response(self, path: str, scope: Scope) -> Response:
        request = Request(scope)
        if path == ASSETS_MANIFEST:
            return checked_again(request, await asyncio.to_thread(self._assets.manifest), "application/json")
        if path == self._index and self._is_played_here:
            return await self._pages.get_response(PLAY_PAGE, scope)
        within = PurePosixPath(path.replace(os.sep, "/"))
        if within.parts[:1] == (ASSETS,) and request.method in ("GET", "HEAD"):
            name = within.relative_to(ASSETS).as_posix()
            found = await asset_response(self._assets, name, request, CONTENT_TYPES.get(within.suffix.lower()))
            if found is not None:
                found.headers["content-security-policy"] = policy(())
                return found
        return await super().get_response(path, scope)


def is_played_on_the_usual_page(game: Game) -> bool:
    """Whether it has a page, and that is not a file of its own."""
    page = game.manifest.page
    return bool(page) and game.manifest.rules.has_main and not (game.folder / page).is_file()


def policy(hashes: Iterable[str]) -> str:
    return POLICY.format(hashes="".join(f" '{value}'" for value in hashes))


def inline_hashes(html: bytes) -> list[str]:
    """The page's inline scripts (import maps cannot be files yet), as the content policy names them."""
    digests = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(html))
    return ["sha256-" + base64.b64encode(digest).decode() for digest in digests]
