"""The tables of `docs/PROTOCOL.md`, as Markdown: messages per direction, rows, limits, errors.

Explanations are the docstrings of `shared/protocol`, so that each sentence is written once.
"""

import ast
import inspect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.protocol import limits
from shared.protocol.errors import ERRORS
from shared.protocol.fields import fields_of
from shared.protocol.ids import ALPHABET
from shared.protocol.messages import (
    DIRECTIONS,
    ChatRow,
    InputRow,
    JournalRow,
    MemberRow,
    PingRow,
    PlayerRow,
    RoomRow,
    Table,
)

ROWS: tuple[type, ...] = (RoomRow, MemberRow, ChatRow, PingRow, JournalRow, InputRow, PlayerRow)


class Limit(NamedTuple):
    name: str
    value: int | float
    note: str


def tables() -> dict[str, str]:
    """Each section's name in the document and its Markdown."""
    sections = {name.replace(" ", "-"): _messages(table) for name, table in DIRECTIONS.items()}
    return sections | {"rows": _rows(), "limits": _limits(), "errors": _errors(), "alphabet": f"`{ALPHABET}`"}


def limit_rows() -> list[Limit]:
    """Every figure of `limits.py` in its order, with the sentence that follows it there."""
    body = ast.parse(inspect.getsource(limits)).body
    rows: list[Limit] = []
    for node in body[1:]:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            rows.append(Limit(name, getattr(limits, name), ""))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            rows[-1] = rows[-1]._replace(note=_one_line(str(node.value.value)))
    return rows


def _messages(table: Table) -> str:
    return _table(
        ("kind", "name", "fields", "counted", "meaning"),
        (
            (str(spec.kind), f"`{spec.name}`", _fields(spec.cls), "yes" if spec.counted else "", _doc(spec.cls))
            for spec in table.values()
        ),
    )


def _rows() -> str:
    return _table(("row", "fields", "meaning"), ((f"`{row.__name__}`", _fields(row), _doc(row)) for row in ROWS))


def _limits() -> str:
    return _table(
        ("name", "figure", "at the limit"),
        ((f"`{row.name}`", f"{figure(row.value)}", row.note) for row in limit_rows()),
    )


def figure(value: int | float) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def _errors() -> str:
    return _table(
        ("name", "close code", "then", "HTTP", "whose fault", "sentence"),
        (
            (
                f"`{kind.name}`",
                str(kind.close_code),
                "final" if kind.is_final else "try again",
                str(kind.http_status),
                kind.fault.value,
                kind.text,
            )
            for kind in ERRORS.values()
        ),
    )


def _fields(row: type) -> str:
    return "<br>".join(f"`{field.name}` {field.shape.describe()}" for field in fields_of(row)) or "none"


def _doc(cls: type) -> str:
    """The class's own docstring; NamedTuple writes one of its own where there is none."""
    text = _one_line(cls.__doc__ or "")
    return "" if text.startswith(f"{cls.__name__}(") else text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)
