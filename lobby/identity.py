"""Who a client is: the tokens that say so, and the key of one's own servers. Accounts are `login.py`'s business."""

import hmac
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import HTTPConnection

from shared.protocol.errors import NOT_ALLOWED, TOKEN_INVALID, RoomError
from shared.protocol.ids import CLIENT_ID_CHARS, ClientId, DeviceId, Dice, draw_id
from shared.protocol.names import clean_username
from shared.wire.tokens import NO_DEVICE, Identity, Keyring

GUEST_NUMBER_CHARS = 4


class Identities:
    """Mints and reads identity tokens; knows the server API key."""

    def __init__(self, keyring: Keyring, api_key: str, now: Callable[[], float], dice: Dice) -> None:
        self._keyring = keyring
        self._api_key = api_key
        self._now = now
        self._dice = dice

    def token(self, identity: Identity) -> str:
        return self._keyring.sign_identity(identity, self._now())

    def read(self, token: str) -> Identity:
        """Raises TOKEN_INVALID or TOKEN_EXPIRED."""
        return self._keyring.read_identity(token, self._now())

    def of(self, request: HTTPConnection) -> Identity:
        """Who sent this request. Raises TOKEN_INVALID or TOKEN_EXPIRED."""
        token = bearer(request)
        if not token:
            raise RoomError(TOKEN_INVALID, "This needs an identity: `Authorization: Bearer TOKEN`.")
        return self.read(token)

    def earlier(self, request: HTTPConnection, username: str = "") -> Identity | None:
        """The guest whose token this request carries, under another name if one is given; None without a token."""
        if not bearer(request):
            return None
        known = self.of(request)
        return replace(known, username=clean_username(username)) if username else known

    def new(self, username: str = "", client_id: str = "", device_id: DeviceId = NO_DEVICE) -> Identity:
        """A client that was not here before, under the wished name. Raises BAD_NAME."""
        drawn = client_id or draw_id(self._dice, CLIENT_ID_CHARS)
        name = username or f"Guest {draw_id(self._dice, GUEST_NUMBER_CHARS)}"
        return Identity(ClientId(drawn), clean_username(name), device_id)

    def require_api_key(self, request: HTTPConnection) -> None:
        """Raises NOT_ALLOWED unless one of our own servers asks."""
        given = bearer(request).encode()
        if not self._api_key or not hmac.compare_digest(given, self._api_key.encode()):
            raise RoomError(NOT_ALLOWED, "This needs the server API key.")


def bearer(request: HTTPConnection) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
