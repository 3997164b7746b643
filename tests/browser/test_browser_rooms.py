"""Two people meet in a room: the way in and back with its reason, chat, reload, invitations, a worker that dies."""

import os
import signal
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.support.site import Site
from tests.support.town import Town


def test_two_people_meet_and_talk_on_a_workers_own_port(town: Town, site: Site) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.open("Talk", "Tea at four")
    bea.join("Tea at four")
    for person in (ada, bea):
        person.sees_people("Ada", "Bea")
        person.sees_host("Ada")
    ada.say("Anybody here?")
    bea.hears("Anybody here?")
    bea.say("<b>Me</b> & the 🦊")
    ada.hears("<b>Me</b> & the 🦊")
    assert ada.worker_port == bea.worker_port
    assert ada.worker_port in site.worker_pids
    assert ada.worker_port != urlsplit(site.url).port


def test_a_newcomer_reads_what_was_said_before(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "History")
    ada.say("First!")
    ada.hears("First!")
    bea = town.person("Bea")
    bea.join("History")
    bea.hears("First!")
    ada.hears("Bea came in")
    bea.leave()
    ada.hears("Bea left")


def test_a_reload_leads_back_into_the_room(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Sturdy")
    bea = town.guest("Bea", ada)
    bea.page.reload()
    bea.is_inside("Sturdy")
    bea.sees_people("Ada", "Bea")
    bea.say("back again")
    ada.hears("back again")


def test_an_invited_friend_walks_straight_in(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Board", "By invitation")
    path = ada.path
    friend = town.person(at=path)
    friend.is_inside("By invitation")
    expect(ada.page.locator(".members .name")).to_have_count(2)
    wrong_game = town.person(at=path.replace("/board/", "/talk/"))
    wrong_game.is_inside("By invitation")
    assert wrong_game.page.url == ada.page.url


def test_an_old_invitation_leads_to_the_list_which_says_why(town: Town) -> None:
    town.person(at="/games/talk/#22222abcde").is_back("There is no such room.")
    lost = town.person(at="/games/board/")
    expect(lost.page.locator("#filter").get_by_role("radio", name="Board")).to_be_checked()


def test_the_host_closes_the_room_for_everyone(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Short")
    bea = town.guest("Bea", ada)
    expect(bea.page.get_by_role("button", name="Close the room")).to_be_hidden()
    ada.settings().get_by_role("button", name="Close the room").click()
    ada.page.get_by_role("button", name="Keep it open").click()
    ada.settings().get_by_role("button", name="Close the room").click()
    ada.page.get_by_role("button", name="Close it").click()
    for person in (ada, bea):
        person.is_back("“Short”", "This room has ended.")


def test_when_the_host_leaves_another_one_leads(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Relay")
    bea = town.guest("Bea", ada)
    ada.leave()
    bea.sees_host("Bea")
    expect(bea.page.locator(".toast")).to_contain_text("You lead this room now.")
    expect(bea.settings().get_by_role("button", name="Close the room")).to_be_visible()


def test_a_killed_worker_leads_everyone_back_with_the_reason(town: Town, site: Site) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Doomed")
    bea = town.guest("Bea", ada)
    os.kill(site.worker_pids[ada.worker_port], signal.SIGKILL)
    for person in (ada, bea):
        person.is_back("“Doomed”", "This room has ended.")
        expect(person.row("Doomed")).to_have_count(0)
    ada.open("Talk", "Doomed")
    bea.join("Doomed")
