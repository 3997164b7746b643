"""`rooms dev`: Redis, a lobby and a node with one worker per core on this machine, until Ctrl-C.

Each part runs under a guard, so nothing outlives this process, however it ends. The address is printed once a page can
be opened and a room created. Secrets are drawn anew for each run unless ROOMS_SECRETS is given.
"""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from cli import browser_packages, redis_server
from cli.guarded import Guarded
from cli.health import lobby_answers
from cli.network import free_ports, is_free, own_address
from shared.protocol.errors import RoomError
from shared.settings import CannotStart, Settings, load, rows
from shared.start import require_redis
from shared.store.store import Store

LOOK_EVERY_S = 0.1


async def run(environ: Mapping[str, str], flags: Mapping[str, str | None]) -> int:
    """Returns the exit code: 0 after Ctrl-C or SIGTERM, else that of the part which ended by itself."""
    settings, environ = _settings(environ, flags)
    _require_free_ports(settings)
    if settings.serve_site:
        browser_packages.install(settings.client)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        redis = None
        if "REDIS_URL" in environ:
            async with Store(settings.redis_url, settings.realm) as store:
                await require_redis(settings, store)
        else:
            redis, environ["REDIS_URL"] = await redis_server.start(environ)
            settings = replace(settings, redis_url=environ["REDIS_URL"])
            stack.push_async_callback(redis.stop)
        services = []
        for name in ("node", "lobby"):
            service = await Guarded.start(name, [sys.executable, "-m", "cli.main", name], environ, after=redis)
            stack.push_async_callback(service.stop)
            services.append(service)
        told = asyncio.create_task(_tell_when_open(settings))
        stack.callback(told.cancel)
        return await _first_end([*services, redis] if redis else services, stop)


def _require_free_ports(settings: Settings) -> None:
    """Said here, once, before anything starts; a port taken in the meantime is still noticed by whoever needs it."""
    count = settings.workers or os.cpu_count() or 1
    ports = range(settings.worker_ports, settings.worker_ports + count) if settings.worker_ports else ()
    places = [("--lobby-port", settings.lobby_host, settings.lobby_port)]
    places += [("--worker-ports", settings.worker_host, port) for port in ports]
    for flag, host, port in places:
        if not is_free(host, port):
            raise CannotStart(f"Port {port} is taken by another program; end that, or choose another with {flag}.")


async def _first_end(parts: list[Guarded], stop: asyncio.Event) -> int:
    stopped = asyncio.create_task(stop.wait())
    ends = [asyncio.create_task(part.ended()) for part in parts]
    await asyncio.wait([stopped, *ends], return_when=asyncio.FIRST_COMPLETED)
    code = 0 if stopped.done() else next(end.result() or 1 for end in ends if end.done())
    for task in (stopped, *ends):
        task.cancel()
    return code


def _settings(given: Mapping[str, str], flags: Mapping[str, str | None]) -> tuple[Settings, dict[str, str]]:
    """The settings, and the environment that gives the same ones to the parts: no secret stands in an argument."""
    environ = {name: value for name, value in given.items() if value}
    environ.setdefault("ROOMS_SECRETS", f"dev:{secrets.token_hex(32)}")
    environ.setdefault("ROOMS_DEVELOPMENT", "yes")
    settings = load(environ, flags)
    environ |= {row.env: value for row in rows() if (value := flags[row.name])}
    if settings.lobby_port == 0:
        (port,) = free_ports(settings.lobby_host, 1)
        settings, environ["ROOMS_LOBBY_PORT"] = replace(settings, lobby_port=port), str(port)
    return settings, environ


async def _tell_when_open(settings: Settings) -> None:
    store = Store(settings.redis_url, settings.realm)
    while not await _is_open(settings, store):  # noqa: ASYNC110 - the state of other processes
        await asyncio.sleep(LOOK_EVERY_S)
    await store.close()
    scheme = "https" if settings.tls_certificate else "http"
    print(f"\n  Open  {scheme}://localhost:{settings.lobby_port}", flush=True)
    with suppress(OSError):
        print(f"  or, in your network,  {scheme}://{own_address()}:{settings.lobby_port}", flush=True)
    print("  Ctrl-C ends it.\n", flush=True)


async def _is_open(settings: Settings, store: Store) -> bool:
    """A page can be opened, and there is a worker for a room."""
    try:
        return bool(await store.directory.workers()) and await asyncio.to_thread(lobby_answers, settings, "/readyz")
    except RoomError:
        return False
