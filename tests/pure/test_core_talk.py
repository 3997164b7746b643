"""What members say: relays and their audiences, chat, counting, paces, and refusals that only their sender hears."""

from typing import get_args

import pytest

from shared.protocol import limits
from shared.protocol.errors import FLOODING
from shared.protocol.messages import (
    CLIENT_TO_WORKER,
    SPECS,
    SPECTATOR,
    TO_HOST,
    TO_OTHERS,
    Chat,
    ChatRow,
    ClientMessage,
    CloseRoom,
    Deposit,
    Error,
    Hello,
    MemberLeft,
    Part,
    Ping,
    Pong,
    Relay,
    SendAsHost,
    SendChat,
    SendOffer,
    SendRelay,
    SendVolatile,
    SetUsername,
    Volatile,
)
from shared.room.acts import ACTS
from shared.room.effects import CloseMember, Release
from shared.rules.buckets import FLOOD, PACES
from tests.support.rooms import NOW, Heard


def a_room(members: int = 3, **room: object) -> Heard:
    heard = Heard(**room)  # type: ignore[arg-type]
    for number in range(1, members + 1):
        heard.join(f"client{number}")
    return heard


# --- the closed set


def test_there_is_an_act_for_each_message_that_a_member_may_send() -> None:
    assert set(ACTS) == set(get_args(ClientMessage)) | {Part} == {spec.cls for spec in CLIENT_TO_WORKER.values()}


@pytest.mark.parametrize("message", [Hello(1, "t", "", 0, -1), Ping(1, 0), Pong(1)])
def test_what_belongs_between_line_and_shell_is_refused(message: ClientMessage) -> None:
    room = a_room()
    room.say(1, message)
    assert [error.name for error in room.of(1, Error)] == ["bad-request"]
    assert room.of(2, Error) == []


# --- relay


SENDS = [(SendRelay, Relay), (SendVolatile, Volatile)]


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_to_all_others(send: type, got: type) -> None:
    room = a_room()
    room.say(1, send(TO_OTHERS, "move", b"\x01"))
    assert room.of(1, got) == []
    assert room.of(2, got) == room.of(3, got) == [got(1, "move", b"\x01")]


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_to_one(send: type, got: type) -> None:
    room = a_room()
    room.say(1, send(3, "whisper", b""))
    assert room.of(2, got) == []
    assert room.of(3, got) == [got(1, "whisper", b"")]


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_to_the_host(send: type, got: type) -> None:
    room = a_room()
    room.say(3, send(TO_HOST, "ask", b""))
    assert room.of(1, got) == [got(3, "ask", b"")]
    assert room.of(2, got) == []


@pytest.mark.parametrize(("send", "got"), SENDS)
@pytest.mark.parametrize("to", [99, 1], ids=["nobody", "oneself"])
def test_to_nobody_is_an_error_for_the_sender_alone(send: type, got: type, to: int) -> None:
    room = a_room()
    room.say(1, send(to, "t", b""))
    (error,) = room.of(1, Error)
    assert (error.name, error.about) == ("member-unknown", SPECS[send].kind)
    assert room.of(1, got) == room.of(2, got, Error) == room.of(3, got, Error) == []


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_to_the_host_comes_back_to_a_host(send: type, got: type) -> None:
    """It may have become host while its message was on the way."""
    room = a_room()
    room.say(1, send(TO_HOST, "t", b""))
    assert room.of(1, got, Error) == [got(1, "t", b"")]
    assert room.of(2, got) == room.of(3, got) == []


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_to_a_member_that_has_gone_is_to_nobody(send: type, got: type) -> None:
    room = a_room()
    room.leave(3)
    room.say(1, send(3, "t", b""))
    assert [error.name for error in room.of(1, Error)] == ["member-unknown"]


@pytest.mark.parametrize(("send", "got"), SENDS)
def test_spectators_get_everything_and_send_nothing(send: type, got: type) -> None:
    room = a_room(2)
    eve = room.join("eve", role=SPECTATOR)
    room.say(1, send(TO_OTHERS, "t", b""))
    assert len(room.of(eve, got)) == 1
    room.say(eve, send(TO_OTHERS, "t", b""))
    assert [error.name for error in room.of(eve, Error)] == ["not-a-player"]
    assert room.of(1, got) == []


def test_a_spectator_may_chat() -> None:
    room = a_room(1)
    eve = room.join("eve", role=SPECTATOR)
    room.say(eve, SendChat("hi"))
    assert [line.number for line in room.of(1, Chat)] == [eve]


@pytest.mark.parametrize("members", [2, 3, 64])
@pytest.mark.parametrize("send", [SendRelay, SendVolatile])
def test_a_broadcast_is_encoded_once(members: int, send: type) -> None:
    room = a_room(members)
    room.encoded = 0
    room.say(1, send(TO_OTHERS, "t", b"x" * 100))
    assert room.encoded == 1
    assert all(len(room.heard[number]) for number in range(2, members + 1))


