"""TITLE, played at a table: no network, no browser."""

from pathlib import Path

from shared.table import Table


def test_whoever_touches_the_star_gets_a_point():
    table = Table(Path(__file__).parent, points=2)
    ada, bea = table.join("Ada"), table.join("Bea")
    table.run(ticks=1)
    runner, star = table.only("Runner", player=ada), table.only("Star")
    for _ in range(2):
        runner.x, runner.y, star.x, star.y = 100, 100, 160, 100
        table.hold(ada, move=(1, 0))
        table.run(seconds=0.2)
    assert runner.points == 2
    assert table.only("Runner", player=bea).points == 0
    assert table.result == {"winner": ada.id}
