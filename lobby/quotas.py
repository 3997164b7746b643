"""Limits per address that hold across all lobbies: new guests, held seats, vain returns, wrong invite codes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lobby.origins import Caller
from shared.protocol.errors import INVITE_WRONG, TOO_MANY_REQUESTS, RoomError
from shared.store.directory import RoomDirectory

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Quota:
    """So many in a minute from one address, all at once if need be; 0: as many as one likes."""

    directory: RoomDirectory
    name: str
    most_a_minute: int

    async def allows(self, caller: Caller) -> bool:
        """Counts one, unless it is too many."""
        return not self.most_a_minute or await self.directory.allow(*self._bucket(caller))

    async def count(self, caller: Caller) -> None:
        """The same; too many raises TOO_MANY_REQUESTS."""
        if not await self.allows(caller):
            raise RoomError(TOO_MANY_REQUESTS)

    async def give_back(self, caller: Caller) -> None:
        """The one that was just counted does not count after all."""
        if self.most_a_minute:
            await self.directory.give_back(*self._bucket(caller))

    def _bucket(self, caller: Caller) -> tuple[str, float, int]:
        return f"{self.name}:{caller.address}", self.most_a_minute / MINUTE_S, self.most_a_minute


@asynccontextmanager
async def guess(quota: Quota, caller: Caller) -> AsyncIterator[None]:
    """Around a try with an invite code: only INVITE_WRONG counts. Raises TOO_MANY_REQUESTS.

    Counted before and given back after, so that guesses at the same time are as many as guesses one by one.
    """
    await quota.count(caller)
    is_wrong = False
    try:
        yield
    except RoomError as error:
        is_wrong = error.kind is INVITE_WRONG
        raise
    finally:
        if not is_wrong:
            await quota.give_back(caller)
