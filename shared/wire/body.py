"""The body of a relayed message, as the clients write it: any msgpack value. Servers never look inside."""

from typing import Any

import msgpack

from shared.protocol.errors import MESSAGE_MALFORMED, RoomError


def pack_body(body: Any) -> bytes:
    return msgpack.packb(body)  # type: ignore[no-any-return]


def unpack_body(body: bytes) -> Any:
    """Raises RoomError(MESSAGE_MALFORMED): another member may have sent anything."""
    try:
        return msgpack.unpackb(body, strict_map_key=False)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        raise RoomError(MESSAGE_MALFORMED, "The body of a relayed message is not msgpack.") from None
