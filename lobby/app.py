"""Builds one lobby from what it is given. All that it holds is in memory, may be lost, and is shared with nobody."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Protocol

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPBearer

from lobby import errors, health, site, socket
from lobby.api import games as api_games
from lobby.api import ice as api_ice
from lobby.api import identities as api_identities
from lobby.api import rooms as api_rooms
from lobby.api import servers as api_servers
from lobby.body_limit import BodyLimit
from lobby.calling import Calling
from lobby.hints import Hints
from lobby.ice import IceServers
from lobby.identity import Identities
from lobby.live_list import LiveList
from lobby.login import Login
from lobby.matching import Matching
from lobby.mirror import Mirror
from lobby.origins import Origins
from lobby.placing import Placing
from lobby.presence import Presence
from lobby.quotas import Quota
from lobby.session import Desk
from lobby.sweeping import sweep_forever
from shared.catalog import Catalog
from shared.protocol import limits
from shared.protocol.errors import WORKER_STOPPING
from shared.protocol.messages import CLIENT_TO_LOBBY
from shared.settings import Settings
from shared.store.directory import RoomLimits
from shared.store.store import Store
from shared.wire.codec import Decoder
from shared.wire.parts import split
from shared.wire.tokens import Keyring

DESCRIPTION = """
Find, create and join rooms. A create or join that succeeds answers with a *way*: a WebSocket address and a ticket.

The live room list, and being rerouted without asking, are on the WebSocket at `/ws` (see docs/PROTOCOL.md). Every error
has the same body, `{"error": {"name", "text", "final", "room_id"}}`, with a name from the one error table.
"""

BEARER = Depends(HTTPBearer(auto_error=False))
"""Only tells OpenAPI where the token stands; whether it is right is judged with errors of our own."""


class Clock(Protocol):
    def now(self) -> float: ...


class Lobby:
    """`app` is its ASGI application, `presence` who is on the line with it. `work` must run beside it; `say_goodbye`
    comes before the end."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        keyring: Keyring,
        catalog: Catalog,
        clock: Clock,
        dice: Random,
        *,
        login: Login,
    ) -> None:
        directory, now = store.directory, clock.now
        self._directory, self.catalog = directory, catalog
        self.presence = Presence(settings.lines_per_address)
        self._mirror = Mirror(directory)
        self._list = LiveList(self._mirror, split)
        self._calling = Calling(directory, self.presence, dice)
        self._hints = Hints(store.bus, self._list, self._calling)
        origins = Origins(settings.public_origins, development=settings.development)
        identities = Identities(keyring, settings.api_key, now, dice)
        guests = Quota(directory, "guests", settings.guests_per_minute)
        holds = Quota(directory, "holds", settings.holds_per_minute)
        returns = Quota(directory, "returns", settings.returns_per_minute)
        rooms = RoomLimits(settings.rooms_per_cluster, settings.rooms_per_client)
        guesses = Quota(directory, "guesses", limits.INVITE_GUESSES_PER_MINUTE)
        placing = Placing(
            directory, catalog, keyring, rooms, quota=holds, returns=returns, guesses=guesses, now=now, dice=dice
        )
        matching = Matching(placing, catalog, self._list.fresh_rooms, dice)
        decoder = Decoder(CLIENT_TO_LOBBY)
        desk = Desk(identities, placing, matching, directory, self._list, self.presence, decoder, now)

        self.app = _blank_app(settings)
        self.app.include_router(health.router(store, self._hints, self._mirror))
        for router in (
            api_identities.router(origins, login, identities, guests.allows),
            api_rooms.router(origins, identities, placing, matching, self._list),
            api_games.router(catalog, settings.serve_site),
            api_ice.router(origins, identities, IceServers.of(settings, clock.now), directory.whereabouts),
            api_servers.router(identities, placing),
        ):
            self.app.include_router(router, prefix="/api", dependencies=[BEARER])
        self.app.add_api_websocket_route("/ws", socket.endpoint(origins, desk))
        if settings.serve_site:
            self.app.router.routes.extend(site.routes(settings.client, catalog))

    async def work(self) -> None:
        """Hears hints, looks up who is called, keeps the list fresh, sweeps; until cancelled.

        A failure here must end the process.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hints.run())
            group.create_task(self._calling.run())
            group.create_task(self._list.run())
            group.create_task(sweep_forever(self._directory))

    async def say_goodbye(self) -> None:
        """Tells everybody on the line to try again elsewhere; waits until they were told, CLOSE_S at most."""
        self.presence.close_all(WORKER_STOPPING)
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSE_S):
                await self.presence.empty()


def _blank_app(settings: Settings) -> FastAPI:
    app = FastAPI(
        title="Room Cluster lobby",
        description=DESCRIPTION,
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
    )
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.public_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
    )
    return app
