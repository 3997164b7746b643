"""What a lobby says to a client that wants back to a room: the way to its seat, or why there is none any more."""

from collections.abc import Mapping

from lobby.origins import Caller
from lobby.placing import Placing
from shared.protocol.errors import ROOM_CLOSED, ROOM_UNKNOWN, SESSION_OVER, ErrorKind, RoomError
from shared.protocol.ids import ClientId, RoomId
from shared.protocol.messages import RoomDisconnect
from shared.protocol.records import Hold

OVER: Mapping[ErrorKind, ErrorKind] = {
    SESSION_OVER: SESSION_OVER,
    ROOM_UNKNOWN: SESSION_OVER,
    ROOM_CLOSED: ROOM_CLOSED,
}
"""Why there is nothing to come back to, and what the client is told then. Anything else is worth another try: also a
worker without a lease, which may have it back in a moment, or else its room will be closed."""


async def way_back(
    placing: Placing, client_id: ClientId, room_id: RoomId, seated_in: RoomId | None, caller: Caller
) -> Hold | RoomDisconnect | None:
    """None for a client that does not come from a room. Raises what is worth another try."""
    if not room_id:
        return None
    try:
        return await placing.come_back(client_id, room_id, seated_in, caller)
    except RoomError as error:
        if error.kind not in OVER:
            raise
        kind = OVER[error.kind]
        return RoomDisconnect("", room_id, kind.name, kind.text)
