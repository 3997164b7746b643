"""Quick match: which rooms are tried, and in which order; and what a room is called that nobody named."""

from typing import Any

import pytest

from shared.protocol.ids import GameName
from shared.protocol.messages import PRIVATE
from shared.protocol.names import clean_room_name
from shared.protocol.records import RoomRecord
from shared.rules.listing import OLD_AFTER_MS, listed
from shared.rules.quick_match import TRIES, rank
from shared.rules.room_names import ADJECTIVES, NOUNS, draw_room_name
from tests.support.dice import seeded
from tests.support.room_records import record

CHAT = GameName("chat")


def ranked(*rooms: RoomRecord, options: dict[str, Any] | None = None, **party: int) -> str:
    return " ".join(rank(filter(None, map(listed, rooms)), CHAT, options or {}, **party))


def test_only_open_rooms_of_the_game_with_the_options_are_tried() -> None:
    fit = record(1, options={"mode": "calm"})
    unfit = (
        record(2, game="sketch"),
        record(3, players=8),
        record(4, is_locked=True),
        record(5, is_open=False),
        record(6, doors=PRIVATE),
        record(7, options={"mode": "wild"}),
    )
    assert ranked(fit, *unfit, options={"mode": "calm"}) == "r1"
    assert ranked(fit, *unfit) == "r1 r7"


def test_a_party_needs_seats_for_all() -> None:
    rooms = record(1, players=6), record(2, players=5), record(3, players=5, spectator_seats=1)
    assert ranked(*rooms, players=3) == "r2 r3"
    assert ranked(*rooms, players=3, spectators=1) == "r3"


def test_near_rooms_come_first_and_of_those_the_fullest() -> None:
    rooms = (
        record(1, ping_ms=120, players=7),
        record(2, ping_ms=10),
        record(3, ping_ms=40, players=3),
        record(4, players=7),
        record(5, ping_ms=5, ping_age_ms=OLD_AFTER_MS + 1, players=6),
        record(6, authority="server", ping_ms=500, players=2),
    )
    assert ranked(*rooms) == "r3 r6 r2 r1 r4 r5"


def test_there_is_an_end_to_trying() -> None:
    assert len(ranked(*map(record, range(50))).split()) == TRIES


def test_of_equal_rooms_the_older_is_first() -> None:
    assert ranked(record(2), record(1), record(3)) == "r1 r2 r3"


@pytest.mark.parametrize("taken", [0, 1])
def test_drawn_names_are_names(taken: int) -> None:
    dice = seeded()
    names = [draw_room_name(dice, taken) for _ in range(200)]
    assert [clean_room_name(name) for name in names] == names
    assert len(set(names)) > 100
    assert all(len(name.split()) == 2 + taken for name in names)


def test_the_words_are_distinct() -> None:
    assert len({*ADJECTIVES, *NOUNS}) == len(ADJECTIVES) + len(NOUNS)
