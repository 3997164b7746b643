"""Browsers that call each other: Chromium with a made-up camera, a cluster that has one page for tests of calls, and
members of a call who do what a test tells them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.eventually import eventually_sync
from tests.support.town import FLAGS, chromium_path, give_up_seat

GAMES = Path(__file__).parent / "games"
CALL_FLAGS = [
    *FLAGS,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
"""On loopback a connection needs the last one and the permission to use camera and microphone; either alone fails."""
WITHIN_S = 20.0


@contextmanager
def calling_browser() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CALL_FLAGS)
        yield browser
        browser.close()


class Caller:
    """One page of a call. Each has a tab's own identity."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def enter(self, room_id: str = "", **wishes: Any) -> "Caller":
        """Also for a member that comes back: by the same address."""
        query = urlencode({**({"id": room_id} if room_id else {}), **wishes}, doseq=True)
        self.page.goto(f"{self.url}/games/mesh/?{query}")
        return self.arrived()

    def arrived(self) -> "Caller":
        self.until("window.isHere === true")
        return self

    @property
    def room_id(self) -> str:
        return str(self.tell("room.id"))

    @property
    def number(self) -> int:
        return int(self.tell("room.me.number"))

    def tell(self, script: str) -> Any:
        return self.page.evaluate(script)

    def until(self, script: str, within: float = WITHIN_S) -> Any:
        """Something true; the failure says how its pairs stand."""

        def true() -> Any:
            seen = self.tell(script)
            assert seen, f"{script} is {seen!r}; {self.how()}"
            return seen

        return eventually_sync(true, within=within, every=0.05)

    def how(self) -> str:
        script = "window.trouble ? JSON.stringify([window.trouble(), window.states]) : document.title"
        return f"{self.tell(script)} {self.complaints}"

    def meets(self, count: int, within: float = WITHIN_S) -> None:
        """Has a direct line to so many, and to all whom it knows of."""
        self.until(f"isMeshed({count})", within)

    def heard(self, number: int) -> list[Any]:
        return list(self.tell(f"heard[{number}] ?? []"))

    def token(self) -> str:
        if self.page.is_closed() or not self.page.url.startswith(self.url):
            return ""
        return str(self.tell("JSON.parse(sessionStorage.getItem('room-cluster.identity') ?? '{}').token ?? ''"))


class Calls:
    """Callers on one site, all in one browser context: nobody shares a tab's storage."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.context = browser.new_context(permissions=["camera", "microphone"])
        self.callers: list[Caller] = []

    def caller(self) -> Caller:
        caller = Caller(self.context, self.url)
        self.callers.append(caller)
        return caller

    def mesh(self, count: int, **wishes: Any) -> list[Caller]:
        """So many in one room, each with a line to each."""
        callers = [self.caller().enter(**wishes)]
        room_id = callers[0].room_id
        callers += [self.caller() for _ in range(count - 1)]
        for caller in callers[1:]:
            caller.enter(room_id, **wishes)
        for caller in callers:
            caller.meets(count - 1)
        return callers

    def end(self) -> None:
        """Nobody keeps a seat, and nothing was thrown on any page."""
        tokens = {caller.token() for caller in self.callers}
        complaints = [complaint for caller in self.callers for complaint in caller.complaints]
        self.context.close()
        for token in tokens - {""}:
            give_up_seat(self.url, token)
        assert not complaints, complaints
