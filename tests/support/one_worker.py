"""A worker's parts without its process, sockets or Redis: on virtual time, with the directory in memory.

`enter` is a client coming in with a ticket: what it hears and how it is closed stand in its `Guest`.
"""

import asyncio
import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from room_worker.doorkeeper import Doorkeeper
from room_worker.heartbeat import Heartbeat
from room_worker.hints import Farewells
from room_worker.lease import Lease
from room_worker.next_rooms import NextRooms
from room_worker.renewal import Renewal
from room_worker.room_shell import RoomShell
from room_worker.rooms import Encode, Rooms
from room_worker.transport.edge import Visitor
from shared.catalog import Catalog, Game
from shared.protocol.errors import STORE_UNAVAILABLE, ErrorKind, RoomError
from shared.protocol.events import Event
from shared.protocol.ids import ClientId, GameName, NodeId, RoomId, WorkerId
from shared.protocol.limits import WIRE_VERSION
from shared.protocol.messages import SPECS, WORKER_TO_CLIENT, GiveSession, Hello, RoomJoined
from shared.protocol.records import Claim, Hold, RoomFacts, RoomRecord, RoomSpec, Seat, SeatRequest, WorkerRecord
from shared.rules.buckets import PACES, Pace
from shared.rules.manifest import parse_manifest
from shared.wire.codec import Decoder, encode
from shared.wire.tokens import Keyring, Ticket
from tests.support import dice
from tests.support.memory_store import MemoryOwnership

START = 1_800_000_000.0
WORKER_ID = WorkerId("w1")
KEYS = Keyring({"test": "a secret of the tests that is long enough"}, "test")


class LoopClock:
    def now(self) -> float:
        return START + asyncio.get_running_loop().time()


class Directory(MemoryOwnership):
    """Can be away, can take its time, and may have no worker for a new room."""

    def __init__(self, now_ms: Any) -> None:
        super().__init__(now_ms)
        self.is_away = False
        self.has_worker = True
        self.takes_s = 0.0
        self.renewals: list[list[RoomId]] = []

    async def claim(self, *args: Any, **rest: Any) -> Claim:
        await self._answer()
        return await super().claim(*args, **rest)

    async def renew(self, worker: WorkerRecord, rooms: Sequence[RoomFacts]) -> dict[RoomId, bool]:
        await self._answer()
        self.renewals.append([facts.record.spec.room_id for facts in rooms])
        return await super().renew(worker, rooms)

    async def release(self, room_id: RoomId, owner_epoch: int, seats: Sequence[tuple[ClientId, int]]) -> None:
        await self._answer()
        await super().release(room_id, owner_epoch, seats)

    async def close(self, room_id: RoomId, owner_epoch: int, reason: str, *, only_if_empty: bool) -> int:
        await self._answer()
        return await super().close(room_id, owner_epoch, reason, only_if_empty=only_if_empty)

    async def reserve(self, *args: Any) -> None:
        await self._answer()
        await super().reserve(*args)

    async def next_room(self, *args: Any, candidates: Sequence[WorkerId], **rest: Any) -> list[Hold]:
        await self._answer()
        return await super().next_room(*args, candidates=candidates if self.has_worker else [], **rest)

    async def workers(self) -> list[WorkerRecord]:
        await self._answer()
        return [_describe()]

    async def rooms(self) -> dict[RoomId, RoomRecord]:
        await self._answer()
        return {room_id: room.record for room_id, room in self._rooms.items()}

    def seats(self, room_id: RoomId) -> dict[ClientId, Seat]:
        return {client_id: place.seat for client_id, place in self._rooms[room_id].seats.items()}

    def seated(self, room_id: RoomId) -> list[ClientId]:
        return list(self._rooms[room_id].seats)

    def players(self, room_id: RoomId) -> int:
        return sum(seat.players for seat in self.seats(room_id).values())

    def owner(self, room_id: RoomId) -> WorkerId:
        return self._rooms[room_id].record.owner

    def adopt(self, room_id: RoomId, owner: WorkerId) -> None:
        """As another worker's lobby would."""
        room = self._rooms[room_id]
        room.record = replace(room.record, owner=owner, owner_epoch=room.record.owner_epoch + 1)

    async def _answer(self) -> None:
        await asyncio.sleep(self.takes_s)
        if self.is_away:
            raise RoomError(STORE_UNAVAILABLE)


