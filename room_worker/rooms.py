"""The rooms of one worker. A room is born here at its first claim, and dropped when the directory has closed it.

Between a claim's answer and the room's entry in this table nothing waits, so that concurrent first claims of one room
build it once. The table also gathers which rooms' records changed, for the renewal to announce.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from random import Random

from room_worker.clerk import Clerk, Ownership
from room_worker.deeds import Surroundings
from room_worker.game_code import GameCode
from room_worker.heartbeat import Heartbeat
from room_worker.lease import Lease
from room_worker.room_shell import RoomShell
from shared.catalog import Catalog, Game
from shared.clock import Clock
from shared.game.failures import CodeFailed
from shared.protocol.errors import GAME_UNKNOWN, NO_WORKER, ROOM_MOVED, ErrorKind, RoomError
from shared.protocol.ids import ClientId, Dice, RoomId, draw_id
from shared.protocol.records import RoomRecord
from shared.room.effects import NextRoom
from shared.room.room import Room
from shared.rules.buckets import PACES, Pace

SEED_CHARS = 26
"""Of what a game's chance is drawn from: 127 bits."""

Encode = Callable[[object], bytes]
Parted = Callable[[ClientId, RoomRecord, ErrorKind], None]
PlaceNext = Callable[[RoomRecord, NextRoom], Awaitable[None]]

log = logging.getLogger(__name__)


class Rooms:
    """`most` is the worker's limit of rooms; `parted` hears of each member whose line is lost or that is gone;
    `next_room` places one for all of a room's people; `dice` draw secrets."""

    def __init__(
        self,
        catalog: Catalog,
        ownership: Ownership,
        heartbeat: Heartbeat,
        *,
        clock: Clock,
        lease: Lease,
        encode: Encode,
        parted: Parted,
        next_room: PlaceNext,
        dice: Dice,
        most: int,
        paces: Mapping[str, Pace] = PACES,
    ) -> None:
        self._catalog, self._ownership, self._heartbeat = catalog, ownership, heartbeat
        self._clock, self._encode, self._most, self._paces = clock, encode, most, paces
        self._dice = dice
        self._around = Surroundings(clock.now, lease, self._announce, parted, next_room, heartbeat.running)
        self._shells: dict[RoomId, RoomShell] = {}
        self._changed: set[RoomId] = set()
        self._has_changes = asyncio.Event()
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    def __len__(self) -> int:
        return len(self._shells)

    def __iter__(self) -> Iterator[RoomShell]:
        return iter(tuple(self._shells.values()))

    def get(self, room_id: RoomId) -> RoomShell | None:
        return self._shells.get(room_id)

    @property
    def is_exclusive(self) -> bool:
        """A room that wants a process of its own is here; nobody else may be placed beside it."""
        return any(shell.record.spec.isolated for shell in self._shells.values())

    def open(self, record: RoomRecord) -> RoomShell:
        """The claimed room, built at its first claim. Raises RoomError: no-worker, game-unknown or game-broken."""
        shell = self._shells.get(record.spec.room_id)
        if shell is not None and shell.record.owner_epoch < record.owner_epoch:
            shell.end(ROOM_MOVED)  # it went elsewhere while this worker's lease had lapsed, and has come back
            shell = None
        return shell or self._build(record)

    def reload(self, game: Game) -> None:
        """In development: the rooms of this game go on with its changed code, if they can be played as before."""
        shells = [shell for shell in self if shell.record.spec.game == game.name]
        kept = [shell for shell in shells if shell.room.rules == game.manifest.rules]
        if len(kept) < len(shells):
            log.info("%s: game.toml has changed, so rooms that are open go on as they were; open a new one", game.name)
        if kept and game.main_source and game.manifest.authority == "host":
            log.info("%s: a host runs the main.py that its page has loaded, until it loads the page again", game.name)
        for shell in kept:
            shell.reload(partial(self._code, game, shell.record.spec.room_id))

    def take_changed(self) -> list[RoomShell]:
        changed, self._changed = self._changed, set()
        self._has_changes.clear()
        return [self._shells[room_id] for room_id in changed if room_id in self._shells]

    async def wait_changed(self) -> None:
        await self._has_changes.wait()

    async def wait_empty(self) -> None:
        await self._is_empty.wait()

    def _build(self, record: RoomRecord) -> RoomShell:
        if len(self._shells) >= self._most:
            raise RoomError(NO_WORKER, "This server has as many rooms as it can hold. Try again.")
        try:
            return self._enter(record, self._load(record))
        except CodeFailed as error:
            raise RoomError(self._enter(record, None).fail(error)) from None

    def _load(self, record: RoomRecord) -> GameCode | None:
        game = self._catalog.game(record.spec.game)
        if game.hash != record.spec.game_hash:
            raise RoomError(GAME_UNKNOWN, "This server has another version of that game.")
        return self._code(game, record.spec.room_id)

    def _code(self, game: Game, room_id: RoomId) -> GameCode | None:
        has_code = game.server_source or game.main_source
        return GameCode(game, room_id, self._heartbeat) if has_code else None

    def _enter(self, record: RoomRecord, code: GameCode | None) -> RoomShell:
        room_id, manifest = record.spec.room_id, self._catalog.game(record.spec.game).manifest
        room = Room(
            record,
            encode=self._encode,
            draw_code=lambda chars: draw_id(self._dice, chars),
            now=self._clock.now(),
            code=code,
            policy=manifest.policy,
            paces=self._paces,
            rules=manifest.rules,
            chance=Random(draw_id(self._dice, SEED_CHARS)),
        )
        clerk = Clerk(room_id, record.owner_epoch, self._ownership)
        shell = self._shells[room_id] = RoomShell(record, room, clerk, self._around, self._drop)
        self._is_empty.clear()
        return shell

    def _announce(self, room_id: RoomId) -> None:
        self._changed.add(room_id)
        self._has_changes.set()

    def _drop(self, shell: RoomShell) -> None:
        room_id = shell.record.spec.room_id
        if self._shells.get(room_id) is shell:
            del self._shells[room_id]
        if not self._shells:
            self._is_empty.set()
