"""What members say and what a room does about it: one row in `ACTS` per class of message, and the set is closed.

A message is counted before it is judged; what is refused is told to its sender alone, as a typed `error`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.protocol import limits
from shared.protocol.errors import (
    BAD_REQUEST,
    FLOODING,
    MEMBER_UNKNOWN,
    NOT_A_PLAYER,
    NOT_HOST,
    ROOM_CLOSED,
    TOO_MANY_REQUESTS,
    RoomError,
)
from shared.protocol.messages import (
    SPECS,
    TO_HOST,
    TO_OTHERS,
    Ban,
    Chat,
    ChatRow,
    ClientMessage,
    CloseRoom,
    Deposit,
    Error,
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
    Relay,
    SendAsHost,
    SendChat,
    SendRelay,
    SendVolatile,
    SetDoors,
    SetUsername,
    TakeSeat,
    UsernameSet,
    Volatile,
)
from shared.room import presence
from shared.room.audience import EVERYONE, Audience, but, only
from shared.room.chat import clean_chat, without_controls
from shared.room.effects import CloseMember
from shared.room.interior import Interior
from shared.room.members import Member
from shared.rules.buckets import CHAT, OTHER, RELAY, VOLATILE


def hear(room: Interior, member: Member, message: ClientMessage, now: float) -> None:
    act = ACTS[message.__class__]
    if act.is_counted:
        member.received += 1
    if not member.buckets[act.pace].take(now):
        _slow_down(room, member, message, now)
        return
    try:
        act.perform(room, member, message, now)
    except RoomError as error:
        _refuse(room, member, message, error)


def _relay(room: Interior, member: Member, message: SendRelay, now: float) -> None:
    audience = _audience(room, member, message.to)
    room.out.broadcast(Relay(member.number, message.type, message.body), audience, now)


def _volatile(room: Interior, member: Member, message: SendVolatile, now: float) -> None:
    audience = _audience(room, member, message.to)
    room.out.volatile(Volatile(member.number, message.type, message.body), audience)


def _audience(room: Interior, sender: Member, to: int) -> Audience:
    if not sender.is_player:
        raise RoomError(NOT_A_PLAYER)
    if to == TO_OTHERS:
        return but(sender.number)
    number = room.people.host if to == TO_HOST else to
    if number not in room.people.present:
        raise RoomError(MEMBER_UNKNOWN)
    if number == sender.number:
        raise RoomError(MEMBER_UNKNOWN, "You are that member yourself.")
    return only(number)


def _chat(room: Interior, member: Member, message: SendChat, now: float) -> None:
    answer = room.hooks.chat(member.as_client(), clean_chat(message.text))
    text = without_controls(answer or "")[: limits.CHAT_CHARS]
    if text:
        sent_ms = int(now * 1000)
        room.chat.add(ChatRow(member.number, member.username, text, sent_ms))
        room.out.broadcast(Chat(member.number, text, sent_ms), EVERYONE, now)
    presence.settle(room, now)


def _set_username(room: Interior, member: Member, message: SetUsername, now: float) -> None:
    room.people.rename(member, message.username)
    room.world.rename(member.number, member.username)
    room.out.broadcast(UsernameSet(member.number, member.username), EVERYONE, now)
    room.announce()


def _leave_room(room: Interior, member: Member, message: LeaveRoom, now: float) -> None:
    presence.let_go(room, member, message.request, now)


def _close_room(room: Interior, member: Member, message: CloseRoom, now: float) -> None:
    if member.number != room.people.host:
        raise RoomError(NOT_HOST)
    presence.end(room, ROOM_CLOSED, member.number, message.request)


def _misplaced(room: Interior, member: Member, message: ClientMessage, now: float) -> None:
    raise RoomError(BAD_REQUEST, "This message has no place inside a room.")


def _slow_down(room: Interior, member: Member, message: ClientMessage, now: float) -> None:
    member.refusals.add(now)
    if member.refusals.is_flood:
        room.effects.append(CloseMember(member.number, FLOODING, FLOODING.text))
        presence.lose(room, member, FLOODING, now)
    elif member.refusals.may_tell(now):
        _refuse(room, member, message, RoomError(TOO_MANY_REQUESTS))


def _refuse(room: Interior, member: Member, message: ClientMessage, error: RoomError) -> None:
    about, request = SPECS[type(message)].kind, getattr(message, "request", "")
    room.out.tell(Error(error.kind.name, error.text, about, request, error.room_id), member.number)


Perform = Callable[[Interior, Member, Any, float], None]


class Act(NamedTuple):
    perform: Perform
    pace: str
    is_counted: bool


def _act(cls: type, perform: Perform, pace: str) -> tuple[type, Act]:
    return cls, Act(perform, pace, SPECS[cls].counted)


ACTS: dict[type, Act] = dict(
    (
        _act(SendRelay, _relay, RELAY),
        _act(SendVolatile, _volatile, VOLATILE),
        _act(SendChat, _chat, CHAT),
        _act(SetUsername, _set_username, OTHER),
        _act(LeaveRoom, _leave_room, OTHER),
        _act(CloseRoom, _close_room, OTHER),
        # These are between a line and its shell.
        _act(Hello, _misplaced, OTHER),
        _act(Ping, _misplaced, OTHER),
        _act(Pong, _misplaced, OTHER),
        _act(Part, _misplaced, OTHER),
        _act(KeepSession, _misplaced, OTHER),
        _act(TakeSeat, _misplaced, OTHER),
        _act(Hidden, _misplaced, OTHER),
        _act(Deposit, _misplaced, OTHER),
        _act(SendAsHost, _misplaced, OTHER),
        _act(HandOver, _misplaced, OTHER),
        _act(SetDoors, _misplaced, OTHER),
        _act(Kick, _misplaced, OTHER),
        _act(Ban, _misplaced, OTHER),
        _act(NextRoom, _misplaced, OTHER),
    )
)
