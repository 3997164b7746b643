"""Builds one lobby from what it is given. All that it holds is in memory, may be lost, and is shared with nobody."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Protocol

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from lobby import api, errors, health, site, socket
from lobby.body_limit import BodyLimit
from lobby.hints import Hints
from lobby.identity import GuestsOnly, Identities, Login
from lobby.live_list import LiveList
from lobby.mirror import Mirror
from lobby.origins import Origins
from lobby.placing import Placing
from lobby.presence import Presence
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


class Clock(Protocol):
    def now(self) -> float: ...


class Lobby:
    """`app` is its ASGI application. `work` must run beside it; `say_goodbye` comes before the end."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        keyring: Keyring,
        catalog: Catalog,
        clock: Clock,
        dice: Random,
        *,
        login: Login | None = None,
    ) -> None:
        directory = store.directory
        limits_of_rooms = RoomLimits(settings.rooms_per_cluster, settings.rooms_per_client)
        minute = settings.holds_per_minute
        origins = Origins(settings.public_origins, development=settings.development)
        identities = Identities(keyring, settings.api_key, clock.now, dice)
        placing = Placing(
            directory, catalog, keyring, limits_of_rooms, holds_per_minute=minute, now=clock.now, dice=dice
        )
        self._directory = directory
        self._mirror = Mirror(directory)
        self._list = LiveList(self._mirror, split)
        self._presence = Presence()
        self._hints = Hints(store.bus, directory, self._list, self._presence)
        self.app = _blank_app(settings)
        self.app.include_router(health.router(store, self._hints, self._mirror))
        endpoints = api.Api(
            origins, login or GuestsOnly(), identities, placing, directory, self._list, catalog, settings
        )
        self.app.include_router(api.router(endpoints))
        desk = Desk(identities, placing, directory, self._list, self._presence, Decoder(CLIENT_TO_LOBBY), clock.now)
        self.app.add_api_websocket_route("/ws", socket.endpoint(origins, desk))
        if settings.serve_site:
            self.app.router.routes.extend(site.routes(settings.client, catalog))

    async def work(self) -> None:
        """Hears hints, keeps the list fresh, sweeps; until cancelled. A failure here must end the process."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hints.run())
            group.create_task(self._list.run())
            group.create_task(sweep_forever(self._directory))

    async def say_goodbye(self) -> None:
        """Tells everybody on the line to try again elsewhere; waits until they were told, CLOSE_S at most."""
        self._presence.close_all(WORKER_STOPPING)
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSE_S):
                await self._presence.empty()


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
