"""The page of every game without one of its own, with a game of the tests' own (tests/support/games/course), whose
`client.js` lets a test look in.
"""

import math
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.support.eventually import eventually_sync
from tests.support.people import Person
from tests.support.town import Town

FLAG_X = 850
OFFLINE_MS = 60_000
LOG_MOST = 300
CHATTER = """lines => {
    const line = { number: seen.room.me.number, username: 'Ada', sentMs: 0 };
    for (let count = 0; count < lines; count += 1) seen.room.chat.add({ ...line, text: `line ${count}` });
}"""
FRAME_BUDGET_MS = 8.0
FRAMES, LOOKS = 60, 20
BROKEN = "export function draw() { throw new Error('no drawing today'); }"
MEASURES = """frames => new Promise(resolve => {
    const durations = [], began = performance.now();
    const observer = new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.name === 'stage-frame') durations.push(entry.duration);
        if (durations.length < frames) return;
        observer.disconnect();
        resolve({durations: durations.slice(0, frames), rate: durations.length * 1000 / (performance.now() - began)});
    });
    observer.observe({entryTypes: ['measure']});
})"""


def runner(person: Person, name: str) -> dict[str, Any]:
    """Where that player's runner is on this person's screen; waits until it is there."""

    def look() -> dict[str, Any] | None:
        runners: list[dict[str, Any]] = person.page.evaluate("globalThis.seen?.runners ?? []")
        return next((runner for runner in runners if runner["name"] == name), None)

    return eventually_sync(look)


def runs(person: Person, name: str, *, beyond: float) -> None:
    eventually_sync(lambda: runner(person, name)["x"] > beyond or None)


def calls(person: Person) -> list[str]:
    return list(person.page.evaluate("seen.calls"))


def hears_of(person: Person, *expected: str) -> None:
    eventually_sync(lambda: set(expected) <= set(calls(person)) or None)


def judge(person: Person) -> None:
    assert not person.axe()
    assert not person.scrolls_sideways()


def test_two_play_a_game_that_has_no_page(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "First")
    bea = town.guest("Bea", ada)
    start = runner(bea, "Ada")["x"]
    ada.page.keyboard.down("KeyD")
    runs(bea, "Ada", beyond=start + 100)
    ada.page.keyboard.up("KeyD")
    assert runner(bea, "Bea")["x"] == start
    ada.page.keyboard.press("Space")
    eventually_sync(lambda: runner(bea, "Ada")["hops"] == 1 or None)
    hears_of(ada, "join Bea")
    ada.say("Good luck")
    hears_of(bea, "chat Ada Good luck")
    x = runner(ada, "Ada")["x"]
    ada.page.reload()
    assert abs(runner(ada, "Ada")["x"] - x) < 1, "whoever returns goes on where they stood"
    bea.leave()
    hears_of(ada, "leave Bea")


