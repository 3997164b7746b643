"""Reads tables of a decoded TOML file, each mistake being one sentence: which file, which key, what it should be."""

from collections.abc import Callable, Mapping
from typing import Any

Toml = Mapping[str, Any]
Fits = Callable[[Any], bool]


class ManifestError(Exception):
    """The sentence is for the author who is looking at the file."""


def only(table: Toml, known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ManifestError(f"{where}: there is no key `{key}`; known are {', '.join(sorted(known))}.")


def sub_table(toml: Toml, key: str, where: str) -> Toml:
    found = toml.get(key, {})
    if not isinstance(found, dict):
        raise ManifestError(f"{where}: `{key}` must be a table.")
    return found


def take(toml: Toml, key: str, default: Any, fits: Fits, wanted: str, where: str) -> Any:
    value = toml.get(key, default)
    if not fits(value):
        raise ManifestError(f"{where}: `{key}` must be {wanted}.")
    return value


def is_text(least: int, most: int) -> Fits:
    return lambda value: type(value) is str and least <= len(value) <= most


def is_one_of(choices: tuple[str, ...]) -> Fits:
    return lambda value: type(value) is not bool and value in choices


def is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and abs(value) < float("inf"))


def is_number_within(least: float, most: float) -> Fits:
    return lambda value: is_number(value) and least <= value <= most


def is_whole(least: int, most: int) -> Fits:
    return lambda value: type(value) is int and least <= value <= most


def is_flag(value: Any) -> bool:
    return type(value) is bool
