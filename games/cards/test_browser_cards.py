"""Nines on its page: dealt and played by keyboard alone, told in words, fit for small screens; and to its end."""

import re

from playwright.sync_api import expect

from tests.support.people import Person
from tests.support.town import Town

PLAYS_ITSELF = """() => setInterval(() => {
    const next = ['#deal:not([hidden])', '.my-turn .fits', '.my-turn #deck'].map(at => document.querySelector(at));
    next.find(button => button)?.click();
}, 60)"""


def dealt(town: Town, room: str, width: int = 1200) -> tuple[Person, Person]:
    ada = town.person("Ada")
    ada.open("Nines", room)
    bea = town.guest("Bea", ada, width=width)
    ada.page.get_by_role("button", name="Deal the cards").press("Enter")
    for person in (ada, bea):
        expect(person.page.locator("#hand button")).to_have_count(6)
    expect(ada.page.locator("#turn")).to_have_text("Your turn")
    assert ada.page.evaluate("document.activeElement.closest('#hand') !== null"), "the button went with the focus"
    return ada, bea


def test_a_card_is_played_by_keyboard_and_told_in_words(town: Town) -> None:
    ada, bea = dealt(town, "By keyboard")
    fitting = ada.page.locator("#hand .fits")
    if fitting.count() == 0:
        ada.page.get_by_role("button", name="Draw a card").press("Enter")
        expect(bea.page.locator("#said")).to_have_text(re.compile("Ada drew a card"))
        return
    name = (fitting.first.get_attribute("aria-label") or "").split(",")[0]
    ada.page.locator("#hand button").first.focus()
    while not ada.page.evaluate("document.activeElement.classList.contains('fits')"):
        ada.page.keyboard.press("ArrowRight")
    ada.page.keyboard.press("Enter")
    expect(bea.page.locator("#said")).to_have_text(re.compile(f"Ada played the {name}"))
    expect(bea.page.locator("#pile")).to_have_attribute("aria-label", f"On the table: {name}")
    expect(ada.page.locator("#hand button")).to_have_count(5)
    assert ada.page.evaluate("document.activeElement.closest('#hand, #deck') !== null")


def test_a_table_for_everyone(town: Town) -> None:
    ada, bea = dealt(town, "Everyone", width=360)
    expect(ada.page.locator("#others")).to_contain_text("6 cards")
    bea.is_fit_for_everyone()


def test_a_game_goes_to_its_end(town: Town) -> None:
    ada = town.person("Ada")
    ada.page.get_by_role("radio", name="Nines").last.check(force=True)
    ada.page.get_by_label("points").fill("1")
    ada.open("Nines", "To the end")
    bea = town.guest("Bea", ada, width=360)
    bea.page.get_by_role("button", name="Chat").click()
    for person in (ada, bea):
        person.page.evaluate(PLAYS_ITSELF)
    for person in (ada, bea):
        expect(person.page.locator(".result h2")).to_have_text(re.compile("You win!|wins"), timeout=60_000)
    bea.page.get_by_role("button", name="Back to the list").click()  # over the chat, which is a sheet there
    bea.is_back()
