"""`POST /api/ice`: the servers for calls, with credentials, for members of rooms only."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from lobby.api.bodies import Ice, IceServer
from lobby.errors import documented
from lobby.ice import IceServers
from lobby.identity import Identities
from lobby.origins import Caller, Origins
from shared.protocol.errors import (
    MESSAGE_TOO_LARGE,
    NOT_ALLOWED,
    ORIGIN_REFUSED,
    STORE_UNAVAILABLE,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    RoomError,
)
from shared.protocol.ids import ClientId
from shared.protocol.limits import TURN_CREDENTIAL_S
from shared.store.directory import Whereabouts
from shared.wire.tokens import Identity

ERRORS = (MESSAGE_TOO_LARGE, TOKEN_INVALID, TOKEN_EXPIRED, ORIGIN_REFUSED, NOT_ALLOWED, STORE_UNAVAILABLE)
SEATLESS = "Only members of a room get servers for calls."


def router(
    origins: Origins,
    identities: Identities,
    servers: IceServers,
    whereabouts: Callable[[ClientId], Awaitable[Whereabouts | None]],
) -> APIRouter:
    routes = APIRouter(tags=["calls"])

    @routes.post("/ice", response_model_exclude_none=True, responses=documented(*ERRORS))
    async def ice(
        client: Annotated[Identity, Depends(identities.of)], caller: Annotated[Caller, Depends(origins.caller)]
    ) -> Ice:
        """The STUN and TURN servers for calls. Needs a seat in a room that was taken, be the client there or away."""
        where = await whereabouts(client.client_id)
        if where is None or not where.is_taken:
            raise RoomError(NOT_ALLOWED, SEATLESS)
        stun = [IceServer(urls=list(servers.stun_urls))] if servers.stun_urls else []
        if not servers.turn_urls:
            return Ice(ice_servers=stun, relay_only=False, expires_s=0)
        username, password = servers.credential(client.client_id)
        turn = IceServer(urls=list(servers.turn_urls), username=username, credential=password)
        return Ice(ice_servers=[*stun, turn], relay_only=servers.relay_only, expires_s=TURN_CREDENTIAL_S)

    return routes
