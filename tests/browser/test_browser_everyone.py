"""Every page for everyone: axe-core finds nothing, light and dark, wide and narrow; nothing scrolls sideways."""

from playwright.sync_api import expect

from tests.support.town import Town

LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"
PHONE = 360


def test_every_page_and_state(town: Town) -> None:
    host = town.person("Bea")
    ada = town.person("Ada", width=PHONE)
    expect(ada.page.locator("#empty")).to_be_visible()
    ada.is_fit_for_everyone()
    host.open("Board", LONG_NAME, seats=2)
    expect(ada.row(LONG_NAME)).to_be_visible()
    ada.fill_form("Board", LONG_NAME)
    expect(ada.page.locator("#name-error")).to_be_visible()
    ada.is_fit_for_everyone()
    ada.join(LONG_NAME)
    ada.is_fit_for_everyone()
    third = town.person("W" * 24, width=PHONE)
    expect(third.way_in(LONG_NAME)).to_have_text("Full")
    third.is_fit_for_everyone()
    host.leave()
    ada.sees_host("Ada")
    third.join(LONG_NAME)
    ada.page.locator(".toggle").click()
    ada.say("x" * 400)
    ada.say("A second line")
    ada.hears("A second line")
    ada.is_fit_for_everyone()
    ada.settings().get_by_role("button", name="Close the room").click()
    ada.is_fit_for_everyone()
    ada.page.get_by_role("button", name="Close it").click()
    ada.is_back("This room has ended.")
    ada.is_fit_for_everyone()


def test_a_stage_full_of_chat(town: Town) -> None:
    ada = town.person("Ada", width=PHONE)
    ada.open("Talk", "Full of talk")
    ada.is_fit_for_everyone()
    bea = town.guest("Bea", ada)
    bea.say("x" * 400)
    ada.say("Hello, Bea")
    bea.hears("Hello, Bea")
    ada.hears("xxx")
    ada.is_fit_for_everyone()


def test_hosts_spectators_and_two_tabs(town: Town) -> None:
    ada, eve = town.person("Ada", width=PHONE), town.person("Eve", width=PHONE)
    room = "Led"
    ada.open("Board", room)
    bea = town.guest("Bea", ada)
    expect(eve.row(room).locator(".ping")).to_be_visible()
    eve.is_fit_for_everyone()
    eve.watch(room)
    eve.is_fit_for_everyone()
    bea.close_tab()
    ada.page.locator(".toggle").click()
    ada.sees_mark("Bea", "away")
    ada.page.get_by_role("button", name="What to do about Eve").click()
    ada.settings().get_by_label("Who may come in").select_option("private")
    expect(ada.page.locator(".doors-state")).to_have_text("Invited people only")
    ada.is_fit_for_everyone()
    tab = town.another_tab_of(ada)
    tab.arrive(ada.path)
    expect(tab.page.get_by_role("button", name="Take over here")).to_be_visible()
    tab.is_fit_for_everyone()
