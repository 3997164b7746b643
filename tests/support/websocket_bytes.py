"""What a WebSocket client puts on the wire, byte by byte, also where no honest client would."""

import struct

from websockets.frames import Close, Frame, Opcode
from websockets.speedups import apply_mask

MASK = b"\x11\x22\x33\x44"
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n"
)


def request(*headers: str) -> bytes:
    return REQUEST % "".join(f"{header}\r\n" for header in headers).encode()


def client_frame(
    payload: bytes,
    opcode: int = Opcode.BINARY,
    *,
    fin: bool = True,
    rsv: int = 0,
    is_masked: bool = True,
    length_bytes: int | None = None,
    claimed_length: int | None = None,
) -> bytes:
    """`length_bytes` (0, 2 or 8) may be wider than needed, `claimed_length` may be a lie."""
    length = len(payload) if claimed_length is None else claimed_length
    if length_bytes is None:
        length_bytes = 0 if length < 126 else 2 if length < 1 << 16 else 8
    mark = {0: length & 0x7F, 2: 126, 8: 127}[length_bytes]
    head = struct.pack("!BB", fin << 7 | rsv << 4 | opcode, is_masked << 7 | mark)
    if length_bytes:
        head += (length % (1 << 8 * length_bytes)).to_bytes(length_bytes, "big")
    return head + (MASK + apply_mask(payload, MASK) if is_masked else payload)


def close_frame(code: int, reason: str = "") -> bytes:
    """As a server sends it."""
    return Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False)
