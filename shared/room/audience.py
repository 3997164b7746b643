"""To whom a frame goes, decided at the moment it is sent: whoever joins later was not meant.

An audience is a number, because one is made for each message: 0 is everyone, −n everyone but member n, +n only
member n. A few chosen ones are a frozenset of their numbers.
"""

from typing import TypeAlias

Audience: TypeAlias = int | frozenset[int]

EVERYONE = 0


def but(number: int) -> Audience:
    return -number


def only(number: int) -> Audience:
    return number


def includes(audience: Audience, number: int) -> bool:
    if isinstance(audience, frozenset):
        return number in audience
    return audience == number or (audience <= 0 and audience != -number)
