"""Several processes of one house, as far as the database can tell."""

import asyncio

from conversations.events import Inbound, Opened
from storage import Memory
from storage.exchange import Exchange
from tests.delivery_world import HOUSE
from tests.patience import STUCK_S


async def hears(memory: Memory) -> None:
    """Until this process hears the others."""
    assert isinstance(memory.wakeups.others, Exchange)
    async with asyncio.timeout(STUCK_S):
        await memory.wakeups.others.listening.wait()


def opening(who: str) -> Inbound:
    """Somebody comes for the first time."""
    return Inbound(HOUSE, "telegram", (who,), f"o{who}", Opened("ar"), value=who)
