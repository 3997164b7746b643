"""A game's source becomes a namespace of its own, one per room, after the guard has looked at it."""

from types import CodeType
from typing import Any

from shared.game import guard
from shared.game.failures import CodeFailed

NAME = "builtins"
"""What `__name__` is in there: dataclasses look the module of a class up among those loaded, and this one is not."""


class ProgramRefused(CodeFailed):
    """The guard has found what must not be in a `main.py`."""

    def __init__(self, filename: str, findings: list[guard.Finding]) -> None:
        super().__init__(filename, "; ".join(str(finding) for finding in findings))
        self.findings = findings


class Program:
    """The functions of `main.py`, and beside them those of `server.py`, as attributes. `classes` are those of
    `main.py` by name."""

    def __init__(self, main: dict[str, Any], server: dict[str, Any] | None = None) -> None:
        self.__dict__.update({name: value for name, value in (server or {}).items() if not name.startswith("_")})
        self.__dict__.update({name: value for name, value in main.items() if not name.startswith("_")})
        self.classes = classes_of(main)


def load(source: str, filename: str) -> dict[str, Any]:
    """Runs a `main.py`. Raises ProgramRefused, CodeFailed (it raised at import)."""
    return run(compiled_main(source, filename))


def compiled_main(source: str, filename: str) -> CodeType:
    """To be kept: looking at it and compiling it takes longer than running it. Raises ProgramRefused."""
    fatal = [finding for finding in guard.check(source, filename) if finding.is_fatal]
    if fatal:
        raise ProgramRefused(filename, fatal)
    return compiled(source, filename)


def compiled(source: str, filename: str) -> CodeType:
    """Raises SyntaxError."""
    return compile(source, filename, "exec", dont_inherit=True)


def run(code: CodeType) -> dict[str, Any]:
    """In a namespace of its own. Raises CodeFailed."""
    namespace: dict[str, Any] = {"__name__": NAME, "__file__": code.co_filename}
    try:
        exec(code, namespace)
    except (Exception, SystemExit) as error:
        raise CodeFailed(code.co_filename, f"{type(error).__name__}: {error}") from error
    return namespace


def classes_of(namespace: dict[str, Any]) -> dict[str, type]:
    builtin = namespace["__builtins__"]
    known = builtin if isinstance(builtin, dict) else vars(builtin)
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, type) and value.__module__ == NAME and known.get(value.__name__) is not value
    }
