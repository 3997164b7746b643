"""What a node decides by: heartbeats, pauses between starts, load; and whose word about an address counts."""

import multiprocessing
import socket

import pytest

from room_worker.game_code import GameCode
from room_worker.heartbeat import Heartbeat
from room_worker.load import LoadMeter
from room_worker.process import LOOK_EVERY_S, START_S, WorkerProcess
from room_worker.proxies import is_among
from room_worker.slot import LONGEST_PAUSE_S, restart_pause_s
from room_worker.worker import Commission
from shared.game.failures import CodeFailed
from shared.protocol.ids import NodeId, RoomId, WorkerId
from shared.protocol.limits import HUNG_AFTER_S
from shared.settings import Settings
from tests.support.one_worker import catalog_of

SPAWN = multiprocessing.get_context("spawn")
ROOM = RoomId("room2222ab")


class Watched:
    """A worker that is never started, looked at as its node would; the test is its heart."""

    def __init__(self) -> None:
        commission = Commission(WorkerId("w1"), NodeId("n1"), "ws://{host}:8101", False, Settings())
        with socket.socket() as sock:
            self.worker = WorkerProcess(SPAWN, commission, sock)
        self.now = 0.0

    def look(self, seconds: float, *, every: float = LOOK_EVERY_S, beating: bool = False) -> bool:
        until, is_hung = self.now + seconds, False
        while self.now < until:
            if beating:
                self.worker.heartbeat.beat(0, is_exclusive=False)
            self.now += every
            is_hung = self.worker.is_hung(self.now) or is_hung
        return is_hung


def test_a_loop_that_stands_still_is_hung() -> None:
    watched = Watched()
    assert not watched.look(10, beating=True)
    assert not watched.look(HUNG_AFTER_S - LOOK_EVERY_S)
    assert watched.look(2 * LOOK_EVERY_S)


def test_a_beat_in_time_makes_up_for_the_silence() -> None:
    watched = Watched()
    for _ in range(5):
        watched.look(0.1, beating=True)
        assert not watched.look(HUNG_AFTER_S - LOOK_EVERY_S)


def test_starting_may_take_longer() -> None:
    watched = Watched()
    assert not watched.look(START_S - 1)
    assert watched.look(2)


def test_time_that_the_node_slept_through_does_not_count() -> None:
    watched = Watched()
    watched.look(1, beating=True)
    assert not watched.look(3600, every=3600)
    assert not watched.look(1)


def test_the_running_room_is_guilty_and_only_while_it_runs() -> None:
    heartbeat = Heartbeat(SPAWN)
    assert heartbeat.guilty_room is None
    with heartbeat.running(ROOM):
        assert heartbeat.guilty_room == ROOM
    assert heartbeat.guilty_room is None


@pytest.mark.parametrize(
    "source", ["def on_chat(world, client, text):\n    raise SystemExit\n", "raise KeyboardInterrupt\n", "x = (\n"]
)
def test_whatever_a_game_raises_is_its_failure(source: str) -> None:
    heartbeat = Heartbeat(SPAWN)
    with pytest.raises((CodeFailed, RuntimeError)):
        GameCode(catalog_of({"bad": source}).game("bad"), ROOM, heartbeat).on_chat(None, None, "")  # type: ignore[attr-defined]
    assert heartbeat.guilty_room is None


def test_code_that_failed_is_not_called_again() -> None:
    source = (
        "def on_chat(world, client, text):\n    raise ValueError\n\ndef on_player_leave(world, player):\n    pass\n"
    )
    code = GameCode(catalog_of({"bad": source}).game("bad"), ROOM, Heartbeat(SPAWN))
    assert hasattr(code, "on_player_leave")
    with pytest.raises(ValueError, match=r"^$"):
        code.on_chat(None, None, "")  # type: ignore[attr-defined]
    assert not hasattr(code, "on_player_leave")


def test_each_room_has_a_namespace_of_its_own() -> None:
    source = "seen = []\ndef on_chat(world, client, text):\n    seen.append(text)\n    return ' '.join(seen)\n"
    game = catalog_of({"plain": source}).game("plain")
    one, other = (GameCode(game, RoomId(room), Heartbeat(SPAWN)) for room in ("a", "b"))
    assert [one.on_chat(None, None, "x"), one.on_chat(None, None, "y")] == ["x", "x y"]  # type: ignore[attr-defined]
    assert other.on_chat(None, None, "z") == "z"  # type: ignore[attr-defined]


def test_rooms_share_what_was_compiled_once() -> None:
    main = "class Ship:\n    def fly(self): pass\ndef start(world): pass\ndef update(world, dt): pass\n"
    game = catalog_of({"fleet": "def on_chat(world, client, text): pass\n"}, mains={"fleet": main}).game("fleet")
    one, other = (GameCode(game, RoomId(room), Heartbeat(SPAWN)).classes["Ship"] for room in ("a", "b"))
    assert one is not other
    assert one.fly.__code__ is other.fly.__code__  # type: ignore[attr-defined]
    assert game.server_code is game.server_code


def test_pauses_between_starts() -> None:
    assert [restart_pause_s(failures) for failures in range(6)] == [0, 0, 0.5, 1, 2, 4]
    assert restart_pause_s(1000) == LONGEST_PAUSE_S


def test_load_is_the_busy_share_of_late() -> None:
    busy, now = [0.0], [0.0]
    meter = LoadMeter(lambda: busy[0], lambda: now[0])

    def work(share: float, seconds: float) -> float:
        for _ in range(int(seconds)):
            busy[0] += share
            now[0] += 1
            meter.read()
        return meter.read()

    assert work(0.0, 10) == 0
    assert work(0.8, 60) == pytest.approx(0.8, abs=0.01)
    assert work(0.0, 5) == pytest.approx(0.8 / 2.718, abs=0.02)
    assert work(0.0, 60) == pytest.approx(0, abs=0.01)


def test_proxies() -> None:
    is_proxy = is_among(("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"))
    trusted = ["10.1.2.3", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.1"]
    assert [is_proxy(address) for address in trusted] == [True] * len(trusted)
    assert not any(is_proxy(address) for address in ["11.0.0.1", "192.0.2.8", "::1", "", "unix"])
    assert not is_among(())("127.0.0.1")
