"""Games that run on a worker: they tick, stand still with the lease, and fail alone, each at its limit."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from room_worker.budget import Budget, Verdict
from shared.game.delta import apply
from shared.protocol.errors import GAME_BROKEN, GAME_TOO_SLOW, INTERNAL, LINE_LOST, ROOM_CLOSED
from shared.protocol.limits import CATCH_UP_TICKS, OVER_BUDGET_S
from shared.protocol.messages import (
    Relay,
    Reloaded,
    RoomDisconnect,
    RoomJoined,
    Scene,
    SendAct,
    SendChat,
    SendInput,
    SendRelay,
    Update,
)
from tests.support.one_worker import Guest, OneWorker, catalog_of, turn
from tests.support.virtual_time import run

QUIET = "def start(world):\n    pass\n\n"
COUNTS = """
def start(world):
    world.scene.count = 0

def update(world, dt):
    world.scene.count += 1
    world.scene.moved = sum(player.input.move.x for player in world.players)
"""
CARDS = f"""{QUIET}
def update(world, dt):
    for player in world.players:
        for act in player.acts:
            world.scene.last = act.card
"""
DRAWS = """
seen = []

def start(world):
    seen.append(1)
    world.scene.seen = list(seen)
    world.scene.drawn = world.random.random()

def update(world, dt):
    pass
"""
DEAL = {"tick_hz": 0, "acts": {"play": {"card": "whole"}}}
STICK = {"input": {"move": "stick"}}


def counting(tick_hz: int = 20, **more: Any) -> OneWorker:
    return OneWorker(mains={"counts": COUNTS}, manifests={"counts": STICK | {"tick_hz": tick_hz} | more})


def picture(guest: Guest) -> Scene:
    scene: Scene | None = None
    for write in guest.writes:
        for message in write:
            if isinstance(message, Scene):
                scene = message
            elif isinstance(message, Update) and scene is not None and message.base == scene.tick:
                scene = apply(scene, message)
    assert scene is not None
    return scene


def test_a_game_ticks_at_its_pace() -> None:
    async def main() -> None:
        worker = counting()
        ann, bob = await worker.table("counts", "ann", "bob")
        await asyncio.sleep(1.0)
        first = picture(ann).fields["count"]
        bob.say(SendInput(2, 0, [0.5, 0]))
        await asyncio.sleep(10.0)
        assert picture(ann).fields["count"] == pytest.approx(first + 200, abs=1)
        assert picture(ann) == picture(bob)
        assert picture(ann).fields["moved"] == 0.5
        assert len(ann.heard(Scene)) == 1
        await worker.close()

    run(main())


def test_a_game_of_turns_answers_within_the_turn_of_the_loop() -> None:
    async def main() -> None:
        worker = OneWorker(mains={"cards": CARDS}, manifests={"cards": DEAL})
        ann, bob = await worker.table("cards", "ann", "bob")
        ann.say(SendAct(1, "play", {"card": 7}))
        await turn()
        assert picture(bob).fields == {"last": 7}
        ticks = picture(bob).tick
        await asyncio.sleep(10)
        assert picture(bob).tick == ticks
        await worker.close()

    run(main())


def test_while_the_lease_does_not_hold_the_game_stands_still_and_makes_up_a_little() -> None:
    async def main() -> None:
        worker = counting()
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1.0)
        before = picture(ann).tick
        worker.expire_lease()
        await asyncio.sleep(5.0)
        assert picture(ann).tick <= before + 1
        await worker.renewal.beat()
        await turn()
        assert before < picture(ann).tick <= before + 1 + CATCH_UP_TICKS
        await asyncio.sleep(1.0)
        assert picture(ann).tick == pytest.approx(before + CATCH_UP_TICKS + 20, abs=2)
        await worker.close()

    run(main())


def test_of_what_players_hold_meanwhile_only_the_last_waits() -> None:
    async def main() -> None:
        worker = counting()
        guests = await worker.table("counts", *(f"ann{number}" for number in range(8)))
        await asyncio.sleep(1.0)
        worker.expire_lease()
        for x in range(3000):
            for number, guest in enumerate(guests, start=1):
                guest.say(SendInput(number, x, [(x % 60) / 64, 0]))
            await asyncio.sleep(1 / 60)
        await worker.renewal.beat()
        await asyncio.sleep(0.2)
        assert [guest.closed for guest in guests] == [None] * 8
        assert picture(guests[0]).fields["moved"] == 8 * (2999 % 60) / 64
        await worker.close()

    run(main())


def test_an_end_is_told_with_its_result() -> None:
    async def main() -> None:
        worker = OneWorker(mains={"ends": QUIET + "def update(world, dt):\n    world.end(points=3)\n"})
        (ann,) = await worker.table("ends", "ann")
        await asyncio.sleep(1.0)
        assert [type(message).__name__ for message in ann.writes[-1][-2:]] == ["Result", "RoomDisconnect"]
        assert ann.closed is ROOM_CLOSED
        assert len(worker.rooms) == 0

    run(main())


def test_a_room_that_has_ended_asks_for_no_more_steps_while_the_directory_takes_its_time() -> None:
    """A timer for a step that is due and never done would ring for ever, without the time going on."""

    async def main() -> None:
        worker = counting()
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1.0)
        worker.directory.takes_s = 1.0
        worker.shell("counts").end(ROOM_CLOSED)
        await asyncio.sleep(0.5)
        ann.say(SendChat("still here?"))
        await asyncio.sleep(1.0)
        assert ann.closed is ROOM_CLOSED
        assert len(worker.rooms) == 0

    run(main())


def test_a_renewal_that_comes_too_late_sets_nothing_going_in_a_room_that_is_gone() -> None:
    async def main() -> None:
        worker = counting()
        await worker.table("counts", "ann")
        await asyncio.sleep(1.0)
        worker.directory.takes_s = 0.5
        renewing = asyncio.create_task(worker.renewal.beat())
        await turn()
        worker.directory.takes_s = 0.0
        worker.shell("counts").end(ROOM_CLOSED)
        await turn()
        assert len(worker.rooms) == 0
        await renewing
        await asyncio.sleep(1.0)

    run(main())


def test_a_core_that_cannot_end_is_not_asked_for_more_steps() -> None:
    async def main() -> None:
        worker = counting()
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1.0)

        def fail(*_: object) -> None:
            raise RuntimeError("a bug of ours")

        room = worker.shell("counts").room
        room.update = room.end = fail  # type: ignore[method-assign,assignment]
        worker.directory.takes_s = 1.0
        await asyncio.sleep(0.5)
        assert ann.closed is INTERNAL
        await asyncio.sleep(1.0)
        assert len(worker.rooms) == 0

    run(main())


RAISES = QUIET + "def update(world, dt):\n    if world.tick > 5:\n        raise ValueError('the test says so')\n"
FLOODS = QUIET + "def update(world, dt):\n    for n in range(world.tick * 100):\n        world.emit('boom', n=n)\n"
GROWS = f"""{QUIET}
class Thing:
    pass

