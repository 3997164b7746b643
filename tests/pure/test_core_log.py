"""The log: for any history, exactly the frames that a member was sent after those it got; else None, never a part."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.room.audience import EVERYONE, but, includes, only
from shared.room.log import Log


def a_log(*numbers: int, most_bytes: int = 10**6, most_age_s: float = 60.0) -> Log:
    log = Log(most_bytes=most_bytes, most_age_s=most_age_s)
    for number in numbers:
        log.join(number)
    return log


def test_a_broadcast_counts_for_everyone() -> None:
    log = a_log(1, 2)
    log.add(b"a", EVERYONE, 0.0)
    assert log.sent(1) == log.sent(2) == 1
    assert log.missing(1, 0) == [b"a"]
    assert log.missing(1, 1) == []


def test_who_is_left_out_does_not_count_it() -> None:
    log = a_log(1, 2)
    log.add(b"a", but(1), 0.0)
    assert (log.sent(1), log.sent(2)) == (0, 1)
    assert (log.missing(1, 0), log.missing(2, 0)) == ([], [b"a"])


def test_only_one() -> None:
    log = a_log(1, 2)
    log.add(b"a", only(2), 0.0)
    assert (log.missing(1, 0), log.missing(2, 0)) == ([], [b"a"])


def test_some() -> None:
    log = a_log(1, 2, 3)
    log.add(b"a", frozenset({1, 3}), 0.0)
    assert [log.missing(number, 0) for number in (1, 2, 3)] == [[b"a"], [], [b"a"]]


def test_a_later_member_has_missed_nothing_before() -> None:
    log = a_log(1)
    log.add(b"a", EVERYONE, 0.0)
    log.join(2)
    assert log.sent(2) == 0
    assert log.missing(2, 0) == []
    log.add(b"b", EVERYONE, 0.0)
    assert log.missing(2, 0) == [b"b"]
    assert log.missing(1, 0) == [b"a", b"b"]


def test_who_claims_more_than_it_was_sent_gets_the_whole_picture() -> None:
    assert a_log(1).missing(1, 1) is None


def test_what_is_forgotten_by_size_cannot_be_given() -> None:
    log = a_log(1, most_bytes=10)
    for letter in (b"aaaa", b"bbbb", b"cccc"):
        log.add(letter, EVERYONE, 0.0)
    assert log.missing(1, 0) is None
    assert log.missing(1, 1) == [b"bbbb", b"cccc"]


def test_what_is_forgotten_by_age_cannot_be_given() -> None:
    log = a_log(1, most_age_s=10.0)
    log.add(b"old", EVERYONE, 0.0)
    log.add(b"new", EVERYONE, 8.0)
    log.trim(10.0)
    assert log.missing(1, 0) == [b"old", b"new"]
    log.trim(10.5)
    assert log.missing(1, 0) is None
    assert log.missing(1, 1) == [b"new"]


def test_a_frame_larger_than_the_log_is_forgotten_at_once() -> None:
    log = a_log(1, most_bytes=3)
    log.add(b"long", EVERYONE, 0.0)
    assert log.missing(1, 0) is None
    assert log.missing(1, 1) == []


@given(number=st.integers(1, 9), other=st.integers(1, 9))
def test_audiences(number: int, other: int) -> None:
    assert includes(EVERYONE, number)
    assert includes(but(other), number) == (number != other)
    assert includes(only(other), number) == (number == other)
    assert includes(frozenset({other}), number) == (number == other)


class LogModel(RuleBasedStateMachine):
    """Beside the log: for each member the plain list of what it was sent. The log here forgets early."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log(most_bytes=40, most_age_s=20.0)
        self.sent: dict[int, list[bytes]] = {}
        self.all: list[tuple[bytes, float]] = []
        self.numbers = 0
        self.now = 0.0

    @rule()
    def join(self) -> None:
        self.numbers += 1
        self.log.join(self.numbers)
        self.sent[self.numbers] = []

    @precondition(lambda self: self.sent)
    @rule(choice=st.integers(0, 99))
    def leave(self, choice: int) -> None:
        number = sorted(self.sent)[choice % len(self.sent)]
        self.log.leave(number)
        del self.sent[number]

    @precondition(lambda self: self.sent)
    @rule(
        shape=st.sampled_from(["everyone", "but", "only", "some"]), choice=st.integers(0, 10**6), size=st.integers(4, 9)
    )
    def add(self, shape: str, choice: int, size: int) -> None:
        members = sorted(self.sent)
        one = members[choice % len(members)]
        some = frozenset(member for bit, member in enumerate(members) if choice >> bit & 1)
        audience = {"everyone": EVERYONE, "but": but(one), "only": only(one), "some": some}[shape]
        meant = {"everyone": set(members), "but": set(members) - {one}, "only": {one}, "some": some}[shape]
        frame = len(self.all).to_bytes(4, "big").ljust(size)
        self.log.add(frame, audience, self.now)
        self.all.append((frame, self.now))
        for member in meant:
            self.sent[member].append(frame)

    @rule(seconds=st.floats(0, 15))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.log.trim(self.now)

    def kept(self) -> set[bytes]:
        kept, size = set(), 0
        for frame, at in reversed(self.all):
            size += len(frame)
            if size > 40 or at < self.now - 20.0:
                break
            kept.add(frame)
        return kept

    @invariant()
    def each_member_can_get_exactly_what_it_missed(self) -> None:
        kept = self.kept()
        for number, frames in self.sent.items():
            assert self.log.sent(number) == len(frames)
            for received in range(len(frames) + 1):
                wanted = frames[received:]
                assert self.log.missing(number, received) == (wanted if kept.issuperset(wanted) else None)
            assert self.log.missing(number, len(frames) + 1) is None


TestLogModel = LogModel.TestCase
TestLogModel.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
