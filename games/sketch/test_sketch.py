"""Sketch: what one draws the others see, also those who come later; only the host clears; a keyboard suffices."""

from playwright.sync_api import expect

from tests.support.eventually import eventually_sync
from tests.support.people import Person
from tests.support.town import Town

Point = tuple[float, float]
INK = """canvas => {
    const {width, height} = canvas, pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) if (pixels[at] + pixels[at + 1] + pixels[at + 2] < 600) count += 1;
    return count / (width * height);
}"""


def draw(person: Person, *points: Point) -> None:
    """Points from (0, 0) to (1, 1) of the sheet."""
    box = person.page.locator("#paper").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    person.page.mouse.move(*places[0])
    person.page.mouse.down()
    for place in places[1:]:
        person.page.mouse.move(*place, steps=4)
    person.page.mouse.up()


def ink(person: Person) -> float:
    """The share of the sheet that is not blank."""
    return float(person.page.locator("#paper").evaluate(INK))


def sees_ink(person: Person, least: float = 0.001, most: float = 1.0) -> None:
    eventually_sync(lambda: least <= ink(person) <= most or None)


def sees_a_blank_sheet(person: Person) -> None:
    sees_ink(person, 0, 0)


def sees_the_same(person: Person, other: Person) -> None:
    """The same picture, but for the edges of its lines."""
    eventually_sync(lambda: abs(ink(person) - ink(other)) < 0.002 or None)


def drawing_pair(town: Town, room: str) -> tuple[Person, Person]:
    ada = town.person("Ada")
    ada.open("Sketch", room)
    bea = town.guest("Bea", ada)
    ada.sees_people("Ada", "Bea")
    return ada, bea


def test_strokes_travel_and_cursors_show_whose(town: Town) -> None:
    ada, bea = drawing_pair(town, "Both")
    draw(ada, (0.1, 0.1), (0.9, 0.1))
    draw(bea, (0.1, 0.9), (0.9, 0.9))
    for person in (ada, bea):
        sees_ink(person, 0.01)
    expect(ada.page.locator(".cursor:not(.own)")).to_have_text("Bea")
    sees_the_same(ada, bea)


def test_three_draw_the_host_closes_its_tab_and_the_others_go_on(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Sketch", "Board")
    bea, cem = town.guest("Bea", ada), town.guest("Cem", ada)
    ada.sees_people("Ada", "Bea", "Cem")
    draw(ada, (0.1, 0.2), (0.9, 0.2))
    draw(bea, (0.1, 0.5), (0.9, 0.5))
    for person in (bea, cem):
        sees_ink(person, 0.01)
    ada.close_tab()
    bea.sees_mark("Ada", "away")
    host = bea.sees_another_host(bea, cem)
    draw(cem, (0.1, 0.8), (0.9, 0.8))
    sees_ink(bea, 0.015)
    sees_the_same(cem, bea)
    dora = town.guest("Dora", bea)
    sees_the_same(dora, bea)
    host.page.get_by_role("button", name="Clear").click()
    for person in (bea, cem, dora):
        sees_a_blank_sheet(person)


def test_a_page_reloaded_in_mid_stroke_misses_nothing(town: Town) -> None:
    ada, bea = drawing_pair(town, "Reloaded")
    box = ada.page.locator("#paper").bounding_box()
    assert box is not None
    ada.page.mouse.move(box["x"] + 50, box["y"] + 50)
    ada.page.mouse.down()
    ada.page.mouse.move(box["x"] + box["width"] - 50, box["y"] + 50, steps=6)
    ada.page.reload()
    draw(bea, (0.1, 0.9), (0.9, 0.9))
    ada.is_inside("Reloaded")
    for person in (ada, bea):
        sees_ink(person, 0.01)
        person.sees_people("Ada", "Bea")
    sees_the_same(ada, bea)
    expect(bea.page.locator(".log")).not_to_contain_text("Ada left")
    draw(ada, (0.1, 0.5), (0.9, 0.5))
    sees_ink(bea, 0.015)
    sees_the_same(bea, ada)


def test_only_the_host_clears_the_board(town: Town) -> None:
    ada, bea = drawing_pair(town, "Cleared")
    draw(bea, (0.2, 0.2), (0.8, 0.8))
    sees_ink(ada)
    expect(bea.page.get_by_role("button", name="Clear")).to_be_hidden()
    ada.page.get_by_role("button", name="Clear").click()
    for person in (ada, bea):
        sees_a_blank_sheet(person)
    expect(bea.page.locator(".toast")).to_contain_text("Ada cleared the sheet.")
    draw(bea, (0.2, 0.2), (0.8, 0.2))
    sees_ink(ada)


def test_one_takes_back_ones_own_stroke(town: Town) -> None:
    ada, bea = drawing_pair(town, "Undone")
    draw(ada, (0.2, 0.2), (0.8, 0.2))
    sees_ink(bea)
    before = ink(ada)
    draw(bea, (0.1, 0.8), (0.9, 0.8))
    sees_ink(ada, least=1.5 * before)
    for _ in range(2):  # the second time there is nothing left of one's own
        bea.page.get_by_role("button", name="Undo").click()
    for person in (ada, bea):
        sees_ink(person, before / 2, 1.2 * before)
    ada.page.get_by_role("button", name="Undo").click()
    for person in (ada, bea):
        sees_a_blank_sheet(person)


def test_by_keyboard_alone_from_the_list_to_a_line_and_a_word(town: Town) -> None:
    ada = town.person("Ada")
    page, keyboard = ada.page, ada.page.keyboard
    ada.focus_reaches(page.locator("#games input:checked"))
    ada.focus_reaches(page.locator("#games input[value=sketch]"), key="ArrowDown")
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
    sees_ink(bea)
    ada.focus_reaches(page.get_by_label("Say something"))
    keyboard.type("A line!")
    keyboard.press("Enter")
    bea.hears("A line!")
    ada.focus_reaches(page.get_by_role("button", name="Leave"), key="Shift+Tab")
    keyboard.press("Enter")
    ada.is_back()


def test_a_finger_draws_on_a_small_screen(town: Town) -> None:
    ada = town.person("Ada", width=360)
    ada.open("Sketch", "Pocket")
    bea = town.guest("Bea", ada)
    draw(ada, (0.1, 0.5), (0.9, 0.5))
    sees_ink(bea)
    ada.is_fit_for_everyone()
    ada.page.get_by_role("button", name="Chat").click()
    ada.say("from my phone")
    bea.hears("from my phone")
