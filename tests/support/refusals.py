"""What a call was answered with, when that is an error of the table."""

from collections.abc import Awaitable
from typing import Any

import pytest

from shared.protocol.errors import ErrorKind, RoomError


async def refusal(call: Awaitable[Any]) -> ErrorKind:
    """The kind of error that the call must end with."""
    return (await refused(call)).kind


async def refused(call: Awaitable[Any]) -> RoomError:
    with pytest.raises(RoomError) as raised:
        await call
    return raised.value


async def outcome(call: Awaitable[Any]) -> str:
    """`ok`, or the name of the error."""
    try:
        await call
    except RoomError as error:
        return error.kind.name
    return "ok"
