"""A game's `main.py` and `server.py`, run once per room in namespaces of its own, with each call into them noted.

The note (the room's id in shared memory, see `heartbeat.py`) tells the node whom to charge when a call never returns.
Code that failed once is not called again: the room that it broke must still be able to say goodbye to its members.
Absent: a sandbox. A game's code is the operator's own; it is kept from harming neighbours by accident, not by malice.
"""

from collections.abc import Callable
from typing import Any

from room_worker.heartbeat import Heartbeat
from shared.catalog import Game
from shared.game import program
from shared.game.failures import CodeFailed
from shared.protocol.ids import RoomId
from shared.room.code import HOOKS

NOTED = ("start", "update", *HOOKS)
SEES = "sees"
"""Asked for each player and object: too often for a note of its own. The room's update has one."""


class GameCode:
    """Has an attribute for each function that the game defines; see `shared.room.code` for their meaning. `classes` are
    those of its `main.py`."""

    def __init__(self, game: Game, room_id: RoomId, heartbeat: Heartbeat) -> None:
        """Runs the modules. Raises CodeFailed."""
        self._room_id, self._heartbeat = room_id, heartbeat
        self.classes: dict[str, type] = {}
        try:
            functions = self._noted(lambda: self._load(game))()
        except CodeFailed:
            raise
        except Exception as error:
            raise CodeFailed(f"games/{game.name}", f"{type(error).__name__}: {error}") from error
        for name in NOTED:
            if name in functions:
                setattr(self, name, self._noted(functions[name]))
        if SEES in functions:
            setattr(self, SEES, self._shielded(functions[SEES]))

    def silence(self) -> None:
        """No function runs from now on."""
        for name in (*NOTED, SEES):
            self.__dict__.pop(name, None)

    def _load(self, game: Game) -> dict[str, Any]:
        """In authority `host` the main.py runs at the host's."""
        main: dict[str, Any] = {}
        server: dict[str, Any] = {}
        if game.main_source and game.manifest.authority == "server":
            main = program.run(game.main_code)
            self.classes = program.classes_of(main)
        if game.server_source:
            server = program.run(game.server_code)
        return server | main

    def _noted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        shielded = self._shielded(function)

        def call(*args: Any) -> Any:
            with self._heartbeat.running(self._room_id):
                return shielded(*args)

        return call

    def _shielded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            try:
                return function(*args)
            except Exception:
                self.silence()
                raise
            except BaseException as error:  # it would end the worker's loop, and with it every room
                self.silence()
                raise RuntimeError(f"{type(error).__name__} from a game's code") from error

        return call
