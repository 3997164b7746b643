"""Who this client is: the identity token that it was given, or a guest's, taken from the lobby.

A guest's token is exchanged for a new one at half of its life, also while nobody asks for it: who came back to a seat
with one that has ended would be a new guest. One that was given comes from a login of its own: when the lobby refuses
it, only the application can help.
"""

import asyncio
from dataclasses import dataclass

from client_py.shell import Shell
from shared.protocol.errors import RoomError
from shared.protocol.ids import draw_id

DEVICE_ID_CHARS = 16
SOONEST_S = 1.0
"""An exchange that failed is tried again at half of what is left, but not sooner."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    half_life_at: float
    expires_at: float


class Identity:
    def __init__(self, shell: Shell, url: str, token: str | None, username: str) -> None:
        self._shell = shell
        self._url = url
        self._given = token
        self._username = username
        self._device_id = draw_id(shell.dice, DEVICE_ID_CHARS)
        self._kept: _Kept | None = None
        self._has_token = asyncio.Event()

    @property
    def is_guest(self) -> bool:
        return self._given is None

    async def token(self) -> str:
        """One that is good for now. Raises RoomError."""
        if self._given is not None:
            return self._given
        now, kept = _now(), self._kept
        if kept is None or now >= kept.expires_at:
            return await self._take("")
        if now < kept.half_life_at:
            return kept.token
        try:
            return await self._take(kept.token)
        except RoomError:
            return kept.token  # it still serves

    def forget(self) -> None:
        """The lobby did not accept the token: the next one is a new guest's, of the same name."""
        self._kept = None
        self._has_token.clear()

    async def stay_young(self) -> None:
        """Exchanges a guest's token at half of its life. Never returns; one that has ended is left to who asks next."""
        while True:
            await self._has_token.wait()
            left_s = self._kept.expires_at - _now() if self._kept is not None else 0.0
            if left_s <= 0.0:
                self.forget()
                continue
            await asyncio.sleep(max(SOONEST_S, left_s / 2))
            if self._kept is not None and _now() < self._kept.expires_at:
                await self.token()

    def rename(self, username: str) -> None:
        """The next token is to carry this name."""
        self._username = username
        if self._kept is not None:
            self._kept = _Kept(self._kept.token, 0.0, self._kept.expires_at)

    async def _take(self, old: str) -> str:
        taken_at = _now()
        body = {"username": self._username, "device_id": self._device_id}
        answer = await self._shell.post(f"{self._url}/api/clients", body, old)
        token, life_s = str(answer["token"]), float(answer["expires_s"])
        self._username = str(answer["username"])
        self._kept = _Kept(token, taken_at + life_s / 2, taken_at + life_s)
        self._has_token.set()
        return token


def _now() -> float:
    return asyncio.get_running_loop().time()
