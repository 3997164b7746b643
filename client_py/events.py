"""What a room tells its application, in order: typed, with members instead of numbers and bodies unpacked."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from shared.protocol.errors import RoomError
from shared.protocol.messages import MemberRow


@dataclass(frozen=True, slots=True)
class Relay:
    sender: MemberRow
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Volatile:
    sender: MemberRow
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Chat:
    sender: MemberRow
    text: str
    sent_ms: int


@dataclass(frozen=True, slots=True)
class Joined:
    member: MemberRow


@dataclass(frozen=True, slots=True)
class Left:
    """`reason` is a row of the error table."""

    member: MemberRow
    reason: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """`before` is the member under its old name."""

    member: MemberRow
    before: MemberRow


@dataclass(frozen=True, slots=True)
class HostChanged:
    """`host` is None while no player is there."""

    host: MemberRow | None
    host_epoch: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was sent without a request id did not pass."""

    error: RoomError


Event: TypeAlias = Relay | Volatile | Chat | Joined | Left | Renamed | HostChanged | Refused
