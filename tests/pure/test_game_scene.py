"""What a game holds: its scene, the objects in it, its players."""

from dataclasses import dataclass
from typing import Any

import pytest

from shared.game.failures import GameFailed
from shared.game.scene import Objects, Scene
from shared.game.world import World
from shared.protocol.limits import SCENE_OBJECTS
from shared.rules.colours import PLAYER_COLOURS, colour_of
from tests.support.engines import a_player


@dataclass
class Ship:
    player: Any = None
    hp: int = 3


class Station(Ship):
    pass


@pytest.fixture
def scene() -> Scene:
    return Scene(Objects())


def test_ids_rise_and_never_come_again(scene: Scene) -> None:
    first, second = scene.add(Ship()), scene.add(Ship())
    scene.remove(second)
    third = scene.add(Ship())
    again = scene.add(second)
    assert (first.id, third.id, again.id) == (1, 3, 4)  # type: ignore[attr-defined]
    assert scene.all() == [first, third, again]


def test_an_object_is_added_once(scene: Scene) -> None:
    ship = scene.add(Ship())
    assert scene.add(ship) is ship
    assert len(scene.all()) == 1


def test_equal_objects_are_told_apart(scene: Scene) -> None:
    one, other = scene.add(Ship()), scene.add(Ship())
    scene.remove(other)
    assert scene.all()[0] is one
    assert one in scene
    assert other not in scene
    assert Ship() not in scene


def test_all_is_by_class_and_by_fields(scene: Scene) -> None:
    ann = a_player(1)
    ship, station = scene.add(Ship(ann)), scene.add(Station(None, 9))
    assert scene.all(Ship) == [ship, station]
    assert scene.all(Station) == [station]
    assert scene.all(Ship, player=ann) == [ship]
    assert scene.all(hp=9, player=None) == [station]
    assert scene.all(Ship, speed=3) == []


def test_what_all_returned_may_be_changed_and_removed_from(scene: Scene) -> None:
    ships = [scene.add(Ship()) for _ in range(3)]
    for ship in scene.all(Ship):
        scene.remove(ship)
    scene.remove(*ships)
    assert scene.all(Ship) == scene.all() == []


def test_find_takes_an_id_from_anybody(scene: Scene) -> None:
    ship = scene.add(Ship())
    assert scene.find(1) is scene.find(1, Ship) is ship
    assert scene.find(1, Station) is scene.find(99) is scene.find(-1) is None


@pytest.mark.parametrize("thing", [3, "text", None, Ship, a_player(1), [1]])
def test_what_is_no_object_of_the_game_cannot_be_added(scene: Scene, thing: object) -> None:
    with pytest.raises(GameFailed, match="no object of a class of the game"):
        scene.add(thing)


def test_a_scene_holds_so_many_objects(scene: Scene) -> None:
    for _ in range(SCENE_OBJECTS):
        scene.add(Ship())
    with pytest.raises(GameFailed, match="SCENE_OBJECTS"):
        scene.add(Ship())


@pytest.mark.parametrize("name", ["add", "remove", "all", "find"])
def test_the_scene_s_own_names_stay_its_own(scene: Scene, name: str) -> None:
    with pytest.raises(AttributeError, match="choose another name"):
        setattr(scene, name, 1)


def test_any_other_name_is_a_field(scene: Scene) -> None:
    scene.score = 3
    scene.score += 1
    del scene.score
    assert not hasattr(scene, "score")


def test_a_player_holds_no_state_of_the_game() -> None:
    player = a_player(1)
    for touch in (lambda: player.score, lambda: setattr(player, "score", 1)):
        with pytest.raises(AttributeError, match=r"keep state in world\.scene"):
            touch()


@pytest.mark.parametrize("name", ["tick", "players", "scene", "score"])
def test_the_world_holds_no_state_of_the_game(name: str) -> None:
    with pytest.raises(AttributeError, match=r"keep state in world\.scene"):
        setattr(World({}), name, 1)


def test_what_a_player_holds_is_read_only() -> None:
    player = a_player(1)
    with pytest.raises(AttributeError, match="read only"):
        player.input.move = 1
    with pytest.raises(AttributeError, match="declare it"):
        player.input.jump  # noqa: B018


def test_colours_follow_from_the_number() -> None:
    assert [colour_of(number) for number in range(1, len(PLAYER_COLOURS) + 1)] == list(PLAYER_COLOURS)
    assert len({*PLAYER_COLOURS}) == len(PLAYER_COLOURS)
    assert a_player(3).colour == colour_of(3) == colour_of(3 + len(PLAYER_COLOURS))


def test_local_players_are_those_of_the_member_at_this_machine() -> None:
    world = World({}, local_member=2)
    ann, bob, bea = a_player(1), a_player(2), a_player(7, member=2)
    for player in (ann, bob, bea):
        world.enter(player)
    assert world.local_players == [bob, bea]
    assert world.online_players == [ann]


def test_a_room_without_a_main_cannot_emit() -> None:
    with pytest.raises(GameFailed, match=r"main\.py"):
        World({}).emit("boom")
