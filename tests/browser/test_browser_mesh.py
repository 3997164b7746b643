"""Full meshes in real Chromium with made-up cameras: every pair connects, comes back, and drops who has gone."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from cli import browser_packages
from shared.protocol.ids import draw_id
from tests.support import dice
from tests.support.calls import GAMES, Caller, Calls, calling_browser
from tests.support.site import Site

DROPPED_WITHIN_S = 2.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with calling_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def calling_site(redis_url: str) -> Iterator[Site]:
    browser_packages.install(browser_packages.CLIENT, dev=True)
    with Site(redis_url, draw_id(dice.secret, 8), ROOMS_GAMES=str(GAMES), ROOMS_WORKERS="1") as site:
        yield site


@pytest.fixture
def calls(browser: Browser, calling_site: Site) -> Iterator[Calls]:
    calls = Calls(browser, calling_site.url)
    yield calls
    calls.end()


def echoes(callers: list[Caller]) -> None:
    """What each says to all comes back from each, on the reliable channel."""
    for caller in callers:
        caller.tell("mesh.send('ping', room.me.number)")
    for caller in callers:
        others = [other.number for other in callers if other is not caller]
        said = f"echo {caller.number}"
        caller.until(f"{others}.every(number => (heard[number] ?? []).includes('{said}'))")


def sees_and_hears(callers: list[Caller]) -> None:
    for caller in callers:
        caller.until(f"heardAndSeen().then(count => count >= {len(callers) - 1})")


def whole_life(calls: Calls, count: int) -> None:
    callers = calls.mesh(count, media=1)
    print(f"{count} pages in full mesh after {max(int(caller.tell('meshedMs')) for caller in callers)} ms")
    echoes(callers)
    sees_and_hears(callers)
    # One reloads and is back.
    callers[0].page.reload()
    callers[0].arrived()
    for caller in callers:
        caller.meets(count - 1)
    echoes(callers)
    # One closes.
    callers.pop().page.close()
    closed = time.monotonic()
    for caller in callers:
        caller.until(f"mesh.peers.size === {count - 2}", DROPPED_WITHIN_S)
    print(f"dropped after {(time.monotonic() - closed) * 1000:.0f} ms")


def test_three_pages_meet_and_talk_one_reloads_one_closes(calls: Calls) -> None:
    whole_life(calls, 3)