def test_what_comes_from_a_stranger_is_nothing() -> None:
    room = a_room(2)
    room.say(99, SendRelay(TO_OTHERS, "t", b""))
    assert room.of(1, Relay) == room.of(2, Relay) == []


def test_each_member_gets_one_write_a_turn() -> None:
    room = a_room(3)
    for number in (1, 2, 3):
        for _ in range(5):
            room.room.receive(number, SendRelay(TO_OTHERS, "t", b""), NOW)
    numbers = [number for number, _ in room.room.flush()]
    assert sorted(numbers) == [1, 2, 3]
    assert room.room.flush() == []


def test_members_with_the_same_view_share_the_same_bytes() -> None:
    room = a_room(5)
    for _ in range(3):
        room.room.receive(1, SendRelay(TO_OTHERS, "t", b""), NOW)
    views = {id(joined) for _, joined in room.room.flush()}
    assert len(views) == 1


def test_slow_members_get_no_volatile_messages() -> None:
    room = a_room(3)
    for message in (SendVolatile(TO_OTHERS, "v", b""), SendRelay(TO_OTHERS, "r", b"")):
        room.room.receive(1, message, NOW)
    room.settle(slow=[3])
    assert [type(message) for message in room.of(2, Relay, Volatile)] == [Volatile, Relay]
    assert [type(message) for message in room.of(3, Relay, Volatile)] == [Relay]


def test_a_slow_member_may_get_nothing_at_all() -> None:
    room = a_room(2)
    room.room.receive(1, SendVolatile(TO_OTHERS, "v", b""), NOW)
    assert room.room.flush(slow=[2]) == []


# --- counting


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        (SendRelay(TO_OTHERS, "t", b""), 1),
        (SendRelay(99, "t", b""), 1),
        (SendVolatile(TO_OTHERS, "t", b""), 0),
        (SendChat("hi"), 1),
        (SendChat(""), 1),
        (SetUsername("", ""), 1),
        (CloseRoom(""), 1),
        (Ping(1, 0), 0),
    ],
)
def test_counted_before_judged(message: ClientMessage, counts: int) -> None:
    room = a_room(2)
    room.say(2, message)
    assert room.room.members[2].received == counts


def test_refused_for_pace_is_counted_all_the_same() -> None:
    room = a_room(2, paces=PACES)
    room.say(2, *[SendChat("hi")] * 50)
    assert room.room.members[2].received == 50


# --- chat


def test_the_sender_is_filled_in_and_hears_itself() -> None:
    room = a_room(2)
    room.say(2, SendChat("hello"))
    assert room.of(1, Chat) == room.of(2, Chat) == [Chat(2, "hello", int(NOW * 1000))]


def test_newcomers_see_the_last_lines() -> None:
    room = a_room(2)
    for line in range(limits.CHAT_HISTORY + 5):
        room.say(1, SendChat(f"line {line}"))
    chat = room.picture(room.join("cat")).chat
    assert len(chat) == limits.CHAT_HISTORY
    assert chat[0] == ChatRow(1, "Client1", "line 5", int(NOW * 1000))
    assert chat[-1].text == f"line {limits.CHAT_HISTORY + 4}"


def test_lines_of_people_who_went_keep_their_name_only() -> None:
    room = a_room(2)
    room.say(2, SendChat("bye"))
    room.leave(2)
    assert room.picture(room.join("cat")).chat == [ChatRow(0, "Client2", "bye", int(NOW * 1000))]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("  hi  ", "hi"),
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\tb", "a b"),
        ("a\x00\x07\x1b[31mb", "a[31mb"),
        ("a\x7f\x9fb", "ab"),
        ("👩‍👩‍👧 نمی‌خواهم", "👩‍👩‍👧 نمی‌خواهم"),
        ("x" * limits.CHAT_CHARS, "x" * limits.CHAT_CHARS),
        ("\x00" * 9 + "x" * limits.CHAT_CHARS, "x" * limits.CHAT_CHARS),
    ],
)
def test_control_characters_are_taken_out(said: str, heard: str) -> None:
    room = a_room(2)
    room.say(1, SendChat(said))
    assert [line.text for line in room.of(2, Chat)] == [heard]


@pytest.mark.parametrize(
    ("said", "error"),
    [("", "bad-request"), (" \n\t", "bad-request"), ("\x00", "bad-request"), ("x" * 501, "text-too-long")],
)
def test_a_line_too_long_or_empty_is_refused(said: str, error: str) -> None:
    room = a_room(2)
    room.say(1, SendChat(said))
    assert [answer.name for answer in room.of(1, Error)] == [error]
    assert room.of(2, Chat, Error) == []
    assert room.picture(room.join("cat")).chat == []


# --- paces


