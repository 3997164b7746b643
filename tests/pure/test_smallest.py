"""bench/smallest/README.md shows what the tool counts, and our smallest game does what it is said to do."""

import runpy

from bench.smallest.count import FOLDER, counts, of


def test_its_readme_shows_what_is_counted() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    for name in ("ours", "colyseus", "boardgame_io"):
        size = of(FOLDER / name)
        assert f"(`{name}/`) | {size.files} | {size.lines} | {size.characters:,} |" in readme


def test_comments_and_blank_lines_are_not_counted() -> None:
    assert [counts(line, ".py") for line in ("", "  # so", "x = 1  # so")] == [False, False, True]
    assert [counts(line, ".js") for line in ("// so", "x = 1;", "# so")] == [False, True, True]


def test_ours_plays() -> None:
    runpy.run_path(str(FOLDER / "ours" / "test_ours.py"))["test_who_moves_is_seen_by_the_other"]()
