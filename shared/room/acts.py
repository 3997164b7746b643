"""What a room does about each message of a member: one row in `ACTS` per class, and the set is closed.

A message is counted before it is judged, by the time at which it was said; what is refused is told to its sender alone.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.protocol.errors import BAD_REQUEST, FLOODING, TOO_MANY_REQUESTS, RoomError
from shared.protocol.messages import (
    SPECS,
    AddPlayer,
    Ban,
    ClientMessage,
    CloseRoom,
    Deposit,
    HandOver,
    Hello,
    Hidden,
    KeepSession,
    Kick,
    LeaveRoom,
    NextRoom,
    Part,
    Ping,
    Pong,
    RemovePlayer,
    SendAct,
    SendAnswer,
    SendAsHost,
    SendBye,
    SendCandidate,
    SendChat,
    SendInput,
    SendOffer,
    SendRelay,
    SendVolatile,
    SetDoors,
    SetUsername,
    TakeSeat,
)
from shared.room import departures, errands, host_acts, leading, players, signalling, talk
from shared.room.effects import CloseMember
from shared.room.interior import Interior
from shared.room.members import Member
from shared.room.refusing import refuse
from shared.rules.buckets import AS_HOST, CHAT, DEPOSIT, INPUT, OTHER, RELAY, SIGNAL, VOLATILE


def hear(room: Interior, member: Member, message: ClientMessage, now: float, said_at: float) -> None:
    act = ACTS[message.__class__]
    if act.is_counted:
        member.received += 1
    if not member.buckets[act.pace].take(said_at, act.body_bytes(message)):
        _slow_down(room, member, message, now, said_at)
        return
    try:
        act.perform(room, member, message, now)
    except RoomError as error:
        refuse(room, member, message, error)


def _leave_room(room: Interior, member: Member, message: LeaveRoom, now: float) -> None:
    departures.let_go(room, member, message.request, now)


def _keep_session(room: Interior, member: Member, message: KeepSession, now: float) -> None:
    member.codes.confirm(message.code)


def _misplaced(room: Interior, member: Member, message: ClientMessage, now: float) -> None:
    raise RoomError(BAD_REQUEST, "This message has no place inside a room.")


def _slow_down(room: Interior, member: Member, message: ClientMessage, now: float, said_at: float) -> None:
    if ACTS[message.__class__].pace != VOLATILE:
        member.refusals.add(said_at)
    if member.refusals.is_flood:
        room.effects.append(CloseMember(member.number, FLOODING, FLOODING.text))
        departures.go(room, member, FLOODING, now)
    elif member.refusals.may_tell(said_at):
        refuse(room, member, message, RoomError(TOO_MANY_REQUESTS))


Perform = Callable[[Interior, Member, Any, float], None]


class Act(NamedTuple):
    perform: Perform
    pace: str
    is_counted: bool
    body_bytes: Callable[[Any], int]


def _act(cls: type, perform: Perform, pace: str) -> tuple[type, Act]:
    return cls, Act(perform, pace, SPECS[cls].counted, SPECS[cls].body_bytes)


ACTS: dict[type, Act] = dict(
    (
        _act(SendRelay, talk.relay, RELAY),
        _act(SendVolatile, talk.volatile, VOLATILE),
        _act(SendChat, talk.chat, CHAT),
        _act(SetUsername, talk.set_username, OTHER),
        _act(LeaveRoom, _leave_room, OTHER),
        _act(KeepSession, _keep_session, OTHER),
        _act(TakeSeat, errands.take_seat, OTHER),
        _act(Hidden, leading.hide, OTHER),
        _act(SendAsHost, host_acts.as_host, AS_HOST),
        _act(Deposit, host_acts.deposit, DEPOSIT),
        _act(HandOver, leading.hand_over, OTHER),
        _act(SetDoors, host_acts.set_doors, OTHER),
        _act(Kick, host_acts.kick, OTHER),
        _act(Ban, host_acts.ban, OTHER),
        _act(NextRoom, errands.next_room, OTHER),
        _act(CloseRoom, host_acts.close_room, OTHER),
        _act(SendInput, players.hold, INPUT),
        _act(SendAct, players.act, RELAY),
        _act(AddPlayer, players.add_player, OTHER),
        _act(RemovePlayer, players.remove_player, OTHER),
        _act(SendOffer, signalling.offer, SIGNAL),
        _act(SendAnswer, signalling.answer, SIGNAL),
        _act(SendCandidate, signalling.candidate, SIGNAL),
        _act(SendBye, signalling.bye, SIGNAL),
        # These are between a line and its shell.
        _act(Hello, _misplaced, OTHER),
        _act(Ping, _misplaced, OTHER),
        _act(Pong, _misplaced, OTHER),
        _act(Part, _misplaced, OTHER),
    )
)
