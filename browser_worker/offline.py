"""A room of one member without any server: the shell of the same core that workers run, with nobody to ask.

What the core asks of the directory is answered on the spot: a seat is free while the room has one, a leave is confirmed
at once. Absent: lines (the page is the only one), leases, `server.py` (it stays on the server).
"""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any

import msgpack

from browser_worker.border import NEVER, log, news
from browser_worker.program import Program, read_program
from shared.game.failures import CodeFailed
from shared.protocol.errors import GAME_BROKEN, NOT_ALLOWED, ErrorKind, RoomError
from shared.protocol.ids import ClientId, RoomId, WorkerId, draw_id
from shared.protocol.messages import CLIENT_TO_WORKER, PLAYER
from shared.protocol.records import RoomRecord, RoomSpec, Seat, SeatState
from shared.room import effects
from shared.room.room import Room
from shared.rules.manifest import check_options
from shared.wire.codec import Decoder, encode

BEAT_EVERY_S = 1.0
ME = ClientId("offline")
"""The only client there is."""
HERE = WorkerId("offline")
FIRST = 1
"""The number of a room's first member."""


def open_role(setup: Mapping[str, Any], now: float) -> "OfflineRoom":
    """`{program, options, username, seed}`. Raises RoomError (bad-options, bad-name) and CodeFailed."""
    return OfflineRoom(read_program(setup["program"]), setup, now)


class OfflineRoom:
    """`next_at` is NEVER once the room is over."""

    def __init__(self, program: Program, setup: Mapping[str, Any], now: float) -> None:
        chance, rules = Random(setup["seed"]), program.manifest.rules
        self._most_players = rules.local_players
        self._decoder = Decoder(CLIENT_TO_WORKER)
        self._room = Room(
            _record(program, setup, now),
            encode=_packed,
            draw_code=lambda chars: draw_id(chance, chars),
            now=now,
            code=program.code,
            policy=program.manifest.policy,
            rules=rules,
            chance=Random(setup["seed"]),
            local_member=FIRST,
        )
        self._news: list[bytes] = []
        self._beat_at = now
        self._is_over, self._is_shown = False, False
        self._room.join(_seat(players=1), setup["username"], now)

    @property
    def next_at(self) -> float:
        update_at = self._room.next_update_at
        if self._is_over:
            return NEVER
        return self._beat_at if update_at is None else min(self._beat_at, update_at)

    def receive(self, payload: bytes, now: float) -> None:
        message = self._decoder.decode(payload)
        self._in_core(lambda: self._room.receive(FIRST, message, now), now)

    def turn(self, now: float) -> bytes:
        if now >= self._beat_at:
            self._beat_at = now + BEAT_EVERY_S
            self._in_core(lambda: self._room.tick(now), now)
        while not self._is_over and self._goes_on(now):
            pass
        self._is_shown = True
        out, self._news = self._news, []
        return b"".join(out)

    def _goes_on(self, now: float) -> bool:
        """What is due, then what is to be said and done. Whether anything may follow from that. The page has its room
        before the game's first step."""
        update_at = self._room.next_update_at
        if self._is_shown and update_at is not None and update_at <= now:
            self._in_core(lambda: self._room.update(now), now)
        self._news.extend(joined for _, joined in self._room.flush())
        asked = self._room.take_effects()
        for effect in asked:
            self._in_core(partial(self._perform, effect, now), now)
        return bool(asked)

    def _in_core(self, step: Callable[[], None], now: float) -> None:
        """A game that fails ends the room, as on a server; only that here its author is told why."""
        try:
            step()
        except CodeFailed as error:
            self._news.append(log(error))
            self._room.end(GAME_BROKEN, now)

    def _perform(self, effect: effects.Effect, now: float) -> None:
        match effect:
            case effects.Release(number, confirm=True):
                self._room.released(number)
            case effects.Reserve(number, players=players):
                seat = _seat(players) if players <= self._most_players else None
                self._room.reserved(number, seat, now)
            case effects.NextRoom(number, request):
                refusal = RoomError(NOT_ALLOWED, "There is no other room without a server.")
                self._room.next_room_failed(number, request, refusal)
            case effects.CloseMember(_, kind, text):
                self._end(kind, text)
            case effects.Release() | effects.Announce() | effects.Dispose():
                pass

    def _end(self, kind: ErrorKind, text: str) -> None:
        self._is_over = True
        self._news.append(news("over", kind.name, text))


def _packed(message: Any) -> bytes:
    packed: bytes = msgpack.packb(encode(message))
    return packed


def _seat(players: int) -> Seat:
    return Seat(ME, 1, SeatState.TAKEN, PLAYER, players)


def _record(program: Program, setup: Mapping[str, Any], now: float) -> RoomRecord:
    manifest, now_ms = program.manifest, int(now * 1000)
    spec = RoomSpec(
        room_id=RoomId("offline"),
        game=manifest.name,
        game_hash=program.hash,
        name=manifest.title,
        seats=manifest.rules.local_players,
        spectators=0,
        authority="server" if program.code else manifest.authority,
        options=check_options(manifest, setup["options"]),
        creator=ME,
    )
    return RoomRecord(spec, HERE, 1, True, now_ms, now_ms, players=1)
