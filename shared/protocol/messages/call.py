"""Messages by which two members of a room agree on a line of their own, browser to browser (WebRTC). The room passes
them on as they are, from one member to another, in order.

`link` names one attempt of a pair, so that what belongs to an older one can be told apart. `sdp` is UTF-8. The shapes
only bound: the core refuses what is longer than its limit, as an error and not as the end of a connection.
"""

from typing import Annotated, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import Bytes, OneOf, Text
from shared.protocol.messages.shapes import MemberNumber, message

BYES = ("left", "again", "full")

LinkId = Annotated[str, Text(limits.LINK_CHARS)]
Description = Annotated[bytes, Bytes(limits.FRAME_BYTES - 256)]
CandidateLine = Annotated[str, Text(8 * limits.CANDIDATE_BYTES)]
MediaId = Annotated[str, Text(64)]
"""Which part of the description a candidate belongs to (`sdpMid`), or whose (`usernameFragment`)."""
Bye = Annotated[str, OneOf(BYES)]


@message(80, "offer", counted=True)
class SendOffer(NamedTuple):
    """A description (SDP) that begins or changes a line to the member `to`."""

    to: MemberNumber
    link: LinkId
    sdp: Description


@message(80, "offer", counted=True)
class Offer(NamedTuple):
    sender: MemberNumber
    link: LinkId
    sdp: Description


@message(81, "answer", counted=True)
class SendAnswer(NamedTuple):
    to: MemberNumber
    link: LinkId
    sdp: Description


@message(81, "answer", counted=True)
class Answer(NamedTuple):
    sender: MemberNumber
    link: LinkId
    sdp: Description


@message(82, "candidate", counted=True)
class SendCandidate(NamedTuple):
    """A way on which the sender may be reached; an empty one says that there are no more."""

    to: MemberNumber
    link: LinkId
    candidate: CandidateLine
    mid: MediaId
    fragment: MediaId


@message(82, "candidate", counted=True)
class Candidate(NamedTuple):
    sender: MemberNumber
    link: LinkId
    candidate: CandidateLine
    mid: MediaId
    fragment: MediaId


@message(83, "bye", counted=True)
class SendBye(NamedTuple):
    """`left`: the sender takes no part any more. `again`: it wants another offer, for the call that `link` names; an
    empty one means that it knows of none. `full`: it has as many lines as it can bear."""

    to: MemberNumber
    link: LinkId
    reason: Bye


@message(83, "bye", counted=True)
class SayBye(NamedTuple):
    sender: MemberNumber
    link: LinkId
    reason: Bye
