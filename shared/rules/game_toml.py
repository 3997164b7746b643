"""The part of `game.toml` that says how a game is played: `GameRules`, parsed and checked.

tick_hz = 20                        # updates a second, 0 to 60; 0: turns, an update after each act, join and leave
offline = true                      # may be played without a server
local_players = 2                   # how many may share one screen
[input]                             # what a player holds, in this order: stick | axis | button
move = "stick"
fire = "button"
[acts.play]                         # a one-off move and its fields: whole | number | text | flag
card = "whole"
[acts.pass]
"""

from shared.protocol import limits
from shared.protocol.messages import INPUT_NUMBERS, INPUT_TYPES
from shared.rules.game_rules import ACT_TYPES, TICK_HZ_DEFAULT, GameRules
from shared.rules.toml_tables import ManifestError, Toml, is_flag, is_one_of, is_whole, sub_table, take

KEYS = {"tick_hz", "offline", "local_players", "input", "acts"}
NAME_OF_AN_ACT = "name"
"""What `act.name` says, and therefore no field's name."""


def parse_rules(toml: Toml, where: str, *, has_main: bool) -> GameRules:
    """Raises ManifestError."""
    most_hz, most_here = limits.TICK_HZ_MOST, limits.LOCAL_PLAYERS
    return GameRules(
        tick_hz=take(
            toml, "tick_hz", TICK_HZ_DEFAULT, is_whole(0, most_hz), f"a whole number of 0 to {most_hz}", where
        ),
        inputs=_parse_inputs(sub_table(toml, "input", where), f"{where}: [input]"),
        acts=_parse_acts(sub_table(toml, "acts", where), f"{where}: [acts]"),
        local_players=take(
            toml, "local_players", 1, is_whole(1, most_here), f"a whole number of 1 to {most_here}", where
        ),
        is_offline=take(toml, "offline", False, is_flag, "true or false", where),
        has_main=has_main,
    )


def _parse_inputs(table: Toml, here: str) -> dict[str, str]:
    inputs = {_name(name, here): _type(table, name, INPUT_TYPES, here) for name in table}
    numbers = sum(INPUT_NUMBERS[type] for type in inputs.values())
    if numbers > limits.INPUT_VALUES:
        raise ManifestError(f"{here}: inputs are made of at most {limits.INPUT_VALUES} numbers, not {numbers}.")
    return inputs


def _parse_acts(table: Toml, here: str) -> dict[str, dict[str, str]]:
    return {_name(name, here): _parse_act(sub_table(table, name, here), f"{here[:-1]}.{name}]") for name in table}


def _parse_act(fields: Toml, here: str) -> dict[str, str]:
    if len(fields) > limits.OPTIONS:
        raise ManifestError(f"{here}: an act has at most {limits.OPTIONS} fields, not {len(fields)}.")
    if NAME_OF_AN_ACT in fields:
        raise ManifestError(f"{here}: `{NAME_OF_AN_ACT}` is the name of the act itself; call the field otherwise.")
    return {_name(name, here): _type(fields, name, ACT_TYPES, here) for name in fields}


def _type(table: Toml, name: str, types: tuple[str, ...], here: str) -> str:
    found: str = take(table, name, None, is_one_of(types), " or ".join(types), here)
    return found


def _name(name: str, here: str) -> str:
    """One that a game's code can write after a dot."""
    if not (name.isascii() and name.isidentifier()) or name.startswith("_") or len(name) > limits.TYPE_CHARS:
        raise ManifestError(
            f"{here}: `{name:.40}` must be a name of at most {limits.TYPE_CHARS} letters, digits and _, a letter first."
        )
    return name