class MemoryBus:
    def __init__(self) -> None:
        self.said: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.said.append(event)


@dataclass
class Guest:
    """A client's line. `writes` are what it was sent, one entry a write; `closed` is how it was closed.
    `before`: so many counted messages it had when it came back."""

    remote: str = "192.0.2.7"
    origin: str | None = None
    is_slow: bool = False
    writes: list[list[Any]] = field(default_factory=list)
    closed: ErrorKind | None = None
    visitor: Visitor | None = None
    before: int = 0

    @property
    def session(self) -> str:
        """The last session code that it was given."""
        return str(self.heard(GiveSession)[-1].code)

    @property
    def received(self) -> int:
        """Counted messages since the last whole picture."""
        count = self.before
        for write in self.writes:
            for message in write:
                count = 0 if isinstance(message, RoomJoined) else count + SPECS[type(message)].counted
        return count

    def write(self, data: bytes) -> None:
        assert self.closed is None, "written after the close"
        self.writes.append(decode_all(data))

    def close(self, kind: ErrorKind, text: str = "") -> None:
        assert self.closed is None, "closed twice"
        self.closed = kind

    def heard(self, cls: type) -> list[Any]:
        return [message for write in self.writes for message in write if isinstance(message, cls)]

    def say(self, message: Any) -> None:
        assert self.visitor is not None
        self.visitor.receive(message, LoopClock().now())

    def hang_up(self, kind: ErrorKind) -> None:
        assert self.visitor is not None
        self.visitor.lost(kind)


def encode_prefixed(message: Any) -> bytes:
    """Length and message, so that joined bytes can be taken apart again."""
    payload = encode(message)
    return len(payload).to_bytes(4, "big") + payload


def decode_all(joined: bytes) -> list[Any]:
    decoder, messages = Decoder(WORKER_TO_CLIENT), []
    while joined:
        end = 4 + int.from_bytes(joined[:4], "big")
        messages.append(decoder.decode(joined[4:end], 16 * 65536))
        joined = joined[end:]
    return messages


