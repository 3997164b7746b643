"""Identity tokens and tickets: JSON Web Tokens, signed with one pinned algorithm (RFC 8725).

The two kinds differ in `typ` (in the header) and in `aud`, so that neither passes for the other. `kid` names one of the
ring's keys, which lets a secret be replaced: new tokens use the current key, old ones stay readable until its key is
taken off the ring. Time is an argument. Whether a ticket was used before is not decided here but by the claim script.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from shared.protocol import limits
from shared.protocol.errors import (
    TICKET_EXPIRED,
    TICKET_INVALID,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    ErrorKind,
    RoomError,
)
from shared.protocol.ids import ClientId, DeviceId, GameName, RoomId, WorkerId

ALGORITHM = "HS256"
ISSUER = "room-cluster"
SECRET_BYTES = 32
"""A key for HMAC-SHA256 must not be shorter than its hash (RFC 7518, 3.2)."""
IDENTITY_S = 24 * 3600
"""An identity's life. A client exchanges it for a new one at half of it."""
TICKET_LEEWAY_S = 30
"""The hold's end by Redis `TIME` decides; the ticket's own end only has to be later on any machine's clock."""
NO_DEVICE = DeviceId("")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client is. `device_id` is what the browser keeps for longer than a tab; empty when it has none."""

    client_id: ClientId
    username: str
    device_id: DeviceId = NO_DEVICE


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to claim held seats in one room, once. `expires` is the hold's end in whole seconds since 1970.

    `device_id` is for the room's bans. `takes_over`: the client asked to end its other line in this room.
    """

    client_id: ClientId
    username: str
    room_id: RoomId
    game: GameName
    owner_epoch: int
    session: int
    role: str
    players: int
    worker_id: WorkerId
    origin: str
    expires: int
    device_id: DeviceId = NO_DEVICE
    takes_over: bool = False


@dataclass(frozen=True, slots=True)
class _TokenType:
    """What tells one kind of token from the other, and its two errors."""

    typ: str
    audience: str
    invalid: ErrorKind
    expired: ErrorKind


_IDENTITY = _TokenType("identity+jwt", "cluster", TOKEN_INVALID, TOKEN_EXPIRED)
_TICKET = _TokenType("ticket+jwt", "worker", TICKET_INVALID, TICKET_EXPIRED)
_REQUIRED = ["iss", "aud", "exp", "iat", "sub"]


class Keyring:
    """The secrets by key id, and which of them signs. Raises ValueError for a ring that could not sign safely."""

    def __init__(self, keys: Mapping[str, str], current: str) -> None:
        if current not in keys:
            raise ValueError("the current key is not on the ring")
        if any(len(secret.encode()) < SECRET_BYTES for secret in keys.values()):
            raise ValueError(f"a secret needs at least {SECRET_BYTES} bytes")
        self._keys = dict(keys)
        self._current = current
        # `exp` and `iat` are judged by the caller's clock, below.
        self._jwt = jwt.PyJWT({"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "strict_aud": True})

    def sign_identity(self, identity: Identity, now: float) -> str:
        claims = {"sub": identity.client_id, "name": identity.username, "device": identity.device_id}
        return self._sign(_IDENTITY, claims, now, math.ceil(now + IDENTITY_S))

    def read_identity(self, token: str, now: float) -> Identity:
        """Raises TOKEN_INVALID or TOKEN_EXPIRED."""
        claims = self._read(_IDENTITY, token, now)
        return Identity(claims.text("sub"), claims.text("name"), claims.text("device"))

    def sign_ticket(self, ticket: Ticket, now: float) -> str:
        claims = {
            "sub": ticket.client_id,
            "name": ticket.username,
            "room": ticket.room_id,
            "game": ticket.game,
            "epoch": ticket.owner_epoch,
            "session": ticket.session,
            "role": ticket.role,
            "players": ticket.players,
            "worker": ticket.worker_id,
            "origin": ticket.origin,
            "device": ticket.device_id,
            "over": ticket.takes_over,
        }
        return self._sign(_TICKET, claims, now, ticket.expires + TICKET_LEEWAY_S)

    def read_ticket(self, token: str, now: float) -> Ticket:
        """Raises TICKET_INVALID or TICKET_EXPIRED."""
        claims = self._read(_TICKET, token, now)
        return Ticket(
            client_id=claims.text("sub"),
            username=claims.text("name"),
            room_id=claims.text("room"),
            game=claims.text("game"),
            owner_epoch=claims.integer("epoch"),
            session=claims.integer("session"),
            role=claims.text("role"),
            players=claims.integer("players"),
            worker_id=claims.text("worker"),
            origin=claims.text("origin"),
            expires=claims.integer("exp") - TICKET_LEEWAY_S,
            device_id=claims.text("device"),
            takes_over=claims.flag("over"),
        )

    def _sign(self, kind: _TokenType, claims: dict[str, Any], now: float, expires: int) -> str:
        claims |= {"iss": ISSUER, "aud": kind.audience, "iat": int(now), "exp": expires}
        headers = {"typ": kind.typ, "kid": self._current}
        return self._jwt.encode(claims, self._keys[self._current], algorithm=ALGORITHM, headers=headers)

    def _read(self, kind: _TokenType, token: str, now: float) -> "_Claims":
        if len(token) > limits.HELLO_BYTES:
            raise RoomError(kind.invalid)
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != kind.typ:
                raise RoomError(kind.invalid)
            secret = self._keys[header["kid"]]
            claims = self._jwt.decode(token, secret, [ALGORITHM], audience=kind.audience, issuer=ISSUER)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise RoomError(kind.invalid) from None
        read = _Claims(claims, kind)
        if read.integer("exp") <= now:
            raise RoomError(kind.expired)
        return read


@dataclass(frozen=True, slots=True)
class _Claims:
    """Claims whose signature was right. One of another type than we write is as good as a forged one."""

    values: Mapping[str, Any]
    kind: _TokenType

    def text(self, name: str) -> Any:
        return self._of(name, str)

    def integer(self, name: str) -> Any:
        return self._of(name, int)

    def flag(self, name: str) -> bool:
        return bool(self._of(name, bool))

    def _of(self, name: str, wanted: type) -> Any:
        value = self.values.get(name)
        if type(value) is not wanted:
            raise RoomError(self.kind.invalid)
        return value
