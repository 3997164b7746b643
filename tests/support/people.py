"""What a person does on the pages, in a real browser. Everything waits for what it expects to see, nothing sleeps."""

import json
import re
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, WebSocket, expect

from cli.browser_packages import CLIENT

AXE = CLIENT / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
WIDTHS = (1200, 360)
IDENTITY_KEY = "room-cluster.identity"
CUT_OFF = ("net::ERR_ABORTED", "ERR_CONNECTION_REFUSED", "WebSocket connection")
"""What the browser itself says about a page that is left, or a worker that a test has killed."""


class Person:
    """One browser context with one page. `complaints` are its errors: exceptions, refused scripts, missing files."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.name = ""
        self.complaints: list[str] = []
        self.lines: list[str] = []
        self._token_at_close = ""
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("websocket", self._dialled)

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not any(known in text for known in CUT_OFF):
            self.complaints.append(f"{self.page.url}: {text}")

    def _dialled(self, line: WebSocket) -> None:
        self.lines.append(line.url)

    # --- the list

    def arrive(self, at: str = "/", name: str = "") -> None:
        self.page.goto(self.url + at)
        if name:
            self.call_oneself(name)

    def call_oneself(self, name: str) -> None:
        self.name = name
        expect(self.page.locator("#username")).to_be_enabled()
        self.page.fill("#username", name)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#your-face")).to_have_text(name[0].upper())

    def row(self, room: str) -> Locator:
        return self.page.locator(".room", has=self.page.get_by_role("heading", name=room, exact=True))

    def fill_form(self, game: str, room: str, seats: int | None = None) -> None:
        self.page.get_by_role("radio", name=game).last.check(force=True)
        self.page.get_by_label("Name", exact=True).fill(room)
        if seats is not None:
            self.page.get_by_label("Seats", exact=True).fill(str(seats))
        self.page.get_by_role("button", name="Open the room").click()

    def open(self, game: str, room: str, seats: int | None = None) -> None:
        self.fill_form(game, room, seats)
        self.is_inside(room)

    def is_matched(self, game: str) -> None:
        self.page.get_by_role("radio", name=game).last.check(force=True)
        self.page.get_by_role("button", name="Quick match").click()
        expect(self.page.locator(".room-bar h1")).to_be_visible()

    def way_in(self, room: str) -> Locator:
        """The button of its row: Join, Full or Locked."""
        return self.row(room).locator(".ways button:not(.quiet)")

    def join(self, room: str) -> None:
        self.way_in(room).click()
        self.is_inside(room)

    def watch(self, room: str) -> None:
        self.row(room).get_by_role("button", name=f"Watch {room}", exact=True).click()
        self.is_inside(room)

    def leave(self) -> None:
        """Back to the list. Waits to be there: Chromium may hang when a page is closed on its way."""
        self.page.get_by_role("button", name="Leave").click()
        self.is_back()

    # --- inside a room

    def is_inside(self, room: str) -> None:
        expect(self.page.locator(".room-bar h1")).to_have_text(room)

    def is_back(self, *words: str) -> None:
        """At the list, which says why."""
        expect(self.page.locator("#rooms-title")).to_be_visible()
        for word in words:
            expect(self.page.locator("#notice")).to_contain_text(word)

    def say(self, text: str) -> None:
        self.page.get_by_label("Say something").fill(text)
        self.page.keyboard.press("Enter")

    def hears(self, text: str) -> None:
        expect(self.page.locator(".log")).to_contain_text(text)

    def sees_people(self, *names: str) -> None:
        expect(self.page.locator(".members .name")).to_have_text(list(names))

    def sees_host(self, name: str | re.Pattern[str]) -> None:
        expect(self._crowned()).to_contain_text(name)

    def sees_another_host(self, *people: "Person") -> "Person":
        """One of these. Who it is their pings decide, which on a busy machine may be any."""
        self.sees_host(re.compile("|".join(person.name for person in people)))
        host = self._crowned().inner_text()
        return next(person for person in people if person.name in host)

    def _crowned(self) -> Locator:
        return self.page.locator(".members li", has=self.page.locator(".crown"))

    def settings(self) -> Locator:
        """The host's, opened."""
        settings = self.page.locator(".settings")
        if settings.get_attribute("open") is None:
            settings.locator("summary").click()
        return settings

    def deal_with(self, name: str, act: str) -> None:
        """What a host may do about a member."""
        self.page.get_by_role("button", name=f"What to do about {name}").click()
        row = self.page.locator(".members li", has=self.page.get_by_text(name, exact=True))
        row.get_by_role("button", name=act).click()

    def sees_mark(self, name: str, mark: str) -> None:
        """Beside a member: away, watching, host."""
        expect(self.page.locator(".members li", has=self.page.get_by_text(name, exact=True))).to_contain_text(mark)

    @property
    def path(self) -> str:
        """Of the page, with the room that it leads to."""
        return self.page.url.removeprefix(self.url)

    @property
    def worker_port(self) -> int:
        """Where its last line that does not lead to the lobby goes."""
        return next(urlsplit(url).port or 0 for url in reversed(self.lines) if not url.endswith("/ws"))

    # --- the board of tests/support/games

    def mark(self, text: str) -> None:
        self.page.get_by_label("Mark", exact=True).fill(text)
        self.page.keyboard.press("Enter")

    def sees_marks(self, *marks: str) -> None:
        expect(self.page.locator("#marks li")).to_have_text(list(marks))

    # --- how the page is made

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def is_fit_for_everyone(self) -> None:
        """axe-core finds nothing, at a desk and on a phone, by day and by night; nothing scrolls sideways."""
        size = self.page.viewport_size
        assert size is not None
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                assert not self.axe()
            assert not self.scrolls_sideways()
        self.page.set_viewport_size(size)

    def axe(self) -> Sequence[str]:
        """What axe-core finds: one sentence a violation."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {violation['help']}: {json.dumps([node['html'][:200] for node in violation['nodes']])}"
            for violation in found["violations"]
        ]

    def focus_reaches(self, locator: Locator, within: int = 40, key: str = "Tab") -> None:
        """Presses a key until the element has the focus, as somebody without a mouse does."""
        for _ in range(within):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{within} times {key} do not lead to {locator}")

    def identity(self) -> str:
        return str(self.page.evaluate("key => sessionStorage.getItem(key) ?? ''", IDENTITY_KEY))

    def close_tab(self) -> None:
        """As somebody closes it: the page hears of it, and the seat is kept for a while."""
        self._token_at_close = self.token()
        with self.page.expect_event("close"):
            self.page.close(run_before_unload=True)

    def token(self) -> str:
        """Of a closed page the last one; empty for a page that has none."""
        if self.page.is_closed() or not self.page.url.startswith(self.url):
            return self._token_at_close
        return str((json.loads(self.identity() or "null") or {}).get("token", ""))

    def at_list(self) -> bool:
        return re.fullmatch(re.escape(self.url) + r"/(\?.*)?", self.page.url) is not None
