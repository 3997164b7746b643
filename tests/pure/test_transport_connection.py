"""One line from its first byte to its end, on a transport made of lists and in virtual time."""

import asyncio
import functools

import msgpack
import pytest

from room_worker.transport.connection import ADMISSION_S, CHATTER_PER_BEAT, PART_CHATTER
from room_worker.transport.frames import encode_frames, frame
from room_worker.transport.lines import Lines
from room_worker.transport.outbox import TRANSPORT_BYTES
from room_worker.transport.websocket import FRAMES_PER_TURN
from shared.protocol import errors, limits
from shared.protocol.errors import RoomError
from shared.protocol.messages import Chat, Deposit, Hello, Part, Ping, Pong, SendChat, SendRelay
from shared.wire.codec import encode
from shared.wire.parts import split
from tests.support import virtual_time
from tests.support.fake_line import FakeLine
from tests.support.websocket_bytes import client_frame, request

HELLO = Hello(limits.WIRE_VERSION, "ticket", "", 0, -1)


def in_virtual_time(test):
    """Runs an async test on a loop whose clock jumps."""

    @functools.wraps(test)
    def wrapper(*args, **kwargs):
        virtual_time.run(test(*args, **kwargs))

    return wrapper


async def opened() -> FakeLine:
    line = FakeLine()
    await line.enter()
    return line


async def over(line: FakeLine) -> None:
    """Until the line has let go of its transport."""
    await line.lines.wait_empty()
    await line.lines.wait_idle(within=1.0)


# Coming in


@in_virtual_time
async def test_hello_then_messages_in_order_however_they_are_cut():
    line = FakeLine()
    for byte in request() + client_frame(encode(HELLO)):
        line.send(bytes([byte]))
    await line.lines.wait_idle(within=1.0)
    line.say(SendChat("one"), SendChat("two"))
    assert line.visitor.messages == [SendChat("one"), SendChat("two")]
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_what_comes_right_behind_the_hello_waits_for_the_admission():
    admitted = asyncio.Event()
    line = FakeLine(judge=lambda _: admitted.wait())
    line.send(request() + client_frame(encode(HELLO)) + client_frame(encode(SendChat("early"))))
    await asyncio.sleep(1.0)
    assert line.visitor.messages == []
    assert not line.transport.is_reading
    admitted.set()
    await line.lines.wait_idle(within=1.0)
    assert line.visitor.messages == [SendChat("early")]
    assert line.transport.is_reading
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_origin_and_address_are_known_to_the_judge():
    seen = []

    async def judge(line):
        seen.append((line.origin, line.remote))

    line = FakeLine(judge, is_proxy=lambda address: address == "192.0.2.7")
    line.upgrade("Origin: https://play.example.org", "X-Forwarded-For: 198.51.100.1, 203.0.113.9")
    line.say(HELLO)
    await line.lines.wait_idle(within=1.0)
    assert seen == [("https://play.example.org", "203.0.113.9")]
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_nobody_but_a_proxy_of_ours_may_name_another_address():
    line = FakeLine()
    line.upgrade("X-Forwarded-For: 198.51.100.1")
    assert (line.connection.remote, line.connection.origin) == ("192.0.2.7", None)
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_no_hello_is_hello_late():
    line = FakeLine()
    line.upgrade()
    await asyncio.sleep(limits.HELLO_S - 0.01)
    assert line.close_code is None
    await over(line)
    assert line.close_code == errors.HELLO_LATE.close_code


@in_virtual_time
async def test_the_handshake_counts_towards_the_same_deadline():
    line = FakeLine()
    line.send(b"GET / HTTP/1.1\r\n")
    await asyncio.sleep(limits.HELLO_S + 0.01)
    assert line.http_status == errors.HELLO_LATE.http_status
    assert line.transport.has_eof
    await over(line)


@in_virtual_time
async def test_of_too_many_waiting_lines_the_oldest_goes():
    lines = Lines(most_waiting=3)
    first, silent, talker, last = (FakeLine(lines=lines) for _ in range(4))
    assert first.http_status == errors.HELLO_CROWDED.http_status
    for line in (silent, talker, last):
        line.upgrade()
    talker.say(HELLO)
    FakeLine(lines=lines)
    assert silent.close_code is None, "the talker no longer waits, so there was room"
    FakeLine(lines=lines)
    assert silent.close_code == errors.HELLO_CROWDED.close_code
    for line in lines:
        line.drop(errors.WORKER_STOPPING)
    await over(last)
    assert len(lines) == 0


