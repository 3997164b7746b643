"""What messages are made of: the table of all of them, and the types that their fields share."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar

from shared.protocol import limits
from shared.protocol.fields import Boolean, Bytes, FieldSpec, Integer, OneOf, Options, Text, fields_of

PLAYER, SPECTATOR = "player", "spectator"
AUTHORITIES = ("none", "host", "server")
PUBLIC, UNLISTED, PRIVATE = DOORS = ("public", "unlisted", "private")
SORTS = ("newest", "name", "fullest", "emptiest", "ping")

TO_OTHERS, TO_HOST = 0, -1
"""Where a relayed message goes, when it is not a member's number."""

Count = Annotated[int, Integer()]
Flag = Annotated[bool, Boolean()]
Id = Annotated[str, Text(32, least=1)]
MemberNumber = Annotated[int, Integer(1, 2**31)]
Milliseconds = Annotated[int, Integer()]
RequestId = Annotated[str, Text(32)]
Role = Annotated[str, OneOf((PLAYER, SPECTATOR))]
RoomOptions = Annotated[dict[str, Any], Options()]
Sentence = Annotated[str, Text(limits.SENTENCE_CHARS)]
Token = Annotated[str, Text(limits.HELLO_BYTES)]
Username = Annotated[str, Text(limits.USERNAME_CHARS)]
RoomName = Annotated[str, Text(limits.ROOM_NAME_CHARS)]
Authority = Annotated[str, OneOf(AUTHORITIES)]
Doors = Annotated[str, OneOf(DOORS)]
InviteCode = Annotated[str, Text(32)]
MaybeId = Annotated[str, Text(32)]
SessionCode = Annotated[str, Text(64)]
TypeName = Annotated[str, Text(limits.TYPE_CHARS)]
Body = Annotated[bytes, Bytes(limits.BODY_BYTES)]
SnapshotBody = Annotated[bytes, Bytes(limits.SNAPSHOT_BYTES)]
Recipient = Annotated[int, Integer(TO_HOST, 2**31)]


class MessageSpec(NamedTuple):
    """`longest` is the bound of the encoded message in bytes; one above FRAME_BYTES travels in parts.
    `body_bytes`: how long the opaque bytes in such a message are, which is what paces weigh; 0 where there are none."""

    kind: int
    name: str
    cls: type
    fields: tuple[FieldSpec, ...]
    counted: bool
    longest: int
    body_bytes: Callable[[Any], int]


SPECS: dict[type, MessageSpec] = {}

M = TypeVar("M", bound=type)


def message(kind: int, name: str, *, counted: bool = False, longest: int = limits.FRAME_BYTES) -> Callable[[M], M]:
    def register(cls: M) -> M:
        fields = fields_of(cls)
        SPECS[cls] = MessageSpec(kind, name, cls, fields, counted, longest, _body_bytes(fields))
        return cls

    return register


def _body_bytes(fields: tuple[FieldSpec, ...]) -> Callable[[Any], int]:
    for at, field in enumerate(fields):
        if isinstance(field.shape, Bytes):
            return lambda message: len(message[at])
    return lambda message: 0
