"""Where a fork plugs in its own login: `login_of` is the one place.

`POST /api/clients` asks the login first. What it returns becomes the client's identity token; None makes a guest (or,
with the token of an earlier one, keeps that guest); a RoomError refuses. Whoever logs in is one client in all of its
tabs, so `client_id` must be the same each time: derive it from the account. A fork writes, for example:

    class AccountLogin:
        async def identify(self, request: HTTPConnection) -> Identity | None:
            account = await accounts.of_cookie(request.cookies.get("session", ""))
            if account is None:
                raise RoomError(NOT_ALLOWED, "Log in first.")   # or return None, to let guests in too
            return Identity(ClientId(f"a{account.number}"), account.name)

and returns `AccountLogin()` below.
"""

from typing import Protocol

from starlette.requests import HTTPConnection

from shared.settings import Settings
from shared.wire.tokens import Identity


class Login(Protocol):
    async def identify(self, request: HTTPConnection) -> Identity | None: ...


class GuestsOnly:
    """There are no accounts."""

    async def identify(self, request: HTTPConnection) -> Identity | None:
        return None


def login_of(settings: Settings) -> Login:
    """Called once, when a lobby starts. A CannotStart keeps it from starting."""
    return GuestsOnly()
