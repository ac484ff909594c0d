"""Leaving: what must be handed over before a process ends, all at once, whatever goes wrong with one."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Leaving:
    """Acts that are begun by the first who calls; everybody who calls waits for the end of all."""

    def __init__(self, *acts: Callable[[], Awaitable[None]]) -> None:
        self._acts = acts
        self._task: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Begin, and wait."""
        if self._task is None:
            self._task = asyncio.create_task(self._all())
        await asyncio.shield(self._task)

    async def _all(self) -> None:
        results = await asyncio.gather(*(act() for act in self._acts), return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException):
                log.error("leaving.failed", error=type(error).__name__)
