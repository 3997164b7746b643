"""What members say to each other: relays and whom they reach, chat, names.

In authority `host` what the host hears or says is also noted in the journal, which the next host starts from.
"""

from shared.protocol import limits
from shared.protocol.errors import MEMBER_UNKNOWN, NOT_A_PLAYER, RoomError
from shared.protocol.messages import (
    TO_HOST,
    TO_OTHERS,
    Chat,
    ChatRow,
    JournalRow,
    Relay,
    SendChat,
    SendRelay,
    SendVolatile,
    SetUsername,
    UsernameSet,
    Volatile,
)
from shared.room import leading
from shared.room.audience import EVERYONE, Audience, but, includes, only
from shared.room.chat import clean_chat, without_controls
from shared.room.departures import settle
from shared.room.interior import Interior
from shared.room.journal import Journal
from shared.room.members import Member


def relay(room: Interior, member: Member, message: SendRelay, now: float) -> None:
    audience = audience_of(room, member, message.to)
    room.out.broadcast(Relay(member.number, message.type, message.body), audience, now)
    if room.journal is not None:
        _note(room, room.journal, member, message, audience)
        leading.ask_deposit(room, now)


def volatile(room: Interior, member: Member, message: SendVolatile, now: float) -> None:
    audience = audience_of(room, member, message.to)
    room.out.volatile(Volatile(member.number, message.type, message.body), audience, now)


def audience_of(room: Interior, sender: Member, to: int) -> Audience:
    """Who is meant, away members too. What a host sends to the host comes back to itself: it may have become host
    while the message was on its way."""
    if not sender.is_player:
        raise RoomError(NOT_A_PLAYER)
    if to == TO_OTHERS:
        return but(sender.number)
    number = room.people.host if to == TO_HOST else to
    if number not in room.people.members:
        raise RoomError(MEMBER_UNKNOWN)
    if to == sender.number:
        raise RoomError(MEMBER_UNKNOWN, "You are that member yourself.")
    return only(number)


def chat(room: Interior, member: Member, message: SendChat, now: float) -> None:
    if not member.is_player and not room.policy.may_spectators_chat:
        raise RoomError(NOT_A_PLAYER)
    answer = room.hooks.chat(member.as_client(), clean_chat(message.text))
    text = without_controls(answer or "")[: limits.CHAT_CHARS]
    if text:
        sent_ms = int(now * 1000)
        room.chat.add(ChatRow(member.number, member.username, text, sent_ms))
        room.out.broadcast(Chat(member.number, text, sent_ms), EVERYONE, now)
    settle(room, now)


def set_username(room: Interior, member: Member, message: SetUsername, now: float) -> None:
    room.people.rename(member, message.username)
    room.playing.rename(member.number, member.username)
    room.out.broadcast(UsernameSet(member.number, member.username), EVERYONE, now)
    room.announce()


def _note(room: Interior, journal: Journal, sender: Member, message: SendRelay, audience: Audience) -> None:
    host = room.people.host
    row = JournalRow(sender.number, message.type, message.body)
    if host and includes(audience, host):
        journal.add_received(row, room.out.log.sent(host))
    elif sender.number == host and audience == but(host):
        journal.add_sent(row, sender.received)
