"""Runs the Lua scripts: KEYS[1] is the realm's prefix, ARGV[1] a msgpack map (`ask`), the answer a msgpack array.

The answer is `["ok", value, ""]`, or `[name of a row of the error table, room id, sentence in place of the row's]`,
which is raised. Scripts and not FUNCTIONs, because EVALSHA falls back to the text by itself when a server has lost or
never had it.
"""

from hashlib import sha1
from pathlib import Path
from typing import Any

import msgpack
from redis.exceptions import NoScriptError

from shared.protocol.errors import ERRORS, RoomError
from shared.store.connection import Connection
from shared.store.keys import Keys, lua_head
from shared.store.times import Times, lua_times

FOLDER = Path(__file__).parent / "scripts"
COMMON = ("base", "seats", "workers", "rooms", "doors", "placing")
"""The pieces that stand in front of every script, in this order: each uses only what is above it."""


class Scripts:
    def __init__(self, connection: Connection, keys: Keys, times: Times) -> None:
        self._connection = connection
        self._prefix = keys.prefix
        head = lua_head() + lua_times(times) + "".join(_text(f"common/{name}") for name in COMMON)
        self._texts = {path.stem: head + _text(path.stem) for path in sorted(FOLDER.glob("*.lua"))}
        self._digests = {name: sha1(text.encode()).hexdigest() for name, text in self._texts.items()}

    async def call(self, name: str, **ask: Any) -> Any:
        """The script's value. Raises the RoomError that it names, or STORE_UNAVAILABLE."""
        status, value, text = msgpack.unpackb(await self._evaluate(name, msgpack.packb(ask)))
        if status != "ok":
            raise RoomError(ERRORS[status], text, value)
        return value

    async def _evaluate(self, name: str, packed: bytes) -> Any:
        try:
            return await self._connection.run("EVALSHA", self._digests[name], 1, self._prefix, packed)
        except NoScriptError:
            return await self._connection.run("EVAL", self._texts[name], 1, self._prefix, packed)


def _text(name: str) -> str:
    return (FOLDER / f"{name}.lua").read_text(encoding="utf-8")
