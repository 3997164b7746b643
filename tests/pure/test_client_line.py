"""The Python client's conversation without I/O: hello, pings, parts, counting, silence."""

import pytest

from client_py.line import Line, OwnTally
from shared.protocol.errors import (
    LINE_SILENT,
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNKNOWN,
    TEXT_FRAME,
    ErrorKind,
    RoomError,
)
from shared.protocol.limits import FRAME_BYTES, SILENT_AFTER_S, WIRE_VERSION
from shared.protocol.messages import (
    CLIENT_TO_WORKER,
    WORKER_TO_CLIENT,
    Hello,
    MemberJoined,
    MemberRow,
    Ping,
    Pong,
    Relay,
    Volatile,
)
from shared.wire.codec import Decoder, encode
from shared.wire.parts import split
from tests.support.pictures import a_picture

HELLO = Hello(WIRE_VERSION, "ticket", "", 0, -1)


def a_line(tally: OwnTally | None = None) -> Line:
    line = Line(WORKER_TO_CLIENT, HELLO, 0.0, tally)
    line.take_output()
    return line


def said(line: Line) -> list[object]:
    decoder = Decoder(CLIENT_TO_WORKER)
    return [decoder.decode(payload) for payload in line.take_output()]


def test_it_begins_with_hello() -> None:
    assert said(Line(WORKER_TO_CLIENT, HELLO, 0.0)) == [HELLO]


def test_pings_are_answered_and_kept_back() -> None:
    line = a_line()
    assert line.receive(encode(Ping(77, 3)), 1.0) is None
    assert said(line) == [Pong(77)]


def test_a_beat_pings_with_the_count_of_what_arrived() -> None:
    line = a_line()
    for message in (MemberJoined(2, "c", "Bob", "player"), Relay(2, "t", b""), Volatile(2, "t", b"")):
        assert line.receive(encode(message), 1.0) == message
    line.beat(2.5)
    assert said(line) == [Ping(2_500_000, 2)]


def test_a_pong_measures_the_round_trip() -> None:
    line = a_line()
    assert line.round_trip_ms is None
    line.receive(encode(Pong(2_000_000)), 2.08)
    assert line.round_trip_ms == 80
    line.receive(encode(Pong(4_000_000)), 4.16)
    assert (line.round_trip_ms, line.best_ms, line.measured) == (90, 80, 2)


def test_parts_come_together_and_count_as_what_they_carry() -> None:
    rows = [MemberRow(number, f"c{number}", "x" * 24, "player", False) for number in range(1, 1025)]
    picture = a_picture(members=rows)
    relay = Relay(1, "t", bytes(40_000))
    tally = OwnTally()
    line = a_line(tally)
    heard = [line.receive(payload, 1.0) for message in (picture, relay) for payload in split(message)]
    assert [message for message in heard if message is not None] == [picture, relay]
    assert tally.received == 1


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ("text", TEXT_FRAME),
        (b"\xc1", MESSAGE_MALFORMED),
        (b"\x91\x63", MESSAGE_UNKNOWN),
        (bytes(FRAME_BYTES + 1), MESSAGE_TOO_LARGE),
        (encode(Hello(1, "t", "", 0, -1)), MESSAGE_UNKNOWN),
    ],
)
def test_what_a_worker_never_says_ends_the_line(payload: bytes | str, kind: ErrorKind) -> None:
    with pytest.raises(RoomError) as ended:
        a_line().receive(payload, 1.0)
    assert ended.value.kind is kind


def test_silence_ends_the_line() -> None:
    line = a_line()
    line.receive(encode(Pong(0)), 3.0)
    line.beat(3.0 + SILENT_AFTER_S - 0.1)
    with pytest.raises(RoomError) as ended:
        line.beat(3.0 + SILENT_AFTER_S)
    assert ended.value.kind is LINE_SILENT
