"""The journal: what a deposit covers goes, what it does not stays in order, and nothing false looks whole."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.errors import BAD_REQUEST, RoomError
from shared.protocol.limits import JOURNAL_ASK_BYTES, JOURNAL_BYTES, JOURNAL_ROWS
from shared.protocol.messages import SPECS, Deposit, JournalRow, Snapshot
from shared.room.journal import ASK_AGAIN_S, Journal
from shared.wire.codec import encode


def a_row(body: bytes = b"", sender: int = 2) -> JournalRow:
    return JournalRow(sender, "t", body)


def a_deposit(received: int, sent: int = 0, body: bytes = b"state") -> Deposit:
    return Deposit(1, received, sent, 60, body)


def bodies(journal: Journal) -> list[bytes]:
    return [row.body for row in journal.picture(0).journal]


def filled(received: Iterable[int], sent: Iterable[int] = ()) -> Journal:
    journal = Journal()
    for number in received:
        journal.add_received(a_row(b"r%d" % number), number)
    for number in sent:
        journal.add_sent(a_row(b"s%d" % number, sender=1), number)
    return journal


def test_before_any_deposit_it_is_not_whole() -> None:
    assert filled([1]).picture(4) == Snapshot(False, 0, b"", [a_row(b"r1")], 4)


def test_a_deposit_covers_what_its_host_had_got_and_said() -> None:
    journal = filled([1, 2, 3], sent=[4, 5])
    journal.deposit(a_deposit(2, 4))
    assert journal.picture(0) == Snapshot(True, 60, b"state", [a_row(b"r3"), a_row(b"s5", sender=1)], 0)


def test_the_server_s_order_is_kept() -> None:
    journal = Journal()
    for number in range(1, 9):
        (journal.add_received if number % 2 else journal.add_sent)(a_row(b"%d" % number), number)
    journal.deposit(a_deposit(3, 2))
    assert bodies(journal) == [b"4", b"5", b"6", b"7", b"8"]


@pytest.mark.parametrize(("received", "sent"), [(1, 4), (2, 3)])
def test_an_older_deposit_is_refused(received: int, sent: int) -> None:
    journal = filled([1, 2, 3], sent=[4, 5])
    journal.deposit(a_deposit(2, 4))
    with pytest.raises(RoomError) as refused:
        journal.deposit(a_deposit(received, sent, b"older"))
    assert refused.value.kind is BAD_REQUEST
    assert journal.picture(0).body == b"state"


def test_another_host_s_deposit_covers_all_that_was_there_when_it_began() -> None:
    journal = filled([7, 8], sent=[9])
    journal.rebase()
    journal.add_received(a_row(b"new"), 1)
    journal.deposit(a_deposit(0, 0, b"its own"))
    assert bodies(journal) == [b"new"]


def test_it_asks_for_a_deposit_when_it_grows_long_and_not_all_the_time() -> None:
    journal = Journal()
    journal.add_received(a_row(b"x" * 40_000), 1)
    assert not journal.may_ask(0.0)
    for number in range(2, 2 + JOURNAL_ASK_BYTES // 40_000):
        journal.add_received(a_row(b"x" * 40_000), number)
    assert journal.may_ask(0.0)
    assert not journal.may_ask(ASK_AGAIN_S - 0.1)
    assert journal.may_ask(ASK_AGAIN_S)
    journal.deposit(a_deposit(99))
    assert not journal.may_ask(99.0)


@pytest.mark.parametrize("size", [0, 40_000])
def test_past_its_bounds_it_is_given_up_and_says_so(size: int) -> None:
    journal = Journal()
    journal.deposit(a_deposit(0))
    count = min(JOURNAL_ROWS, JOURNAL_BYTES // max(size, 1)) + 1
    for number in range(1, count + 1):
        journal.add_received(a_row(b"x" * size), number)
    assert journal.picture(3) == Snapshot(False, 0, b"", [], 3)
    journal.add_received(a_row(b"after"), count + 1)
    journal.deposit(a_deposit(count - 1))
    assert not journal.is_whole, "that deposit is older than what was given up"
    journal.deposit(a_deposit(count))
    assert journal.picture(0) == Snapshot(True, 60, b"state", [a_row(b"after")], 0)


def test_a_new_host_of_a_journal_that_was_given_up_makes_it_whole() -> None:
    journal = Journal()
    for number in range(JOURNAL_ROWS + 1):
        journal.add_received(a_row(), number)
    journal.rebase()
    assert not journal.is_whole
    journal.deposit(a_deposit(0))
    assert journal.is_whole


@pytest.mark.parametrize(("size", "type_name"), [(0, ""), (0, "é" * 32), (48 * 1024, "é" * 32)])
def test_the_longest_journal_fits_its_message(size: int, type_name: str) -> None:
    journal = Journal()
    journal.deposit(a_deposit(0, body=bytes(1 << 20)))
    row = JournalRow(2**31, type_name, bytes(size))
    longest = 0
    for number in range(1, JOURNAL_ROWS + 2):
        journal.add_received(row, number)
        if not journal.is_whole:
            break
        longest = number
    journal = Journal()
    journal.deposit(a_deposit(0, body=bytes(1 << 20)))
    for number in range(1, longest + 1):
        journal.add_received(row, number)
    assert len(encode(journal.picture(2**53 - 1))) <= SPECS[Snapshot].longest


EVENTS = st.lists(st.sampled_from(["received", "sent", "deposit", "rebase", "save"]), max_size=40)


@given(events=EVENTS, lag=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=40, max_size=40))
def test_deposit_and_rows_are_always_all_that_was_said(events: list[str], lag: list[tuple[int, int]]) -> None:
    """The host's state is the list of what it had got and sent; deposits lag behind what the room knows."""
    journal, received, sent = Journal(), 0, 0
    log: list[tuple[str, int, bytes]] = []
    base: set[bytes] = set()
    covered = (0, 0)
    for said, (event, (behind, behind_too)) in enumerate(zip(events, lag, strict=False)):
        body = b"%d" % said
        if event == "received":
            received += 1
            journal.add_received(a_row(body), received)
            log.append(("received", received, body))
        elif event == "sent":
            sent += 1
            journal.add_sent(a_row(body), sent)
            log.append(("sent", sent, body))
        elif event == "deposit":
            covered = max(covered[0], received - behind), max(covered[1], sent - behind_too)
            state = base | {body for way, at, body in log if at <= (covered[0] if way == "received" else covered[1])}
            journal.deposit(a_deposit(*covered, body=b" ".join(sorted(state))))
        elif event == "rebase":
            base, log = base | {body for _, _, body in log}, []
            received, sent, covered = 0, 0, (0, 0)
            journal.rebase()
        else:
            copy = Journal()
            copy.load(journal.save())
            assert copy.save() == journal.save()
            journal = copy
        picture = journal.picture(0)
        known = [*picture.body.split(), *(row.body for row in picture.journal)]
        assert sorted(known) == sorted(base | {body for _, _, body in log})
