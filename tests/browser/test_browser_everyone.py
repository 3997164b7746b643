"""Every page for everyone: axe-core finds nothing, light and dark; nothing scrolls sideways at 360 px."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.support.people import Person

LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"


def judge(person: Person) -> None:
    assert not person.axe()
    assert not person.scrolls_sideways()


@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_and_state(town: Town, scheme: str, width: int) -> None:
    host = town.person("Bea")
    looks = {"scheme": scheme, "width": width}
    ada = town.person("Ada", **looks)  # type: ignore[arg-type]
    expect(ada.page.locator("#empty")).to_be_visible()
    judge(ada)
    host.open("Sketch", LONG_NAME, seats=2)
    expect(ada.row(LONG_NAME)).to_be_visible()
    ada.fill_form("Sketch", LONG_NAME)
    expect(ada.page.locator("#name-error")).to_be_visible()
    judge(ada)
    ada.join(LONG_NAME)
    judge(ada)
    third = town.person("W" * 24, **looks)  # type: ignore[arg-type]
    expect(third.way_in(LONG_NAME)).to_have_text("Full")
    judge(third)
    host.leave()
    ada.sees_host("Ada")
    third.join(LONG_NAME)
    if width < 600:
        ada.page.locator(".toggle").click()
    ada.say("x" * 400)
    ada.say("A second line")
    ada.hears("A second line")
    judge(ada)
    ada.settings().get_by_role("button", name="Close the room").click()
    judge(ada)
    ada.page.get_by_role("button", name="Close it").click()
    ada.is_back("This room has ended.")
    judge(ada)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_chat(town: Town, scheme: str, width: int) -> None:
    ada = town.person("Ada", scheme=scheme, width=width)
    ada.open("Chat", f"Talk {scheme} {width}")
    judge(ada)
    bea = town.person("Bea")
    bea.join(f"Talk {scheme} {width}")
    bea.say("x" * 400)
    ada.say("Hello, Bea")
    bea.hears("Hello, Bea")
    ada.hears("xxx")
    judge(ada)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_hosts_spectators_and_two_tabs(town: Town, scheme: str, width: int) -> None:
    looks = {"scheme": scheme, "width": width}
    ada, eve = town.person("Ada", **looks), town.person("Eve", **looks)  # type: ignore[arg-type]
    room = f"Led {scheme} {width}"
    ada.open("Sketch", room)
    bea = town.person("Bea")
    bea.join(room)
    expect(eve.row(room).locator(".ping")).to_be_visible()
    judge(eve)
    eve.watch(room)
    judge(eve)
    bea.page.close(run_before_unload=True)
    if width < 600:
        ada.page.locator(".toggle").click()
    ada.sees_mark("Bea", "away")
    ada.page.get_by_role("button", name="What to do about Eve").click()
    ada.settings().get_by_label("Who may come in").select_option("private")
    expect(ada.page.locator(".doors-state")).to_have_text("Invited people only")
    judge(ada)
    tab = town.another_tab_of(ada)
    tab.arrive(ada.page.url.removeprefix(town.url))
    expect(tab.page.get_by_role("button", name="Take over here")).to_be_visible()
    judge(tab)
