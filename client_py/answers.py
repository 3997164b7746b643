"""Which notice of the room answers which question: a success is told to everybody, not to who asked. No I/O."""

from collections.abc import Callable, Mapping
from typing import Any

from client_py.picture import Picture
from shared.protocol.messages import (
    PLAYER,
    AddPlayer,
    Ban,
    DoorsSet,
    HandOver,
    HostChanged,
    Kick,
    MemberLeft,
    PlayerAdded,
    PlayerRemoved,
    RemovePlayer,
    RoomJoined,
    SeatTaken,
    SetDoors,
    SetUsername,
    TakeSeat,
    UsernameSet,
)
from shared.protocol.names import folded

NAME_KEPT_CHARS = 16
"""What stays of a name that is made distinct from others."""


def is_answered(question: Any, notice: Any, picture: Picture) -> bool:
    """Whether this notice, or the whole picture that came instead of it, shows that what was asked for is done."""
    expected, is_done = _ANSWERS.get(type(question), (None, _never))
    return type(notice) in (expected, RoomJoined) and is_done(question, picture)


def _is_gone(question: Kick | Ban, picture: Picture) -> bool:
    return question.number not in picture.members


def _are_doors_set(question: SetDoors, picture: Picture) -> bool:
    return (question.doors, question.is_locked) == (picture.doors, picture.is_locked)


def _is_host(question: HandOver, picture: Picture) -> bool:
    return picture.host_number == question.number


def _has_seat(_: TakeSeat, picture: Picture) -> bool:
    return picture.member(picture.you).role == PLAYER


def _has_name(question: SetUsername, picture: Picture) -> bool:
    mine = picture.member(picture.you).username
    return _words(mine) == _words(question.username)


def _is_added(question: AddPlayer, picture: Picture) -> bool:
    """Its name may have been made distinct."""
    wanted = _words(question.username)[:NAME_KEPT_CHARS]
    return any(row.member == picture.you and _words(row.username).startswith(wanted) for row in picture.added.values())


def _is_removed(question: RemovePlayer, picture: Picture) -> bool:
    return question.player not in picture.added


def _words(name: str) -> str:
    """Whatever is between its words, and however much of it: the room keeps some of that."""
    return " ".join(folded(name).split())


def _never(_: Any, __: Picture) -> bool:
    return False


_ANSWERS: Mapping[type, tuple[type | None, Callable[[Any, Picture], bool]]] = {
    Kick: (MemberLeft, _is_gone),
    Ban: (MemberLeft, _is_gone),
    SetDoors: (DoorsSet, _are_doors_set),
    HandOver: (HostChanged, _is_host),
    TakeSeat: (SeatTaken, _has_seat),
    SetUsername: (UsernameSet, _has_name),
    AddPlayer: (PlayerAdded, _is_added),
    RemovePlayer: (PlayerRemoved, _is_removed),
}
