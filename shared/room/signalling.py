"""Signals of calls, from one member to another of the same room. They are counted like a relay, so whoever is away gets
them with its return; what they say is between the two.

Spectators take part like everybody else, for a call is also there to be heard. Where spectators see the room with a
delay they do not: a line of their own would undo it.
"""

from shared.protocol import limits
from shared.protocol.errors import MEMBER_UNKNOWN, NOT_A_PLAYER, TEXT_TOO_LONG, RoomError
from shared.protocol.messages import (
    Answer,
    Candidate,
    Offer,
    SayBye,
    SendAnswer,
    SendBye,
    SendCandidate,
    SendOffer,
)
from shared.room.audience import Audience, only
from shared.room.interior import Interior
from shared.room.members import Member

DELAYED = "Spectators of this game see it with a delay, and take no part in calls."


def offer(room: Interior, member: Member, message: SendOffer, now: float) -> None:
    _bound(message.sdp, limits.SDP_BYTES)
    passed = Offer(member.number, message.link, message.sdp)
    room.out.broadcast(passed, _partner(room, member, message.to), now)


def answer(room: Interior, member: Member, message: SendAnswer, now: float) -> None:
    _bound(message.sdp, limits.SDP_BYTES)
    passed = Answer(member.number, message.link, message.sdp)
    room.out.broadcast(passed, _partner(room, member, message.to), now)


def candidate(room: Interior, member: Member, message: SendCandidate, now: float) -> None:
    _bound(message.candidate.encode(), limits.CANDIDATE_BYTES)
    passed = Candidate(member.number, message.link, message.candidate, message.mid, message.fragment)
    room.out.broadcast(passed, _partner(room, member, message.to), now)


def bye(room: Interior, member: Member, message: SendBye, now: float) -> None:
    passed = SayBye(member.number, message.link, message.reason)
    room.out.broadcast(passed, _partner(room, member, message.to), now)


def _partner(room: Interior, sender: Member, to: int) -> Audience:
    """Raises RoomError: member-unknown, not-a-player."""
    partner = room.people.members.get(to)
    if partner is None:
        raise RoomError(MEMBER_UNKNOWN)
    if partner is sender:
        raise RoomError(MEMBER_UNKNOWN, "You are that member yourself.")
    if room.policy.spectator_delay_s > 0 and not (sender.is_player and partner.is_player):
        raise RoomError(NOT_A_PLAYER, DELAYED)
    return only(to)


def _bound(text: bytes, most: int) -> None:
    if len(text) > most:
        raise RoomError(TEXT_TOO_LONG)
