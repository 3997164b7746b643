"""The table at which games are tested: people, moves, what each of them sees; and that it notices what is amiss."""

from pathlib import Path
from typing import Any

import pytest

from shared.game.failures import CodeFailed
from shared.protocol.errors import RoomError
from shared.rules.toml_tables import ManifestError
from shared.table import Table

MAIN = """
class Thing:
    def __init__(self, player):
        self.player, self.x = player, 0.0

def start(world):
    world.scene.count = 0

def update(world, dt):
    for player in world.joined:
        world.scene.add(Thing(player))
    for player in world.left:
        world.scene.remove(*world.scene.all(Thing, player=player))
    for thing in world.scene.all(Thing):
        thing.x += thing.player.input.move.x * dt
        for act in thing.player.acts:
            world.emit("said", who=thing.player, text=act.text)
            if act.text == "end":
                world.end(winner=thing.player)
            if act.text == "fail":
                world.scene.bad = {1, 2}
    world.scene.count += 1
"""
SERVER = """
def on_join_request(world, client):
    return True if client.name != "Mallory" else "Not you."

def sees(world, player, thing):
    return thing.player is player
"""
TOML = 'authority = "server"\ntick_hz = {hz}\n[input]\nmove = "stick"\nfire = "button"\n[acts.say]\ntext = "text"\n'


def a_table(folder: Path, hz: int = 10, server: str = "", **options: Any) -> Table:
    game = folder / "thing"
    game.mkdir()
    (game / "main.py").write_text(MAIN)
    (game / "game.toml").write_text(TOML.format(hz=hz))
    if server:
        (game / "server.py").write_text(server)
    return Table(game, **options)


def test_who_sits_there_holds_inputs_until_it_holds_others(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    ada = table.join("Ada")
    table.hold(ada, move=(1, 0))
    table.run(seconds=1)
    table.hold(ada, fire=True)
    table.run(ticks=10)
    assert table.only("Thing", player=ada).x == pytest.approx(2.0)
    assert table.sees(None, "Thing")[0]["x"] == pytest.approx(2.0)


def test_in_a_game_of_turns_every_move_is_an_update(tmp_path: Path) -> None:
    table = a_table(tmp_path, hz=0)
    ada, bea = table.join("Ada"), table.join("Bea")
    table.act(bea, "say", text="hello")
    table.leave(ada)
    assert table.scene.count == 4
    assert table.events == [("said", {"who": bea.id, "text": "hello"})]


def test_each_sees_what_server_py_says_and_people_at_one_screen_the_same(tmp_path: Path) -> None:
    table = a_table(tmp_path, server=SERVER)
    ada = table.join("Ada")
    bea = table.join("Bea", beside=ada)
    cem = table.join("Cem")
    table.run(ticks=2)
    assert [thing["player"] for thing in table.sees(bea, "Thing")] == [ada.id, bea.id]
    assert [thing["player"] for thing in table.sees(cem, "Thing")] == [cem.id]
    assert table.sees(None, "Thing") == []


def test_a_refused_guest_and_an_undeclared_move(tmp_path: Path) -> None:
    table = a_table(tmp_path, server=SERVER)
    with pytest.raises(RoomError, match="Not you"):
        table.join("Mallory")
    ada = table.join("Ada")
    with pytest.raises(RoomError):
        table.act(ada, "shout")
    with pytest.raises(AssertionError, match="no input"):
        table.hold(ada, jump=True)


def test_an_end_and_a_failure(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    ada = table.join("Ada")
    table.act(ada, "say", text="end")
    table.run(seconds=5)
    assert table.result == {"winner": ada.id}
    assert table.scene.count == 1


def test_what_a_game_may_not_hold_fails_its_test(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    table.act(table.join("Ada"), "say", text="fail")
    with pytest.raises(CodeFailed, match="set"):
        table.run(ticks=1)


def test_a_folder_or_an_option_that_is_none(tmp_path: Path) -> None:
    with pytest.raises((ManifestError, OSError)):
        Table(tmp_path / "nothing")
    with pytest.raises(RoomError):
        a_table(tmp_path, wild=True)
