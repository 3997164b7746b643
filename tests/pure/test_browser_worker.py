"""What runs under Pyodide, run here: a room without a server, a hosted game that is handed on; and nothing raises."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from browser_worker.border import NEVER, Border
from browser_worker.steps import Steps
from shared.game.delta import things
from shared.protocol.limits import CATCH_UP_TICKS
from shared.protocol.messages import (
    WORKER_TO_CLIENT,
    AddPlayer,
    Chat,
    Error,
    LeaveRoom,
    NextRoom,
    PlayerAdded,
    Result,
    RoomDisconnect,
    RoomJoined,
    Scene,
    SendAct,
    SendChat,
    SendInput,
    Update,
)
from shared.wire.codec import Decoder, encode

GAMES = Path(__file__).parents[1] / "support" / "games"
DECODER = Decoder(WORKER_TO_CLIENT)
TICK_S = 0.05
BROKEN = "def start(world): ...\n\n\ndef update(world, dt):\n    world.scene.x = world.scene.y\n"
ENDING = "def start(world): ...\n\n\ndef update(world, dt):\n    world.end(winner='Ada')\n"


def a_program(name: str, main: str = "") -> dict[str, Any]:
    folder = GAMES / name
    manifest = tomllib.loads((folder / "game.toml").read_text("utf-8"))
    return {"name": name, "hash": "h", "manifest": manifest, "main": main or (folder / "main.py").read_text("utf-8")}


class Page:
    """Stands where JavaScript stands: packs, unpacks, and lets time pass."""

    def __init__(self, role: str, **setup: Any) -> None:
        self.now = 1000.0
        self.border = Border(role, msgpack.packb(setup), self.now)
        self.heard = list(self.hear())

    def hear(self) -> Iterator[Any]:
        stream = msgpack.Unpacker(strict_map_key=False)
        stream.feed(self.border.turn(self.now))
        for value in stream:
            yield DECODER.decode(value, 1 << 20) if isinstance(value, bytes) else value

    def tell(self, *value: Any) -> list[Any]:
        return self.say(msgpack.packb(value))

    def say(self, payload: bytes) -> list[Any]:
        self.border.receive(memoryview(payload), self.now)
        return list(self.hear())

    def pass_ticks(self, count: int) -> list[Any]:
        heard = []
        for _ in range(count):
            self.now += TICK_S
            heard += self.hear()
        return heard


def of(kind: type, heard: list[Any]) -> list[Any]:
    return [message for message in heard if isinstance(message, kind)]


def news(name: str, heard: list[Any]) -> list[Any]:
    """The fields of the one piece of news of that name."""
    [found] = [message for message in heard if isinstance(message, list) and message[0] == name]
    return found[1:]


# --- offline


def offline(**changed: Any) -> Page:
    setup = {"program": a_program("bumpers"), "options": {"balls": 3}, "username": "Ada", "seed": 1}
    return Page("offline", **setup | changed)


def test_a_room_without_a_server_is_joined_and_ticks() -> None:
    page = offline()
    [joined] = of(RoomJoined, page.heard)
    assert (joined.you, joined.authority, joined.has_main, joined.tick_hz) == (1, "server", True, 20)
    heard = page.pass_ticks(10)
    [scene] = of(Scene, heard)
    assert {thing["kind"] for thing in things(scene).values()} == {"Ball"}
    assert len(of(Update, heard)) >= 9


def test_what_is_held_done_and_said_arrives() -> None:
    page = offline(options={"balls": 0})
    page.pass_ticks(2)
    page.say(encode(SendInput(1, 0, [1, 0, 0])))
    page.say(encode(SendAct(1, "paint", {"colour": "red", "weight": 2})))
    assert of(Chat, page.say(encode(SendChat("Anybody?"))))[0].text == "Anybody?"
    update = of(Update, page.pass_ticks(1))[0]
    assert "red" in update.changed[0]


def test_people_at_one_screen_take_the_seats_of_the_room() -> None:
    page = offline()
    [added] = of(PlayerAdded, page.say(encode(AddPlayer("r1", "Bob"))))
    assert (added.player, added.member) == (2, 1)
    [refused] = of(Error, page.say(encode(AddPlayer("r2", "Cy"))))
    assert refused.name == "local-players-full"


def test_there_is_no_other_room() -> None:
    [refused] = of(Error, offline().say(encode(NextRoom("r1", "", "", True))))
    assert (refused.name, refused.request) == ("not-allowed", "r1")


def test_who_leaves_is_told_so_and_nothing_goes_on() -> None:
    page = offline()
    heard = page.say(encode(LeaveRoom("r1")))
    assert of(RoomDisconnect, heard)[0].request == "r1"
    assert heard[-1][:2] == ["over", "left"]
    assert page.border.next_at == NEVER


def test_a_game_that_raises_ends_its_room_and_its_author_reads_why() -> None:
    page = offline(program=a_program("bumpers", BROKEN))
    heard = page.pass_ticks(3)
    assert of(RoomDisconnect, heard)[0].name == "game-broken"
    assert "world.scene.y" in news("log", heard)[0]
    assert page.border.next_at == NEVER


def test_the_end_of_a_game_is_told_before_the_end_of_its_room() -> None:
    heard = offline(program=a_program("bumpers", ENDING)).pass_ticks(3)
    kinds = [type(message) for message in heard]
    assert of(Result, heard)[0].fields == {"winner": "Ada"}
    assert kinds.index(Result) < kinds.index(RoomDisconnect)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"options": {"balls": 61}}, "bad-options"),
        ({"username": ""}, "bad-name"),
        ({"program": a_program("bumpers", "import os\n")}, "game-broken"),
        ({"program": {}}, "internal"),
    ],
)
def test_what_cannot_begin_says_why(changed: dict[str, Any], error: str) -> None:
    page = offline(**changed)
    assert page.heard[-1][:2] == ["over", error]
    assert page.border.next_at == NEVER


# --- hosted


def hosted(me: int, players: list[list[Any]], **changed: Any) -> Page:
    setup = {"program": a_program("lantern"), "options": {}, "seed": 1, "me": me, "saved": b"", "acts": []}
    return Page("hosted", **setup | changed, players=players)


ADA, BEA = [1, 1, "Ada", "clientada", False], [2, 2, "Bea", "clientbea", False]


def test_a_hosted_game_tells_everybody_and_shows_newcomers_all() -> None:
    page = hosted(1, [ADA, BEA])
    heard = page.pass_ticks(3)
    assert [update.tick for update in of(Update, heard)] == [1, 2, 3]
    member, scene = news("scene", page.tell("scene", 2))
    shown = things(DECODER.decode(scene))
    assert (member, len(shown)) == (2, 2)


def test_the_next_host_goes_on_with_what_was_saved_and_done_since() -> None:
    first = hosted(1, [ADA, BEA])
    first.pass_ticks(2)
    first.tell("act", 2, "light", {"times": 3})
    first.tell("input", 1, 0, [1, 0])
    first.pass_ticks(2)
    ticket, saved = news("saved", first.tell("save", 7))
    done_since = [[2, "light", {"times": 4}], [1, "light", {"times": 9}], [2, "light", {}]]
    second = hosted(2, [BEA], saved=saved, acts=done_since)
    [update] = of(Update, second.pass_ticks(1))
    assert (ticket, update.tick) == (7, 5)
    _, scene = news("scene", second.tell("scene", 2))
    [walker] = things(DECODER.decode(scene)).values()
    assert walker["lit"] == 7


def test_who_is_away_holds_nothing_and_who_is_unknown_does_nothing() -> None:
    page = hosted(1, [ADA, BEA])
    page.tell("input", 2, 0, [1, 0])
    page.tell("away", "clientbea", True)
    page.tell("act", 9, "light", {"times": 1})
    page.tell("act", 2, "dance", {})
    page.pass_ticks(2)
    _, scene = news("scene", page.tell("scene", 1))
    assert [walker["x"] for walker in things(DECODER.decode(scene)).values()] == [100.0, 200.0]


def test_a_hosted_game_that_raises_is_over() -> None:
    heard = hosted(1, [ADA], program=a_program("lantern", BROKEN)).pass_ticks(2)
    assert [message[0] for message in heard] == ["log", "over"]
    assert heard[-1][1] == "game-broken"


def test_a_hosted_game_of_turns_steps_once_for_each_thing_that_happens() -> None:
    program = a_program("lantern")
    program["manifest"]["tick_hz"] = 0
    page = hosted(1, [ADA, BEA], program=program)
    assert [update.tick for update in of(Update, page.heard)] == [1]
    heard = page.tell("act", 1, "light", {"times": 1}) + page.tell("act", 2, "light", {"times": 1})
    assert [update.tick for update in of(Update, heard)] == [2, 3]
    assert page.border.next_at == NEVER


# --- time


def test_steps_are_made_up_for_but_not_without_end() -> None:
    steps = Steps(0.1, 10.0)
    assert [steps.due(now) for now in (10.0, 10.1, 10.15, 10.41)] == [0, 1, 0, 3]
    assert steps.due(99.0) == CATCH_UP_TICKS
    assert steps.due(99.05) == 0
