"""Sketch: what one draws the others see, also those who come later; only the host clears; a keyboard suffices."""

from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.support.people import Person


def drawing_pair(town: Town, room: str) -> tuple[Person, Person]:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.open("Sketch", room)
    bea.join(room)
    ada.sees_people("Ada", "Bea")
    return ada, bea


def test_strokes_travel_and_cursors_show_whose(town: Town) -> None:
    ada, bea = drawing_pair(town, "Both")
    ada.draw((0.1, 0.1), (0.9, 0.1))
    bea.draw((0.1, 0.9), (0.9, 0.9))
    for person in (ada, bea):
        person.sees_ink(0.01)
    expect(ada.page.locator(".cursor:not(.own)")).to_have_text("Bea")
    assert abs(ada.ink() - bea.ink()) < 0.003


def test_a_newcomer_gets_the_picture_from_the_host(town: Town) -> None:
    ada, bea = drawing_pair(town, "Kept")
    bea.page.locator("#tools").get_by_role("radio", name="Brush").check(force=True)
    bea.draw((0.1, 0.5), (0.9, 0.5))
    ada.sees_ink(0.01)
    cem = town.person("Cem")
    cem.join("Kept")
    cem.sees_ink(0.01)
    ada.leave()
    bea.sees_host("Bea")
    dora = town.person("Dora")
    dora.join("Kept")
    dora.sees_ink(0.01)


def test_only_the_host_clears_the_board(town: Town) -> None:
    ada, bea = drawing_pair(town, "Cleared")
    bea.draw((0.2, 0.2), (0.8, 0.8))
    ada.sees_ink()
    expect(bea.page.get_by_role("button", name="Clear")).to_be_hidden()
    ada.page.get_by_role("button", name="Clear").click()
    for person in (ada, bea):
        person.sees_ink(0, 0)
    expect(bea.page.locator(".toast")).to_contain_text("Ada cleared the sheet.")
    bea.draw((0.2, 0.2), (0.8, 0.2))
    ada.sees_ink()


def test_one_takes_back_ones_own_stroke(town: Town) -> None:
    ada, bea = drawing_pair(town, "Undone")
    ada.draw((0.2, 0.2), (0.8, 0.2))
    bea.sees_ink()
    bea.page.get_by_role("button", name="Undo").click()
    bea.sees_ink()
    ada.page.get_by_role("button", name="Undo").click()
    for person in (ada, bea):
        person.sees_ink(0, 0)


def test_by_keyboard_alone_from_the_list_to_a_line_and_a_word(town: Town) -> None:
    ada = town.person("Ada")
    page, keyboard = ada.page, ada.page.keyboard
    ada.focus_reaches(page.locator("#games input").first)
    keyboard.press("ArrowDown")
    expect(page.locator("#games input[value=sketch]")).to_be_checked()
    ada.focus_reaches(page.locator("#room-name"))
    keyboard.type("Without a mouse")
    keyboard.press("Enter")
    ada.is_inside("Without a mouse")
    bea = town.person("Bea")
    bea.focus_reaches(bea.way_in("Without a mouse"))
    bea.page.keyboard.press("Enter")
    bea.is_inside("Without a mouse")
    ada.focus_reaches(page.locator("#paper"))
    keyboard.press("2")
    keyboard.press("Space")
    expect(page.locator("#pen-state")).to_have_text("Pen down")
    for _ in range(8):
        keyboard.press("Shift+ArrowRight")
    keyboard.press("Escape")
    expect(page.locator("#pen-state")).to_have_text("Pen up")
    bea.sees_ink()
    ada.focus_reaches(page.get_by_label("Say something"))
    keyboard.type("A line!")
    keyboard.press("Enter")
    bea.hears("A line!")
    ada.focus_reaches(page.get_by_role("button", name="Leave"), key="Shift+Tab")
    keyboard.press("Enter")
    ada.is_back()


def test_a_finger_draws_on_a_small_screen(town: Town) -> None:
    ada, bea = town.person("Ada", width=360), town.person("Bea")
    ada.open("Sketch", "Pocket")
    bea.join("Pocket")
    ada.draw((0.1, 0.5), (0.9, 0.5))
    bea.sees_ink()
    ada.page.get_by_role("button", name="Chat").click()
    ada.say("from my phone")
    bea.hears("from my phone")