def test_whoever_writes_does_not_play(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Quiet")
    start = runner(ada, "Ada")
    ada.page.get_by_label("Say something").focus()
    ada.page.keyboard.type("ddd dd wasd")
    ada.page.keyboard.down("KeyD")
    ada.page.keyboard.press("Enter")
    ada.hears("ddd dd wasdd")
    ada.focus_reaches(ada.page.locator(".stage canvas"), key="Shift+Tab")
    assert runner(ada, "Ada") == start
    ada.page.keyboard.up("KeyD")
    ada.page.keyboard.down("ArrowRight")
    runs(ada, "Ada", beyond=start["x"] + 50)
    ada.page.keyboard.up("ArrowRight")


def test_two_at_one_screen_and_how_it_ends(town: Town) -> None:
    ada, bea = town.person("Ada"), town.person("Bea", width=360)
    ada.open("Course", "Together")
    bea.watch("Together")
    bea.page.get_by_role("button", name="Chat").click()
    expect(bea.page.locator(".how")).to_have_text("You watch. Take a seat to play.")
    add = ada.page.get_by_role("button", name="Add a player")
    ada.focus_reaches(add)
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator(".how")).to_contain_text("Ada 2 move: arrow keys · hop: Enter")
    expect(add).to_be_hidden()
    expect(ada.page.locator(".stage canvas")).to_be_focused()
    expect(bea.page.locator(".members")).to_contain_text("and Ada 2")
    start = runner(bea, "Ada 2")["x"]
    ada.page.keyboard.down("ArrowRight")
    runs(bea, "Ada 2", beyond=FLAG_X)
    assert runner(bea, "Ada")["x"] == start
    ada.page.keyboard.down("ArrowDown")
    for person in (ada, bea):
        expect(person.page.locator(".result h2")).to_have_text("Ada 2 wins")
        expect(person.page.locator(".result dl")).to_contain_text("hops")
        expect(person.page.locator(".result")).to_be_focused()
        judge(person)
    expect(bea.page.get_by_label("Say something")).to_be_disabled()
    expect(bea.page.get_by_role("button", name="Take a seat")).to_be_hidden()
    for name in ("Add a player", "Remove player"):
        expect(ada.page.get_by_role("button", name=name)).to_be_hidden()
    bea.page.get_by_role("button", name="Back to the list").click()  # over the chat, which is a sheet there
    bea.is_back()
    before = ada.page.url
    ada.page.get_by_role("button", name="Play again").click()
    expect(ada.page).not_to_have_url(before)
    expect(ada.page.locator(".result")).to_have_count(0)  # the page of the room before has one
    expect(ada.page.locator(".room-bar h1")).to_be_visible()
    assert runner(ada, "Ada")["hops"] == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_for_everyone(town: Town, scheme: str, width: int) -> None:
    ada = town.person("Ada", scheme=scheme, width=width)
    room = f"Run {scheme}"
    expect(ada.page.get_by_role("link", name="Play Course offline")).to_be_visible()
    judge(ada)
    ada.open("Course", room)
    runner(ada, "Ada")
    expect(ada.page.locator(".toasts")).to_have_role("status")
    expect(ada.page.locator(".touch-pad")).to_be_visible(visible=width < 600)
    judge(ada)


