"""Which servers help two browsers to find a way to each other, and what a member shows the TURN server to be let in.

The credential is made, not stored (the "REST API" scheme that coturn calls `use-auth-secret`): its name says until
when it is good and whose it is; its password is the HMAC-SHA1 of that name under the secret that both servers share.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from shared.protocol.ids import ClientId
from shared.protocol.limits import TURN_CREDENTIAL_S
from shared.settings import Settings


class Credential(NamedTuple):
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class IceServers:
    """`now` is seconds since 1970."""

    stun_urls: tuple[str, ...]
    turn_urls: tuple[str, ...]
    relay_only: bool
    now: Callable[[], float]
    secret: str = field(repr=False)

    @classmethod
    def of(cls, settings: Settings, now: Callable[[], float]) -> Self:
        return cls(settings.stun_urls, settings.turn_urls, settings.relay_only, now, settings.turn_secret)

    def credential(self, client_id: ClientId) -> Credential:
        """Good for TURN_CREDENTIAL_S from now. It names the client, so that the server can limit each of them."""
        username = f"{int(self.now()) + TURN_CREDENTIAL_S}:{client_id}"
        digest = hmac.digest(self.secret.encode(), username.encode(), hashlib.sha1)
        return Credential(username, base64.b64encode(digest).decode())
