"""Every counted message arrives exactly once and in order, whatever happens to the lines of real processes.

`CHAOS_SEED=…` repeats a run. The twin shows that the oracle sees what it is there to see.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client_py.session import Session
from shared.catalog import read_catalog
from shared.protocol.limits import GRACE_S
from shared.protocol.messages import RoomResumed
from tests.chaos.crowd import CUT, LAST_WORD, LOSE, STALL, SWALLOW, Outcome, Wishes, play, play_apart
from tests.support.cluster import SECRET, Cluster, write_game
from tests.support.lobbies import Running, running
from tests.support.seeds import a_seed


@pytest.fixture
def games(tmp_path: Path) -> Path:
    write_game(tmp_path, "plain", manifest="[seats]\ndefault = 8\nmost = 16\n")
    return tmp_path


@asynccontextmanager
async def servers(redis_url: str, realm: str, games: Path) -> AsyncIterator[Running]:
    async with (
        Cluster(redis_url, realm, games, workers=2),
        running(redis_url, realm, games=read_catalog(games), secrets=(("test", SECRET),)) as lobby,
    ):
        yield lobby


def wishes(lobby: Running, rooms: int, members: int, first: int = 0, **more: object) -> Wishes:
    tokens = [
        [lobby.token(f"client{room}x{member}", f"Client {member}") for member in range(members)]
        for room in range(first, first + rooms)
    ]
    return Wishes(lobby.url.removesuffix("/ws").replace("ws", "http", 1), "plain", tokens, **more)  # type: ignore[arg-type]


def show(outcome: Outcome) -> None:
    print(
        f"{outcome.said} said, {outcome.heard} heard; harmed {dict(outcome.harmed)}; "
        f"{outcome.dropped} lines lost, {outcome.recovered} recovered"
    )
    print("\n".join(outcome.faults))


@pytest.mark.timeout(90)
async def test_lines_that_break_lose_and_double_nothing(redis_url: str, realm: str, games: Path) -> None:
    seed = a_seed()
    async with servers(redis_url, realm, games) as lobby:
        outcome = await play(
            wishes(lobby, 3, 4, seed=seed, talk_s=8.0, harm_every_s=2.0, longest_gap_s=3.0, harms=(CUT, LOSE, STALL))
        )
    show(outcome)
    assert outcome.faults == []
    assert outcome.said == 3 * 4 * (160 + LAST_WORD)
    assert outcome.dropped == outcome.recovered > 3


class SaysAllAgain(Session):
    """A client without the dedupe: after each return it says again all that it has not seen confirmed."""

    def resumed(self, answer: RoomResumed) -> None:
        self.outbox.open(min(answer.received, self.outbox.confirmed))


@pytest.mark.timeout(90)
async def test_without_the_dedupe_the_oracle_speaks_up(
    redis_url: str, realm: str, games: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client_py.life.Session", SaysAllAgain)
    monkeypatch.setattr("client_py.stay.Session", SaysAllAgain)
    seed = a_seed()
    async with servers(redis_url, realm, games) as lobby:
        outcome = await play(
            wishes(lobby, 1, 3, seed=seed, talk_s=3.0, harm_every_s=0.5, longest_gap_s=0.5, harms=(CUT,), settle_s=10.0)
        )
    show(outcome)
    assert outcome.harmed[CUT]
    assert [fault for fault in outcome.faults if "twice" in fault]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_ten_rooms_of_ten_whose_lines_are_gone_for_up_to_half_the_grace_time(
    redis_url: str, realm: str, games: Path
) -> None:
    seed = a_seed()
    async with servers(redis_url, realm, games) as lobby:
        crowds = [
            wishes(
                lobby,
                5,
                10,
                first,
                seed=seed + first,
                talk_s=20.0,
                harm_every_s=6.0,
                longest_gap_s=GRACE_S / 2,
                harms=(CUT, CUT, LOSE, STALL, SWALLOW),
            )
            for first in (0, 5)
        ]
        outcomes = await asyncio.gather(*map(play_apart, crowds))
    outcome = outcomes[0] + outcomes[1]
    show(outcome)
    assert outcome.faults == []
    assert outcome.said == 10 * 10 * (400 + LAST_WORD)
    assert outcome.heard == 9 * outcome.said
    assert outcome.dropped == outcome.recovered > 60
