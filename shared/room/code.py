"""What a game's code may hook into, and the two hooks that answer: asked at once, with a default where there is none.

The others are run by the engine (`shared/game/engine.py`). Whatever a hook raises becomes `CodeFailed`, which passes
through the core: the shell then ends this one room with `game-broken`. Nothing here stops a hook that never returns;
the worker's node does.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from shared.game.failures import CodeFailed
from shared.game.world import Client, World
from shared.protocol.errors import JOIN_REFUSED, RoomError

RoomCode: TypeAlias = object
"""Any object (a module, a namespace) with some of these functions:

    start(world)                                     # of a main.py, with `update`
    update(world, dt)
    sees(world, player, thing) -> bool               # player None: a spectator
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
            raise RoomError(JOIN_REFUSED, answer or "")
        raise CodeFailed("on_join_request", f"returned {answer!r:.60}, not True or a sentence")

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
