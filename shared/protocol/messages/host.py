"""Messages by which a host leads its room: its program's state, the doors, who stays, where everybody goes next."""

from typing import Annotated, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import ListOf, Text
from shared.protocol.messages.shapes import (
    Body,
    Count,
    Doors,
    Flag,
    InviteCode,
    MaybeId,
    MemberNumber,
    Recipient,
    RequestId,
    SnapshotBody,
    TypeName,
    message,
)


class JournalRow(NamedTuple):
    """A relayed message that followed the snapshot. The sender 0 stands for the host, when it said it `as-host`."""

    sender: Count
    type: TypeName
    body: Body


@message(50, "deposit")
class AskDeposit(NamedTuple):
    """The room would like a snapshot of the host's state, within this time."""

    within_ms: Count


@message(50, "deposit", longest=limits.SNAPSHOT_BYTES + limits.FRAME_BYTES)
class Deposit(NamedTuple):
    """The host's state, and what it covers: so many counted messages received, and so many sent."""

    host_epoch: Count
    received: Count
    sent: Count
    tick: Count
    body: SnapshotBody


@message(51, "snapshot", longest=limits.SNAPSHOT_BYTES + limits.JOURNAL_BYTES + limits.FRAME_BYTES)
class Snapshot(NamedTuple):
    """The last deposit and the relayed messages after it, in order. Part of the whole picture in authority `host` (who
    has not got it yet has no picture to resume from), and what a new host starts from. Not `is_whole`: there is no
    deposit that the journal reaches back to. `received`: how many counted messages of this client the room had got by
    then; what it has sent beyond them is not in here and comes after.
    """

    is_whole: Flag
    tick: Count
    body: SnapshotBody
    journal: Annotated[list[JournalRow], ListOf(JournalRow, limits.JOURNAL_ROWS)]
    received: Count


@message(52, "as-host", counted=True)
class SendAsHost(NamedTuple):
    """`relay` in the host's name: refused when the host epoch is not the present one."""

    host_epoch: Count
    to: Recipient
    type: TypeName
    body: Body


@message(52, "as-host", counted=True)
class AsHost(NamedTuple):
    host_epoch: Count
    type: TypeName
    body: Body


@message(53, "hand-over", counted=True)
class HandOver(NamedTuple):
    """The host makes another player the host, after a last deposit."""

    request: RequestId
    number: MemberNumber


@message(54, "set-doors", counted=True)
class SetDoors(NamedTuple):
    """Public: listed. Unlisted: joined by id. Private: joined by its invite code. Locked: nobody new gets in."""

    request: RequestId
    doors: Doors
    is_locked: Flag


@message(54, "set-doors", counted=True)
class DoorsSet(NamedTuple):
    doors: Doors
    is_locked: Flag
    invite: InviteCode


@message(55, "kick", counted=True)
class Kick(NamedTuple):
    request: RequestId
    number: MemberNumber


@message(56, "ban", counted=True)
class Ban(NamedTuple):
    """Kick, for as long as this room lives, whatever the tab or the connection."""

    request: RequestId
    number: MemberNumber


@message(57, "next-room", counted=True)
class NextRoom(NamedTuple):
    """The same people into another room in one step: an empty game or name means the present one. `is_quick` prefers an
    open room that has seats for all of them. They come back to the lobby, which reroutes them."""

    request: RequestId
    game: MaybeId
    name: Annotated[str, Text(200)]
    is_quick: Flag
