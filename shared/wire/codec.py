"""Messages to bytes and back. What cannot be decoded is a typed error; nothing half-decoded comes out."""

from functools import partial
from typing import Any

import msgpack

from shared.protocol import limits
from shared.protocol.errors import (
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNKNOWN,
    VERSION_UNSUPPORTED,
    RoomError,
)
from shared.protocol.fields import ListOf, Tree, shapes_of
from shared.protocol.messages import SPECS, Hello, MessageSpec, Table
from shared.protocol.references import REFERENCE_BYTES, Reference, read_reference


def _as_extension(value: object) -> msgpack.ExtType:
    if isinstance(value, Reference):
        return msgpack.ExtType(value.type, value.as_bytes())
    raise TypeError(f"{type(value).__name__} cannot travel")


_pack = msgpack.Packer(autoreset=True, use_bin_type=True, default=_as_extension).pack
_unpack = partial(msgpack.unpackb, max_ext_len=REFERENCE_BYTES, ext_hook=read_reference)

_HELLO_KIND = SPECS[Hello].kind


def encode(message: Any) -> bytes:
    """The message as one msgpack array, however long (see `shared.wire.parts` for what exceeds a frame)."""
    return _pack((SPECS[type(message)].kind, *message))  # type: ignore[no-any-return]


def check_version(payload: bytes) -> None:
    """Raises VERSION_UNSUPPORTED for a `hello` of another version of this protocol. Nothing of it is read beyond the
    version, for it may be of another shape. What is no hello at all passes: its decoder will say what it is."""
    # No list or map may begin in it: some bytes announce thousands of long ones, and each would be made room for.
    unpacker = msgpack.Unpacker(max_buffer_size=limits.FRAME_BYTES, max_array_len=0, max_map_len=0)
    try:
        unpacker.feed(payload)
        unpacker.read_array_header()
        kind, version = unpacker.unpack(), unpacker.unpack()
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return
    if kind == _HELLO_KIND and type(version) is int and version != limits.WIRE_VERSION:
        raise RoomError(VERSION_UNSUPPORTED)


class Decoder:
    """Decodes what one direction may carry. `decode` raises RoomError with one of the MESSAGE_* kinds."""

    def __init__(self, table: Table) -> None:
        self._plans = {kind: _plan(spec) for kind, spec in table.items()}
        # Maps of a scene may have numbers for keys. From a client they would be a way to slow down a worker.
        has_trees = any(isinstance(field.shape, Tree) for spec in table.values() for field in spec.fields)
        self._unpack = partial(_unpack, strict_map_key=not has_trees)

    def decode(self, payload: bytes, longest: int = limits.FRAME_BYTES) -> Any:
        """A worker's hot path: one unpacking, one look at each field, and the values as they came."""
        if len(payload) > longest:
            raise RoomError(MESSAGE_TOO_LARGE)
        try:
            values = self._unpack(payload)
        except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
            raise RoomError(MESSAGE_MALFORMED) from None
        if type(values) is not list or not values:
            raise RoomError(MESSAGE_MALFORMED, "A message is a non-empty array.")
        kind = values.pop(0)
        plan = self._plans.get(kind) if type(kind) is int else None
        if plan is None:
            raise RoomError(MESSAGE_UNKNOWN, f"There is no message of kind {kind!r:.40} here.")
        cls, checks, rows, name = plan
        if len(values) != len(checks):
            raise RoomError(MESSAGE_MALFORMED, f"`{name}` has {len(checks)} fields, not {len(values)}.")
        for position, fits in enumerate(checks):
            if not fits(values[position]):
                raise RoomError(MESSAGE_MALFORMED, f"`{name}.{cls._fields[position]}` does not fit.")
        for index, row in rows:
            values[index] = [row._make(columns) for columns in values[index]]
        return tuple.__new__(cls, values)  # `cls._make`, less its second look at the length


def _plan(spec: MessageSpec) -> tuple[Any, tuple[Any, ...], tuple[tuple[int, Any], ...], str]:
    rows = tuple(
        (index, field.shape.item)
        for index, field in enumerate(spec.fields)
        if isinstance(field.shape, ListOf) and isinstance(field.shape.item, type)
    )
    return spec.cls, tuple(shape.fits for shape in shapes_of(spec.cls)), rows, spec.name
