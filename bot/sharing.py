"""What one process changes and others keep in memory: they hear of it, and look again where they may not have heard."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.household import Household
from storage.news import KNOWLEDGE

log = structlog.get_logger(__name__)


def share(household: Household) -> None:
    """Keep the knowledge of this process as new as that of the others."""
    knowledge, wakeups = household.knowledge, household.memory.wakeups
    tasks: set[asyncio.Task[None]] = set()

    def look() -> None:
        if not tasks:
            begin(knowledge.look())

    def begin(act: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_tried(act))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    knowledge.tell = lambda organisation: wakeups.sign(organisation, KNOWLEDGE)
    wakeups.keep(KNOWLEDGE, lambda organisation, _: begin(knowledge.learn(organisation)), look)


async def _tried(act: Coroutine[Any, Any, None]) -> None:
    """What fails now is made good by the poll."""
    try:
        await act
    except Exception as error:
        log.warning("knowledge.not_renewed", error=type(error).__name__)
