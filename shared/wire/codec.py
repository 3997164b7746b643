"""Messages to bytes and back. What cannot be decoded is a typed error; nothing half-decoded comes out."""

from typing import Any

import msgpack

from shared.protocol import limits
from shared.protocol.errors import (
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNKNOWN,
    RoomError,
)
from shared.protocol.fields import ListOf, shapes_of
from shared.protocol.messages import SPECS, MessageSpec, Table

_pack = msgpack.Packer(autoreset=True, use_bin_type=True).pack


def encode(message: Any) -> bytes:
    """The message as one msgpack array, however long (see `shared.wire.parts` for what exceeds a frame)."""
    return _pack((SPECS[type(message)].kind, *message))  # type: ignore[no-any-return]


class Decoder:
    """Decodes what one direction may carry. `decode` raises RoomError with one of the MESSAGE_* kinds."""

    def __init__(self, table: Table) -> None:
        self._plans = {kind: _plan(spec) for kind, spec in table.items()}

    def decode(self, payload: bytes, longest: int = limits.FRAME_BYTES) -> Any:
        if len(payload) > longest:
            raise RoomError(MESSAGE_TOO_LARGE)
        array = _unpack(payload)
        plan = self._plans.get(array[0]) if type(array[0]) is int else None
        if plan is None:
            raise RoomError(MESSAGE_UNKNOWN, f"There is no message of kind {array[0]!r:.40} here.")
        cls, checks, rows, name = plan
        if len(array) != len(checks) + 1:
            raise RoomError(MESSAGE_MALFORMED, f"`{name}` has {len(checks)} fields, not {len(array) - 1}.")
        position = 1
        for check in checks:
            if not check(array[position]):
                field = cls._fields[position - 1]
                raise RoomError(MESSAGE_MALFORMED, f"`{name}.{field}` does not fit.")
            position += 1
        del array[0]
        for index, row in rows:
            array[index] = [row._make(values) for values in array[index]]
        return cls._make(array)


def _plan(spec: MessageSpec) -> tuple[Any, tuple[Any, ...], tuple[tuple[int, Any], ...], str]:
    rows = tuple(
        (index, field.shape.item)
        for index, field in enumerate(spec.fields)
        if isinstance(field.shape, ListOf) and isinstance(field.shape.item, type)
    )
    return spec.cls, tuple(shape.fits for shape in shapes_of(spec.cls)), rows, spec.name


def _unpack(payload: bytes) -> list[Any]:
    try:
        array = msgpack.unpackb(payload, max_ext_len=0)
    except (ValueError, RecursionError, msgpack.UnpackException):
        raise RoomError(MESSAGE_MALFORMED) from None
    if type(array) is not list or not array:
        raise RoomError(MESSAGE_MALFORMED, "A message is a non-empty array.")
    return array
