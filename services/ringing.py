"""Ringing: rows that are due are claimed, told to the mind as events, and settled in the commit of their turn."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from conversations import clock as mind
from conversations.events import Inbound, TimePassed
from conversations.messages import Capabilities
from services import homes
from services.dues import ring_id
from services.ports import Clock, Memory, Row
from services.seating import Arrival
from services.turns import Taken, Turns

BATCH = 64
LEASE = timedelta(seconds=60)
KINDS = tuple(mind.ACTS)


class Ringing:
    """Brings what is due before the mind. It holds no data: what a crash leaves is due again when its claim is over."""

    def __init__(
        self,
        memory: Memory,
        turns: Turns,
        clock: Clock,
        ways: Callable[[str], Capabilities],
        organisations: Sequence[str],
    ) -> None:
        self._memory = memory
        self._turns = turns
        self._clock = clock
        self._ways = ways
        self._organisations = tuple(organisations)
        self._under_way = asyncio.Lock()

    async def ring(self) -> list[Taken]:
        """Take a batch of what is due now, the oldest first, after any ring still under way; ring every second."""
        async with self._under_way:
            return await self._take() if await self._anything() else []

    async def _take(self) -> list[Taken]:
        arrivals = await self._claimed()
        taken = []
        while arrivals:
            batch = {(a.inbound.organisation, a.inbound.address): a for a in reversed(arrivals)}
            taken += await self._turns.take(list(batch.values()))
            arrivals = [a for a in arrivals if a not in batch.values()]
        return taken

    async def next_at(self) -> datetime | None:
        """When the next thing is due."""
        async with self._memory.glance() as unit:
            return await unit.next_due(self._organisations, KINDS)

    async def _anything(self) -> bool:
        """Whether something is due, found out without the writer."""
        first = await self.next_at()
        return first is not None and first <= self._clock()

    async def _claimed(self) -> list[Arrival]:
        now = self._clock()
        async with self._memory.unit() as unit:
            rows = await unit.claim_due(self._organisations, KINDS, now, now + LEASE, BATCH)
            addresses = await homes.best(unit, rows)
            lost = [row for row in rows if homes.who(row) not in addresses]
            settled = [{"organisation": r["organisation"], "id": r["id"], "done_at": now} for r in lost]
            await unit.update("due", settled)
        return [self._arrival(row, addresses[homes.who(row)]) for row in rows if homes.who(row) in addresses]

    def _arrival(self, row: Row, address: Row) -> Arrival:
        event = TimePassed(row["kind"], row["case"])
        inbound = Inbound(row["organisation"], address["line"], (), ring_id(row), event, address=address["address"])
        return Arrival(inbound, self._ways(address["line"]))
