"""Reception: whatever arrived while the last batch was committing goes into the next, at most one event per contact."""

import asyncio
from collections import deque
from dataclasses import dataclass

from conversations.events import Inbound
from conversations.messages import Capabilities
from services.seating import Arrival
from services.turns import Taken, Turns

BATCH = 64
WAITING = 2_000


class Busy(Exception):
    """The queue is full; the vendor (or the browser) sends again later."""


@dataclass(slots=True)
class _Guest:
    arrival: Arrival
    done: "asyncio.Future[Taken]"

    @property
    def who(self) -> tuple[str, str, tuple[str, ...]]:
        inbound = self.arrival.inbound
        return inbound.organisation, inbound.line, inbound.keys or (inbound.address,)


class Reception:
    """The door at which every event waits for its turn. Under light load a batch is one event and nobody waits."""

    def __init__(self, turns: Turns, most: int = BATCH, waiting: int = WAITING) -> None:
        self._turns = turns
        self._most = most
        self._limit = waiting
        self._queue: deque[_Guest] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def receive(self, inbound: Inbound, channel: Capabilities) -> Taken:
        """Take one event; returns after its commit. Raises `Busy` where too many wait."""
        if len(self._queue) >= self._limit:
            raise Busy
        guest = _Guest(Arrival(inbound, channel), asyncio.get_running_loop().create_future())
        self._queue.append(guest)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await asyncio.shield(guest.done)

    async def close(self) -> None:
        """Wait until everything that was let in is committed."""
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._queue:
            batch = self._next()
            try:
                taken = await self._turns.take([guest.arrival for guest in batch])
            except Exception as error:
                for guest in batch:
                    guest.done.set_exception(error)
                continue
            for guest, one in zip(batch, taken, strict=True):
                guest.done.set_result(one)

    def _next(self) -> list[_Guest]:
        """The longest-waiting events, one per sender; the others keep their order."""
        batch: list[_Guest] = []
        kept: list[_Guest] = []
        seen = set()
        while self._queue and len(batch) < self._most:
            guest = self._queue.popleft()
            (kept if guest.who in seen else batch).append(guest)
            seen.add(guest.who)
        self._queue.extendleft(reversed(kept))
        return batch
