"""The replay: the same seed plays the same game, another one does not."""

from random import Random
from textwrap import dedent

from shared.game.replay import PLAYERS_MOST, Crowd, tick_hashes
from tests.pure.test_game_saving import GAME
from tests.support.engines import RULES, engine_of


def hashes(seed: int, ticks: int = 60) -> list[str]:
    return tick_hashes(dedent(GAME), RULES, seed, ticks, Random)


def test_the_same_seed_plays_the_same_game() -> None:
    first = hashes(1)
    assert first == hashes(1)
    assert len({*first}) == len(first) == 60


def test_another_seed_plays_another_game() -> None:
    assert hashes(1)[-1] != hashes(2)[-1]


def test_people_come_go_drop_out_and_act() -> None:
    engine = engine_of(GAME)
    crowd, seen = Crowd(engine, Random(5)), set()
    for _ in crowd.play(400):
        seen.update(["away"] * any(player.away for player in engine.world.players))
        seen.update(event[0] for event in engine.events)
        engine.updates()
        assert len(engine.world.players) <= PLAYERS_MOST
    assert seen == {"away", "play", "say", "pass"}
    assert crowd.last > len(engine.world.players)


def test_it_ends_when_the_game_does() -> None:
    source = """
        def start(world): pass
        def update(world, dt):
            if world.tick == 7:
                world.end()
    """
    assert len(tick_hashes(dedent(source), RULES, 1, 50, Random)) == 7
