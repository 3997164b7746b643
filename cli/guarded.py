"""The starter's side of a guard: a command that ends with us, even when we are killed (see `guard.py`)."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

GUARD = Path(__file__).with_name("guard.py")


class Guarded:
    """A running command under its guard. It ends when it wants, at `stop()`, or when this process is gone."""

    def __init__(self, name: str, guard: asyncio.subprocess.Process, pipe: int) -> None:
        self.name = name
        self._guard = guard
        self._pipe: int | None = pipe

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        folder: str = "",
        after: Self | None = None,
    ) -> Self:
        """Start `command`; `folder` is removed after its end.

        The guard also holds the pipe of `after`, which therefore outlives this command: so Redis ends last, whichever
        way the starter ends.
        """
        reading, writing = os.pipe()
        held = [after._pipe] if after and after._pipe is not None else []
        try:
            guard = await asyncio.create_subprocess_exec(
                *(sys.executable, "-S", str(GUARD), str(reading), folder, *command),
                env=environ,
                pass_fds=[reading, *held],
                start_new_session=True,
            )
        finally:
            os.close(reading)
        return cls(name, guard, writing)

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        return await self._guard.wait()

    async def stop(self) -> None:
        """Ask for its end by closing the pipe, and wait until it, its group and its folder are gone."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        await self.ended()
