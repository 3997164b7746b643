"""The lobby as a process: builds everything, serves until it is told to stop, and takes its leave.

Whatever keeps it from starting (a taken port, no Redis, a broken game folder, a certificate that does not fit) is a
CannotStart with one sentence.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from lobby import login
from lobby.app import Lobby
from shared.catalog import Catalog
from shared.catalog_watch import watch
from shared.clock import Clock
from shared.listening import listen
from shared.protocol import limits
from shared.settings import CannotStart, Settings
from shared.start import games_of, require_redis, tls_of
from shared.store.store import Store
from shared.wire.tokens import Keyring

log = logging.getLogger(__name__)

LONGEST_FRAME_BYTES = 2 * limits.FRAME_BYTES
"""Twice the limit, so that a message just above it is told so by our own close code."""
UNSENT_MS = 20_000
"""A peer that acknowledges nothing for so long is cut by the kernel, however full its buffers are."""
BACKLOG = 2048
REQUESTS_S = 3
"""How long running requests may take after the stop."""


async def run(settings: Settings) -> None:
    """Until SIGTERM, SIGINT or cancellation. Raises CannotStart."""
    catalog = games_of(settings)
    tls_of(settings)  # uvicorn loads it by itself, when there is nobody left to tell
    store = Store(settings.redis_url, settings.realm)
    try:
        await require_redis(settings, store)
        _advise(settings)
        keyring, accounts = keyring_of(settings), login.login_of(settings)
        lobby = Lobby(settings, store, keyring, catalog, Clock(), secrets.SystemRandom(), login=accounts)
        with _bound(settings) as sock:
            log.info("listening on port %d", sock.getsockname()[1])
            await serve(lobby, settings, sock)
    finally:
        await store.close()


class Server(uvicorn.Server):
    """Uvicorn, except that clients are told before their connections are closed, and signals are ours."""

    def __init__(self, config: uvicorn.Config, lobby: Lobby) -> None:
        super().__init__(config)
        self._lobby = lobby

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._lobby.say_goodbye()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        self.should_exit = True


class WebSocket(WebSocketsSansIOProtocol):
    """Uvicorn's, except that whoever does not answer a close is cut as soon as everywhere else."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.close_timeout = limits.CLOSE_S


async def serve(lobby: Lobby, settings: Settings, sock: socket.socket) -> None:
    """The lobby's work and its server live and end together."""
    server = Server(_config(settings, lobby), lobby)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(lobby.work())
        reading = group.create_task(_read_again(lobby.catalog, settings))
        serving = group.create_task(server.serve([sock]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.stop()
            await serving
            raise
        finally:
            work.cancel()
            reading.cancel()


async def _read_again(catalog: Catalog, settings: Settings) -> None:
    """In development what is saved in a game's folder counts at once."""
    if settings.development:
        await watch(settings.games, catalog, lambda _: None, is_speaker=True)


def _config(settings: Settings, lobby: Lobby) -> uvicorn.Config:
    return uvicorn.Config(
        lobby.app,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws=WebSocket,
        ws_max_size=LONGEST_FRAME_BYTES,
        ws_per_message_deflate=False,
        # A frozen page would still answer WebSocket pings: liveness is by messages.
        ws_ping_interval=None,
        ws_ping_timeout=None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=REQUESTS_S,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket. Raises CannotStart when the address cannot be had."""
    host, port = settings.lobby_host, settings.lobby_port
    try:
        sock = listen(host, port, BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotStart(f"The lobby cannot listen on {host} port {port}: {reason}.") from None
    with sock:
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNSENT_MS)
        yield sock


def _advise(settings: Settings) -> None:
    if not settings.development and not settings.public_origins:
        log.warning("ROOMS_PUBLIC_ORIGINS is not set: no browser's page may connect, only programs that are none.")


def keyring_of(settings: Settings) -> Keyring:
    current, _ = settings.secrets[0]
    return Keyring(dict(settings.secrets), current)
