"""The border between JavaScript and Python: bytes go in, bytes come out, and no exception passes.

Bytes, because numbers change when they cross as such (1.0 becomes 1). What comes out is a stream of msgpack values:

    bytes                   a message for the page's room, as a server's worker would have sent it
    ["log", text]           for the page's console: the traceback of a game that failed
    ["over", error, text]   the last word: a row of the error table, and a sentence
    [another name, …]       a role's own news
"""

import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, TypeAlias

import msgpack

from shared.game.failures import CodeFailed
from shared.protocol.errors import GAME_BROKEN, INTERNAL, RoomError

NEVER = float("inf")
Packed: TypeAlias = bytes | memoryview
"""One msgpack value. JavaScript's arrays of bytes arrive as memoryviews."""


class Role(Protocol):
    """What a Web Worker does, until `next_at` is NEVER. That is the time of its next turn, in seconds since 1970; one
    comes also after whatever it receives."""

    @property
    def next_at(self) -> float: ...
    def receive(self, payload: bytes, now: float) -> None: ...
    def turn(self, now: float) -> bytes:
        """What is new, packed."""


class Border:
    """One role of this package: the module `name`, whose `open_role` gets what was packed into `setup`."""

    def __init__(self, name: str, setup: Packed, now: float) -> None:
        self._role: Role | None = None
        self._waiting = b""
        self._in_role(lambda: self._open(name, setup, float(now)))

    @property
    def next_at(self) -> float:
        if self._waiting:
            return 0.0
        return self._role.next_at if self._role else NEVER

    def receive(self, payload: Packed, now: float) -> None:
        if role := self._role:
            self._in_role(lambda: role.receive(bytes(payload), float(now)))

    def turn(self, now: float) -> bytes:
        """What is new: nothing, or packed values one after another."""
        if role := self._role:
            self._in_role(lambda: self._take(role.turn(float(now))))
        waiting, self._waiting = self._waiting, b""
        return waiting

    def _open(self, name: str, setup: Packed, now: float) -> None:
        self._role = import_module(f"browser_worker.{name}").open_role(msgpack.unpackb(setup), now)

    def _take(self, packed: bytes) -> None:
        self._waiting += packed

    def _in_role(self, step: Callable[[], None]) -> None:
        try:
            step()
        except RoomError as refusal:
            self._end(news("over", refusal.kind.name, refusal.text))
        except Exception as error:
            kind = GAME_BROKEN if isinstance(error, CodeFailed) else INTERNAL
            self._end(log(error) + news("over", kind.name, kind.text))

    def _end(self, last_words: bytes) -> None:
        self._role = None
        self._waiting += last_words


def news(*fields: Any) -> bytes:
    packed: bytes = msgpack.packb(fields)
    return packed


def log(error: Exception) -> bytes:
    """The traceback of what the game raised; of our own errors, theirs."""
    return news("log", "".join(traceback.format_exception(error.__cause__ or error)))