@in_virtual_time
async def test_a_judge_who_never_answers_costs_a_try_again():
    async def judge(_):
        await asyncio.sleep(10 * ADMISSION_S)

    line = FakeLine(judge)
    line.send(request() + client_frame(encode(HELLO)))
    await asyncio.sleep(ADMISSION_S + 0.01)
    assert line.close_code == errors.STORE_UNAVAILABLE.close_code
    await line.lines.wait_idle(within=100.0)
    assert line.visitor.lost_as == [errors.STORE_UNAVAILABLE], "the visitor that was found after all is told"
    await over(line)


@in_virtual_time
async def test_a_line_closed_while_it_is_judged_reads_on_for_the_goodbye():
    line = FakeLine(judge=lambda _: asyncio.sleep(1.0))
    line.send(request() + client_frame(encode(HELLO)))
    line.connection.close(errors.ROOM_CLOSED)
    await asyncio.sleep(0)
    assert line.transport.is_reading
    line.send(client_frame(errors.ROOM_CLOSED.close_code.to_bytes(2, "big"), opcode=8))
    assert line.transport.has_eof
    line.hang_up()
    await over(line)
    assert line.visitor.lost_as == [], "who closes a line knows"


@in_virtual_time
async def test_a_line_that_is_lost_while_it_is_judged_is_told_to_the_visitor_once():
    async def judge(_):
        await asyncio.sleep(1.0)

    line = FakeLine(judge)
    line.send(request() + client_frame(encode(HELLO)))
    line.hang_up()
    await over(line)
    assert line.visitor.lost_as == [errors.LINE_LOST]


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [(RoomError(errors.TICKET_USED), errors.TICKET_USED), (ValueError("bug"), errors.INTERNAL)],
)
def test_what_the_judge_raises_closes_the_line(refusal, kind, caplog):
    async def judge(_):
        raise refusal

    async def scenario():
        line = FakeLine(judge)
        await line.enter()
        assert line.close_code == kind.close_code
        assert line.visitor.lost_as == []
        await over(line)

    virtual_time.run(scenario())
    assert ("a hello could not be judged" in caplog.text) is isinstance(refusal, ValueError)


# What nobody may send


BAD_HELLOS = {
    "text frame": (client_frame(b"hello", opcode=1), errors.TEXT_FRAME),
    "over the hello's limit": (client_frame(b"x" * (limits.HELLO_BYTES + 1)), errors.MESSAGE_TOO_LARGE),
    "another message first": (client_frame(encode(SendChat("hi"))), errors.MESSAGE_UNKNOWN),
    "no msgpack": (client_frame(b"\xc1"), errors.MESSAGE_MALFORMED),
    "another wire version": (client_frame(encode(Hello(99, "ticket", "", 0, -1))), errors.VERSION_UNSUPPORTED),
    "a hello of another shape": (client_frame(msgpack.packb([1, 99, "ticket", {}])), errors.VERSION_UNSUPPORTED),
}


@pytest.mark.parametrize("name", BAD_HELLOS)
@in_virtual_time
async def test_a_bad_hello_is_a_typed_close(name):
    data, kind = BAD_HELLOS[name]
    line = FakeLine()
    line.upgrade()
    line.send(data)
    assert line.close_code == kind.close_code
    await over(line)
    assert line.visitor.lost_as == []


BAD_MESSAGES = {
    "text frame": (client_frame(b"hi", opcode=1), errors.TEXT_FRAME),
    "unknown kind": (client_frame(b"\x91\xcc\xc8"), errors.MESSAGE_UNKNOWN),
    "hello again": (client_frame(encode(HELLO)), errors.MESSAGE_UNKNOWN),
    "truncated": (client_frame(encode(SendRelay(0, "t", b"body"))[:-1]), errors.MESSAGE_MALFORMED),
    "a hello in parts": (client_frame(encode(Part(1, 9, b"x"))), errors.MESSAGE_UNKNOWN),
    "a ping in parts": (client_frame(encode(Part(4, 9, b"x"))), errors.MESSAGE_UNKNOWN),
    "longer than its kind may be": (client_frame(encode(Part(36, 10**6, b"x"))), errors.MESSAGE_TOO_LARGE),
    "two bodies at once": (
        client_frame(encode(Part(50, 9, b"x"))) + client_frame(encode(Part(34, 9, b"x"))),
        errors.MESSAGE_MALFORMED,
    ),
    "parts that bring another kind": (
        client_frame(encode(Part(50, len(encode(SendChat("x"))), encode(SendChat("x"))))),
        errors.MESSAGE_MALFORMED,
    ),
    "nested too deep": (client_frame(b"\x91" * 5000), errors.MESSAGE_MALFORMED),
    "a field out of range": (client_frame(encode(SendRelay(-2, "t", b""))), errors.MESSAGE_MALFORMED),
    "over the limit": (client_frame(b"", claimed_length=limits.FRAME_BYTES + 1), errors.MESSAGE_TOO_LARGE),
    "over the limit in fragments": (
        client_frame(b"x" * limits.FRAME_BYTES, fin=False) + client_frame(b"y", opcode=0),
        errors.MESSAGE_TOO_LARGE,
    ),
}