class OneWorker:
    """`games`: a name to the text of its server.py; `mains`: to that of its main.py; `manifests`: to what its game.toml
    says. Nothing renews until `renewal` is run or asked to beat."""

    def __init__(
        self,
        most: int = 100,
        manifests: dict[str, dict[str, Any]] | None = None,
        mains: dict[str, str] | None = None,
        encode: Encode | None = None,
        paces: Mapping[str, Pace] = PACES,
        **games: str,
    ) -> None:
        encode = encode or encode_prefixed
        self.clock, self.lease = LoopClock(), Lease()
        self.directory = Directory(lambda: int(self.clock.now() * 1000))
        self.catalog = catalog_of({"plain": ""} | games, manifests, mains)
        self.bus = MemoryBus()
        self.farewells = Farewells(self.bus)
        self.rooms = Rooms(
            self.catalog,
            self.directory,
            Heartbeat(multiprocessing.get_context("spawn")),
            clock=self.clock,  # type: ignore[arg-type]
            lease=self.lease,
            encode=encode,
            paces=paces,
            parted=self.farewells.parted,
            next_room=NextRooms(self.catalog, self.directory, self.directory, dice.secret).place,  # type: ignore[arg-type]
            dice=dice.secret,
            most=most,
        )
        self.renewal = Renewal(
            self.rooms,
            self.directory,
            self.bus,
            clock=self.clock,
            lease=self.lease,
            describe=_describe,  # type: ignore[arg-type]
        )
        self.doorkeeper = Doorkeeper(
            WORKER_ID,
            self.rooms,
            self.directory,
            KEYS,
            encode=encode,
            clock=self.clock,
            dice=dice.secret,  # type: ignore[arg-type]
        )
        self.lease.renewed(self.clock.now() + 1e9)
        """So that tests of other things need no renewal; `expire_lease` undoes it."""

    def expire_lease(self) -> None:
        self.lease.until = self.clock.now()

    def create(self, game: str, client: str) -> Hold:
        known = self.catalog.games.get(GameName(game))
        spec = RoomSpec(
            room_id=RoomId(f"{game}-room"),
            game=GameName(game),
            game_hash="h",
            name=f"A {game}",
            seats=8,
            spectators=8,
            authority=known.manifest.authority if known else "none",
            options={},
            creator=ClientId(client),
        )
        (hold,) = self.directory.place(spec, [SeatRequest(ClientId(client))], WORKER_ID)
        return hold

    def hold(self, room_id: str, client: str) -> Hold:
        (hold,) = self.directory.hold(RoomId(room_id), [SeatRequest(ClientId(client))])
        return hold

    async def enter(
        self, hold: Hold, guest: Guest | None = None, *, session: str = "", received: int = -1, **ticket_says: Any
    ) -> Guest:
        """Raises RoomError for one who may not come in."""
        guest = guest or Guest()
        token = KEYS.sign_ticket(replace(ticket(hold), **ticket_says), self.clock.now())
        hello = Hello(WIRE_VERSION, token, session, hold.owner_epoch, received)
        guest.visitor = await self.doorkeeper.hello(guest, hello)
        await turn()
        return guest

    async def come_back(self, game: str, client: str, gone: Guest) -> Guest:
        """On another line, with the code and the count of the one before."""
        guest = Guest(before=gone.received)
        return await self.enter(self.hold(f"{game}-room", client), guest, session=gone.session, received=gone.received)

    async def table(self, game: str, *clients: str) -> list[Guest]:
        """A room with these clients in it."""
        guests = [await self.enter(self.create(game, clients[0]))]
        for client in clients[1:]:
            guests.append(await self.enter(self.hold(f"{game}-room", client)))
        return guests

    def shell(self, game: str) -> RoomShell:
        shell = self.rooms.get(RoomId(f"{game}-room"))
        assert shell is not None
        return shell

    async def close(self) -> None:
        """Ends what is left, so that no timer or task outlives the test."""
        self.directory.is_away = False
        for shell in self.rooms:
            shell.end(STORE_UNAVAILABLE)
        await self.rooms.wait_empty()
        await asyncio.sleep(10)


async def turn() -> None:
    """Lets everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


def ticket(hold: Hold) -> Ticket:
    return Ticket(
        client_id=hold.client_id,
        username=hold.client_id,
        room_id=hold.room_id,
        game=hold.game,
        owner_epoch=hold.owner_epoch,
        session=hold.session,
        role=hold.role,
        players=hold.players,
        worker_id=hold.owner,
        origin="",
        expires=hold.until_ms // 1000,
    )


def catalog_of(
    games: dict[str, str], manifests: dict[str, dict[str, Any]] | None = None, mains: dict[str, str] | None = None
) -> Catalog:
    """A game without a server.py needs to be named in `manifests` or `mains` only."""
    toml: dict[str, dict[str, Any]] = {name: {"authority": "server"} for name in mains or {}}
    for name, given in (manifests or {}).items():
        toml[name] = toml.get(name, {}) | given
    known = dict.fromkeys(toml, "") | games
    return Catalog({GameName(name): _game(name, source, toml, mains or {}) for name, source in known.items()})


def _game(name: str, server_source: str, toml: dict[str, dict[str, Any]], mains: dict[str, str]) -> Game:
    main_source = mains.get(name, "")
    manifest = parse_manifest(name, toml.get(name, {}), has_main=bool(main_source))
    return Game(manifest, Path("games") / name, "h", server_source, main_source)


def _describe() -> WorkerRecord:
    return WorkerRecord(WORKER_ID, NodeId("n1"), "ws://{host}:8101", {"plain": "h"})
