"""The room list: live, filtered, sorted; what is refused is told where it was asked."""

import re

from playwright.sync_api import WebSocketRoute, expect

from tests.support.eventually import eventually_sync
from tests.support.people import Person
from tests.support.town import Town

KEPT = "caches.open('kept').then(kept => kept.put('/games/course/program.json', new Response('{}')))"
"""As if Course had been played here."""
OUTAGE_S = 30.0
A_LIST = re.compile(r"^\d+ rooms?$")
"""The summary of any list: other tests leave rooms behind."""


class Doorbell:
    """Between a page and the lobby. Lay it before the page loads."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.is_cut = False
        self.rings = 0
        self._lines: list[WebSocketRoute] = []
        person.page.route_web_socket(lambda url: url.endswith("/ws"), self._ring)

    def _ring(self, line: WebSocketRoute) -> None:
        self.rings += 1
        self._lines.append(line)
        if self.is_cut:
            line.close()
        else:
            line.connect_to_server()

    def cut(self) -> None:
        self.is_cut = True
        for line in self._lines:
            line.close(code=4000)
        self._lines.clear()

    def rings_twice_more(self) -> None:
        """So the lobby was out of reach once more."""
        before = self.rings

        def has_rung() -> bool:
            self._person.page.title()  # Playwright tells of lines only while it is asked something.
            return self.rings > before + 1

        eventually_sync(has_rung, within=OUTAGE_S)


def test_a_room_appears_fills_and_goes_while_others_look_on(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    expect(ada.page.locator("#empty")).to_be_visible()
    bea.open("Talk", "Tea at four", seats=2)
    expect(ada.row("Tea at four")).to_contain_text("Bea leads")
    expect(ada.row("Tea at four")).to_contain_text("1 of 2 seats")
    cem = town.person("Cem")
    cem.join("Tea at four")
    expect(ada.row("Tea at four")).to_contain_text("2 of 2 seats")
    expect(ada.way_in("Tea at four")).to_be_disabled()
    expect(ada.way_in("Tea at four")).to_have_text("Full")
    cem.leave()
    expect(ada.way_in("Tea at four")).to_have_text("Join")
    bea.leave()
    expect(ada.row("Tea at four")).to_have_count(0)
    expect(ada.page.locator("#empty")).to_be_visible()


def test_filter_and_sort_survive_a_reload(town: Town) -> None:
    for name, game, room in (("Bea", "Talk", "Zebra"), ("Cem", "Talk", "Apple"), ("Dora", "Board", "Map")):
        town.person(name).open(game, room)
    ada = town.person("Ada", at="/?game=talk&sort=name")
    headings = ada.page.locator(".room h3")
    expect(headings).to_have_text(["Apple", "Zebra"])
    ada.page.get_by_label("Sort by").select_option("newest")
    expect(headings).to_have_text(["Apple", "Zebra"])
    ada.page.locator("#filter").get_by_role("radio", name="Board").check(force=True)
    expect(headings).to_have_text(["Map"])
    assert ada.page.url.endswith("/?game=board")
    ada.page.reload()
    expect(headings).to_have_text(["Map"])
    ada.page.locator("#filter").get_by_role("radio", name="All", exact=True).check(force=True)
    expect(headings).to_have_text(["Map", "Apple", "Zebra"])


def test_a_taken_name_and_too_many_seats_are_told_at_their_fields(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    bea.open("Talk", "Taken")
    ada.fill_form("Talk", "taken")
    expect(ada.page.locator("#name-error")).to_contain_text("already exists")
    expect(ada.page.get_by_label("Name", exact=True)).to_be_focused()
    expect(ada.page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    ada.fill_form("Board", "A crowd", seats=40)
    expect(ada.page.locator("#name-error")).to_be_hidden()
    expect(ada.page.locator("#seats-error")).to_contain_text("1 to 12 seats")
    ada.fill_form("Board", "  ")
    expect(ada.page.locator("#name-error")).to_have_text("Give the room a name.")
    ada.open("Board", "A few", seats=3)
    expect(ada.page.locator(".room-bar p")).to_contain_text("1 of 3 seats")


def test_a_name_is_kept_and_a_bad_one_is_refused(town: Town) -> None:
    ada = town.person("Ada")
    ada.page.reload()
    expect(ada.page.locator("#username")).to_have_value("Ada")
    ada.page.fill("#username", "a\u202eb")
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator("#username-error")).to_contain_text("invisible")
    ada.open("Talk", "Names")
    ada.sees_people("Ada")
    ada.leave()
    expect(ada.page.locator("#username")).to_have_value("Ada")


def test_whoever_is_seated_elsewhere_may_go_there_or_give_it_up(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.open("Talk", "First")
    bea.open("Talk", "Second")
    second_tab = town.another_tab_of(ada)
    second_tab.way_in("Second").click()
    second_tab.is_back("You still have a seat in “First”")
    second_tab.page.get_by_role("button", name="Give it up").click()
    ada.is_back()
    second_tab.join("Second")
    bea.sees_people("Bea", "Ada")


def test_what_can_be_played_offline_is_offered_once_an_outage(town: Town) -> None:
    ada = town.person("Ada")
    doorbell = Doorbell(ada)
    ada.page.reload()
    expect(ada.page.locator("#summary")).to_have_text(A_LIST)
    ada.page.evaluate(KEPT)
    doorbell.cut()
    notice = ada.page.locator("#notice")
    expect(notice.get_by_role("button", name="Course")).to_be_visible()
    notice.get_by_role("button", name="Dismiss").press("Enter")
    expect(ada.page.locator("#rooms")).to_be_focused()
    doorbell.rings_twice_more()
    expect(notice).to_be_hidden()
    doorbell.is_cut = False
    expect(ada.page.locator("#summary")).to_have_text(A_LIST, timeout=OUTAGE_S * 1000)
    doorbell.cut()
    expect(notice).to_contain_text("You are offline.")
    doorbell.is_cut = False
    expect(notice).to_be_hidden(timeout=OUTAGE_S * 1000)
