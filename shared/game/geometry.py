"""Circles that move among boxes: what touches, which way it is, and how something that moves is turned back.

A circle is any object with `x`, `y` and `radius`; a box is (x, y, width, height), x and y its upper left corner. Only
+ - * / and square roots, so that every machine finds the same.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Protocol, TypeAlias

Box: TypeAlias = Sequence[float]


class Place(Protocol):
    x: float
    y: float


class Circle(Place, Protocol):
    radius: float


def distance(one: Place, other: Place) -> float:
    """Between their centres."""
    x, y = other.x - one.x, other.y - one.y
    return sqrt(x * x + y * y)


def toward(one: Place, other: Place) -> tuple[float, float]:
    """The direction from one to the other, of length 1; (0, 0) if they are at the same place."""
    far = distance(one, other)
    return ((other.x - one.x) / far, (other.y - one.y) / far) if far else (0.0, 0.0)


def touch(one: Circle, other: Circle) -> bool:
    x, y, reach = other.x - one.x, other.y - one.y, one.radius + other.radius
    return x * x + y * y < reach * reach


def is_free(x: float, y: float, radius: float, room: Box, boxes: Sequence[Box] = ()) -> bool:
    """Whether a circle there is inside the room and clear of the boxes (of the square around it, at their corners)."""
    left, top, width, height = room
    if not (left + radius <= x <= left + width - radius and top + radius <= y <= top + height - radius):
        return False
    return not any(
        left - radius < x < left + width + radius and top - radius < y < top + height + radius
        for left, top, width, height in boxes
    )


def glide(
    body: Circle, vx: float, vy: float, dt: float, room: Box, boxes: Sequence[Box] = (), bounce: float = 1.0
) -> tuple[float, float]:
    """Moves a body by its velocity for `dt` seconds, inside the room and around the boxes. Returns the velocity after
    that: as it was, or turned round (times `bounce`) in the direction in which something stood in the way."""
    x, y = body.x + vx * dt, body.y + vy * dt
    if is_free(x, body.y, body.radius, room, boxes):
        body.x = x
    else:
        vx *= -bounce
    if is_free(body.x, y, body.radius, room, boxes):
        body.y = y
    else:
        vy *= -bounce
    return vx, vy
