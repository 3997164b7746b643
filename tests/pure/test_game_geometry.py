"""Circles among boxes: what touches, which way it is, and that nothing that glides is ever inside of something."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.game.geometry import distance, glide, is_free, touch, toward

ROOM = (0, 0, 100, 60)
BOXES = ((30, 20, 20, 10), (70, 0, 5, 40))


@dataclass
class Ball:
    x: float
    y: float
    radius: float = 4.0


def test_distance_direction_and_touch() -> None:
    one, other = Ball(10, 10), Ball(13, 14)
    assert distance(one, other) == 5
    assert toward(one, other) == (0.6, 0.8)
    assert toward(one, one) == (0, 0)
    assert touch(one, other)
    assert not touch(one, Ball(18, 10))


@pytest.mark.parametrize(
    ("vx", "vy", "after"), [(100, 0, (-50, 0)), (0, 100, (0, 100)), (100, -100, (-50, 50)), (-10, 0, (-10, 0))]
)
def test_what_stands_in_the_way_turns_that_part_of_the_velocity_round(
    vx: float, vy: float, after: tuple[float, float]
) -> None:
    ball = Ball(95, 5)
    assert glide(ball, vx, vy, 0.1, ROOM, bounce=0.5) == after


@settings(max_examples=50)
@given(st.floats(-2000, 2000), st.floats(-2000, 2000), st.integers(1, 40))
def test_nothing_glides_into_a_box_or_out_of_the_room(vx: float, vy: float, ticks: int) -> None:
    ball = Ball(10, 50)
    for _ in range(ticks):
        vx, vy = glide(ball, vx, vy, 1 / 30, ROOM, BOXES, bounce=0.9)
        assert is_free(ball.x, ball.y, ball.radius, ROOM, BOXES)
