"""The site: what is served and how, what never is, and that it can be turned off."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from lobby import site
from lobby.site import inline_hashes
from shared.catalog import read_catalog

PAGE = b'<!doctype html><script type="importmap">{"imports": {}}</script><script src="/client/lobby.js"></script>'
FILES = {
    "client_js/pages/index.html": PAGE,
    "client_js/pages/style.css": b"body {}",
    "client_js/src/lobby.js": b"export {}",
    "client_js/node_modules/@msgpack/msgpack/dist.esm/index.mjs": b"export {}",
    "client_js/package.json": b"{}",
    "games/den/game.toml": b'title = "Den"\npage = "play.html"\n',
    "games/den/play.html": b"<!doctype html>den",
    "games/den/server.py": b"SECRET = 1",
    "games/den/assets/a b.png": b"png",
    "games/den/.git/config": b"secret",
    "games/den/__pycache__/server.cpython-311.pyc": b"secret",
    "secret.txt": b"secret",
}


@pytest.fixture
def http(tmp_path: Path) -> httpx.AsyncClient:
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    app = Starlette(routes=site.routes(tmp_path / "client_js", read_catalog(tmp_path / "games")))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lobby")


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/pages/style.css", "text/css; charset=utf-8"),
        ("/client/lobby.js", "text/javascript; charset=utf-8"),
        ("/vendor/msgpack/index.mjs", "text/javascript; charset=utf-8"),
        ("/games/den/", "text/html; charset=utf-8"),
        ("/games/den/play.html", "text/html; charset=utf-8"),
        ("/games/den/assets/a%20b.png", "image/png"),
    ],
)
async def test_what_is_served(path: str, content_type: str, http: httpx.AsyncClient) -> None:
    async with http:
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = await http.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/games/den/game.toml",
        "/games/den/GAME.TOML",
        "/games/den/server.py",
        "/games/den/server%2Epy",
        "/games/den/.git/config",
        "/games/den/__pycache__/server.cpython-311.pyc",
        "/games/den/../../secret.txt",
        "/games/den/%2e%2e/%2e%2e/secret.txt",
        "/games/den/..%2f..%2fsecret.txt",
        "/client/../package.json",
        "/package.json",
        "/secret.txt",
        "/games/",
        "/games/chess/",
        "/pages/",
    ],
)
async def test_what_never_is(path: str, http: httpx.AsyncClient) -> None:
    async with http:
        answer = await http.get(path)
        assert answer.status_code == 404
        assert b"secret" not in answer.content.lower()


async def test_the_policy_allows_the_pages_own_import_map_and_no_other_inline_script(http: httpx.AsyncClient) -> None:
    async with http:
        policy = (await http.get("/")).headers["content-security-policy"]
        [hashed] = inline_hashes(PAGE)
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert scripts == f"script-src 'self' 'wasm-unsafe-eval' '{hashed}'"
        assert (
            "script-src 'self' 'wasm-unsafe-eval';"
            in (await http.get("/client/lobby.js")).headers["content-security-policy"]
        )


async def test_a_game_without_its_slash_is_found(http: httpx.AsyncClient) -> None:
    async with http:
        answer = await http.get("/games/den")
        assert (answer.status_code, answer.headers["location"]) == (307, "http://lobby/games/den/")


def test_folders_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "games").mkdir()
    assert site.routes(tmp_path / "client_js", read_catalog(tmp_path / "games")) == []