@pytest.mark.parametrize(
    ("message", "pace"),
    [
        (SendRelay(TO_OTHERS, "t", b""), "relay"),
        (SendVolatile(TO_OTHERS, "t", b""), "volatile"),
        (SendChat("hi"), "chat"),
        (SetUsername("", "Zoe"), "other"),
    ],
)
def test_a_burst_is_heard_and_the_rest_is_dropped(message: ClientMessage, pace: str) -> None:
    room = a_room(2, paces=PACES)
    burst = PACES[pace].burst
    room.say(1, *[message] * (burst + 30))
    assert len(room.heard[2]) == 1 + burst
    assert [error.name for error in room.of(1, Error)] == ["too-many-requests"]


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        (SendRelay(TO_OTHERS, "t", bytes(limits.BODY_BYTES)), 12),
        (SendVolatile(TO_OTHERS, "t", bytes(limits.BODY_BYTES)), 17),
        (SendAsHost(1, TO_OTHERS, "t", bytes(limits.BODY_BYTES)), 24),
        (SendOffer(2, "k", bytes(limits.SDP_BYTES)), 17),
    ],
)
def test_long_messages_count_for_several(message: ClientMessage, heard: int) -> None:
    room = a_room(2, paces=PACES, authority="host")
    before = len(room.heard[2])
    room.say(1, *[message] * 100)
    assert len(room.heard[2]) - before == heard
    assert [error.name for error in room.of(1, Error)] == ["too-many-requests"]


def test_a_deposit_counts_as_one_however_long() -> None:
    room = a_room(1, paces=PACES, authority="host")
    room.say(1, *[Deposit(1, 0, 0, 0, bytes(limits.SNAPSHOT_BYTES))] * 4)
    assert room.of(1, Error) == []


def test_one_member_s_burst_is_not_another_s() -> None:
    room = a_room(3, paces=PACES)
    room.say(1, *[SendChat("hi")] * 20)
    room.say(2, SendChat("and me"))
    assert room.of(3, Chat)[-1].text == "and me"


def test_a_flood_of_chat_leaves_relays_alone() -> None:
    room = a_room(2, paces=PACES)
    room.say(1, *[SendChat("hi")] * 20, SendRelay(TO_OTHERS, "t", b""))
    assert len(room.of(2, Relay)) == 1


def test_the_pace_comes_back_with_time() -> None:
    room = a_room(2, paces=PACES)
    room.say(1, *[SendChat("hi")] * 20)
    room.wait(1.0)
    room.say(1, *[SendChat("again")] * 20)
    assert [line.text for line in room.of(2, Chat)].count("again") == 2


def test_what_had_to_wait_is_judged_by_when_it_was_said() -> None:
    room = a_room(2, paces=PACES)
    room.now += 60.0
    for number in range(3600):
        room.room.receive(1, SendRelay(TO_OTHERS, "t", b""), room.now, room.now - 60.0 + number / 60.0)
    room.settle()
    assert len(room.of(2, Relay)) == 3600
    room.say(1, *[SendRelay(TO_OTHERS, "t", b"")] * PACES["relay"].burst)
    assert len(room.of(1, Error)) == 0


def test_the_error_is_told_at_most_once_a_second() -> None:
    room = a_room(2, paces=PACES)
    for _ in range(100):
        room.say(1, *[SendChat("hi")] * 5)
        room.now += 0.03
    assert 2 <= len(room.of(1, Error)) <= 4


def test_a_flood_ends_in_a_close() -> None:
    room = a_room(2, paces=PACES)
    room.say(1, *[SendRelay(TO_OTHERS, "t", b"")] * (PACES["relay"].burst + FLOOD + 500))
    assert room.take(CloseMember) == [CloseMember(1, FLOODING, FLOODING.text)]
    assert [release.reason for release in room.take(Release)] == [FLOODING]
    assert room.of(2, MemberLeft) == [MemberLeft(1, "flooding")]
    assert room.room.host == 2


def test_volatile_messages_over_the_pace_are_dropped_and_never_a_flood() -> None:
    """As a host's game says its updates that are long: sixty a second, each of which counts for two."""
    room = a_room(2, paces=PACES)
    for _ in range(3 * FLOOD):
        room.say(1, SendVolatile(TO_OTHERS, "t", bytes(9 * 1024)))
        room.now += 1 / 60
    assert room.take(CloseMember) == []
    assert len(room.of(2, Volatile)) == pytest.approx(3 * FLOOD / 2, abs=PACES["volatile"].burst)
    assert {error.name for error in room.of(1, Error)} == {"too-many-requests"}


def test_a_pause_forgives() -> None:
    room, pace = a_room(2, paces=PACES), PACES["relay"]
    for _ in range(5):
        room.say(1, *[SendRelay(TO_OTHERS, "t", b"")] * (pace.burst + FLOOD - 1))
        room.wait(pace.burst / pace.rate_per_s)
    assert room.take(CloseMember) == []
    assert 1 in room.room.members
