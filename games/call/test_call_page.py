"""The call's page in real Chromium: a listener first, then seen and heard; for everyone, and by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.support.calls import CALL_FLAGS, PERMISSIONS
from tests.support.people import Person
from tests.support.site import Site
from tests.support.town import Town, launched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
DISMISSED = """const ask = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = function () {
    MediaDevices.prototype.getUserMedia = ask;
    return new Promise(() => {});
}"""
PLAYS = "video => !video.hidden && video.videoWidth > 0 && video.currentTime > 0"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(CALL_FLAGS) as browser:
        yield browser


@pytest.fixture
def callers(browser: Browser, site: Site) -> Iterator[Town]:
    """People who have a camera."""
    town = Town(browser, site.url, PERMISSIONS)
    yield town
    town.leave()


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


def test_two_people_see_hear_mute_show_and_talk(callers: Town) -> None:
    """One at a desk by day, one with a phone by night."""
    ada = callers.person("Ada")
    ada.open("Call", "Dinner")
    judge(ada)
    bea = callers.guest("Bea", ada, scheme="dark", width=360)
    judge(bea)
    expect(tile(ada, "Bea").locator(".silent")).to_have_text("listens")
    press(ada, "Join with camera")
    sees(ada, "You")
    sees(bea, "Ada")
    expect(tile(bea, "Ada").locator(".quality")).to_have_attribute("data-level", re.compile("[123]"))
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


@pytest.mark.parametrize("way", ["Join with camera", "Camera"])
def test_a_question_that_is_dismissed_is_asked_again(callers: Town, way: str) -> None:
    ada = callers.person("Ada", script=DISMISSED)
    ada.open("Call", f"Asked twice {way}")
    press(ada, way)
    press(ada, way)
    sees(ada, "You")


def test_by_keyboard_alone_and_without_a_camera(callers: Town) -> None:
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
