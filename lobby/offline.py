"""What a page needs to run a game itself, with or without a network.

    /offline/engine.json          where Python and the engine are, and how many bytes each file has
    /offline/engine-<hash>.zip    the project's own Python files for the browser (`engine_bundle.py`)
    /vendor/pyodide/<version>/…   Python itself, as npm installed it
    /games/<name>/program.json    what a game is, and its `main.py`: of games that browsers run, and of no others
    /offline/site.json            every file of the site with a hash (`site_list.py`), for the service worker
    /sw.js                        the service worker, here so that it may serve the whole site

What has no hash in its name is checked again before each use. Absent: `server.py`, which never leaves the server.
"""

import asyncio
import json
import tomllib
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from lobby.assets import AllAssets, checked_again
from lobby.engine_bundle import bundle
from lobby.pinned import Pinned
from lobby.site_list import SiteList
from shared.catalog import MANIFEST_FILE, Catalog, Game

PYODIDE_FILES = {
    "pyodide.mjs": "text/javascript",
    "pyodide.asm.mjs": "text/javascript",
    "pyodide.asm.wasm": "application/wasm",
    "python_stdlib.zip": "application/zip",
    "pyodide-lock.json": "application/json",
}


def routes(client: Path, catalog: Catalog, assets: AllAssets, folders: Mapping[str, Path]) -> list[BaseRoute]:
    """To stand before the `folders` of the site and the games. Without the browser's packages there is no Python to
    play with, and nothing to keep."""
    pyodide = client / "node_modules" / "pyodide"
    if not pyodide.is_dir():
        return []
    engine = Engine(pyodide)
    site = SiteList(folders, client / "pages", catalog, assets, engine.files)
    return [
        Route("/offline/engine.json", engine.about),
        Route("/offline/site.json", partial(_site, site)),
        *engine.routes(),
        Route("/games/{name}/program.json", partial(_program, catalog)),
        Route("/sw.js", partial(_service_worker, client / "src" / "offline" / "service-worker.js")),
    ]


class Engine:
    """Python and the files that run on it. Both are as they were when this lobby started."""

    def __init__(self, pyodide: Path) -> None:
        self._pyodide = pyodide
        version = json.loads((pyodide / "package.json").read_text("utf-8"))["version"]
        self._python = f"/vendor/pyodide/{version}/"
        self._name, self._zip = bundle()

    @property
    def files(self) -> dict[str, str]:
        """What names the content of each address. Those that never change name it themselves."""
        return {"/offline/engine.json": self._name, **{address: address for address in self._about["bytes"]}}

    def routes(self) -> list[BaseRoute]:
        pinned = [
            Route(self._python + name, Pinned((self._pyodide / name).read_bytes, content_type).answer)
            for name, content_type in PYODIDE_FILES.items()
        ]
        return [*pinned, Route(f"/offline/{self._name}", Pinned(lambda: self._zip, "application/zip").answer)]

    async def about(self, request: Request) -> Response:
        return checked_again(request, json.dumps(self._about).encode(), "application/json")

    @cached_property
    def _about(self) -> dict[str, Any]:
        files = {self._python + name: (self._pyodide / name).stat().st_size for name in PYODIDE_FILES}
        engine = f"/offline/{self._name}"
        return {"python": self._python, "engine": engine, "bytes": {**files, engine: len(self._zip)}}


async def _site(site: SiteList, request: Request) -> Response:
    return checked_again(request, await asyncio.to_thread(site.read), "application/json")


async def _program(catalog: Catalog, request: Request) -> Response:
    game = catalog.games.get(request.path_params["name"])
    if game is None or not runs_in_browsers(game):
        raise HTTPException(404)
    return checked_again(request, await asyncio.to_thread(_read_program, game), "application/json")


def runs_in_browsers(game: Game) -> bool:
    return game.manifest.rules.is_offline or game.manifest.authority == "host"


def _read_program(game: Game) -> bytes:
    """`{name, hash, manifest, main}`: the manifest as its author wrote it, to be parsed by the same rules there."""
    manifest = tomllib.loads((game.folder / MANIFEST_FILE).read_text("utf-8"))
    program = {"name": game.name, "hash": game.hash, "manifest": manifest, "main": game.main_source}
    return json.dumps(program, ensure_ascii=False).encode()


async def _service_worker(path: Path, request: Request) -> Response:
    return FileResponse(path, headers={"cache-control": "no-cache"}, media_type="text/javascript")
