"""One worker as it plays, for measuring: transport, doorkeeper, shell and room core in one process, on uvloop.

Only the directory is a stand-in that says yes, and the paces are raised (not taken away). Prints `{"port": …}` once it
listens, and ends on SIGTERM.

    python -m bench.ours RATE_PER_S BURST [GAME_FOLDER]
"""

import asyncio
import json
import multiprocessing
import random
import signal
import socket
import sys
from pathlib import Path

import uvloop

from room_worker.doorkeeper import Doorkeeper
from room_worker.heartbeat import Heartbeat
from room_worker.lease import Lease
from room_worker.rooms import Rooms
from room_worker.transport.frames import encode_frames
from room_worker.transport.server import serve
from shared.catalog import Catalog, Game, read_game
from shared.clock import Clock
from shared.protocol.errors import NO_WORKER, WORKER_STOPPING, ErrorKind, RoomError
from shared.protocol.ids import ClientId, GameName, RoomId, WorkerId
from shared.protocol.messages import PLAYER
from shared.protocol.records import Claim, RoomRecord, RoomSpec, Seat, SeatState
from shared.room.effects import NextRoom
from shared.rules.buckets import PACES, Pace
from shared.rules.manifest import Manifest, check_options
from shared.wire.tokens import Keyring, Ticket

RELAY = GameName("relay")
WORKER = WorkerId("bench")
KEYRING = Keyring({"bench": "only for measuring on one machine!"}, "bench")
SEATS = 64


def ticket(game: GameName, room: int, member: int, now: float) -> str:
    return KEYRING.sign_ticket(
        Ticket(
            client_id=ClientId(f"client-{room}-{member}"),
            username=f"member {member}",
            room_id=RoomId(f"room-{room}"),
            game=game,
            owner_epoch=1,
            session=1,
            role=PLAYER,
            players=1,
            worker_id=WORKER,
            origin="",
            expires=int(now) + 3600,
        ),
        now,
    )


class YesDirectory:
    """Everybody's ticket is good, and nothing is kept."""

    def __init__(self, game: Game) -> None:
        self._game = game

    async def claim(
        self, worker_id: WorkerId, room_id: RoomId, client_id: ClientId, session: int, owner_epoch: int, *, request: str
    ) -> Claim:
        game, manifest = self._game, self._game.manifest
        options = check_options(manifest, {})
        spec = RoomSpec(room_id, game.name, game.hash, room_id, SEATS, 0, manifest.authority, options, client_id)
        room = RoomRecord(spec, worker_id, owner_epoch, True, 0, 0, 1)
        return Claim(room, Seat(client_id, session, SeatState.TAKEN, PLAYER, 1))

    async def release(self, room_id: RoomId, owner_epoch: int, seats: list[tuple[ClientId, int]]) -> None:
        pass

    async def reserve(
        self, room_id: RoomId, owner_epoch: int, client_id: ClientId, session: int, players: int, role: str, number: int
    ) -> None:
        pass

    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int:
        return 0


def ignore(client_id: ClientId, record: RoomRecord, reason: ErrorKind) -> None:
    pass


async def nowhere(record: RoomRecord, wish: NextRoom) -> None:
    raise RoomError(NO_WORKER)


async def main(pace: Pace, game: Game) -> None:
    clock, lease, directory, dice = Clock(), Lease(), YesDirectory(game), random.SystemRandom()
    lease.renewed(float("inf"))
    rooms = Rooms(
        Catalog({game.name: game}),
        directory,
        Heartbeat(multiprocessing.get_context("spawn")),
        clock=clock,
        lease=lease,
        encode=encode_frames,
        parted=ignore,
        next_room=nowhere,
        dice=dice,
        most=10_000,
        paces=dict.fromkeys(PACES, pace),
    )
    doorkeeper = Doorkeeper(WORKER, rooms, directory, KEYRING, encode=encode_frames, clock=clock, dice=dice)
    sock = socket.create_server(("127.0.0.1", 0))
    server = await serve(doorkeeper, sock=sock, clock=clock)
    print(json.dumps({"port": sock.getsockname()[1]}), flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.close(WORKER_STOPPING)


if __name__ == "__main__":
    rate_per_s, burst, *folders = sys.argv[1:]
    game = read_game(Path(folders[0])) if folders else Game(Manifest(RELAY, "Relay"), Path(), "")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Pace(float(rate_per_s), int(burst)), game))
