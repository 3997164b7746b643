"""Real Chromium against a real cluster. Each person is a browser context of its own: own storage, own identity.

Without Chromium these tests are skipped with a reason; under CI=true that is a failure.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from cli import browser_packages
from shared.protocol.ids import draw_id
from tests.support import dice
from tests.support.people import IDENTITY_KEY, Person
from tests.support.site import Site

FEATURES_OFF = (
    # Else each context loads the popup of an address bar that nobody sees, twice: half of what a context costs.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # The last list counts, so here is what Playwright's own one has for the likes of us.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable"),
    *("HttpsUpgrades", "MediaRouter", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
)
FLAGS = [
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 20_000
CALLED = """
if (!sessionStorage.getItem("%(key)s")) {
    const {client_id: clientId, username, token, expires_s: lifeS} = %(guest)s, takenMs = Date.now();
    const identity = {clientId, username, token, takenMs, expiresMs: takenMs + 1000 * lifeS, isRenamed: false};
    sessionStorage.setItem("%(key)s", JSON.stringify(identity));
}"""
"""What a page of the client has kept of a guest, for a page that loads first."""


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing, and CI=true allows no skip: apt install chromium")
    pytest.skip("Chromium is missing: apt install chromium")


@contextmanager
def launched(flags: list[str]) -> Iterator[Browser]:
    """What `expect` waits for may take WAIT_MS, too; it does not look at a context's own timeout."""
    path = chromium_path()
    with sync_playwright() as playwright:
        expect.set_options(timeout=WAIT_MS)
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Per module: while Playwright's own loop runs in this thread, no other test's can."""
    with launched(FLAGS) as browser:
        yield browser


@contextmanager
def site_with(redis_url: str, **settings: str) -> Iterator[Site]:
    """A cluster with pages, for the tests of one folder."""
    chromium_path()
    browser_packages.install(browser_packages.CLIENT, dev=True)
    with Site(redis_url, draw_id(dice.secret, 8), **settings) as site:
        yield site


@pytest.fixture(scope="session")
def site(redis_url: str) -> Iterator[Site]:
    """With the games of games/, for their own tests; the others bring games along (tests/browser/conftest.py)."""
    with site_with(redis_url) as site:
        yield site


class Town:
    """Where people come from: `town.person("Ada")` opens the room list under that name."""

    def __init__(self, browser: Browser, url: str, permissions: Sequence[str] = ()) -> None:
        self.url = url
        self._browser = browser
        self._permissions = permissions
        self._contexts: list[BrowserContext] = []
        self.people: list[Person] = []

    def person(
        self, name: str = "", *, at: str = "/", scheme: str = "light", width: int = 1200, script: str = ""
    ) -> Person:
        """`script` runs before those of each page."""
        person = self._newcomer(scheme=scheme, width=width, script=script)
        person.arrive(at, name)
        return person

    def guest(self, name: str, host: Person, *, scheme: str = "light", width: int = 1200) -> Person:
        """Somebody who comes by the address of a host's room, where a test is not about the list. It has its name from
        before, as on every page after that where it was said."""
        guest = self._newcomer(scheme=scheme, width=width)
        guest.page.add_init_script(CALLED % {"key": IDENTITY_KEY, "guest": _new_guest(self.url, name)})
        guest.name = name
        guest.arrive(host.path)
        expect(guest.page.locator(".room-bar h1")).to_be_visible()
        return guest

    def _newcomer(self, *, scheme: str, width: int, script: str = "") -> Person:
        context = self._browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 800},
            has_touch=width < 600,
            reduced_motion="reduce",
            permissions=self._permissions,
            service_workers="block",  # else each person's own fetches all that is needed offline
        )
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(script)
        self._contexts.append(context)
        return self._in(context)

    def another_tab_of(self, person: Person) -> Person:
        """The same identity in a second tab, as a fork's own login would have it."""
        kept = person.page.evaluate("JSON.stringify({...sessionStorage})")
        tab = self._in(person.page.context)
        tab.page.add_init_script(f"Object.assign(sessionStorage, {kept})")
        tab.arrive()
        return tab

    def _in(self, context: BrowserContext) -> Person:
        person = Person(context.new_page(), self.url)
        self.people.append(person)
        return person

    def a_fresh_tab_of(self, person: Person) -> Person:
        """The same browser, another tab: its storage for the device, and nothing of the tab."""
        tab = self._in(person.page.context)
        tab.arrive()
        return tab

    def leave(self) -> None:
        part(self.people, self._contexts)


def part(people: Sequence[Person], contexts: Sequence[BrowserContext]) -> None:
    """Nobody keeps a seat: away for their grace time, people would stand in the next test's rooms. And no page has
    complained."""
    tokens = {(person.url, person.token()) for person in people}
    complaints = [complaint for person in people for complaint in person.complaints]
    for context in contexts:
        context.close()
    for url, token in tokens:
        if token:
            _give_up_seat(url, token)
    assert not complaints, "the browser complained: " + "\n".join(complaints)


def _new_guest(url: str, name: str) -> str:
    body = json.dumps({"username": name, "device_id": ""}).encode()
    request = Request(f"{url}/api/clients", body, {"content-type": "application/json", "origin": url})
    with urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def _give_up_seat(url: str, token: str) -> None:
    request = Request(f"{url}/api/leave", method="POST", headers={"authorization": f"Bearer {token}"})
    with urlopen(request, timeout=10):
        pass


@pytest.fixture
def town(chromium: Browser, site: Site) -> Iterator[Town]:
    town = Town(chromium, site.url)
    yield town
    town.leave()
