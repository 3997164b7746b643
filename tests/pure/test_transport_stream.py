"""The fast path against the library's own parser: whatever the bytes and the cuts, nobody can tell which one read them.

The library is fed byte by byte, so that what it does follows from the bytes alone. Two differences are wanted, and
written down in `_by_library`: a text message and a too long one close with codes of our own table.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from room_worker.transport.frames import close_reason
from room_worker.transport.handshake import Handshake
from room_worker.transport.stream import FrameStream
from shared.protocol.errors import MESSAGE_TOO_LARGE, TEXT_FRAME, ErrorKind, RoomError
from tests.support.websocket_bytes import client_frame, close_frame, request

LONGEST = 300


@dataclass
class Outcome:
    messages: list[bytes] = field(default_factory=list)
    output: bytes = b""
    is_over: bool = False
    is_ending: bool = False


def _opened() -> ServerProtocol:
    protocol = ServerProtocol(max_size=LONGEST)
    handshake = Handshake(protocol)
    handshake.receive(request())
    handshake.take_output()
    assert handshake.request is not None
    return protocol


def _typed_close(kind: ErrorKind) -> bytes:
    return close_frame(kind.close_code, close_reason(kind.text))


def _by_library(data: bytes) -> Outcome:
    protocol, outcome = _opened(), Outcome()
    fragments: list[bytes] = []
    for position in range(len(data)):
        protocol.receive_data(data[position : position + 1])
        for frame in protocol.events_received():
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) and protocol.state is State.OPEN:
                if frame.opcode is Opcode.TEXT:
                    protocol.send_close(TEXT_FRAME.close_code, close_reason(TEXT_FRAME.text))
                fragments.append(frame.data)
                if frame.fin and protocol.state is State.OPEN:
                    outcome.messages.append(b"".join(fragments))
                    fragments.clear()
        for sent in protocol.data_to_send():
            if sent.startswith(b"\x88") and sent[2:4] == (1009).to_bytes(2, "big") and protocol.close_rcvd is None:
                sent = _typed_close(MESSAGE_TOO_LARGE)
            outcome.output += sent
            outcome.is_over |= not sent
    outcome.is_ending = protocol.state is not State.OPEN
    return outcome


def _by_us(data: bytes, cuts: list[int], most_frames: int) -> Outcome:
    stream, outcome = FrameStream(_opened(), LONGEST), Outcome()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        stream.receive(data[start:end])
        stream.has_more = True
        while stream.has_more:
            try:
                for message in stream.messages(most_frames):
                    outcome.messages.append(message)
            except RoomError as error:
                stream.close(error.kind, error.kind.text)
    output = stream.take_output()
    outcome.output = b"".join(output)
    outcome.is_over = stream.is_over
    outcome.is_ending = stream.is_ending
    assert (b"" in output) is stream.is_over
    return outcome


payloads = st.one_of(
    st.binary(max_size=140),
    st.sampled_from([0, 124, 125, 126, 127, LONGEST - 1, LONGEST, LONGEST + 1]).map(lambda size: b"x" * size),
)
data_frames = st.builds(client_frame, payloads)
fragments = st.builds(client_frame, payloads, st.sampled_from([Opcode.CONT, Opcode.BINARY]), fin=st.booleans())
control_frames = st.builds(client_frame, st.binary(max_size=130), st.sampled_from([Opcode.PING, Opcode.PONG]))
texts = st.builds(client_frame, payloads, st.just(Opcode.TEXT), fin=st.booleans())
goodbyes = st.builds(
    lambda code, reason: client_frame(code.to_bytes(2, "big") + reason, Opcode.CLOSE),
    st.sampled_from([0, 999, 1000, 1001, 1005, 1006, 1009, 3000, 4999, 5000]),
    st.one_of(st.just(b""), st.text(max_size=20).map(str.encode), st.binary(max_size=20)),
)
odd_frames = st.builds(
    client_frame,
    payloads,
    st.integers(0, 15),
    fin=st.booleans(),
    rsv=st.integers(0, 7),
    is_masked=st.booleans(),
    length_bytes=st.sampled_from([0, 2, 8]),
    claimed_length=st.one_of(st.none(), st.integers(0, 2**64 - 1)),
)
common = st.lists(st.one_of(data_frames, data_frames, fragments, control_frames), max_size=8)
anything = st.lists(
    st.one_of(data_frames, fragments, control_frames, texts, goodbyes, odd_frames, st.binary(max_size=20)), max_size=8
)
cuts = st.lists(st.integers(0, 4000), max_size=12)


@given(frames=st.one_of(common, anything), cuts=cuts, most_frames=st.integers(1, 5))
@example(
    frames=[client_frame(b"", fin=False)] + [client_frame(b"", Opcode.CONT, fin=False)] * 7, cuts=[], most_frames=1
)
@example(
    frames=[client_frame(b"a", Opcode.TEXT), client_frame(b"b", fin=False), client_frame(b"c")], cuts=[], most_frames=5
)
@example(frames=[client_frame(b"", claimed_length=2**63, length_bytes=8)[:10]], cuts=[], most_frames=5)
def test_any_bytes_in_any_cuts_are_read_as_by_the_library(frames, cuts, most_frames):
    data = b"".join(frames)
    assert _by_us(data, cuts, most_frames) == _by_library(data)


@given(frames=common, flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 255)), max_size=4), cuts=cuts)
def test_so_are_damaged_ones(frames, flips, cuts):
    data = bytearray(b"".join(frames))
    for position, flip in flips:
        if data:
            data[position % len(data)] ^= flip
    assert _by_us(bytes(data), cuts, 3) == _by_library(bytes(data))


@given(payload=payloads, cuts=cuts)
def test_what_follows_our_own_close_is_not_a_message_but_its_answer_ends_the_line(payload, cuts):
    protocol = _opened()
    stream = FrameStream(protocol, LONGEST)
    stream.close(TEXT_FRAME, "enough")
    stream.receive(client_frame(payload[:LONGEST]) + client_frame(b"\x0f\xa0", Opcode.CLOSE))
    assert list(stream.messages(10)) == []
    assert stream.take_output() == [close_frame(TEXT_FRAME.close_code, "enough"), b""]
    assert stream.is_over


def test_a_common_frame_does_not_reach_the_library():
    stream = FrameStream(_opened(), LONGEST)
    stream.receive(client_frame(b"one") + client_frame(b"x" * 200) + client_frame(b"", length_bytes=8))
    assert list(stream.messages(10)) == [b"one", b"x" * 200, b""]
    assert stream.rare_frames == 0


def test_the_reader_may_stop_at_any_message_and_go_on_later():
    stream = FrameStream(_opened(), LONGEST)
    stream.receive(b"".join(client_frame(bytes([number])) for number in range(5)))
    first = next(iter(stream.messages(10)))
    assert (first, stream.has_more) == (b"\0", True)
    assert list(stream.messages(2)) == [b"\1", b"\2"]
    assert stream.has_more
    assert list(stream.messages(10)) == [b"\3", b"\4"]
    assert not stream.has_more


def test_a_longer_limit_holds_from_the_next_frame_on():
    stream = FrameStream(_opened(), 10)
    stream.receive(client_frame(b"x" * 10) + client_frame(b"x" * 11))
    messages = stream.messages(10)
    assert next(messages) == b"x" * 10
    messages.close()
    stream.longest = LONGEST
    assert list(stream.messages(10)) == [b"x" * 11]


def test_nothing_is_kept_of_what_comes_after_the_end():
    stream = FrameStream(_opened(), LONGEST)
    stream.receive(client_frame(b"", claimed_length=LONGEST + 1, length_bytes=2))
    with pytest.raises(RoomError) as refusal:
        list(stream.messages(10))
    assert refusal.value.kind is MESSAGE_TOO_LARGE
    for _ in range(3):
        stream.receive(b"x" * 1000)
        assert list(stream.messages(10)) == []
    assert stream.take_output() == [_typed_close(MESSAGE_TOO_LARGE), b""]
