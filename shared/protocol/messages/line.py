"""Messages of any line: hello and what answers it, pings, errors, parts."""

from typing import Annotated, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import Bytes, Integer, Text
from shared.protocol.messages.shapes import (
    Count,
    Id,
    MaybeId,
    RequestId,
    Sentence,
    SessionCode,
    Token,
    Username,
    message,
)


@message(1, "hello")
class Hello(NamedTuple):
    """First on every connection. The token is an identity (on a worker: a probe) or a ticket (worker only).

    `session` is empty, or says what to come back to: to a lobby the room's id, to a worker the session code, with the
    owner epoch and the number of counted messages that the client has (-1: it has nothing, and needs the picture).
    """

    version: Count
    token: Token
    session: SessionCode
    owner_epoch: Count
    received: Annotated[int, Integer(-1)]


@message(2, "welcome")
class Welcome(NamedTuple):
    """A lobby's, or a probe's, answer to `hello`. `room_id` is the room in which the client has a seat, or empty."""

    client_id: Id
    username: Username
    room_id: MaybeId


@message(3, "error")
class Error(NamedTuple):
    """Something the client sent was refused. `about` is the kind it answers, `request` that message's request id."""

    name: Annotated[str, Text(32, least=1)]
    text: Sentence
    about: Count
    request: RequestId
    room_id: MaybeId


@message(4, "ping")
class Ping(NamedTuple):
    """`stamp` comes back in the `pong`; `received` is how many counted messages the sender has got."""

    stamp: Count
    received: Count


@message(5, "pong")
class Pong(NamedTuple):
    stamp: Count


@message(6, "part")
class Part(NamedTuple):
    """A chunk of a message too long for one frame. Chunks of one `kind` come in order and fill `total` bytes."""

    kind: Count
    total: Count
    chunk: Annotated[bytes, Bytes(limits.PART_BYTES)]
