"""Long messages in parts: whatever is split comes together again, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol import limits
from shared.protocol.errors import MESSAGE_MALFORMED, MESSAGE_TOO_LARGE, MESSAGE_UNKNOWN, ErrorKind, RoomError
from shared.protocol.messages import SPECS, WORKER_TO_CLIENT, Part, Relay, RoomJoined, UsernameSet
from shared.wire.codec import Decoder, encode
from shared.wire.parts import Joiner, split
from tests.support.pictures import a_picture

JOINED = SPECS[RoomJoined].kind
RELAY = SPECS[Relay].kind


def joined_room(members: int) -> RoomJoined:
    rows = [(number, f"client{number}", f"Player number {number}", "player", False) for number in range(1, members + 1)]
    return a_picture(members=rows)


def test_a_short_message_is_one_payload() -> None:
    assert split(UsernameSet(1, "Ann")) == [encode(UsernameSet(1, "Ann"))]


def test_a_message_of_exactly_one_part_travels_whole() -> None:
    body = bytes(limits.PART_BYTES - len(encode(Relay(1, "t", b""))) - 1)  # a longer bin header costs one more byte
    message = Relay(1, "t", body)
    assert len(encode(message)) == limits.PART_BYTES
    assert split(message) == [encode(message)]
    assert len(split(Relay(1, "t", body + b"!"))) == 2


@given(members=st.integers(1000, 1024), body=st.binary(max_size=4))
def test_what_is_split_comes_together_again(members: int, body: bytes) -> None:
    message = joined_room(members)
    joiner, decoder = Joiner(WORKER_TO_CLIENT), Decoder(WORKER_TO_CLIENT)
    payloads = split(message)
    assert len(payloads) > 1
    assert all(len(payload) <= limits.FRAME_BYTES for payload in payloads)
    wholes = [joiner.add(decoder.decode(payload)) for payload in payloads]
    assert wholes[:-1] == [None] * (len(payloads) - 1)
    assert wholes[-1] == encode(message)
    assert decoder.decode(wholes[-1], SPECS[RoomJoined].longest).members[0].username == "Player number 1"


def test_parts_of_two_kinds_may_interleave() -> None:
    joiner = Joiner(WORKER_TO_CLIENT)
    assert joiner.add(Part(JOINED, 4, b"ab")) is None
    assert joiner.add(Part(RELAY, 2, b"x")) is None
    assert joiner.add(Part(JOINED, 4, b"cd")) == b"abcd"
    assert joiner.add(Part(RELAY, 2, b"y")) == b"xy"


def test_a_kind_may_be_sent_in_parts_again_and_again() -> None:
    joiner = Joiner(WORKER_TO_CLIENT)
    for _ in range(3):
        assert joiner.add(Part(RELAY, 2, b"x")) is None
        assert joiner.add(Part(RELAY, 2, b"y")) == b"xy"


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        pytest.param([Part(999, 2, b"x")], MESSAGE_UNKNOWN, id="unknown kind"),
        pytest.param([Part(SPECS[Part].kind, 2, b"x")], MESSAGE_UNKNOWN, id="a part of parts"),
        pytest.param([Part(JOINED, 2**40, b"x")], MESSAGE_TOO_LARGE, id="longer than its kind may be"),
        pytest.param([Part(RELAY, limits.FRAME_BYTES + 1, b"x")], MESSAGE_TOO_LARGE, id="one byte too long"),
        pytest.param([Part(JOINED, 2, b"")], MESSAGE_MALFORMED, id="empty chunk"),
        pytest.param([Part(JOINED, 0, b"")], MESSAGE_MALFORMED, id="empty whole"),
        pytest.param([Part(JOINED, 2, b"abc")], MESSAGE_MALFORMED, id="more than promised"),
        pytest.param([Part(JOINED, 3, b"ab"), Part(JOINED, 3, b"cd")], MESSAGE_MALFORMED, id="overflows later"),
        pytest.param([Part(JOINED, 3, b"ab"), Part(JOINED, 4, b"c")], MESSAGE_MALFORMED, id="another total"),
    ],
)
def test_what_does_not_fit_is_a_typed_error(parts: list[Part], kind: ErrorKind) -> None:
    joiner = Joiner(WORKER_TO_CLIENT)
    for part in parts[:-1]:
        assert joiner.add(part) is None
    with pytest.raises(RoomError) as refused:
        joiner.add(parts[-1])
    assert refused.value.kind is kind
