"""A game's `game.toml`, parsed and checked; and what a room of that game may be created with.

Pure: it takes the decoded TOML (`shared.catalog` reads the file). Every mistake is one sentence that names the game
and the key, for the author who is looking at it. A key that is not in the tables below is a mistake too.

    title = "Sketch"                    # what people read
    description = "Draw together."
    authority = "host"                  # none | host | server
    isolation = "shared"                # shared | process: a worker of its own for each room
    page = "index.html"                 # "" for a game that has none here
    [seats]
    default = 4
    most = 8
    [options.mode]                      # type: text | number | flag | choice
    type = "choice"
    choices = ["calm", "wild"]
    default = "calm"
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.protocol import limits
from shared.protocol.errors import BAD_OPTIONS, BAD_SEATS, RoomError
from shared.protocol.ids import GameName
from shared.protocol.messages import AUTHORITIES

GAME_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
ISOLATIONS = ("shared", "process")
PAGE = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*)?")
TITLE_CHARS = 60
DESCRIPTION_CHARS = 300
SEATS_DEFAULT = 8

Toml = Mapping[str, Any]


class ManifestError(Exception):
    """The sentence says which game, which key, and what it should be."""


class OptionType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a room's creator may choose. `least` and `most` bound a number, or a text's length."""

    name: str
    type: OptionType
    default: Any
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def refusal(self, value: object) -> str:
        """Why `value` does not fit, as the end of a sentence; empty when it fits."""
        if self.type is OptionType.FLAG:
            return "" if type(value) is bool else "true or false"
        if self.type is OptionType.CHOICE:
            return "" if type(value) is str and value in self.choices else f"one of {', '.join(self.choices)}"
        if self.type is OptionType.TEXT:
            fits = type(value) is str and self._holds(len(value))
            return "" if fits else f"a text{self._bounds(' characters')}"
        return "" if _is_number(value) and self._holds(value) else f"a number{self._bounds('')}"

    def _holds(self, size: Any) -> bool:
        return (self.least is None or size >= self.least) and (self.most is None or size <= self.most)

    def _bounds(self, unit: str) -> str:
        if self.least is not None and self.most is not None:
            return f" of {self.least:g} to {self.most:g}{unit}"
        if self.least is not None:
            return f" of at least {self.least:g}{unit}"
        return f" of at most {self.most:g}{unit}" if self.most is not None else ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A game as its author declared it."""

    name: GameName
    title: str
    description: str = ""
    authority: str = "none"
    is_isolated: bool = False
    page: str = "index.html"
    seats_default: int = SEATS_DEFAULT
    seats_most: int = limits.SEATS
    options: Mapping[str, Option] = field(default_factory=dict)


def check_seats(manifest: Manifest, seats: int) -> int:
    """The number of seats of a new room; 0 asks for the game's usual number. Raises BAD_SEATS."""
    if seats == 0:
        return manifest.seats_default
    if not 1 <= seats <= manifest.seats_most:
        raise RoomError(BAD_SEATS, f"{manifest.title} has 1 to {manifest.seats_most} seats.")
    return seats


