"""Full meshes in real Chromium with made-up cameras: every pair connects, comes back, and drops who has gone."""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests.support.calls import CALL_FLAGS, GAMES, Caller, Calls
from tests.support.site import Site
from tests.support.town import launched, site_with
from tests.support.turn_server import SECRET, TurnServer, require_coturn

DROPPED_WITHIN_S = 2.0
WORDS = count()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(CALL_FLAGS) as browser:
        yield browser


@pytest.fixture
def calls(browser: Browser, site: Site) -> Iterator[Calls]:
    calls = Calls(browser, site.url)
    yield calls
    calls.end()


def echoes(callers: list[Caller]) -> None:
    """What each says to all comes back from each, on the reliable channel."""
    word = f"{next(WORDS)}"
    for caller in callers:
        caller.tell(f"mesh.send('ping', '{word} of {caller.number}')")
    for caller in callers:
        others = [other.number for other in callers if other is not caller]
        said = f"echo {word} of {caller.number}"
        caller.until(f"{others}.every(number => (heard[number] ?? []).includes('{said}'))")


def sees_and_hears(callers: list[Caller]) -> None:
    for caller in callers:
        caller.until(f"heardAndSeen().then(count => count >= {len(callers) - 1})")


def whole_life(calls: Calls, pages: int) -> None:
    callers = calls.mesh(pages, media=1)
    print(f"{pages} pages in full mesh after {max(int(caller.tell('meshedMs')) for caller in callers)} ms")
    echoes(callers)
    sees_and_hears(callers)
    # One reloads and is back.
    callers[0].page.reload()
    callers[0].arrived()
    for caller in callers:
        caller.meets(pages - 1)
    echoes(callers)
    # One closes.
    callers.pop().close_tab()
    closed = time.monotonic()
    for caller in callers:
        caller.until(f"mesh.peers.size === {pages - 2}", DROPPED_WITHIN_S)
    print(f"dropped after {(time.monotonic() - closed) * 1000:.0f} ms")


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("pages", [3, 6])
def test_thirty_runs_without_one_stuck_pair(browser: Browser, site: Site, pages: int) -> None:
    for _ in range(30):
        calls = Calls(browser, site.url)
        whole_life(calls, pages)
        calls.end()


ALL_TRACKS = "media.open({microphone: true, camera: true})"
NO_TRACKS = "media.stop('microphone', 'camera')"
RESTART = "mesh.peers.forEach(peer => peer.way.link.pc.restartIce())"


def all_at_once(callers: list[Caller], script: str) -> None:
    """Begun by each page at the same moment, as far as clocks of one machine agree."""
    at_ms = max(int(caller.tell("Date.now()")) for caller in callers) + 150
    for caller in callers:
        caller.tell(f"void setTimeout(() => {{ {script} }}, {at_ms} - Date.now())")


def change_tracks(calls: Calls, rounds: int) -> None:
    """Everybody offers to everybody at the same time, over and over."""
    callers = calls.mesh(3)
    for _ in range(rounds):
        all_at_once(callers, ALL_TRACKS)
        sees_and_hears(callers)
        all_at_once(callers, RESTART)
        echoes(callers)
        all_at_once(callers, NO_TRACKS)
        for caller in callers:
            caller.until("[...mesh.peers.values()].every(peer => !peer.media.person)")
    echoes(callers)
    stand = "connections.map(one => one.signalingState).filter(state => state !== 'closed')"
    for caller in callers:
        assert caller.tell(stand) == ["stable", "stable"]
        sections = caller.tell("Math.max(...connections.map(one => one.getTransceivers().length))")
        assert sections <= 4, "a description grows with each change"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_all_add_and_remove_their_tracks_at_once_in_thirty_runs(browser: Browser, site: Site) -> None:
    for _ in range(30):
        calls = Calls(browser, site.url)
        change_tracks(calls, 2)
        calls.end()


def test_three_pages_meet_and_talk_one_reloads_one_closes(calls: Calls) -> None:
    whole_life(calls, 3)


