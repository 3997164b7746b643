"""A game's `server.py`, loaded once per room into a namespace of its own, with each call into it noted.

The note (the room's id in shared memory, see `heartbeat.py`) tells the node whom to charge when a call never returns.
Code that failed once is not called again: the room that it broke must still be able to say goodbye to its members.
Absent: a sandbox. A game's code is the operator's own; it is kept from harming neighbours by accident, not by malice.
"""

import types
from collections.abc import Callable
from typing import Any

from room_worker.heartbeat import Heartbeat
from shared.catalog import SERVER_FILE, Game
from shared.game.failures import CodeFailed
from shared.protocol.ids import RoomId
from shared.room.code import HOOKS


class GameCode:
    """Has an attribute for each hook that `server.py` defines; see `shared.room.code` for their meaning."""

    def __init__(self, game: Game, room_id: RoomId, heartbeat: Heartbeat) -> None:
        """Runs the module. Raises CodeFailed."""
        self._room_id, self._heartbeat = room_id, heartbeat
        module = types.ModuleType(f"games.{game.name}.server")
        module.__file__ = str(game.folder / SERVER_FILE)
        try:
            self._guarded(lambda: exec(_compile(game), module.__dict__))()
        except Exception as error:
            raise CodeFailed(SERVER_FILE, f"{type(error).__name__}: {error}") from error
        for name in HOOKS:
            hook = getattr(module, name, None)
            if hook is not None:
                setattr(self, name, self._guarded(hook))

    def silence(self) -> None:
        """No hook runs from now on."""
        for name in HOOKS:
            self.__dict__.pop(name, None)

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            with self._heartbeat.running(self._room_id):
                try:
                    return function(*args)
                except Exception:
                    self.silence()
                    raise
                except BaseException as error:  # it would end the worker's loop, and with it every room
                    self.silence()
                    raise RuntimeError(f"{type(error).__name__} from a game's code") from error

        return call


def _compile(game: Game) -> types.CodeType:
    return compile(game.server_source, str(game.folder / SERVER_FILE), "exec", dont_inherit=True)
