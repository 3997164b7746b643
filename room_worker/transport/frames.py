"""Messages to finished WebSocket frames of a server: FIN, opcode binary, no mask, no extension (RFC 6455, 5.2)."""

from typing import Any

from shared.wire.parts import split

_SHORT = tuple(bytes((0x82, length)) for length in range(126))
CLOSE_REASON_BYTES = 123
"""A control frame carries at most 125 bytes, and two of them are the close code."""


def frame(payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return _SHORT[length] + payload
    if length < 1 << 16:
        return b"\x82\x7e" + length.to_bytes(2, "big") + payload
    return b"\x82\x7f" + length.to_bytes(8, "big") + payload


def encode_frames(message: Any) -> bytes:
    """One frame, or several when the message travels in parts. The same bytes serve every member of a room."""
    payloads = split(message)
    return frame(payloads[0]) if len(payloads) == 1 else b"".join(map(frame, payloads))


def close_reason(text: str) -> str:
    """As much of the text as a close frame can carry, cut between characters."""
    return text.encode()[:CLOSE_REASON_BYTES].decode(errors="ignore")
