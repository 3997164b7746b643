"""`rooms dev`: Redis, a lobby and a node with one worker per core on this machine, until Ctrl-C.

Each part runs under a guard, so nothing outlives this process, however it ends. The address is printed once a page can
be opened and a room created. Secrets are drawn anew for each run unless ROOMS_SECRETS is given.
"""

import asyncio
import secrets
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from cli import browser_packages, redis_server
from cli.guarded import Guarded
from cli.health import lobby_answers
from cli.network import free_port, own_address
from shared.settings import Settings, load, rows

LOOK_EVERY_S = 0.1


async def run(environ: Mapping[str, str], flags: Mapping[str, str | None]) -> int:
    """Returns the exit code: 0 after Ctrl-C or SIGTERM, else that of the part which ended by itself."""
    settings, environ = _settings(environ, flags)
    if settings.serve_site:
        browser_packages.install(settings.client)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        services = await _start(settings, environ, stack)
        told = asyncio.create_task(_tell_when_open(settings))
        stack.callback(told.cancel)
        return await _first_end(services, stop)


async def _start(settings: Settings, environ: dict[str, str], stack: AsyncExitStack) -> list[Guarded]:
    """Everything, Redis first; the stack stops it in the opposite order."""
    parts: list[Guarded] = []
    if "REDIS_URL" in environ:
        await redis_server.check(settings)
    else:
        redis, environ["REDIS_URL"] = await redis_server.start(environ)
        stack.push_async_callback(redis.stop)
        parts.append(redis)
    for name in ("node", "lobby"):
        command = [sys.executable, "-m", "cli.main", name]
        service = await Guarded.start(name, command, environ, after=parts[0] if parts else None)
        stack.push_async_callback(service.stop)
        parts.append(service)
    return parts


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
        settings = replace(settings, lobby_port=free_port(settings.lobby_host))
        environ["ROOMS_LOBBY_PORT"] = str(settings.lobby_port)
    return settings, environ


async def _tell_when_open(settings: Settings) -> None:
    while not await asyncio.to_thread(lobby_answers, settings, "/readyz"):  # noqa: ASYNC110 - other processes' state
        await asyncio.sleep(LOOK_EVERY_S)
    scheme = "https" if settings.tls_certificate else "http"
    print(f"\n  Open  {scheme}://localhost:{settings.lobby_port}", flush=True)
    with suppress(OSError):
        print(f"  or, in your network,  {scheme}://{own_address()}:{settings.lobby_port}", flush=True)
    print("  Ctrl-C ends it.\n", flush=True)
