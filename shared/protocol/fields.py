"""The shapes that a message's fields may have. Each can say whether a decoded value fits, and describe itself.

Used inside `Annotated`: `text: Annotated[str, Text(500)]`. A value that fits is used as it is; only rows
(`ListOf(Row)`) are rebuilt, from arrays into their `NamedTuple`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, Protocol, get_args, get_origin, get_type_hints

from shared.protocol import limits


class Shape(Protocol):
    def fits(self, value: object) -> bool: ...
    def describe(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Integer:
    least: int = 0
    most: int = 2**53 - 1

    def fits(self, value: object) -> bool:
        return type(value) is int and self.least <= value <= self.most

    def describe(self) -> str:
        return "integer" if self == Integer() else f"integer {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Boolean:
    def fits(self, value: object) -> bool:
        return value is True or value is False

    def describe(self) -> str:
        return "boolean"


@dataclass(frozen=True, slots=True)
class Text:
    most: int
    least: int = 0

    def fits(self, value: object) -> bool:
        return type(value) is str and self.least <= len(value) <= self.most

    def describe(self) -> str:
        return f"text of {self.least} to {self.most} characters"


@dataclass(frozen=True, slots=True)
class Bytes:
    most: int

    def fits(self, value: object) -> bool:
        return type(value) is bytes and len(value) <= self.most

    def describe(self) -> str:
        return f"up to {self.most} bytes"


@dataclass(frozen=True, slots=True)
class OneOf:
    choices: tuple[str, ...]

    def fits(self, value: object) -> bool:
        return type(value) is str and value in self.choices

    def describe(self) -> str:
        return " or ".join(f"`{choice}`" for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Maybe:
    shape: Shape

    def fits(self, value: object) -> bool:
        return value is None or self.shape.fits(value)

    def describe(self) -> str:
        return f"{self.shape.describe()}, or nil"


@dataclass(frozen=True, slots=True)
class Options:
    """A flat map from short texts to texts, finite numbers or booleans."""

    def fits(self, value: object) -> bool:
        return (
            type(value) is dict
            and len(value) <= limits.OPTIONS
            and all(self._entry_fits(key, item) for key, item in value.items())
        )

    @staticmethod
    def _entry_fits(key: object, item: object) -> bool:
        if not (Text(limits.OPTION_CHARS, least=1).fits(key) and _can_travel(key)):
            return False
        if type(item) is str:
            return len(item) <= limits.OPTION_CHARS and _can_travel(item)
        if type(item) is float:
            return abs(item) < float("inf")
        return item is True or item is False or Integer(-(2**53) + 1).fits(item)

    def describe(self) -> str:
        return f"map of up to {limits.OPTIONS} options"


def _can_travel(text: object) -> bool:
    """Half of a surrogate pair has no UTF-8. Unlike msgpack, JSON lets one in; no later encoding would."""
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Number:
    """An integer or a finite float."""

    least: float
    most: float

    def fits(self, value: object) -> bool:
        return type(value) in (int, float) and self.least <= value <= self.most  # type: ignore[operator]

    def describe(self) -> str:
        return f"number {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Tree:
    """A list or a map of whatever msgpack can carry, references too. Only for what a worker says: nobody checks how
    deep or long it is."""

    outer: type

    def fits(self, value: object) -> bool:
        return type(value) is self.outer

    def describe(self) -> str:
        return "map of anything" if self.outer is dict else "list of anything"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape, or of rows: then `item` is a NamedTuple class whose fields are annotated the same way."""

    item: Any
    most: int

    def fits(self, value: object) -> bool:
        if type(value) is not list or len(value) > self.most:
            return False
        if isinstance(self.item, type):
            shapes = shapes_of(self.item)
            return all(row_fits(shapes, row) for row in value)
        return all(self.item.fits(entry) for entry in value)

    def describe(self) -> str:
        name = self.item.__name__ if isinstance(self.item, type) else self.item.describe()
        return f"list of up to {self.most}: {name}"


def row_fits(shapes: tuple[Shape, ...], row: object) -> bool:
    return (
        type(row) is list
        and len(row) == len(shapes)
        and all(shape.fits(value) for shape, value in zip(shapes, row, strict=True))
    )


class FieldSpec(NamedTuple):
    name: str
    shape: Shape


@cache
def fields_of(row: type) -> tuple[FieldSpec, ...]:
    """The annotated fields of a message or row class, in the order in which they travel."""
    hints = get_type_hints(row, include_extras=True)
    specs = []
    for name in row._fields:  # type: ignore[attr-defined]
        hint = hints[name]
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{row.__name__}.{name} has no shape: write Annotated[type, Shape()]")
        specs.append(FieldSpec(name, get_args(hint)[1]))
    return tuple(specs)


def shapes_of(row: type) -> tuple[Shape, ...]:
    return tuple(spec.shape for spec in fields_of(row))
