"""Signals between two members: nobody else hears them; in order, and by one who was away with its return."""

from typing import Any

import pytest

from shared.protocol import limits
from shared.protocol.errors import FLOODING
from shared.protocol.messages import (
    SPECS,
    SPECTATOR,
    Answer,
    Candidate,
    Error,
    MemberLeft,
    Offer,
    SayBye,
    SendAnswer,
    SendBye,
    SendCandidate,
    SendOffer,
)
from shared.room.effects import CloseMember
from shared.rules.buckets import FLOOD, PACES, SIGNAL
from tests.support.rooms import Heard

SIGNALS = (Offer, Answer, Candidate, SayBye)
EACH = pytest.mark.parametrize(
    ("sent", "got"),
    [
        (lambda to: SendOffer(to, "k.1", b"v=0"), Offer(1, "k.1", b"v=0")),
        (lambda to: SendAnswer(to, "k.1", b"v=0"), Answer(1, "k.1", b"v=0")),
        (lambda to: SendCandidate(to, "k.1", "candidate:1", "0", "u"), Candidate(1, "k.1", "candidate:1", "0", "u")),
        (lambda to: SendBye(to, "k.1", "left"), SayBye(1, "k.1", "left")),
    ],
    ids=["offer", "answer", "candidate", "bye"],
)


def a_room(members: int = 3, **room: Any) -> Heard:
    heard = Heard(**room)
    for number in range(1, members + 1):
        heard.join(f"client{number}")
    return heard


@EACH
def test_from_one_member_to_another_and_nobody_else(sent: Any, got: Any) -> None:
    room = a_room()
    room.say(1, sent(3))
    assert room.of(3, *SIGNALS) == [got]
    assert room.of(1, *SIGNALS, Error) == room.of(2, *SIGNALS, Error) == []


@EACH
@pytest.mark.parametrize("to", [99, 1], ids=["nobody", "oneself"])
def test_to_nobody_is_an_error_for_the_sender_alone(sent: Any, got: Any, to: int) -> None:
    room = a_room()
    room.say(1, sent(to))
    assert [(error.name, error.about) for error in room.of(1, Error)] == [("member-unknown", SPECS[type(got)].kind)]
    assert room.of(2, *SIGNALS, Error) == room.of(3, *SIGNALS, Error) == []


@EACH
def test_away_it_waits_for_the_return_in_order_and_is_counted(sent: Any, got: Any) -> None:
    room = a_room()
    received = len(room.counted(3))
    room.lose(3)
    room.say(1, sent(3), SendBye(3, "k.2", "again"))
    room.resume(3, received=received)
    assert room.of(3, *SIGNALS) == [got, SayBye(1, "k.2", "again")]
    assert room.room.members[1].received == 2


@pytest.mark.parametrize(
    "message",
    [
        SendOffer(2, "k.1", b"x" * (limits.SDP_BYTES + 1)),
        SendAnswer(2, "k.1", b"x" * (limits.SDP_BYTES + 1)),
        SendCandidate(2, "k.1", "x" * (limits.CANDIDATE_BYTES + 1), "0", ""),
        SendCandidate(2, "k.1", "é" * (limits.CANDIDATE_BYTES // 2 + 1), "0", ""),
    ],
    ids=["offer", "answer", "candidate", "candidate in UTF-8"],
)
def test_what_is_too_long_goes_nowhere(message: Any) -> None:
    room = a_room(2)
    room.say(1, message)
    assert [error.name for error in room.of(1, Error)] == ["text-too-long"]
    assert room.of(2, *SIGNALS, Error) == []
    room.say(1, SendOffer(2, "k.1", b"x" * limits.SDP_BYTES))
    assert len(room.of(2, Offer)) == 1


def test_a_flood_of_signals_ends_its_sender_and_nobody_else() -> None:
    room = a_room(3, paces=PACES)
    burst = PACES[SIGNAL].burst
    room.say(1, *(SendCandidate(2, "k.1", "candidate:1", "0", "u") for _ in range(burst + 1)))
    assert len(room.of(2, Candidate)) == burst
    assert [error.name for error in room.of(1, Error)] == ["too-many-requests"]
    room.say(3, SendBye(2, "", "again"))
    assert len(room.of(2, SayBye)) == 1, "another's pace is its own"
    room.say(1, *(SendBye(2, "", "again") for _ in range(FLOOD)))
    assert room.take(CloseMember) == [CloseMember(1, FLOODING, FLOODING.text)]
    assert [left.reason for left in room.of(2, MemberLeft)] == ["flooding"]
    assert room.of(3, Error) == room.of(2, Error) == []


@pytest.mark.parametrize("chars", [limits.CANDIDATE_BYTES // 4, limits.CANDIDATE_BYTES])
def test_a_burst_of_candidates_fits_an_outbox_and_the_log(chars: int) -> None:
    """In the widest letters that there are."""
    room = a_room(2, paces=PACES)
    link, candidate, name = ("\N{GRINNING FACE}" * most for most in (limits.LINK_CHARS, chars, 64))
    for _ in range(PACES[SIGNAL].burst):
        room.room.receive(1, SendCandidate(2, link, candidate, name, name), room.now)
    heard = sum(len(joined) for _, joined in room.room.flush())
    assert heard < min(limits.OUTBOX_BYTES, limits.LOG_BYTES)


def test_spectators_take_part() -> None:
    room = a_room(1)
    eve = room.join("eve", role=SPECTATOR)
    room.say(eve, SendOffer(1, "k.1", b"v=0"))
    room.say(1, SendAnswer(eve, "k.1", b"v=0"))
    assert room.of(1, Offer) == [Offer(eve, "k.1", b"v=0")]
    assert room.of(eve, Answer) == [Answer(1, "k.1", b"v=0")]


def test_spectators_who_see_with_a_delay_do_not() -> None:
    room = a_room(2, spectator_delay_s=5.0)
    eve = room.join("eve", role=SPECTATOR)
    room.say(eve, SendOffer(1, "k.1", b"v=0"))
    room.say(1, SendOffer(eve, "k.1", b"v=0"), SendOffer(2, "k.1", b"v=0"))
    room.wait(6.0)
    assert [error.name for error in room.of(eve, Error)] == ["not-a-player"]
    assert [error.name for error in room.of(1, Error)] == ["not-a-player"]
    assert room.of(eve, Offer) == room.of(1, Offer) == []
    assert len(room.of(2, Offer)) == 1
