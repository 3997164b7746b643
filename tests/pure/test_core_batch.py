"""The batch: order is kept, views are joined once, sealing divides before from after."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.room.audience import EVERYONE, but, includes, only
from shared.room.batch import Batch

MEMBERS = {1: "", 2: "", 3: "", 4: ""}
AUDIENCES = st.one_of(
    st.just(EVERYONE),
    st.integers(1, 4).map(but),
    st.integers(1, 4).map(only),
    st.frozensets(st.integers(1, 4)),
)
POSTS = st.lists(st.tuples(st.binary(min_size=1, max_size=3), AUDIENCES, st.booleans()), max_size=12)


def test_nothing_posted_is_nothing_to_write() -> None:
    assert Batch().take(MEMBERS) == []


def test_one_frame_for_everyone_is_the_same_object_for_all() -> None:
    batch, frame = Batch(), b"frame"
    batch.post(frame, EVERYONE)
    assert all(view is frame for _, view in batch.take(MEMBERS))


def test_taken_is_gone() -> None:
    batch = Batch()
    batch.post(b"a", EVERYONE)
    batch.take(MEMBERS)
    assert batch.take(MEMBERS) == []


def test_a_frame_for_one_who_has_gone_is_for_nobody() -> None:
    batch = Batch()
    batch.post(b"a", only(9))
    assert batch.take(MEMBERS) == []
    batch.post(b"a", only(9))
    batch.post(b"b", but(9))
    assert batch.take({1: ""}) == [(1, b"b")]


def test_a_newcomer_gets_nothing_of_what_was_sealed_before() -> None:
    batch = Batch()
    batch.post(b"a", EVERYONE)
    batch.seal([1])
    batch.post(b"b", EVERYONE)
    assert dict(batch.take([1, 2])) == {1: b"ab", 2: b"b"}


def test_one_who_went_gets_what_was_sealed_and_a_last_word() -> None:
    batch = Batch()
    batch.post(b"a", EVERYONE)
    batch.seal([1, 2])
    batch.post(b"b", EVERYONE)
    batch.post_sealed(b"!", 2)
    assert dict(batch.take([1])) == {1: b"ab", 2: b"a!"}


def test_members_of_the_same_sets_share_one_join() -> None:
    batch, few = Batch(), frozenset({2, 3})
    batch.post(b"a", EVERYONE)
    batch.post(b"b", few)
    batch.post(b"c", frozenset({4}))
    out = dict(batch.take(MEMBERS))
    assert out == {1: b"a", 2: b"ab", 3: b"ab", 4: b"ac"}
    assert out[2] is out[3]


@given(posts=POSTS, seals=st.sets(st.integers(0, 12)), slow=st.sets(st.integers(1, 4)))
def test_each_member_gets_its_frames_in_order(posts: list[Any], seals: set[int], slow: set[int]) -> None:
    batch = Batch()
    expected: dict[int, list[bytes]] = {number: [] for number in MEMBERS}
    sealed_up_to = max((seal for seal in seals if seal < len(posts)), default=-1)
    for position, (frame, audience, is_volatile) in enumerate(posts):
        batch.post(frame, audience, is_volatile=is_volatile)
        for number in MEMBERS:
            skipped = is_volatile and number in slow and position > sealed_up_to
            if includes(audience, number) and not skipped:
                expected[number].append(frame)
        if position in seals:
            batch.seal(MEMBERS)
    out = batch.take(MEMBERS, slow)
    assert len({number for number, _ in out}) == len(out)
    assert dict(out) == {number: b"".join(frames) for number, frames in expected.items() if frames}
