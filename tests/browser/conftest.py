"""The list, the way into a room, the frame around a game: with the games of tests/support/games, and no example."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.town import site_with

GAMES = Path(__file__).parents[1] / "support" / "games"


@pytest.fixture(scope="session")
def site(redis_url: str) -> Iterator[Site]:
    with site_with(redis_url, ROOMS_GAMES=str(GAMES)) as site:
        yield site
