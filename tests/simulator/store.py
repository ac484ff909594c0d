"""The memory of a house whose commits go wrong: before, after, and slowly, so that a crash comes between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from conversations.failures import Interrupted
from storage import Memory
from storage.engine import Database
from storage.unit import Unit
from tests.simulator.chance import Luck
from tests.simulator.eye import Eye

KEYS = (("simulator", b"s" * 32),)


class Store(Memory):
    """A memory over a database that outlives it, as a file outlives its process."""

    def __init__(
        self, disk: Database, luck: Luck, eye: Eye, committed: Callable[[list[Any]], None], troubled: Callable[[], None]
    ) -> None:
        super().__init__("sqlite://", KEYS)
        self.database = disk
        self._luck = luck
        self._eye = eye
        self._told = committed
        self._troubled = troubled
        self.committing = False
        self.faulty = False
        self.commits = 0

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        rates = self._luck.rates
        if self.faulty and self._luck.happens(rates.before_commit):
            self._troubled()
            raise Interrupted("before")
        try:
            async with super().unit() as unit:
                yield unit
                await self._slowly()
                self.committing = True
            self.commits += 1
            self._told(self._eye.committed())
        except BaseException:
            self._eye.rolled_back()
            raise
        finally:
            self.committing = False
        await self._slowly()
        if self.faulty and self._luck.happens(rates.after_commit):
            self._troubled()
            raise Interrupted("after")

    async def _slowly(self) -> None:
        if self.faulty and self._luck.happens(self._luck.rates.slow_commit):
            await asyncio.sleep(self._luck.chance.uniform(0.001, 3.0))