def update(world, dt):
    for _ in range(1000):
        world.scene.add(Thing())
"""
SWELLS = """
def start(world):
    world.scene.text = "x"

def update(world, dt):
    world.scene.text += world.scene.text
"""
LEAKS = QUIET + "def update(world, dt):\n    world.scene.players = {1, 2}\n"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (RAISES, "the test says so"),
        (FLOODS, "EVENTS_PER_TICK"),
        (GROWS, "SCENE_OBJECTS"),
        (SWELLS, "SCENE_BYTES"),
        (LEAKS, "is a set"),
        (QUIET + "def update(world, dt):\n    pass\n\nx = 1 / 0\n", "ZeroDivisionError"),
    ],
    ids=["raises", "floods", "grows", "swells", "leaks", "does not load"],
)
def test_a_game_that_fails_ends_its_room_only(source: str, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        worker = OneWorker(mains={"bad": source, "counts": COUNTS}, manifests={"counts": STICK})
        sender, listener = await worker.table("counts", "ann", "bob")
        cat = await enter_or_fail(worker, "bad", "cat")
        for number in range(200):
            sender.say(SendRelay(0, "t", b"%d" % number))
            await asyncio.sleep(0.02)
        assert cat.closed is GAME_BROKEN
        assert [relay.body for relay in listener.heard(Relay)] == [b"%d" % number for number in range(200)]
        assert picture(sender).tick >= 75
        assert len(worker.rooms) == 1
        await worker.close()

    run(main())
    assert sentence in caplog.text
    assert "Traceback" in caplog.text


async def enter_or_fail(worker: OneWorker, game: str, client: str) -> Guest:
    guest = Guest()
    try:
        return await worker.enter(worker.create(game, client), guest)
    except Exception as error:
        guest.closed = error.kind  # type: ignore[attr-defined]
        return guest


def test_a_game_over_its_budget_is_warned_of_then_stopped(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        worker = counting()
        elapsed = [0.0]

        def elapsed_s() -> float:
            """Each look at the clock is 30 ms later: 60 % of a tick."""
            elapsed[0] += 0.03
            return elapsed[0]

        around = worker.rooms._around
        worker.rooms._around = replace(around, elapsed_s=elapsed_s, busy_s=around.now)
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(OVER_BUDGET_S - 1)
        assert ann.closed is None
        assert caplog.text.count("is its budget (TICK_BUDGET)") == 1
        await asyncio.sleep(3)
        assert ann.closed is GAME_TOO_SLOW
        assert [told.name for told in ann.heard(RoomDisconnect)] == ["game-too-slow"]

    run(main())


def test_a_machine_that_is_busy_with_something_else_is_not_the_games_fault() -> None:
    budget, busy = Budget(lambda: busy[0]), [0.0]
    for tick in range(2000):
        busy[0] += 0.02
        assert budget.spend(0.045, tick / 20) is Verdict.WITHIN
    assert budget.share == pytest.approx(0.4, abs=0.02)


def test_a_slow_member_is_shown_a_scene_when_it_is_not_slow_any_more() -> None:
    async def main() -> None:
        worker = counting()
        ann, bob = await worker.table("counts", "ann", "bob")
        await asyncio.sleep(1)
        bob.is_slow = True
        await asyncio.sleep(1)
        bob.is_slow = False
        behind = picture(bob).tick
        await asyncio.sleep(1)
        assert picture(bob).tick == picture(ann).tick > behind + 20
        assert len(bob.heard(Scene)) == 2
        assert len(ann.heard(Scene)) == 1
        await worker.close()

    run(main())


def test_who_comes_back_is_shown_a_scene() -> None:
    async def main() -> None:
        worker = counting()
        ann, bob = await worker.table("counts", "ann", "bob")
        await asyncio.sleep(1)
        bob.hang_up(LINE_LOST)
        await asyncio.sleep(1)
        back = await worker.come_back("counts", "bob", bob)
        await asyncio.sleep(0.2)
        assert back.heard(RoomJoined) == []
        assert picture(back).tick == picture(ann).tick
        await worker.close()

    run(main())


def test_two_rooms_of_one_game_share_nothing_and_differ_in_chance() -> None:
    async def main() -> None:
        worker = OneWorker(mains={"one": DRAWS, "two": DRAWS})
        pictures = []
        for game in ("one", "two"):
            (guest,) = await worker.table(game, f"{game}-ann")
            await asyncio.sleep(0.2)
            pictures.append(picture(guest).fields)
        assert [fields["seen"] for fields in pictures] == [[1], [1]]
        assert pictures[0]["drawn"] != pictures[1]["drawn"]
        await worker.close()

    run(main())


def test_server_py_runs_beside_the_main() -> None:
    server = (
        "def on_chat(world, client, text):\n    return f'{text} at {world.scene.count}'\n\n"
        "def on_player_join(world, player):\n    world.scene.greeted = player.name\n"
    )

    async def main() -> None:
        worker = OneWorker(mains={"counts": COUNTS}, manifests={"counts": STICK}, counts=server)
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1)
        ann.say(SendChat("hi"))
        await turn()
        assert picture(ann).fields["greeted"] == "ann"
        assert ann.writes[-1][-1].text == f"hi at {picture(ann).fields['count']}"
        await worker.close()

    run(main())


def saved(worker: OneWorker, source: str, **toml: Any) -> None:
    """As if the author had saved main.py, and the worker had seen it."""
    worker.catalog.games = catalog_of({}, {"counts": STICK | toml}, {"counts": source}).games
    worker.rooms.reload(worker.catalog.game("counts"))


def test_a_game_that_is_saved_runs_on_with_its_people_in_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    async def main() -> None:
        worker = OneWorker(mains={"counts": COUNTS}, manifests={"counts": STICK})
        ann, bob = await worker.table("counts", "ann", "bob")
        await asyncio.sleep(1)
        saved(worker, COUNTS.replace("count += 1", "count += 1000"))
        await asyncio.sleep(1)
        assert bob.heard(Reloaded) == [Reloaded(True, "")]
        assert 20_000 < picture(ann).fields["count"] < 22_000
        assert picture(ann).fields["count"] % 1000 >= 19
        assert ann.closed is None
        await worker.close()

    run(main())
    assert "runs the changed code and kept its state" in caplog.text


@pytest.mark.parametrize(
    ("source", "toml", "sentence"),
    [
        (COUNTS + "\n1 / 0\n", {}, "keeps its older code"),
        (COUNTS + "\nimport os\n", {}, "keeps its older code"),
        (COUNTS.replace("count += 1", "cuont += 1"), {}, "keeps its older code"),
        (COUNTS, {"tick_hz": 5}, "rooms that are open go on as they were"),
    ],
    ids=["it raises", "it is refused", "it raises when it runs", "it is played otherwise"],
)
def test_what_cannot_be_taken_changes_nothing(
    source: str, toml: dict[str, Any], sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def main() -> None:
        worker = OneWorker(mains={"counts": COUNTS}, manifests={"counts": STICK})
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1)
        saved(worker, source, **toml)
        await asyncio.sleep(1)
        assert ann.heard(Reloaded) == []
        assert picture(ann).fields["count"] == pytest.approx(40, abs=2)
        await worker.close()

    run(main())
    assert sentence in caplog.text


def test_a_hosted_game_does_not_run_here() -> None:
    async def main() -> None:
        worker = OneWorker(mains={"counts": "x = 1 / 0"}, manifests={"counts": {"authority": "host"} | STICK})
        (ann,) = await worker.table("counts", "ann")
        await asyncio.sleep(1)
        assert ann.heard(Scene) == []
        assert ann.heard(RoomJoined)[0].tick_hz == 20
        await worker.close()

    run(main())
