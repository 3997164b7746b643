"""Hypothesis strategies for messages, derived from the shapes of their fields: a new message needs nothing here."""

from typing import Any

from hypothesis import strategies as st

from shared.protocol import limits
from shared.protocol.fields import (
    Boolean,
    Bytes,
    Integer,
    ListOf,
    Maybe,
    Number,
    OneOf,
    Options,
    Shape,
    Text,
    Tree,
    shapes_of,
)
from shared.protocol.messages import MessageSpec
from shared.protocol.references import REFERENCE_TYPES, Reference

_CHARS = st.characters(exclude_categories=["Cs"])
_FEW = 5
"""Entries of a drawn list, and the longest drawn text or body beside those of exactly the limit."""


def of_shape(shape: Shape) -> st.SearchStrategy[Any]:
    match shape:
        case Integer(least, most):
            return st.integers(least, most)
        case Boolean():
            return st.booleans()
        case Text(most, least):
            return st.text(_CHARS, min_size=least, max_size=min(most, 40)) | st.just("é" * most)
        case Bytes(most):
            return st.binary(max_size=40) | st.just(b"\xff" * most)
        case OneOf(choices):
            return st.sampled_from(choices)
        case Maybe(inner):
            return st.none() | of_shape(inner)
        case Options():
            return _options()
        case Number(least, most):
            return st.integers(int(least), int(most)) | st.floats(least, most)
        case Tree(outer):
            return _tree(outer)
        case ListOf(item, most):
            row = row_of(item) if isinstance(item, type) else of_shape(item)
            return st.lists(row, max_size=min(most, _FEW))
    raise TypeError(f"no strategy for {shape!r}")


def _options() -> st.SearchStrategy[dict[str, Any]]:
    text = st.text(_CHARS, max_size=limits.OPTION_CHARS)
    value = (
        text | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    )
    return st.dictionaries(text.filter(bool), value, max_size=_FEW)


def _tree(outer: type) -> st.SearchStrategy[Any]:
    text = st.text(_CHARS, max_size=_FEW)
    references = st.builds(Reference, st.sampled_from(REFERENCE_TYPES), st.integers(0, 2**32 - 1))
    leaf = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | text | references
    inner = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3))
    return st.dictionaries(text, inner, max_size=_FEW) if outer is dict else st.lists(inner, max_size=_FEW)


def row_of(row: type) -> st.SearchStrategy[Any]:
    return st.builds(row, *(of_shape(shape) for shape in shapes_of(row)))


def message_of(spec: MessageSpec) -> st.SearchStrategy[Any]:
    return row_of(spec.cls)
