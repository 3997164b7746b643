"""The room list: filters, sorts, and that a change applied to the old list gives the new one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.ids import RoomId
from shared.protocol.messages import PRIVATE, SORTS, UNLISTED, RoomRow, SubscribeRooms
from shared.protocol.records import RoomRecord
from shared.rules.listing import (
    EMPTY,
    OLD_AFTER_MS,
    Listed,
    Listing,
    apply,
    diff,
    in_order,
    is_empty,
    listed,
    query_of,
    select,
    with_pings,
)
from tests.support.room_records import ADDRESS, record


def row_of(room: RoomRecord) -> RoomRow:
    found = listed(room)
    assert found is not None
    return found.row


def shown(*records: RoomRecord, **asked: Any) -> Listing:
    fields = {"game": "", "options": {}, "sort": "newest", "open_only": False, "most": 200} | asked
    return select(filter(None, map(listed, records)), query_of(SubscribeRooms(**fields)))


def ids(listing: Listing) -> str:
    return " ".join(row.room_id for row in listing.rows)


def test_a_game_selects_its_rooms() -> None:
    rooms = record(1), record(2, game="sketch"), record(3)
    assert ids(shown(*rooms)) == "r3 r2 r1"
    assert ids(shown(*rooms, game="chat")) == "r3 r1"
    assert ids(shown(*rooms, game="other")) == ""


def test_all_asked_options_must_match_and_a_flag_is_no_number() -> None:
    rooms = record(1, options={"mode": "calm", "fast": True}), record(2, options={"mode": "calm", "fast": 1})
    assert ids(shown(*rooms, options={"mode": "calm"})) == "r2 r1"
    assert ids(shown(*rooms, options={"mode": "calm", "fast": True})) == "r1"
    assert ids(shown(*rooms, options={"fast": 1.0})) == "r2"
    assert ids(shown(*rooms, options={"fast": 1, "more": 1})) == ""


def test_open_only_leaves_out_full_and_locked_rooms() -> None:
    rooms = record(1), record(2, players=8), record(3, is_open=False), record(4, is_locked=True)
    assert ids(shown(*rooms, open_only=True)) == "r1"
    assert [row.is_locked for row in shown(*rooms, sort="name").rows] == [False, False, False, True]


@pytest.mark.parametrize("doors", [UNLISTED, PRIVATE])
def test_only_public_rooms_are_listed(doors: str) -> None:
    assert listed(record(1, doors=doors)) is None


def test_a_row_says_who_watches_and_where_to_probe() -> None:
    row = row_of(record(1, spectators=2, spectator_seats=16))
    assert (row.spectators, row.spectator_seats, row.address) == (2, 16, ADDRESS)


def test_a_ping_that_was_not_measured_lately_is_old() -> None:
    assert not row_of(record(1, ping_ms=20, ping_age_ms=OLD_AFTER_MS)).is_ping_old
    assert row_of(record(1, ping_ms=20, ping_age_ms=OLD_AFTER_MS + 1)).is_ping_old


def test_where_the_worker_decides_the_hosts_ping_does_not_count() -> None:
    rooms = record(1, ping_ms=5), record(2, authority="server", ping_ms=90), record(3, authority="server")
    assert ids(shown(*rooms, sort="ping")) == "r3 r2 r1"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", "r3 r2 r1"),
        ("name", "r2 r1 r3"),
        ("fullest", "r2 r3 r1"),
        ("emptiest", "r1 r3 r2"),
        ("ping", "r1 r3 r2"),
    ],
)
def test_sorts(sort: str, order: str) -> None:
    rooms = (
        record(1, name="b", players=1, ping_ms=20),
        record(2, name="A", players=4, seats=4),
        record(3, name="C", players=4, ping_ms=40),
    )
    assert ids(shown(*rooms, sort=sort)) == order


def test_most_cuts_and_counts_the_rest() -> None:
    listing = shown(*map(record, range(10)), most=3)
    assert (ids(listing), listing.more) == ("r9 r8 r7", 7)


def test_equal_queries_are_one_key() -> None:
    first = SubscribeRooms("chat", {"a": 1, "b": 2}, "name", True, 10)
    second = SubscribeRooms("chat", {"b": 2, "a": 1}, "name", True, 10)
    assert {query_of(first): 1}[query_of(second)] == 1
    assert query_of(first) != query_of(first._replace(options={"a": True, "b": 2}))


def test_pings_change_only_the_rows_they_change() -> None:
    aged = record(3, ping_ms=5, ping_age_ms=OLD_AFTER_MS + 1)
    rows = [row_of(room) for room in (record(1, ping_ms=5), record(2, ping_ms=5), aged)]
    rooms = {RoomId(row.room_id): Listed(row, True, frozenset()) for row in rows}
    changed = with_pings(rooms, [(RoomId("r1"), 5), (RoomId("r2"), 9), (RoomId("r3"), 5), (RoomId("gone"), 1)])
    heard = {room_id: (room.row.host_ping_ms, room.row.is_ping_old) for room_id, room in changed.items()}
    assert heard == {"r2": (9, False), "r3": (5, False)}, "and an old one is fresh again"


rooms = st.builds(
    record,
    st.integers(0, 12),
    name=st.sampled_from("aBcÄ"),
    players=st.integers(0, 4),
    seats=st.integers(1, 4),
    created_ms=st.integers(0, 3),
    ping_ms=st.none() | st.integers(0, 3),
)
many = st.lists(rooms, unique_by=lambda room: room.spec.room_id)


@given(many, many, st.sampled_from(SORTS), st.integers(1, 6), st.booleans())
def test_a_change_applied_to_the_old_list_gives_the_new_one(
    old: list[RoomRecord], new: list[RoomRecord], sort: str, most: int, open_only: bool
) -> None:
    asked = {"sort": sort, "most": most, "open_only": open_only}
    before, after = shown(*old, **asked), shown(*new, **asked)
    update = diff(before, after)
    assert apply(before, update, sort) == after
    assert is_empty(update, before) == (before == after)
    assert len(update.changed) <= most
    assert len(update.removed) <= most


@given(many, st.sampled_from(SORTS))
def test_a_selection_is_in_the_order_that_clients_compute(records: list[RoomRecord], sort: str) -> None:
    listing = shown(*records, sort=sort)
    assert in_order(reversed(listing.rows), sort) == listing.rows
    assert apply(EMPTY, diff(EMPTY, listing), sort) == listing
