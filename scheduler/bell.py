"""Rings at fixed intervals; what is due stands in rows, and what a ring means is a service's business."""

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

Act = Callable[[], Awaitable[object]]
log = structlog.get_logger(__name__)


class Bell:
    """A ticker; a ring that comes while the last is still heard is left out, and one that fails rings again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
        )

    def every(self, seconds: float, act: Act) -> None:
        """Ring for this act every so many seconds."""
        self._scheduler.add_job(_heard, "interval", seconds=seconds, args=[act])

    def start(self) -> None:
        """Begin to ring, inside the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _heard(act: Act) -> None:
    try:
        await act()
    except Exception:
        log.exception("bell.failed")