@pytest.mark.parametrize("name", BAD_MESSAGES)
@in_virtual_time
async def test_a_bad_message_is_a_typed_close_and_the_visitor_hears_why(name):
    data, kind = BAD_MESSAGES[name]
    line = await opened()
    line.send(client_frame(encode(SendChat("before"))) + data + client_frame(encode(SendChat("after"))))
    assert line.close_code == kind.close_code
    assert line.visitor.lost_as == [kind]
    assert line.visitor.messages == [SendChat("before")]
    await over(line)
    assert line.visitor.lost_as == [kind]


@in_virtual_time
async def test_what_is_no_websocket_keeps_its_standard_code():
    line = await opened()
    line.send(client_frame(b"", is_masked=False))
    assert line.close_code == 1002
    assert line.visitor.lost_as == [errors.MESSAGE_MALFORMED]
    await over(line)


@in_virtual_time
async def test_a_visitor_that_raises_ends_its_own_line_only(caplog):
    def fail(_):
        raise ValueError("bug")

    line = await opened()
    line.visitor.on_message = fail
    line.say(SendChat("boom"))
    assert line.close_code == errors.INTERNAL.close_code
    await over(line)
    assert "a line failed" in caplog.text


@in_virtual_time
async def test_pings_without_end_are_flooding():
    line = await opened()
    line.send(client_frame(b"", opcode=9) * (CHATTER_PER_BEAT + 1))
    await asyncio.sleep(2 * limits.PING_EVERY_S)
    assert line.visitor.lost_as == [errors.FLOODING]
    await over(line)


