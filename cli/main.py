"""The `rooms` command. Reads the environment and flags, builds checked settings, and runs one part of the cluster.

Whatever stops a start (a bad value, a taken port, an unreachable Redis) is one sentence on standard error and exit code
2. The parts are imported inside the commands on purpose: a node never loads FastAPI, and every process that
multiprocessing starts imports this module once more.
"""

import argparse
import asyncio
import dataclasses
import errno
import logging
import os
import sys
from collections.abc import Callable, Mapping

import uvloop

from cli.network import own_address_in
from shared import logs
from shared.protocol.errors import RoomError
from shared.settings import BadSetting, CannotStart, Row, Settings, load, rows

BAD_START = 2

log = logging.getLogger("rooms")

Flags = Mapping[str, str | None]
Command = Callable[..., int]
"""Called with the environment and the flags; `new` with a name, too."""


def main() -> None:
    arguments = _parser().parse_args()
    flags = {row.name: getattr(arguments, row.name, None) for row in rows()}
    operands = [arguments.name] if arguments.run is new else []
    try:
        code = arguments.run(os.environ, flags, *operands)
    except (CannotStart, RoomError, OSError) as error:
        print(f"rooms {arguments.command}: {_sentence(error)}", file=sys.stderr)
        code = BAD_START
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)


def dev(environ: Mapping[str, str], flags: Flags) -> int:
    """everything on this machine: Redis (unless REDIS_URL is set), a lobby and a node"""
    from cli.dev import run

    return asyncio.run(run(environ, flags))


def lobby(environ: Mapping[str, str], flags: Flags) -> int:
    """one lobby; run as many as you like"""
    settings = load(environ, flags)
    from lobby.server import run

    logs.set_up("lobby")
    uvloop.run(run(settings))
    return 0


def node(environ: Mapping[str, str], flags: Flags) -> int:
    """one node with its workers; run one per machine or container"""
    settings = _with_address(load(environ, flags))
    from room_worker.node import run

    logs.set_up("node")
    uvloop.run(run(settings, lambda: log.info("ready")))
    return 0


def lobby_health(environ: Mapping[str, str], flags: Flags) -> int:
    """says by its exit code whether the lobby of these settings answers on this machine"""
    from cli.health import lobby_answers

    return 0 if lobby_answers(load(environ, flags)) else 1


def node_health(environ: Mapping[str, str], flags: Flags) -> int:
    """says by its exit code whether all workers of these settings answer on this machine"""
    from cli.health import workers_answer

    return 0 if workers_answer(load(environ, flags)) else 1


def new(environ: Mapping[str, str], flags: Flags, name: str) -> int:
    """the folder of a new game, which runs as it is"""
    from cli.new import make

    print(make(load({"ROOMS_DEVELOPMENT": "yes", **environ}, flags).games, name))
    return 0


COMMANDS: tuple[Command, ...] = (dev, new, lobby, node, lobby_health, node_health)


def _with_address(settings: Settings) -> Settings:
    """A network as node name, such as 172.30.81.0/24, stands for this machine's own address in it."""
    if "/" not in settings.node_name:
        return settings
    try:
        return dataclasses.replace(settings, node_name=own_address_in(settings.node_name))
    except ValueError as error:
        raise BadSetting(f"ROOMS_NODE_NAME does not fit: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rooms", description="A cluster of rooms for multiplayer games.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        name, text = command.__name__.replace("_", "-"), command.__doc__
        sub = subparsers.add_parser(name, help=text, description=f"rooms {name}: {text}.")
        sub.set_defaults(run=command)
        if command is new:
            sub.add_argument("name", help="in lower case, such as meadow", metavar="NAME")
        for row in rows():
            if command is not new or row.name == "games":
                _add_flag(sub, row)
    return parser


def _add_flag(parser: argparse.ArgumentParser, row: Row) -> None:
    text = f"{row.help} [{row.env}]".replace("%", "%%")
    if row.is_switch:
        parser.add_argument(row.flag, help=text, metavar="yes|no", nargs="?", const="yes")
    else:
        parser.add_argument(row.flag, help=text, metavar="…")


def _sentence(error: Exception) -> str:
    if isinstance(error, RoomError):
        return error.text
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"A port is already taken by another program ({error.strerror})."
    return str(error)


if __name__ == "__main__":
    main()
