"""Reads a compose file as far as ours goes, so that its services can be run without a container engine.

Variables: `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`. Absent: everything about images and networks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<kind>:-|:\?)(?P<text>[^}]*))?\})")


class Missing(Exception):
    pass


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str]
    environment: dict[str, str]
    health: list[str]


def read(path: Path, environ: Mapping[str, str]) -> dict[str, Service]:
    """The services, with variables filled from `environ`. Raises Missing."""
    raw = _filled(yaml.safe_load(path.read_text(encoding="utf-8"))["services"], environ)
    return {name: _service(name, entry) for name, entry in raw.items()}


def _service(name: str, entry: dict[str, Any]) -> Service:
    kind, *test = entry["healthcheck"]["test"]
    health = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
    return Service(name, entry["command"], entry["environment"], health)


def _filled(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, environ) for item in value]
    return _VARIABLE.sub(lambda found: _variable(found, environ), value) if isinstance(value, str) else value


def _variable(found: re.Match[str], environ: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    if given := environ.get(found["name"]):
        return given
    if found["kind"] == ":?":
        raise Missing(f"{found['name']} {found['text']}")
    return found["text"] or ""
