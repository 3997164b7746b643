"""Arena on its page: two machines see each other fly; two people share a screen, on a phone too."""

import math

from playwright.sync_api import Locator, expect

from shared.rules.colours import colour_of
from tests.support.eventually import eventually_sync
from tests.support.people import Person
from tests.support.town import Town

MIDDLE = """(canvas, colour) => {
    const part = at => parseInt(colour.slice(at, at + 2), 16), wanted = [part(1), part(3), part(5)];
    const {width, height} = canvas, pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    let [across, down, count] = [0, 0, 0];
    for (let at = 0; at < pixels.length; at += 4) {
        if (!wanted.every((value, index) => Math.abs(pixels[at + index] - value) < 3)) continue;
        [across, down, count] = [across + (at / 4) % width, down + Math.floor(at / 4 / width), count + 1];
    }
    return count > 20 ? [across / count / width, down / count / height] : null;
}"""


def place(person: Person, player_id: int) -> tuple[float, float] | None:
    """Where this page draws that player's ship, from (0, 0) to (1, 1); None while it is nowhere."""
    found = person.page.locator(".stage canvas").evaluate(MIDDLE, colour_of(player_id))
    return (found[0], found[1]) if found else None


def board(person: Person) -> Locator:
    return person.page.locator(".board")


def test_two_see_each_other_fly(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Arena", "Both fly")
    bea = town.guest("Bea", ada)
    for person in (ada, bea):
        expect(board(person)).to_contain_text("Ada")
        expect(board(person)).to_contain_text("Bea")
    x, y = start = eventually_sync(lambda: place(bea, 1), within=8)
    # Towards the middle: a block may stand in one of these ways, but not in both.
    ada.page.keyboard.down("KeyD" if x < 0.5 else "KeyA")
    ada.page.keyboard.down("KeyS" if y < 0.5 else "KeyW")
    for person in (bea, ada):
        eventually_sync(lambda person=person: math.dist(place(person, 1) or start, start) > 0.04, within=8)


def test_a_second_player_at_the_same_screen_on_a_small_one_too(town: Town) -> None:
    ada = town.person("Ada", width=360)
    ada.open("Arena", "One screen")
    ada.page.get_by_role("button", name="Add a player").click()
    expect(board(ada).locator("li")).to_have_count(1 + 4)
    expect(board(ada).locator("li", has_text="Drone")).to_have_count(2)
    ada.is_fit_for_everyone()


def test_the_same_without_a_server(town: Town) -> None:
    ada = town.person(at="/games/arena/?offline")
    expect(board(ada).locator("li", has_text="Drone")).to_have_count(3, timeout=60_000)
    x, y = start = eventually_sync(lambda: place(ada, 1), within=8)
    ada.page.keyboard.down("KeyD" if x < 0.5 else "KeyA")
    ada.page.keyboard.down("KeyS" if y < 0.5 else "KeyW")
    eventually_sync(lambda: math.dist(place(ada, 1) or start, start) > 0.04, within=8)