def test_an_evening_of_chat_does_not_fill_the_page(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Talkative")
    runner(ada, "Ada")
    ada.page.evaluate(CHATTER, LOG_MOST + 20)
    expect(ada.page.locator(".log > *")).to_have_count(LOG_MOST)
    ada.hears(f"line {LOG_MOST + 19}")
    expect(ada.page.locator(".log > *").first.locator(".who")).to_contain_text("You")


def test_chat_stands_still_for_who_reads_above_up_to_twice_as_much(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Long ago")
    runner(ada, "Ada")
    ada.page.evaluate(CHATTER, LOG_MOST)
    log = ada.page.locator(".log")
    log.evaluate("log => { log.scrollTop = 0; }")
    for more, stand in ((20, LOG_MOST + 20), (LOG_MOST - 20, 2 * LOG_MOST), (1, LOG_MOST)):
        ada.page.evaluate(CHATTER, more)
        expect(log.locator("> *")).to_have_count(stand)
    ada.page.evaluate(CHATTER, 20)
    log.evaluate("log => { log.scrollTop = log.scrollHeight; }")
    ada.page.evaluate(CHATTER, 1)
    expect(log.locator("> *")).to_have_count(LOG_MOST)


def test_fingers(town: Town) -> None:
    ada = town.person("Ada", width=360)
    ada.open("Course", "By hand")
    start = runner(ada, "Ada")["x"]
    box = ada.page.locator(".stage").bounding_box()
    assert box is not None
    x, y = box["x"] + 80, box["y"] + box["height"] - 200
    fingers = ada.page.context.new_cdp_session(ada.page)
    touch(fingers, "touchStart", x, y)
    touch(fingers, "touchMove", x + 60, y)
    expect(ada.page.locator(".thumb")).to_be_visible()
    runs(ada, "Ada", beyond=start + 50)
    touch(fingers, "touchEnd")
    expect(ada.page.locator(".thumb")).to_have_count(0)
    ada.page.locator(".touch-button", has_text="hop").tap()
    eventually_sync(lambda: runner(ada, "Ada")["hops"] == 1 or None)


def touch(fingers: CDPSession, kind: str, *at: float) -> None:
    points = [{"x": at[0], "y": at[1]}] if at else []
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_offline_it_is_the_same_page(town: Town) -> None:
    ada = town.person("Ada")
    ada.page.get_by_role("link", name="Play Course offline").click()
    expect(ada.page.get_by_role("progressbar", name="Getting the game")).to_be_visible()
    expect(ada.page.locator(".stage canvas")).to_be_visible(timeout=OFFLINE_MS)
    runner(ada, "Ada")
    ada.page.keyboard.down("KeyD")
    runs(ada, "Ada", beyond=FLAG_X)
    judge(ada)
    ada.page.keyboard.down("KeyS")
    expect(ada.page.locator(".result h2")).to_have_text("You win!")
    ada.leave()


def test_while_the_lobby_is_out_of_reach_one_may_play_offline(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Cut off")
    ada.page.route_web_socket("**/*", lambda line: line.close())
    ada.page.reload()
    expect(ada.page.get_by_role("main")).to_contain_text("The lobby cannot be reached.")
    ada.page.get_by_role("button", name="Play offline").click()
    expect(ada.page.get_by_role("progressbar", name="Getting the game")).to_be_visible()


def test_a_page_of_a_game_that_fails_leaves_the_game(town: Town) -> None:
    ada = town.person("Ada")
    ada.page.route("**/course/client.js", lambda route: route.fulfill(body=BROKEN, content_type="text/javascript"))
    ada.open("Course", "Plain")
    expect(ada.page.locator(".toast")).to_have_text("This game's own drawing failed. You see it drawn plainly.")
    expect(ada.page.locator(".caption")).to_have_text("To the flag!")
    assert [complaint for complaint in ada.complaints if "no drawing today" in complaint]
    ada.complaints.clear()


def test_a_frame_with_60_objects_stays_within_its_budget(town: Town, record_property: Any) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Measured")
    runner(ada, "Ada")
    # Wall time: what else the machine does is in it, and not the page's. So the first calm look counts.
    for _ in range(LOOKS):
        look = ada.page.evaluate(MEASURES, FRAMES)
        p95 = sorted(look["durations"])[math.ceil(0.95 * FRAMES) - 1]
        print(f"script per frame: p95 {p95:.2f} ms, {look['rate']:.0f} frames/s")
        if p95 < FRAME_BUDGET_MS:
            break
    record_property("frame_p95_ms", p95)
    record_property("frames_per_s", look["rate"])
    assert ada.page.evaluate("seen.stage.looks.length") > 60
    assert ada.page.evaluate("seen.stage.pick(850, 300).kind") == "Flag"
    assert p95 < FRAME_BUDGET_MS


def test_assets_are_fetched_once_and_kept(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Course", "Kept")
    runner(ada, "Ada")
    assert ada.page.evaluate("[...seen.stage.assets.images.keys(), ...seen.stage.assets.sounds.keys()]") == [
        *("flag.svg", "flag", "hop.wav", "hop"),
    ]
    ada.page.reload()
    runner(ada, "Ada")
    fetched = """performance.getEntriesByType('resource').filter(({name}) => name.includes('/assets/'))
        .map(({name, transferSize}) => [new URL(name).pathname.replace(/[0-9a-f]{12}/, 'HASH'), transferSize])"""
    assert sorted(ada.page.evaluate(fetched)) == [
        ["/games/course/assets/flag.HASH.svg", 0],
        ["/games/course/assets/hop.HASH.wav", 0],
    ]


def test_a_page_without_a_stage_loads_none(town: Town) -> None:
    ada = town.person("Ada")
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.page.reload()
    expect(ada.page.locator("#alone")).to_be_visible()
    assert not [url for url in asked if "/stage/" in url or "pyodide" in url]
