"""Games that run in the browser, on pages of the tests' own: without any server, run away, and hosted by a player."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cli import browser_packages
from shared.protocol.ids import draw_id
from tests.support import dice
from tests.support.eventually import eventually_sync
from tests.support.site import Site

GAMES = Path(__file__).parents[1] / "support" / "games"
PYTHON_S = 40.0
"""Python takes 2 to 4 s to load, on a busy machine much longer."""
PLAY = "async wishes => { window.room = await client.playOffline('bumpers', wishes); watch(room); }"
DOORS = (
    "['fetch', 'WebSocket', 'Worker', 'indexedDB', 'caches', 'importScripts'].filter(name => self[name] !== undefined)"
)
WATCH = """window.watch = room => {
    room.notices.on('over', reason => { window.over = reason.name; });
};"""


def a_site(redis_url: str) -> Site:
    browser_packages.install(browser_packages.CLIENT, dev=True)
    return Site(redis_url, draw_id(dice.secret, 8), ROOMS_GAMES=str(GAMES), ROOMS_WORKERS="1")


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """Whoever opens a page here shares the cache, and is somebody else."""
    context = chromium.new_context()
    context.set_default_timeout(PYTHON_S * 1000)
    context.add_init_script(WATCH)
    yield context
    context.close()


def at(browser: BrowserContext, site: Site, path: str) -> Page:
    page = browser.new_page()
    page.goto(site.url + path)
    sees(page, "window.client")
    return page


def sees(page: Page, what: str) -> None:
    """Waits until it is so. The pages' policy forbids Playwright's own way."""
    eventually_sync(lambda: page.evaluate(what), within=PYTHON_S)


def test_a_game_goes_on_when_nothing_can_be_reached(browser: BrowserContext, redis_url: str) -> None:
    with a_site(redis_url) as site:
        page = at(browser, site, "/games/bumpers/")
        assert page.evaluate("keepForOffline('bumpers')")
    page.goto(site.url + "/")
    page.get_by_role("button", name="Bumpers").click()
    sees(page, "window.client")
    page.evaluate(PLAY, {"username": "Ada", "options": {"balls": 5}})
    (python,) = page.workers
    assert python.evaluate(DOORS) == [], "a game reaches beyond its worker"
    page.evaluate("room.addPlayer('Bob')")
    page.evaluate("room.input({ move: { x: 1, y: 0 } })")
    sees(page, "room.scene.fields.came?.join() === 'Ada,Bob' && room.scene.all('Ball').length === 7")
    sees(page, "room.scene.all('Ball').find(ball => ball.player === room.me.number).x > 210")
    page.evaluate("room.chat.send('Anybody?')")
    sees(page, "room.chat.lines.at(-1)?.text === 'Anybody?'")
    page.evaluate("room.leave()")
    assert page.evaluate("over") == "left"


def test_a_game_that_runs_away_is_stopped_and_the_page_is_told(browser: BrowserContext, site: Site) -> None:
    page = at(browser, site, "/games/bumpers/")
    page.evaluate(PLAY, {"options": {"hangs": True}})
    sees(page, "window.over === 'game-broken'")


def test_the_next_page_goes_on_with_a_hosted_game(browser: BrowserContext, site: Site) -> None:
    ada, bea = at(browser, site, "/games/lantern/"), at(browser, site, "/games/lantern/")
    room_id = ada.evaluate(
        "async () => (window.room = await (await client.connect()).create('lantern', { name: 'Lit' })).id"
    )
    sees(ada, "room.scene.fields.ticks > 0")
    join = "async id => { window.room = await (await client.connect()).join(id); }"
    bea.evaluate(join, room_id)
    sees(bea, "room.scene.all('Walker').length === 2")
    bea.evaluate("room.act('light', { times: 3 })")
    bea.evaluate("room.input({ move: { x: 1, y: 0 } })")
    lit = "room.scene.all('Walker').find(({ player }) => player === 2)?.lit"
    for page in (ada, bea):
        sees(page, f"{lit} === 3")
    ada.close()
    sees(bea, "room.isHost")
    before = bea.evaluate("room.scene.fields.ticks")
    bea.evaluate("room.act('light', { times: 2 })")
    sees(bea, f"room.scene.fields.ticks > {before} + 20 && {lit} === 5")
    cy = at(browser, site, "/games/lantern/")
    cy.evaluate(join, room_id)
    sees(cy, f"{lit} === 5 && room.scene.fields.starts === 1")
