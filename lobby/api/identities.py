"""`POST /api/clients`: how one becomes a client."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from lobby.api.bodies import ClientIdentity, NewClient
from lobby.errors import documented
from lobby.identity import Identities
from lobby.login import Login
from lobby.origins import Caller, Origins
from shared.protocol.errors import (
    BAD_NAME,
    BAD_REQUEST,
    MESSAGE_TOO_LARGE,
    ORIGIN_REFUSED,
    STORE_UNAVAILABLE,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    TOO_MANY_REQUESTS,
    RoomError,
)
from shared.protocol.ids import DeviceId

ERRORS = (
    BAD_NAME,
    BAD_REQUEST,
    MESSAGE_TOO_LARGE,
    TOKEN_INVALID,
    TOKEN_EXPIRED,
    ORIGIN_REFUSED,
    TOO_MANY_REQUESTS,
    STORE_UNAVAILABLE,
)


def router(
    origins: Origins, login: Login, identities: Identities, may_be_new: Callable[[Caller], Awaitable[bool]]
) -> APIRouter:
    """`may_be_new` counts a caller's new guests."""
    routes = APIRouter(tags=["identity"])

    @routes.post("/clients", responses=documented(*ERRORS))
    async def identify(
        request: Request, caller: Annotated[Caller, Depends(origins.caller)], body: NewClient
    ) -> ClientIdentity:
        """Become a client: a guest, or whoever the login says. An earlier token is exchanged for a fresh one."""
        identity = await login.identify(request) or identities.earlier(request, body.username)
        if identity is None:
            if not await may_be_new(caller):
                raise RoomError(TOO_MANY_REQUESTS)
            identity = identities.new(body.username, device_id=DeviceId(body.device_id))
        return ClientIdentity.of(identity, identities.token(identity))

    return routes
