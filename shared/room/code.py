"""Calls into a game's own code (`server.py`), with a default for each hook that the game left out.

Whatever a hook raises becomes `CodeFailed`, which passes through the core: the shell then ends this one room with
`game-broken`. Nothing here stops a hook that never returns; the worker's node does.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from shared.game.failures import CodeFailed
from shared.game.world import Client, Player, World
from shared.protocol.errors import JOIN_REFUSED, RoomError

RoomCode: TypeAlias = object
"""Any object (a module, a namespace) with some of these functions:

    on_join_request(world, client) -> True | str     # a sentence refuses
    on_player_join(world, player)
    on_player_disconnect(world, player)              # its line is lost, its seat is kept for a while
    on_player_return(world, player)
    on_player_leave(world, player)                   # for good
    on_client_disconnect(world, client)              # instead of on_player_disconnect, once for all its players
    on_chat(world, client, text) -> str | None       # None swallows the line
"""

HOOKS = (
    "on_join_request",
    "on_player_join",
    "on_player_disconnect",
    "on_player_return",
    "on_player_leave",
    "on_client_disconnect",
    "on_chat",
)

SENTENCE_CHARS = 300


class Hooks:
    def __init__(self, code: RoomCode | None, world: World) -> None:
        self._code = code
        self._world = world

    def join_request(self, client: Client) -> None:
        """Raises RoomError(JOIN_REFUSED) with the game's sentence."""
        answer = self._call("on_join_request", client, default=True)
        if answer is True:
            return
        if answer is False or isinstance(answer, str):
            raise RoomError(JOIN_REFUSED, (answer or "")[:SENTENCE_CHARS])
        raise CodeFailed("on_join_request", f"returned {answer!r:.60}, not True or a sentence")

    def player_join(self, player: Player) -> None:
        self._call("on_player_join", player)

    def client_disconnect(self, client: Client, player: Player | None) -> None:
        """By default the same as its player's hook; a spectator has none."""
        if getattr(self._code, "on_client_disconnect", None) is not None:
            self._call("on_client_disconnect", client)
        elif player is not None:
            self._call("on_player_disconnect", player)

    def player_return(self, player: Player) -> None:
        self._call("on_player_return", player)

    def player_leave(self, player: Player) -> None:
        self._call("on_player_leave", player)

    def chat(self, client: Client, text: str) -> str | None:
        answer = self._call("on_chat", client, text, default=text)
        if answer is None or isinstance(answer, str):
            return answer
        raise CodeFailed("on_chat", f"returned {answer!r:.60}, not a text or None")

    def _call(self, name: str, *args: object, default: Any = None) -> Any:
        hook: Callable[..., Any] | None = getattr(self._code, name, None)
        if hook is None:
            return default
        try:
            return hook(self._world, *args)
        except (Exception, SystemExit) as error:
            raise CodeFailed(name, f"{type(error).__name__}: {error}") from error
