from pathlib import Path

from shared.table import Table


def test_who_moves_is_seen_by_the_other():
    table = Table(Path(__file__).parent)
    ada, bea = table.join("Ada"), table.join("Bea")
    table.hold(ada, move=(1, 0))
    table.run(seconds=1)
    assert [round(dot["x"]) for dot in table.sees(bea, "Dot")] == [600, 400]