def says(caller: Caller, to: int, first: int, last: int) -> None:
    caller.tell(f"for (let n = {first}; n <= {last}; n += 1) mesh.send('said', n, {{to: {to}}})")


def hears(caller: Caller, sender: int, last: int) -> None:
    caller.until(f"(heard[{sender}] ?? []).length >= {last}")
    assert caller.heard(sender) == list(range(1, last + 1))


def test_a_pair_without_a_way_talks_through_the_worker_and_goes_over_to_its_line(calls: Calls) -> None:
    """All candidates of one pair are dropped; later they are not any more, in the middle of it all."""
    ada, bea = calls.caller().enter(drop=2, patience=400), calls.caller()
    bea.enter(ada.room_id, drop=1, patience=400)
    cem = calls.caller().enter(ada.room_id)
    cem.meets(2)
    says(ada, 2, 1, 200)
    says(bea, 1, 1, 200)
    hears(bea, 1, 200)
    hears(ada, 2, 200)
    assert ada.tell("[mesh.peers.get(2).state, mesh.peers.get(2).reason]") == ["relayed", "no-way"]
    assert ada.tell("mesh.peers.get(2).statistics().then(({route}) => route)") == "worker"
    assert ada.tell("mesh.peers.get(3).statistics().then(({route}) => route)") == "direct"
    for caller, to in ((ada, 2), (bea, 1)):
        caller.tell("window.isCut = false")
        say = f"mesh.send('said', window.said += 1, {{to: {to}}})"
        caller.tell(f"window.said = 200, window.saying = setInterval(() => {say}, 1)")
    bea.tell("mesh.peers.get(1).way.begin()")
    was_connected(ada, 2, 1)
    was_connected(bea, 1, 1)
    # The line dies for good, with all that is under way on it; another one is found.
    ada.tell("connections.forEach(connection => connection.close())")
    was_connected(ada, 2, 2)
    was_connected(bea, 1, 2)
    lasts = [int(caller.tell("clearInterval(saying), said")) for caller in (ada, bea)]
    hears(bea, 1, lasts[0])
    hears(ada, 2, lasts[1])
    assert min(lasts) > 400


def was_connected(caller: Caller, number: int, times: int) -> None:
    caller.until(
        f"states.filter(([_, number, state]) => number === {number} && state === 'connected').length === {times}"
    )


def test_a_pair_that_may_only_be_relayed_meets_by_the_turn_server(
    browser: Browser, redis_url: str, tmp_path: Path
) -> None:
    """Real coturn with the shipped file; it may reach loopback, which is where both of them are."""
    require_coturn()
    with TurnServer(tmp_path, loopback_peers=True) as turn:
        settings = {"ROOMS_TURN_URLS": turn.url, "ROOMS_TURN_SECRET": SECRET, "ROOMS_RELAY_ONLY": "yes"}
        with site_with(redis_url, ROOMS_GAMES=str(GAMES), ROOMS_WORKERS="1", **settings) as site:
            calls = Calls(browser, site.url)
            callers = calls.mesh(2, media=1)
            echoes(callers)
            sees_and_hears(callers)
            for caller in callers:
                assert caller.tell("mesh.statistics().then(all => [...all.values()].map(one => one.route))") == ["turn"]
                shown = caller.tell("connections.map(one => one.localDescription.sdp.match(/ typ \\w+/g)).flat()")
                assert set(shown) == {" typ relay"}, "an address of one's own was shown"
            # Other credentials, and the way is found anew.
            callers[0].tell("mesh.peers.forEach(({way}) => { way.renew(); way.link.pc.restartIce(); })")
            echoes(callers)
            calls.end()


@pytest.mark.long
def test_a_page_that_dies_without_a_word_is_dropped_as_soon(calls: Calls) -> None:
    """No bye, and nothing closes its line: its member is away, and its page does not answer."""
    ada, bea, cem = calls.mesh(3)
    cem.page.on("crash", lambda _: None)
    with pytest.raises(Error):
        cem.page.goto("chrome://crash", timeout=2000)
    for caller in (ada, bea):
        caller.until("mesh.peers.size === 1", DROPPED_WITHIN_S)
    echoes([ada, bea])
    cem.page.close()
