"""A served house that is killed many times: each one is forked from a parent that has imported it, as `make torture` does.

torture/zygote.py says why that is as hard as a fresh process. What `python -m bot serve` does in a process of its own is
held by the tests that use tests/served.py itself.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.patience import STUCK_S
from tests.real_house import furnished
from tests.served import Served
from torture.zygote import ROLES

COMMAND = (sys.executable, "-m", "torture.zygote")
AGAIN_S = 0.02


class Forked(Served):
    """One house, whose processes are children of one parent."""

    def __init__(self, folder: Path, more: dict[str, str]) -> None:
        super().__init__(folder, {**more, ROLES: "whole"})
        self.log = folder / "house.0.log"
        self._parent: Process | None = None
        self._pid = 0

    async def open(self) -> None:
        """Start the parent, and the house."""
        self._parent = await asyncio.create_subprocess_exec(
            *COMMAND, cwd=self.log.parent, env=self._environment(), stdin=PIPE, stdout=PIPE
        )
        assert await self._heard() == ["ready"]
        await self.start()

    async def start(self) -> None:
        """Start it and wait until it takes calls."""
        assert self._parent is not None and self._parent.stdin is not None
        self._parent.stdin.write(b"start 0\n")
        word, _, pid = await self._heard()
        assert word == "up"
        self._pid = int(pid)
        async with asyncio.timeout(STUCK_S), aiohttp.ClientSession(trust_env=False) as caller:
            while not await self._answers(caller):
                await asyncio.sleep(AGAIN_S)
        self.up.set()

    async def close(self) -> None:
        """Nothing of it is left."""
        if self._parent is not None and self._parent.stdin is not None:
            self._parent.stdin.close()
            await self._parent.wait()

    async def _answers(self, caller: aiohttp.ClientSession) -> bool:
        try:
            async with caller.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async def _end(self, how: signal.Signals) -> int:
        if not self._pid:
            return 0
        pid, self._pid = self._pid, 0
        self.up.clear()
        os.kill(pid, how)
        word, _, status = await self._heard()
        assert word == "died"
        return int(status)

    async def _heard(self) -> list[str]:
        assert self._parent is not None and self._parent.stdout is not None
        async with asyncio.timeout(STUCK_S):
            line = await self._parent.stdout.readline()
        assert line, self.log.read_text("utf-8")[-2000:] if self.log.exists() else "the parent is gone"
        return line.decode().split()


@asynccontextmanager
async def forked(folder: Path, **more: str) -> AsyncIterator[Forked]:
    """A served house on a fresh database in this folder, with more settings, gone at the end."""
    house = Forked(folder, more)
    house.data.mkdir()
    await furnished(house.data)
    try:
        await house.open()
        yield house
    finally:
        await house.kill()
        await house.close()
