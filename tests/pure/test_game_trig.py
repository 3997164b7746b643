"""The engine's own trigonometry: as near to the truth as it says, and the same to the bit as when it was measured."""

import math
from collections.abc import Callable
from hashlib import blake2b
from random import Random
from typing import Any

import pytest

from shared.game import trig

TIMES = 2000


def numbers(low: float, high: float, count: int = 1) -> list[tuple[float, ...]]:
    chance = Random(7)
    return [tuple(chance.uniform(low, high) for _ in range(count)) for _ in range(TIMES)]


@pytest.mark.parametrize(
    ("name", "arguments", "ulps"),
    [
        *((name, numbers(-span, span), 1) for span in (1, 10, 1e6) for name in ("sin", "cos", "atan")),
        *(("tan", numbers(-span, span), 2) for span in (1, 10, 1e6)),
        ("atan2", numbers(-9, 9, 2), 1),
        ("asin", numbers(-1, 1), 2),
        ("acos", numbers(-1, 1), 2),
        ("exp", numbers(-700, 700), 1),
        ("log", numbers(0, 1000), 1),
        ("log", [(10.0**power,) for power in range(-300, 300)], 1),
    ],
)
def test_it_is_as_near_as_it_says(name: str, arguments: list[Any], ulps: int) -> None:
    ours: Callable[..., float] = getattr(trig, name)
    theirs: Callable[..., float] = getattr(math, name)
    for given in arguments:
        true = theirs(*given)  # itself within 1 unit of the truth, so one more is allowed
        assert abs(ours(*given) - true) <= ulps * math.ulp(true), given


def test_powers() -> None:
    for base, exponent in [(x, y * 4) for x, y in numbers(0.1, 9, 2)]:
        true = math.pow(base, exponent)
        assert abs(trig.pow(base, exponent) - true) <= 1e-15 * true * max(1.0, abs(math.log(true)))
    assert [trig.pow(3, 4), trig.pow(-2, 3), trig.pow(2, -2), trig.pow(0, 0.5), trig.pow(5, 0)] == [81, -8, 0.25, 0, 1]


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("sin", (0.0,), 0.0),
        ("cos", (0.0,), 1.0),
        ("atan2", (0.0, 0.0), 0.0),
        ("atan2", (1.0, 0.0), math.pi / 2),
        ("atan2", (-1.0, 0.0), -math.pi / 2),
        ("atan2", (0.0, -1.0), math.pi),
        ("atan2", (1.0, 1.0), math.pi / 4),
        ("atan2", (-1.0, -1.0), -3 * math.pi / 4),
        ("atan2", (math.inf, math.inf), math.pi / 4),
        ("atan2", (3, -math.inf), math.pi),
        ("atan", (math.inf,), math.pi / 2),
        ("acos", (1,), 0.0),
        ("asin", (-1,), -math.pi / 2),
        ("exp", (0.0,), 1.0),
        ("exp", (-1000,), 0.0),
        ("log", (1.0,), 0.0),
    ],
)
def test_at_the_edges(name: str, arguments: tuple[float, ...], value: float) -> None:
    assert getattr(trig, name)(*arguments) == value


@pytest.mark.parametrize(
    "call", [lambda: trig.asin(1.1), lambda: trig.acos(-2), lambda: trig.log(0), lambda: trig.log(-1)]
)
def test_beyond_the_edges(call: Callable[[], float]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        call()


def test_the_same_bits_everywhere() -> None:
    """The same figure came out of CPython 3.11 with glibc and of Pyodide (CPython 3.14, WebAssembly)."""
    seen = blake2b(digest_size=8)
    for x, y in numbers(-50, 50, 2):
        values = [trig.sin(x), trig.cos(x), trig.tan(y), trig.atan2(y, x), trig.exp(x), trig.log(y * y + 1e-9)]
        seen.update(repr([*values, trig.asin(x / 50), trig.acos(y / 50), trig.pow(abs(x), y / 10)]).encode())
    assert seen.hexdigest() == "39df3e087454516b"
