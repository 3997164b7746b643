"""The call's page in real Chromium: a listener first, then seen and heard; for everyone, and by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.support.calls import calling_browser
from tests.support.people import Person
from tests.support.site import Site
from tests.support.town import WAIT_MS, give_up_seat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
PLAYS = "video => !video.hidden && video.videoWidth > 0 && video.currentTime > 0"


class Callers:
    """People in browsers of their own that have a camera."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._contexts: list[BrowserContext] = []
        self.people: list[Person] = []

    def person(self, name: str, *, scheme: str = "light", width: int = 1200, script: str = "") -> Person:
        context = self._browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 760},
            has_touch=width < 600,
            reduced_motion="reduce",
            permissions=["camera", "microphone"],
        )
        context.set_default_timeout(2 * WAIT_MS)
        if script:
            context.add_init_script(script)
        self._contexts.append(context)
        self.people.append(Person(context.new_page(), self._url))
        self.people[-1].arrive("/", name)
        return self.people[-1]

    def end(self) -> None:
        tokens = {person.token() for person in self.people} - {""}
        complaints = [complaint for person in self.people for complaint in person.complaints]
        for context in self._contexts:
            context.close()
        for token in tokens:
            give_up_seat(self._url, token)
        assert not complaints, complaints


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with calling_browser() as browser:
        yield browser


@pytest.fixture
def callers(browser: Browser, site: Site) -> Iterator[Callers]:
    expect.set_options(timeout=2 * WAIT_MS)
    callers = Callers(browser, site.url)
    yield callers
    callers.end()
    expect.set_options(timeout=5000)


def tile(person: Person, name: str) -> Locator:
    return person.page.locator(".tile:not(.screen)", has=person.page.get_by_text(name, exact=True))


def sees(person: Person, name: str) -> None:
    picture = tile(person, name).locator("video")
    expect(picture).to_be_visible()
    person.page.wait_for_function(PLAYS, arg=picture.element_handle())


def judge(person: Person) -> None:
    assert not person.axe()
    assert not person.scrolls_sideways()


def press(person: Person, label: str) -> None:
    person.page.get_by_role("button", name=label, exact=True).click()


def test_two_people_see_hear_mute_show_and_talk(callers: Callers) -> None:
    """One at a desk by day, one with a phone by night."""
    ada, bea = callers.person("Ada"), callers.person("Bea", scheme="dark", width=360)
    ada.open("Call", "Dinner")
    judge(ada)
    bea.join("Dinner")
    judge(bea)
    expect(tile(ada, "Bea").locator(".silent")).to_have_text("listens")
    press(ada, "Join with camera")
    sees(ada, "You")
    sees(bea, "Ada")
    expect(tile(bea, "Ada").locator(".quality")).to_have_attribute("data-level", "3")
    press(ada, "Microphone")
    expect(tile(bea, "Ada").locator(".silent")).to_have_text("muted")
    press(bea, "Only my voice")
    expect(tile(ada, "Bea").locator(".silent")).to_be_hidden()
    press(ada, "Screen")
    expect(bea.page.locator(".tile.screen")).to_contain_text("Ada shows")
    judge(ada)
    judge(bea)
    press(ada, "Screen")
    expect(bea.page.locator(".tile.screen")).to_have_count(0)
    press(ada, "Camera")
    expect(tile(bea, "Ada").locator("video")).to_be_hidden()
    press(bea, "Devices")
    expect(bea.page.get_by_label("Microphone").last).to_be_enabled()
    judge(bea)
    ada.say("Can you hear me?")
    bea.hears("Can you hear me?")
    ada.leave()
    expect(tile(bea, "Ada")).to_have_count(0)


def test_by_keyboard_alone_and_without_a_camera(callers: Callers) -> None:
    ada, bea = callers.person("Ada"), callers.person("Bea", script=NO_CAMERA)
    ada.open("Call", "By hand")
    bea.join("By hand")
    ada.focus_reaches(ada.page.get_by_role("button", name="Join with camera"))
    ada.page.keyboard.press("Enter")
    ada.focus_reaches(ada.page.get_by_role("button", name="Devices"))
    ada.page.keyboard.press("Space")
    ada.focus_reaches(ada.page.locator("#devices-panel select").first)
    ada.page.keyboard.press("Escape")
    expect(ada.page.locator("#devices-panel")).to_be_hidden()
    bea.focus_reaches(bea.page.get_by_role("button", name="Camera", exact=True))
    bea.page.keyboard.press("Enter")
    expect(bea.page.locator(".toast")).to_contain_text("You can go on listening.")
    sees(bea, "Ada")
