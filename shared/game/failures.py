"""How a game's code fails. The room that runs it ends with `game-broken`, and its neighbours notice nothing."""


class CodeFailed(Exception):
    """The game's code raised, or returned what its hook may not. `__cause__` is what it raised."""

    def __init__(self, hook: str, what: str) -> None:
        super().__init__(f"{hook}: {what}")
        self.hook = hook


class GameFailed(CodeFailed):
    """The game broke a rule of the engine or met a limit. The sentence names it and what to do instead."""
