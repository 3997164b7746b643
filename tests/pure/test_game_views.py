"""Views: what a member's players see, and nothing else; equal views share one update."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.game.delta import apply
from shared.game.engine import Engine
from shared.game.failures import CodeFailed
from shared.game.views import SPECTATORS
from shared.game.world import Player, World
from shared.protocol.messages import Scene
from tests.support.engines import a_player, an_engine, step
from tests.support.scene_edits import edit, lives


class Card:
    def __init__(self, owner: Player | None = None) -> None:
        self.owner = owner


def sees_own(world: World, player: Player | None, thing: Any) -> bool:
    return thing.owner is None or thing.owner is player


def ids(scene: Scene) -> list[int]:
    return [row[0] for row in scene.objects]


def at_a_table(**code: Any) -> tuple[Engine, list[Player]]:
    engine = an_engine(**{"sees": sees_own} | code)
    players = [engine.enter(player) for player in (a_player(1), a_player(2), a_player(7, member=2))]
    for owner in (None, *players):
        engine.world.scene.add(Card(owner))
    engine.begin()
    return engine, players


def test_a_member_sees_what_any_of_its_players_sees() -> None:
    engine, _ = at_a_table()
    assert ids(engine.scene(1)) == [1, 2]
    assert ids(engine.scene(2)) == [1, 3, 4]
    assert ids(engine.scene(SPECTATORS)) == ids(engine.scene()) == [1]


def test_what_comes_into_sight_is_added_and_what_goes_out_of_it_removed() -> None:
    engine, (_, bob, _) = at_a_table()
    pictures = {member: engine.scene(member) for member in (1, 2, SPECTATORS)}
    engine.world.scene.find(2).owner, engine.world.scene.find(3).owner = bob, None  # type: ignore[union-attr]
    step(engine)
    for members, update in engine.updates():
        for member in members or ():
            pictures[member] = apply(pictures[member], update)
            assert pictures[member] == engine.scene(member)
    assert [ids(pictures[member]) for member in (1, 2, SPECTATORS)] == [[1, 3], [1, 2, 3, 4], [1, 3]]


def test_equal_views_share_one_update() -> None:
    engine = an_engine(sees=lambda world, player, thing: player is None or player.id != 2)
    engine.world.scene.add(Card())
    for number in (1, 2, 3):
        engine.enter(a_player(number))
    engine.begin()
    for member in (1, 2, 3, SPECTATORS):
        engine.scene(member)
    step(engine)
    assert [members for members, _ in engine.updates()] == [(1, 3, SPECTATORS), (2,)]


def test_without_sees_there_is_one_view() -> None:
    engine = an_engine()
    engine.enter(a_player(1))
    step(engine)
    assert [members for members, _ in engine.updates()] == [None]


def test_sees_is_asked_once_per_player_and_object() -> None:
    asked: list[tuple[int, int]] = []

    def sees(world: World, player: Player | None, thing: Any) -> bool:
        asked.append((player.id if player else 0, thing.id))
        return False

    engine, _ = at_a_table(sees=sees)
    step(engine)
    engine.updates()
    for member in (1, 2, SPECTATORS):
        engine.scene(member)
    assert len(asked) == len({*asked}) == 4 * 4


def test_who_comes_between_two_updates_sees_at_once() -> None:
    engine, _ = at_a_table()
    step(engine)
    engine.updates()
    engine.enter(a_player(9))
    picture = engine.scene(9)
    assert ids(picture) == [1]
    step(engine)
    (update,) = [update for members, update in engine.updates() if members and 9 in members]
    assert apply(picture, update) == engine.scene(9)


def test_a_sees_that_fails() -> None:
    engine, _ = at_a_table(sees=lambda world, player, thing: player.name)
    with pytest.raises(CodeFailed) as failed:
        engine.scene(SPECTATORS)
    assert failed.value.hook == "sees"
    assert isinstance(failed.value.__cause__, AttributeError)


@settings(max_examples=40, deadline=None)
@given(lives, st.lists(st.integers(0, 255), min_size=8, max_size=8))
def test_each_view_with_its_updates_is_what_the_member_sees(life: list[list[Any]], secrets: list[int]) -> None:
    """Who sees what changes from tick to tick, in all manners."""

    def sees(world: World, player: Player | None, thing: Any) -> bool:
        bit = thing.id + (player.id if player else 0)
        return bool(secrets[world.tick % 8] >> bit % 8 & 1)

    engine = an_engine(update=lambda world, dt: [edit(world, *one) for one in life[world.tick - 1]], sees=sees)
    for player in (a_player(1), a_player(2), a_player(3, member=2)):
        engine.enter(player)
    pictures = {member: engine.scene(member) for member in (1, 2, SPECTATORS)}
    for _ in life:
        step(engine)
        for members, update in engine.updates():
            pictures |= {member: apply(pictures[member], update) for member in members or ()}
        for member, picture in pictures.items():
            true = engine.scene(member)
            assert picture == true
            assert repr(picture.objects) == repr(true.objects), "they differ in type"
            assert ids(picture) == [
                thing.id for thing in engine.world.scene.all() if sees_as(engine.world, sees, member, thing)
            ]


def sees_as(world: World, sees: Any, member: int, thing: Any) -> bool:
    players = [player for player in world.players if player.member == member] or [None]
    return any(sees(world, player, thing) for player in players)
