"""Hosts and doors: the board outlives its host; who watches, who is sent out, who gets in; rounds and matches."""

import re

from playwright.sync_api import expect

from tests.support.town import Town

PINGS_KNOWN_MS = 10_000
"""A host is measured, its worker says so, and the list takes it over: a few times two seconds."""


def test_the_host_closes_its_tab_and_the_others_go_on(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Board", "Outlived")
    bea, cem = town.guest("Bea", ada), town.guest("Cem", ada)
    ada.sees_people("Ada", "Bea", "Cem")
    ada.mark("first")
    bea.mark("second")
    cem.sees_marks("first", "second")
    ada.close_tab()
    bea.sees_mark("Ada", "away")
    host = bea.sees_another_host(bea, cem)
    cem.mark("third")
    bea.sees_marks("first", "second", "third")
    dora = town.guest("Dora", bea)
    dora.sees_marks("first", "second", "third")
    host.page.get_by_role("button", name="Clear").click()
    for person in (bea, cem, dora):
        person.sees_marks()


def test_the_host_hands_over(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Board", "Handed over")
    bea = town.guest("Bea", ada)
    ada.mark("kept")
    ada.deal_with("Bea", "Make host")
    for person in (ada, bea):
        person.sees_host("Bea")
    ada.leave()
    cem = town.guest("Cem", bea)
    cem.sees_marks("kept")


def test_a_spectator_watches_then_takes_a_seat(town: Town) -> None:
    ada, eve = town.person("Ada"), town.person("Eve")
    ada.open("Board", "Watched", seats=2)
    eve.watch("Watched")
    ada.mark("seen")
    eve.sees_marks("seen")
    expect(eve.page.locator("#marking")).to_be_hidden()
    expect(eve.page.locator(".room-bar p")).to_contain_text("You watch")
    ada.sees_mark("Eve", "watching")
    eve.page.reload()
    eve.is_inside("Watched")
    expect(eve.page.locator(".room-bar p")).to_contain_text("You watch")
    eve.sees_marks("seen")
    look_on = town.person("Look")
    expect(look_on.row("Watched")).to_contain_text("1 watching")
    eve.page.get_by_role("button", name="Take a seat").press("Enter")
    ada.hears("Eve took a seat")
    expect(eve.page.get_by_role("button", name="Take a seat")).to_be_hidden()
    expect(eve.page.locator("#stage")).to_be_focused()
    eve.mark("mine")
    ada.sees_marks("mine", "seen")
    expect(look_on.way_in("Watched")).to_have_text("Full")
    look_on.watch("Watched")


def test_who_is_sent_out_may_come_back_and_who_is_banned_may_not(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.open("Talk", "Strict")
    bea.join("Strict")
    ada.deal_with("Bea", "Send out")
    bea.is_back("The host sent you out of the room.")
    ada.hears("Bea was sent out")
    bea.join("Strict")
    ada.deal_with("Bea", "Ban")
    ada.page.get_by_role("button", name="Ban them").click()
    bea.is_back("The host does not want you in this room.")
    bea.page.locator("#notice").get_by_role("button", name="Dismiss").click()
    bea.way_in("Strict").click()
    bea.is_back("The host does not want you in this room.")
    second_guest = town.a_fresh_tab_of(bea)
    second_guest.way_in("Strict").click()
    second_guest.is_back("The host does not want you in this room.")
    ada.sees_people("Ada")


def test_doors_and_the_invite_link(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.open("Talk", "Doors")
    expect(bea.row("Doors")).to_be_visible()
    room_path = ada.path
    ada.settings().get_by_label("Locked").check()
    expect(bea.way_in("Doors")).to_have_text("Locked")
    expect(bea.way_in("Doors")).to_be_disabled()
    ada.settings().get_by_label("Locked").uncheck()
    ada.settings().get_by_label("Who may come in").select_option("private")
    expect(bea.row("Doors")).to_have_count(0)
    expect(ada.page).to_have_url(re.compile(r"#\w+&invite=\w{8}$"))
    code = ada.page.url.split("invite=")[1]
    outside = town.person(at=room_path)
    outside.is_back("There is no such room.")
    town.person(at="/games/talk/#invite=zzzzzzzz").is_back("There is no such room, or the invite code is wrong.")
    friend = town.person(at=f"/games/talk/#invite={code}")
    friend.is_inside("Doors")
    bea.page.get_by_label("Got an invite code?").fill("22222222")
    bea.page.get_by_role("button", name="Go in").click()
    expect(bea.page.locator("#invite-error")).to_contain_text("the invite code is wrong")
    bea.page.get_by_label("Got an invite code?").fill(code)
    bea.page.get_by_role("button", name="Go in").click()
    bea.is_inside("Doors")
    bea.page.reload()
    bea.is_inside("Doors")
    ada.settings().get_by_label("Who may come in").select_option("public")
    expect(outside.row("Doors")).to_be_visible()
    ada.settings().get_by_label("Who may come in").select_option("unlisted")
    expect(outside.row("Doors")).to_have_count(0)
    town.person(at=room_path).is_inside("Doors")


def test_everybody_plays_again(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Board", "Another round")
    bea = town.guest("Bea", ada)
    ada.mark("old")
    bea.sees_marks("old")
    before = ada.page.url
    ada.settings().get_by_role("button", name="Play again").click()
    ada.page.get_by_role("button", name="Go on").click()
    for person in (ada, bea):
        expect(person.page).not_to_have_url(re.compile(re.escape(before)))
        person.is_inside("Another round")
        expect(person.page.locator(".members .name")).to_have_count(2)
    assert ada.page.url == bea.page.url
    bea.say("again!")
    ada.hears("again!")
    for person in (ada, bea):
        person.sees_marks()


def test_a_quick_match_opens_a_room_and_the_next_one_walks_in(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    ada.is_matched("Pair")
    expect(bea.row(ada.page.locator(".room-bar h1").inner_text())).to_be_visible()
    bea.is_matched("Pair")
    ada.sees_people("Ada", "Bea")
    assert ada.page.url == bea.page.url


def test_the_list_shows_the_whole_way_and_members_see_each_others_pings(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea")
    bea.open("Talk", "Near by")
    ping = ada.row("Near by").locator(".ping")
    expect(ping).to_have_text(re.compile(r"^ping \d+\sms$"), timeout=PINGS_KNOWN_MS)
    ada.page.get_by_label("Sort by").select_option("ping")
    expect(ping).to_be_visible()
    ada.join("Near by")
    expect(ada.page.locator(".members .ping:visible")).to_have_count(2)
