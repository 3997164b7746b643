"""Arena's rules, played at a table: no network, no browser."""

from pathlib import Path

from shared.table import Table

ARENA = Path(__file__).parent


def stand(ship, x, y):
    ship.x, ship.y, ship._vx, ship._vy = x, y, 0.0, 0.0


def test_who_comes_takes_over_a_drone_and_who_leaves_leaves_one_behind():
    table = Table(ARENA, ships=2)
    ada = table.join("Ada")
    bea = table.join("Bea", beside=ada)
    cem = table.join("Cem")
    table.run(ticks=1)
    assert [ship.player for ship in table.all("Ship")] == [ada, bea, cem]
    table.leave(ada)
    table.run(ticks=1)
    assert [ship.player for ship in table.all("Ship")] == [None, bea, cem]


def test_a_ship_flies_where_its_stick_points_and_stops_at_the_wall():
    table = Table(ARENA, ships=1, orbs=1)
    ada = table.join("Ada")
    table.run(ticks=1)
    ship = table.only("Ship")
    stand(ship, 800, 100)
    table.hold(ada, move=(1, 0))
    table.run(seconds=0.5)
    assert ship.x > 850
    assert ship.y == 100
    table.run(seconds=5)
    assert ship.x <= 1600 - ship.radius


def test_orbs_are_gathered_and_none_is_ever_lost():
    table = Table(ARENA, ships=4, orbs=30, seconds=60)
    table.run(seconds=30)
    held = sum(ship.orbs for ship in table.all("Ship"))
    assert held > 0
    assert held + len(table.all("Orb")) == 30
    assert sum(name == "collect" for name, _ in table.events) >= held


def test_who_is_hit_spills_orbs_and_cannot_steer_for_a_moment():
    table = Table(ARENA, ships=2, orbs=1)
    ada, bea = table.join("Ada"), table.join("Bea")
    table.run(ticks=1)
    shooter, target = table.only("Ship", player=ada), table.only("Ship", player=bea)
    stand(shooter, 600, 100)
    stand(target, 900, 100)
    target.orbs = 7
    table.hold(ada, move=(1, 0), fire=True)
    table.run(ticks=1)
    table.hold(ada, move=(0, 0), fire=False)
    table.run(seconds=0.4)
    table.hold(bea, move=(0, 1))
    table.run(seconds=0.2)
    assert [name for name, _ in table.events if name == "hit"] == ["hit"]
    assert target.orbs == 2
    assert target.y == 100
    table.run(seconds=1.5)
    assert target.y > 200


def test_when_time_is_up_who_holds_most_has_won():
    table = Table(ARENA, ships=1, orbs=10, seconds=20)
    ada = table.join("Ada")
    table.run(ticks=1)
    table.only("Ship").orbs = 50
    table.hold(ada, move=(0.2, 0))
    table.run(seconds=25)
    assert table.is_over
    assert table.result["winner"] == ada.id
