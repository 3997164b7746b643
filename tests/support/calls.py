"""Browsers that call each other: Chromium with a made-up camera, a cluster that has one page for tests of calls, and
members of a call who do what a test tells them.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser

from tests.support.eventually import eventually_sync
from tests.support.people import Person
from tests.support.town import FLAGS, part

GAMES = Path(__file__).parent / "games"
CALL_FLAGS = [
    *FLAGS,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
PERMISSIONS = ("camera", "microphone")
"""On loopback a connection needs the last flag and these; either alone fails."""
WITHIN_S = 20.0


class Caller(Person):
    """One page of a call. Each has a tab's own identity."""

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


class Calls:
    """Callers on one site, all in one browser context: nobody shares a tab's storage."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.context = browser.new_context(permissions=PERMISSIONS, service_workers="block")
        self.callers: list[Caller] = []

    def caller(self) -> Caller:
        caller = Caller(self.context.new_page(), self.url)
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
        part(self.callers, [self.context])
