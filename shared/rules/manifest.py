"""A game's `game.toml`, parsed and checked; and what a room of that game may be created with.

Pure: it takes the decoded TOML (`shared.catalog` reads the file). Every mistake is one sentence that names the game
and the key, for the author who is looking at it. A key that is not in the tables below is a mistake too.

    title = "Sketch"                    # what people read
    description = "Draw together."
    authority = "host"                  # none | host | server
    isolation = "shared"                # shared | process: a worker of its own for each room
    grace_s = 20                        # how long the seat of somebody who was cut off is kept; 0: not at all
    host_patience_s = 3                 # how long a host who was cut off stays host
    empty_ttl_s = 0                     # how long a room that everybody has left waits for somebody
    page = "index.html"                 # "" for a game that has none here
    durable = false                     # its rooms outlive their worker: seats and name do, the state begins anew
    [seats]
    default = 4
    most = 8
    [spectators]
    most = 16                           # 0: nobody may watch
    chat = true                         # whether they may write, too
    delay_s = 0                         # they see what was so long ago
    [options.mode]                      # type: text | number | flag | choice
    type = "choice"
    choices = ["calm", "wild"]
    default = "calm"

How it is played (tick, inputs, acts) stands in `game_toml.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.protocol import limits
from shared.protocol.errors import BAD_OPTIONS, BAD_SEATS, RoomError
from shared.protocol.ids import GameName
from shared.protocol.messages import AUTHORITIES
from shared.rules import game_toml
from shared.rules.game_rules import GameRules
from shared.rules.policy import USUAL, Policy
from shared.rules.toml_tables import (
    ManifestError,
    Toml,
    is_flag,
    is_number,
    is_number_within,
    is_one_of,
    is_text,
    is_whole,
    only,
    sub_table,
    take,
)

GAME_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
ISOLATIONS = ("shared", "process")
KEYS = {
    "title",
    "description",
    "authority",
    "isolation",
    "page",
    "grace_s",
    "host_patience_s",
    "empty_ttl_s",
    "durable",
    "seats",
    "spectators",
    "options",
    *game_toml.KEYS,
}
PAGE = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*)?")
TITLE_CHARS = 60
DESCRIPTION_CHARS = 300
SEATS_DEFAULT = 8
SPECTATORS_DEFAULT, SPECTATORS_MOST = 16, 256
GRACE_MOST_S = 600.0
HOST_PATIENCE_MOST_S = 60.0
EMPTY_TTL_MOST_S = 3600.0
DELAY_MOST_S = limits.LOG_AGE_S


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
        return "" if is_number(value) and self._holds(value) else f"a number{self._bounds('')}"

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
    is_durable: bool = False
    page: str = "index.html"
    seats_default: int = SEATS_DEFAULT
    seats_most: int = limits.SEATS
    spectators_most: int = SPECTATORS_DEFAULT
    policy: Policy = USUAL
    options: Mapping[str, Option] = field(default_factory=dict)
    rules: GameRules = field(default_factory=GameRules)

    @property
    def is_offline(self) -> bool:
        """It may be played without a server."""
        return self.rules.is_offline


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


def parse_manifest(name: str, toml: Toml, *, has_main: bool = False) -> Manifest:
    """The manifest of the game in the folder `name`, with or without a `main.py`. Raises ManifestError."""
    if not GAME_NAME.fullmatch(name):
        raise ManifestError(
            f"The game folder {name!r} must be named in lower case: letters, digits, - and _, at most 32."
        )
    where = f"games/{name}/game.toml"
    only(toml, KEYS, where)
    isolation = take(toml, "isolation", "shared", is_one_of(ISOLATIONS), " or ".join(ISOLATIONS), where)
    seats_default, seats_most = _parse_seats(sub_table(toml, "seats", where), f"{where}: [seats]")
    authority = take(toml, "authority", "none", is_one_of(AUTHORITIES), " or ".join(AUTHORITIES), where)
    if has_main and authority == "none":
        raise ManifestError(f'{where}: a game with a main.py needs `authority` "server" or "host": who runs it.')
    return Manifest(
        name=GameName(name),
        title=take(toml, "title", name.capitalize(), is_text(1, TITLE_CHARS), "a short text", where),
        description=take(
            toml, "description", "", is_text(0, DESCRIPTION_CHARS), f"at most {DESCRIPTION_CHARS} characters", where
        ),
        authority=authority,
        is_isolated=isolation == "process",
        is_durable=take(toml, "durable", False, is_flag, "true or false", where),
        page=take(toml, "page", "index.html", _is_page, "the name of a file in the game's folder", where),
        seats_default=seats_default,
        seats_most=seats_most,
        spectators_most=_parse_spectators(toml, where),
        policy=_parse_policy(toml, where),
        options=_parse_options(sub_table(toml, "options", where), where),
        rules=game_toml.parse_rules(toml, where, has_main=has_main),
    )


def _parse_seats(seats: Toml, where: str) -> tuple[int, int]:
    only(seats, {"default", "most"}, where)
    most = take(seats, "most", limits.SEATS, is_whole(1, limits.SEATS), f"a whole number of 1 to {limits.SEATS}", where)
    default = take(seats, "default", min(SEATS_DEFAULT, most), is_whole(1, most), f"1 to {most}", where)
    return default, most


def _parse_spectators(toml: Toml, where: str) -> int:
    spectators, here = sub_table(toml, "spectators", where), f"{where}: [spectators]"
    only(spectators, {"most", "chat", "delay_s"}, here)
    wanted = f"a whole number of 0 to {SPECTATORS_MOST}"
    most: int = take(spectators, "most", SPECTATORS_DEFAULT, is_whole(0, SPECTATORS_MOST), wanted, here)
    return most


def _parse_policy(toml: Toml, where: str) -> Policy:
    spectators, here = sub_table(toml, "spectators", where), f"{where}: [spectators]"
    return Policy(
        grace_s=_seconds(toml, "grace_s", USUAL.grace_s, GRACE_MOST_S, where),
        host_patience_s=_seconds(toml, "host_patience_s", USUAL.host_patience_s, HOST_PATIENCE_MOST_S, where),
        empty_ttl_s=_seconds(toml, "empty_ttl_s", USUAL.empty_ttl_s, EMPTY_TTL_MOST_S, where),
        may_spectators_chat=take(spectators, "chat", USUAL.may_spectators_chat, is_flag, "true or false", here),
        spectator_delay_s=_seconds(spectators, "delay_s", USUAL.spectator_delay_s, DELAY_MOST_S, here),
    )


def _seconds(toml: Toml, key: str, default: float, most: float, where: str) -> float:
    return float(take(toml, key, default, is_number_within(0, most), f"seconds, 0 to {most:g}", where))


def _parse_options(table: Toml, where: str) -> dict[str, Option]:
    if len(table) > limits.OPTIONS:
        raise ManifestError(f"{where}: a game has at most {limits.OPTIONS} options, not {len(table)}.")
    return {name: _parse_option(name, table, where) for name in table}


def _parse_option(name: str, table: Toml, where: str) -> Option:
    here = f"{where}: [options.{name}]"
    if not 1 <= len(name) <= limits.OPTION_CHARS:
        raise ManifestError(f"{here}: the name of an option has 1 to {limits.OPTION_CHARS} characters.")
    given = sub_table(table, name, where)
    kind = OptionType(take(given, "type", "", is_one_of(tuple(OptionType)), " or ".join(OptionType), here))
    only(given, {"type", "default"} | _KEYS_OF[kind], here)
    choices = take(given, "choices", [], _are_choices, "a list of short texts", here)
    least = take(given, "least", _LEAST_OF.get(kind), _is_bound, "a number", here)
    most = take(given, "most", _MOST_OF.get(kind), _is_bound, "a number", here)
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


def _is_page(value: Any) -> bool:
    return type(value) is str and PAGE.fullmatch(value) is not None


def _is_bound(value: object) -> bool:
    return value is None or is_number(value)


def _are_choices(value: Any) -> bool:
    return isinstance(value, list) and all(
        type(choice) is str and 1 <= len(choice) <= limits.OPTION_CHARS for choice in value
    )
