"""What a page gets to run a game itself: Python, the engine, a game's program; and what the service worker may keep."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from lobby import site
from lobby.engine_bundle import bundle
from shared.catalog import read_catalog

MAIN = b"def start(world): ...\n\n\ndef update(world, dt): ...\n"
FILES = {
    "client_js/pages/index.html": b"<!doctype html>",
    "client_js/pages/play.html": b"<!doctype html>play",
    "client_js/src/index.js": b"export {}",
    "client_js/src/index.test.js": b"",
    "client_js/src/offline/service-worker.js": b"self;",
    "client_js/node_modules/pyodide/package.json": b'{"version": "1.2.3"}',
    "client_js/node_modules/pyodide/pyodide.mjs": b"export {}",
    "client_js/node_modules/pyodide/pyodide.asm.mjs": b"export {}",
    "client_js/node_modules/pyodide/pyodide.asm.wasm": b"\0asm" + bytes(10_000),
    "client_js/node_modules/pyodide/python_stdlib.zip": b"PK",
    "client_js/node_modules/pyodide/pyodide-lock.json": b"{}",
    "games/alone/game.toml": b'title = "Alone"\nauthority = "server"\noffline = true\n',
    "games/alone/main.py": MAIN,
    "games/alone/assets/ball.png": b"png",
    "games/shared/game.toml": b'authority = "host"\n',
    "games/shared/main.py": MAIN,
    "games/secret/game.toml": b'authority = "server"\n',
    "games/secret/main.py": MAIN,
    "games/secret/server.py": b"",
}
PYTHON = "/vendor/pyodide/1.2.3/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return tmp_path


@pytest.fixture
def http(folder: Path) -> httpx.AsyncClient:
    app = Starlette(routes=site.routes(folder / "client_js", read_catalog(folder / "games")))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lobby")


async def test_every_file_of_the_engine_is_named_with_its_size_and_kept_for_ever(http: httpx.AsyncClient) -> None:
    async with http:
        about = (await http.get("/offline/engine.json")).json()
        assert about["python"] == PYTHON
        assert {*about["bytes"]} >= {f"{PYTHON}pyodide.asm.wasm", about["engine"]}
        for address, size in about["bytes"].items():
            answer = await http.get(address)
            assert (answer.status_code, len(answer.content)) == (200, size)
            assert "immutable" in answer.headers["cache-control"]


async def test_what_compresses_is_compressed_for_whoever_reads_it(http: httpx.AsyncClient) -> None:
    async with http:
        address = f"{PYTHON}pyodide.asm.wasm"
        small = await http.get(address, headers={"accept-encoding": "gzip"})
        assert (small.headers["content-encoding"], small.headers["content-type"]) == ("gzip", "application/wasm")
        assert int(small.headers["content-length"]) < 1000
        plain = await http.get(address, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert small.content == plain.content


async def test_a_program_is_what_browsers_run_and_nothing_else_of_it(http: httpx.AsyncClient) -> None:
    async with http:
        program = (await http.get("/games/alone/program.json")).json()
        assert (program["name"], program["main"]) == ("alone", MAIN.decode())
        assert program["manifest"] == {"title": "Alone", "authority": "server", "offline": True}
        assert (await http.get("/games/shared/program.json")).status_code == 200
        for path in ("/games/secret/program.json", "/games/nothing/program.json", "/games/alone/main.py"):
            assert (await http.get(path)).status_code == 404


async def test_what_is_kept_is_named_by_its_content_and_is_there(folder: Path, http: httpx.AsyncClient) -> None:
    async with http:
        before = (await http.get("/offline/site.json")).json()
        for address, _ in [*before["shell"], *before["engine"], *before["games"]["alone"]["files"]]:
            assert (await http.get(address)).status_code == 200, address
        addresses = {address for address, _ in before["shell"]}
        assert {"/", "/client/index.js"} <= addresses
        assert "/client/index.test.js" not in addresses
        (folder / "client_js/src/index.js").write_bytes(b"export default 1")
        after = (await http.get("/offline/site.json")).json()
        changed = [address for address, hash in after["shell"] if [address, hash] not in before["shell"]]
        assert changed == ["/client/index.js"]


async def test_what_has_not_changed_is_not_read_again(folder: Path, http: httpx.AsyncClient) -> None:
    """Neither time nor size says that these have changed."""
    files = [folder / "games/alone/assets/ball.png", folder / "client_js/src/index.js"]
    async with http:
        before = (await http.get("/offline/site.json")).json()
        for file in files:
            stat = file.stat()
            file.write_bytes(b"?" * stat.st_size)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert (await http.get("/offline/site.json")).json() == before
        assets = (await http.get("/games/alone/assets.json")).json()["assets"]
        assert [assets["ball.png"]["url"]] * 2 in before["games"]["alone"]["files"], "for a page neither"


async def test_games_that_are_played_online_are_not_kept(http: httpx.AsyncClient) -> None:
    async with http:
        games = (await http.get("/offline/site.json")).json()["games"]
    assert {name: game["is_offline"] for name, game in games.items()} == {
        "alone": True,
        "secret": False,
        "shared": False,
    }


async def test_the_service_worker_may_serve_the_whole_site(http: httpx.AsyncClient) -> None:
    async with http:
        answer = await http.get("/sw.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert answer.headers["content-type"].startswith("text/javascript")


def test_the_engine_is_all_that_python_needs_in_a_browser_and_the_same_everywhere() -> None:
    name, content = bundle()
    assert bundle() == (name, content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert {"browser_worker/border.py", "shared/room/room.py", "shared/wire/codec.py", "msgpack/fallback.py"} <= {
        *names
    }
    assert not [
        name for name in names if name.startswith(("shared/store", "shared/wire/tokens", "lobby", "room_worker"))
    ]
    assert len(gzip.compress(content)) < 150_000