def check_options(manifest: Manifest, options: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a new room, those left out by their defaults. Raises BAD_OPTIONS."""
    for name in options:
        if name not in manifest.options:
            raise RoomError(BAD_OPTIONS, f"{manifest.title} has no option `{name:.40}`.")
    chosen = {option.name: options.get(option.name, option.default) for option in manifest.options.values()}
    for name, value in chosen.items():
        refusal = manifest.options[name].refusal(value)
        if refusal:
            raise RoomError(BAD_OPTIONS, f"The option `{name}` must be {refusal}.")
    return chosen


# --- game.toml


def parse_manifest(name: str, toml: Toml) -> Manifest:
    """The manifest of the game in the folder `name`. Raises ManifestError."""
    if not GAME_NAME.fullmatch(name):
        raise ManifestError(
            f"The game folder {name!r} must be named in lower case: letters, digits, - and _, at most 32."
        )
    where = f"games/{name}/game.toml"
    known = {"title", "description", "authority", "isolation", "page", "seats", "options"}
    _only(toml, known, where)
    seats = _table(toml, "seats", where)
    _only(seats, {"default", "most"}, f"{where}: [seats]")
    most = _take(seats, "most", limits.SEATS, _is_seats, f"a whole number of 1 to {limits.SEATS}", f"{where}: [seats]")
    default = min(SEATS_DEFAULT, most)
    return Manifest(
        name=GameName(name),
        title=_take(toml, "title", name.capitalize(), _is_text(1, TITLE_CHARS), "a short text", where),
        description=_take(
            toml, "description", "", _is_text(0, DESCRIPTION_CHARS), f"at most {DESCRIPTION_CHARS} characters", where
        ),
        authority=_take(toml, "authority", "none", _is_one_of(AUTHORITIES), " or ".join(AUTHORITIES), where),
        is_isolated=_take(toml, "isolation", "shared", _is_one_of(ISOLATIONS), " or ".join(ISOLATIONS), where)
        == "process",
        page=_take(toml, "page", "index.html", _is_page, "the name of a file in the game's folder", where),
        seats_default=_take(
            seats,
            "default",
            default,
            lambda value: _is_seats(value) and value <= most,
            f"1 to {most}",
            f"{where}: [seats]",
        ),
        seats_most=most,
        options=_parse_options(_table(toml, "options", where), where),
    )


def _parse_options(table: Toml, where: str) -> dict[str, Option]:
    if len(table) > limits.OPTIONS:
        raise ManifestError(f"{where}: a game has at most {limits.OPTIONS} options, not {len(table)}.")
    return {name: _parse_option(name, table, where) for name in table}


def _parse_option(name: str, table: Toml, where: str) -> Option:
    here = f"{where}: [options.{name}]"
    if not 1 <= len(name) <= limits.OPTION_CHARS:
        raise ManifestError(f"{here}: the name of an option has 1 to {limits.OPTION_CHARS} characters.")
    given = _table(table, name, where)
    kind = OptionType(_take(given, "type", "", _is_one_of(tuple(OptionType)), " or ".join(OptionType), here))
    _only(given, {"type", "default"} | _KEYS_OF[kind], here)
    choices = _take(given, "choices", [], _are_choices, "a list of short texts", here)
    least = _take(given, "least", _LEAST_OF.get(kind), _is_bound, "a number", here)
    most = _take(given, "most", _MOST_OF.get(kind), _is_bound, "a number", here)
    blank = choices[0] if choices else _BLANK_OF[kind]
    option = Option(name, kind, given.get("default", blank), tuple(choices), least, most)
    if kind is OptionType.CHOICE and not choices:
        raise ManifestError(f"{here}: `choices` is missing, a list of short texts.")
    if kind is OptionType.TEXT and not (least >= 0 and most <= limits.OPTION_CHARS):
        raise ManifestError(f"{here}: a text has 0 to {limits.OPTION_CHARS} characters.")
    refusal = option.refusal(option.default)
    if refusal:
        raise ManifestError(f"{here}: `default` must be {refusal}.")
    return option


_KEYS_OF: dict[OptionType, set[str]] = {
    OptionType.TEXT: {"least", "most"},
    OptionType.NUMBER: {"least", "most"},
    OptionType.FLAG: set(),
    OptionType.CHOICE: {"choices"},
}
_BLANK_OF: dict[OptionType, Any] = {
    OptionType.TEXT: "",
    OptionType.NUMBER: 0,
    OptionType.FLAG: False,
    OptionType.CHOICE: "",
}
_LEAST_OF = {OptionType.TEXT: 0}
_MOST_OF = {OptionType.TEXT: limits.OPTION_CHARS}


def _only(table: Toml, known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ManifestError(f"{where}: there is no key `{key}`; known are {', '.join(sorted(known))}.")


def _table(toml: Toml, key: str, where: str) -> Toml:
    table = toml.get(key, {})
    if not isinstance(table, dict):
        raise ManifestError(f"{where}: `{key}` must be a table.")
    return table


def _take(toml: Toml, key: str, default: Any, fits: Callable[[Any], bool], wanted: str, where: str) -> Any:
    value = toml.get(key, default)
    if not fits(value):
        raise ManifestError(f"{where}: `{key}` must be {wanted}.")
    return value


def _is_text(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is str and least <= len(value) <= most


def _is_one_of(choices: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: type(value) is not bool and value in choices


def _is_page(value: Any) -> bool:
    return type(value) is str and PAGE.fullmatch(value) is not None


def _is_seats(value: Any) -> bool:
    return type(value) is int and 1 <= value <= limits.SEATS


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and abs(value) < float("inf"))


def _is_bound(value: object) -> bool:
    return value is None or _is_number(value)


def _are_choices(value: Any) -> bool:
    return isinstance(value, list) and all(
        type(choice) is str and 1 <= len(choice) <= limits.OPTION_CHARS for choice in value
    )
