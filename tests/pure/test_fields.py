"""Shapes of fields: what fits. What travels as bytes is in `test_codec.py`; here is what comes by another way."""

import pytest

from shared.protocol import limits
from shared.protocol.fields import Options


@pytest.mark.parametrize("options", [{}, {"a": "é\U0001f600", "b": 1, "c": 0.5, "d": True}])
def test_options_are_a_flat_map(options: dict[str, object]) -> None:
    assert Options().fits(options)


@pytest.mark.parametrize(
    "options",
    [
        {"a": "\ud800"},
        {"\udfff": "a"},
        {"": "a"},
        {1: "a"},
        {"a": "x" * (limits.OPTION_CHARS + 1)},
        {"a": float("inf")},
        {"a": None},
    ],
)
def test_what_could_not_travel_is_no_option(options: dict[object, object]) -> None:
    assert not Options().fits(options)
