"""A game's assets: named by content, kept for ever, compressed where that gains; an edit is seen at once."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from lobby import site
from shared.catalog import read_catalog

SONG = b"<svg>" + b"la " * 1000 + b"</svg>"
FILES = {
    "client_js/pages/play.html": b"<!doctype html>the usual page",
    "games/racing/game.toml": b'title = "The Race"\nauthority = "server"\n',
    "games/racing/main.py": b"def start(world): ...\n\n\ndef update(world, dt): ...\n",
    "games/racing/client.js": b"export {}",
    "games/racing/assets/ship one.png": b"\x89PNG of a ship",
    "games/racing/assets/deep/song.svg": SONG,
    "games/racing/assets/tune.ogg": b"la " * 1000,
    "games/racing/assets/notes.py": b"SECRET = 1",
    "games/racing/assets/.hidden": b"secret",
    "games/relay/game.toml": b'title = "Only a relay"\n',
    "secret.txt": b"secret",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (tmp_path / "games/racing/assets/way-out.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path


@pytest.fixture
def http(folder: Path) -> httpx.AsyncClient:
    app = Starlette(routes=site.routes(folder / "client_js", read_catalog(folder / "games")))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lobby")


async def url_of(http: httpx.AsyncClient, name: str) -> str:
    manifest = (await http.get("/games/racing/assets.json")).json()
    return str(manifest["assets"][name]["url"])


async def test_a_name_that_no_file_can_have_is_not_found(http: httpx.AsyncClient) -> None:
    for name in (f"{'x' * 300}.0123456789ab.png", f"{'x' * 300}.png"):
        assert (await http.get(f"/games/racing/assets/{name}")).status_code == 404


async def test_the_manifest_names_what_a_page_loads(http: httpx.AsyncClient) -> None:
    answer = await http.get("/games/racing/assets.json")
    manifest = answer.json()
    assert (manifest["title"], manifest["client"]) == ("The Race", "/games/racing/client.js")
    assert list(manifest["assets"]) == ["deep/song.svg", "ship one.png", "tune.ogg"]
    assert manifest["assets"]["deep/song.svg"]["bytes"] == len(SONG)
    assert answer.headers["cache-control"] == "no-cache"
    again = await http.get("/games/racing/assets.json", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_an_asset_may_be_kept_for_ever(http: httpx.AsyncClient) -> None:
    answer = await http.get(await url_of(http, "ship one.png"))
    assert (answer.status_code, answer.content) == (200, b"\x89PNG of a ship")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "image/png"
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-security-policy"]


async def test_an_asset_answers_a_question_for_a_part_of_it(http: httpx.AsyncClient) -> None:
    answer = await http.get(await url_of(http, "tune.ogg"), headers={"range": "bytes=3-4"})
    assert (answer.status_code, answer.content) == (206, b"la")


async def test_what_compresses_is_compressed_for_whoever_takes_it(http: httpx.AsyncClient) -> None:
    url = await url_of(http, "deep/song.svg")
    async with http.stream("GET", url, headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert (packed.headers["vary"], packed.headers["content-type"]) == ("accept-encoding", "image/svg+xml")
    assert len(raw) < len(SONG) / 10
    assert gzip.decompress(raw) == SONG
    plain = await http.get(url, headers={"accept-encoding": "identity"})
    assert (plain.content, plain.headers["vary"]) == (SONG, "accept-encoding")
    assert "content-encoding" not in plain.headers


async def test_a_changed_file_gets_another_name_and_the_old_one_is_gone(http: httpx.AsyncClient, folder: Path) -> None:
    before = {name: await url_of(http, name) for name in ("ship one.png", "tune.ogg")}
    (folder / "games/racing/assets/ship one.png").write_bytes(b"\x89PNG of another ship")
    after = {name: await url_of(http, name) for name in before}
    assert after["ship one.png"] != before["ship one.png"]
    assert after["tune.ogg"] == before["tune.ogg"]
    assert (await http.get(before["ship one.png"])).status_code == 404
    assert (await http.get(after["ship one.png"])).content == b"\x89PNG of another ship"
    plain = await http.get("/games/racing/assets/ship%20one.png")
    assert (plain.content, plain.headers["cache-control"]) == (b"\x89PNG of another ship", "no-cache")


@pytest.mark.parametrize(
    "name",
    ["notes.0123456789ab.py", "../game.0123456789ab.toml", ".0123456789ab.hidden", "a%00.0123456789ab.png", "nothing"],
)
async def test_what_is_no_asset_is_not_found(name: str, http: httpx.AsyncClient) -> None:
    assert (await http.get(f"/games/racing/assets/{name.replace('..', '%2e%2e')}")).status_code == 404


async def test_a_link_out_of_the_folder_leads_nowhere(http: httpx.AsyncClient) -> None:
    assert (await http.get("/games/racing/assets/way-out.txt")).status_code == 404


async def test_a_game_without_assets_says_so(http: httpx.AsyncClient) -> None:
    manifest = (await http.get("/games/relay/assets.json")).json()
    assert (manifest["title"], manifest["client"], manifest["assets"]) == ("Only a relay", "", {})


async def test_a_game_with_a_main_and_no_page_is_played_on_the_usual_one(http: httpx.AsyncClient, folder: Path) -> None:
    assert b"the usual page" in (await http.get("/games/racing/")).content
    assert (await http.get("/games/relay/")).status_code == 404
    (folder / "games/racing/index.html").write_bytes(b"<!doctype html>its own")
    app = Starlette(routes=site.routes(folder / "client_js", read_catalog(folder / "games")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lobby") as later:
        assert b"its own" in (await later.get("/games/racing/")).content