@in_virtual_time
async def test_a_deposit_comes_in_parts_and_a_relay_may():
    line = await opened()
    deposit = Deposit(1, 2, 3, 4, bytes(limits.SNAPSHOT_BYTES))
    relay = SendRelay(0, "t", bytes(limits.BODY_BYTES))
    for whole in (deposit, relay, deposit):
        first, *rest = map(client_frame, split(whole))
        line.send(first + client_frame(encode(SendChat("between"))))
        for part in rest:
            line.send(part)
    assert line.visitor.messages == [
        SendChat("between"),
        deposit,
        SendChat("between"),
        relay,
        SendChat("between"),
        deposit,
    ]
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_more_parts_than_any_host_needs_are_flooding():
    line = await opened()
    body = encode(SendChat("x"))
    for _ in range(CHATTER_PER_BEAT // PART_CHATTER + 1):
        line.say(Part(36, len(body), body))
        await asyncio.sleep(0)
    await asyncio.sleep(2 * limits.PING_EVERY_S)
    assert line.visitor.lost_as == [errors.FLOODING]
    await over(line)


@in_virtual_time
async def test_who_sends_much_at_once_waits_for_the_others():
    line, neighbour = await opened(), await opened()
    neighbour.visitor.on_message = lambda _: seen.append(len(line.visitor.messages))
    seen: list[int] = []
    line.say(*[SendChat("x")] * (3 * FRAMES_PER_TURN))
    neighbour.say(SendChat("me too"))
    assert seen == [FRAMES_PER_TURN]
    assert not line.transport.is_reading
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(line.visitor.messages) == 3 * FRAMES_PER_TURN
    assert line.transport.is_reading
    for each in (line, neighbour):
        each.hang_up()
        await over(each)


# Liveness


@in_virtual_time
async def test_a_ping_is_answered_with_its_stamp():
    line = await opened()
    line.say(Ping(1234, 0))
    assert line.heard == [Pong(1234)]
    assert line.visitor.messages == []
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_the_workers_own_pings_carry_the_count_and_measure_the_round_trip():
    line = await opened()
    line.visitor.received = 7
    await asyncio.sleep(0.15)
    (ping,) = line.heard
    assert ping.received == 7
    line.say(Pong(ping.stamp + 1), Pong(ping.stamp), Pong(ping.stamp))
    assert line.visitor.pings_ms == [pytest.approx(50.0, abs=1.0)], "made up and repeated pongs measure nothing"
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_a_silent_line_is_closed_and_a_talking_one_is_not():
    silent, talking = await opened(), await opened()
    for _ in range(20):
        await asyncio.sleep(limits.PING_EVERY_S)
        talking.say(Pong(0))
    assert silent.visitor.lost_as == [errors.LINE_SILENT]
    assert silent.close_code == errors.LINE_SILENT.close_code
    assert talking.visitor.lost_as == []
    talking.hang_up()
    await over(talking)


# Slow members


@in_virtual_time
async def test_a_slow_member_gets_everything_in_order_once_it_reads_again():
    line = await opened()
    line.transport.stall()
    chunks = [frame(bytes([number]) * TRANSPORT_BYTES) for number in range(5)]
    for chunk in chunks:
        line.connection.write(chunk)
    assert line.connection.is_slow
    assert line.transport.writes[-1] == chunks[0], "the transport holds no more than its mark"
    line.transport.drain()
    assert not line.connection.is_slow
    assert line.transport.writes[-5:] == chunks
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_at_the_bound_a_slow_member_is_closed_and_reads_the_reason_next():
    line = await opened()
    line.transport.stall()
    chunk = frame(b"x" * 60_000)
    written = 0
    while not line.visitor.lost_as:
        line.connection.write(chunk)
        written += len(chunk)
    assert line.visitor.lost_as == [errors.MEMBER_SLOW]
    assert limits.OUTBOX_BYTES < written <= limits.OUTBOX_BYTES + 3 * len(chunk)  # one beside, and the full transport's
    line.connection.write(chunk)
    line.transport.drain()
    assert line.close_code == errors.MEMBER_SLOW.close_code
    await over(line)


@in_virtual_time
async def test_a_picture_longer_than_the_bound_does_not_make_a_member_slow():
    line = await opened()
    line.transport.stall()
    for number in range(3):
        line.connection.write(frame(b"before"))
        line.connection.write(frame(bytes(3 * limits.OUTBOX_BYTES)))
        for _ in range(10):
            line.connection.write(frame(b"%d" % number * 50_000))
        assert line.visitor.lost_as == []
        line.transport.drain()
        line.transport.stall()
    line.hang_up()
    await over(line)


# Ends


@in_virtual_time
async def test_a_close_follows_what_was_written_and_is_not_told_to_the_visitor():
    line = await opened()
    line.transport.stall()
    chunks = [encode_frames(Chat(1, "x" * 500, 0))] * 300
    for chunk in chunks:
        line.connection.write(chunk)
    line.connection.close(errors.LEFT)
    line.connection.write(b"nothing more")
    line.transport.drain()
    assert len(line.heard) == len(chunks)
    assert line.close_code == errors.LEFT.close_code
    line.send(client_frame(errors.LEFT.close_code.to_bytes(2, "big"), opcode=8))
    assert line.transport.has_eof
    await over(line)
    assert line.visitor.lost_as == []


@in_virtual_time
async def test_a_peer_that_does_not_answer_the_close_is_cut_off():
    line = await opened()
    line.connection.close(errors.ROOM_CLOSED, "The game is over.")
    await asyncio.sleep(limits.CLOSE_S - 0.01)
    assert not line.transport.is_closed
    await asyncio.sleep(0.02)
    assert line.transport.is_closed
    await over(line)


@in_virtual_time
async def test_a_long_reason_is_cut_between_characters():
    line = await opened()
    line.connection.close(errors.JOIN_REFUSED, "é" * 100)
    assert line.close_code == errors.JOIN_REFUSED.close_code
    line.hang_up()
    await over(line)


@in_virtual_time
async def test_a_goodbye_and_an_end_of_file_are_a_lost_line():
    polite, rude = await opened(), await opened()
    polite.send(client_frame((1001).to_bytes(2, "big"), opcode=8))
    assert (polite.close_code, polite.transport.has_eof) == (1001, True)
    rude.connection.eof_received()
    rude.hang_up()
    for line in (polite, rude):
        await over(line)
        assert line.visitor.lost_as == [errors.LINE_LOST]


@in_virtual_time
async def test_a_visitor_may_close_in_the_middle_of_what_was_read():
    line = await opened()
    line.visitor.on_message = lambda _: line.connection.close(errors.LEFT)
    line.say(SendChat("bye"), SendChat("not any more"))
    assert line.visitor.messages == [SendChat("bye")]
    await over(line)
    assert line.visitor.lost_as == []


@in_virtual_time
async def test_under_tls_which_has_no_half_close_the_transport_is_closed():
    line = FakeLine(is_tls=True)
    await line.enter()
    line.send(client_frame(b"", is_masked=False))
    assert line.transport.is_closed
    await over(line)
