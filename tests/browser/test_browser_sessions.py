"""A stay outlives its line, its page and its tab: nothing is missed, nobody loses a seat, two tabs do not fight."""

from playwright.sync_api import WebSocketRoute, expect

from tests.support.people import Person
from tests.support.town import Town


class Cable:
    """Between a person and the workers: all lines go through it, and can be cut. Lay it before the page loads."""

    def __init__(self, person: Person) -> None:
        self._lines: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        person.page.route_web_socket(lambda url: not url.endswith("/ws"), self._connect)

    def _connect(self, line: WebSocketRoute) -> None:
        self._lines.append((line, line.connect_to_server()))

    def cut(self) -> None:
        for near, far in self._lines:
            # In this order: what a page says to a far end that is closing, the browser complains of.
            near.close(code=4000)
            far.close()
        self._lines.clear()


def test_a_lost_line_costs_neither_the_seat_nor_a_word(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    cable = Cable(bea)
    ada.open("Talk", "Sturdy")
    bea.join("Sturdy")
    ada.say("before")
    bea.hears("before")
    cable.cut()
    for number in range(5):
        ada.say(f"meanwhile {number}")
    expect(bea.page.locator(".toast")).to_contain_text("Nothing was missed")
    bea.say("here again")
    ada.hears("here again")
    for number in range(5):
        expect(bea.page.locator(".log").get_by_text(f"meanwhile {number}")).to_have_count(1)
    ada.sees_people("Ada", "Bea")
    expect(ada.page.locator(".log")).not_to_contain_text("Bea left")


def test_two_tabs_of_one_person_do_not_fight(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Twice")
    bea = town.guest("Bea", ada)
    path = ada.path
    tab = town.another_tab_of(ada)
    tab.arrive(path)
    expect(tab.page.locator(".waiting")).to_contain_text("another window")
    ada.sees_people("Ada", "Bea")
    tab.page.get_by_role("button", name="Take over here").click()
    tab.is_inside("Twice")
    ada.is_back("You went on playing somewhere else.")
    tab.say("still me")
    bea.hears("still me")
    bea.sees_people("Ada", "Bea")
    ada.page.get_by_role("button", name="Go on here").click()
    ada.is_inside("Twice")
    tab.is_back("You went on playing somewhere else.")
    bea.sees_people("Ada", "Bea")


def test_the_second_tab_may_watch_as_another_guest(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Board", "From two sides")
    path = ada.path
    tab = town.a_fresh_tab_of(ada)
    expect(tab.page.locator("#username")).to_be_enabled()  # it has an identity of its own, and will get no other
    tab.page.evaluate("kept => sessionStorage.setItem('room-cluster.identity', kept)", ada.identity())
    tab.arrive(path)
    tab.page.get_by_role("button", name="Watch from here").click()
    tab.is_inside("From two sides")
    ada.mark("one")
    tab.sees_marks("one")
    expect(ada.page.locator(".members .mark")).to_have_text("watching")


def test_a_closed_tab_reopened_offers_to_return(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Left open")
    bea = town.guest("Bea", ada)
    context = bea.page.context
    bea.close_tab()
    ada.sees_mark("Bea", "away")
    assert not context.pages
    again = town.a_fresh_tab_of(bea)
    again.is_back("You were in “Left open” a moment ago.")
    again.page.get_by_role("button", name="Return").click()
    again.is_inside("Left open")
    ada.hears("Bea is back")
    ada.sees_people("Ada", "Bea")


def test_a_seat_given_up_from_the_list_is_free_and_its_room_gone(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Patient")
    ada.page.goto(town.url)
    ada.is_back("You were in “Patient” a moment ago.")
    ada.page.get_by_role("button", name="Give it up").click()
    ada.is_back("Your seat is free again.")
    expect(ada.row("Patient")).to_have_count(0)
