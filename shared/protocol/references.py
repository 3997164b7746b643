"""What stands in a scene for a player or an object: its id, of a type of its own, so that both ends can tell it from a
number. On the wire a msgpack extension of one of these types around the id, an unsigned big-endian integer of 1, 2 or
4 bytes.
"""

from dataclasses import dataclass

TO_PLAYER, TO_OBJECT = REFERENCE_TYPES = (1, 2)
REFERENCE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Reference:
    type: int
    id: int

    def as_bytes(self) -> bytes:
        size = 1 if self.id < 1 << 8 else 2 if self.id < 1 << 16 else REFERENCE_BYTES
        return self.id.to_bytes(size, "big")


def read_reference(type: int, data: bytes) -> Reference:
    """Raises ValueError for any other extension."""
    if type not in REFERENCE_TYPES or not 1 <= len(data) <= REFERENCE_BYTES:
        raise ValueError(f"no reference is of type {type} with {len(data)} bytes")
    return Reference(type, int.from_bytes(data, "big"))
