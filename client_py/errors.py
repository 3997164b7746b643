"""Names and close codes back into rows of the error table."""

from shared.protocol.errors import ERRORS, INTERNAL, LINE_LOST, RoomError

_BY_CLOSE_CODE = {kind.close_code: kind for kind in ERRORS.values()}


def error_named(name: str, text: str = "", room_id: str = "") -> RoomError:
    """A name that this client does not know counts as `internal`."""
    return RoomError(ERRORS.get(name, INTERNAL), text, room_id)


def error_of_close(code: int, reason: str) -> RoomError:
    """What a WebSocket's close means. Codes outside the table (1006, a proxy's own) are a lost line."""
    kind = _BY_CLOSE_CODE.get(code)
    return RoomError(LINE_LOST) if kind is None else RoomError(kind, reason)
