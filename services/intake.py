"""Intake: what people write reaches reception, whether a vendor posts it, lets us fetch it, or lists it afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import structlog

from conversations.channels import Heard, SendFailed
from conversations.events import Inbound
from conversations.failures import Failure
from conversations.messages import Capabilities
from services.consequences import backoff
from services.outlets import Outlets
from services.polling import Leases
from services.ports import Clock, Memory
from services.receipts import Receipts
from services.reception import Reception
from services.tasks import tell_line_down

Place = tuple[str, str]  # organisation, line
SOON = (1.0, 60.0)
AT_ONCE = 256
OVERLAP = timedelta(minutes=2)
FIRST_LOOK = timedelta(minutes=5)
LONGEST_LOOK = timedelta(days=35)  # as old as a backup may be: what came since one that was restored is listed anew
log = structlog.get_logger(__name__)


@runtime_checkable
class Pulls(Protocol):
    """A channel whose vendor lets us wait for what is new from an offset on."""

    async def pull(self, offset: int | None) -> tuple[Heard, int | None]: ...


@runtime_checkable
class Lists(Protocol):
    """A channel whose vendor lists what people wrote since a time."""

    async def missed(self, since: datetime) -> Sequence[Inbound]: ...


@runtime_checkable
class Acknowledges(Protocol):
    """A channel that owes its vendor a sign once events are committed."""

    async def acknowledge(self, events: Heard) -> None: ...


class Intake:
    """Hears for every line. `prepared` holds what is to be set at a vendor before its line is polled."""

    def __init__(
        self,
        memory: Memory,
        outlets: Outlets,
        reception: Reception,
        receipts: Receipts,
        ways: Callable[[str], Capabilities],
        clock: Clock,
        prepared: Mapping[Place, Callable[[], Awaitable[None]]],
        *,
        alone: bool = True,
    ) -> None:
        self._memory = memory
        self._outlets = outlets
        self._reception = reception
        self._receipts = receipts
        self._ways = ways
        self._clock = clock
        self._prepared = prepared
        self._leases = Leases(memory, clock, alone=alone)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Set what vendors must know, then poll those that are polled."""
        self._tasks = [asyncio.create_task(self._attend(place)) for place in self._outlets]

    async def stop(self) -> None:
        """Poll no more; what was not committed comes again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._leases.release()

    async def hear(self, organisation: str, heard: Heard) -> None:
        """Take what a vendor told; returns once it is committed. `Busy` where it must come again."""
        waiting = [self._reception.receive(one, self._ways(one.line)) for one in heard.inbounds]
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        await self._receipts.take(organisation, heard.receipts)

    async def poll(self, place: Place) -> bool:
        """Wait for what is new on one line, and move on once it is committed; False where another polls."""
        channel = self._outlets[place].channel
        lease = await self._leases.take(place)
        if lease is None or not isinstance(channel, Pulls):
            return False
        heard, position = await channel.pull(lease.position)
        await self.hear(place[0], heard)
        await self._leases.move(lease, position)
        if isinstance(channel, Acknowledges):
            await channel.acknowledge(heard)
        return True

    async def fetch_missed(self) -> int:
        """Fetch what came while nobody heard; how many messages were listed. What is known already has no effect."""
        places = [place for place, outlet in self._outlets.items() if isinstance(outlet.channel, Lists)]
        return sum([await self._fetch(place) for place in places])

    async def _fetch(self, place: Place) -> int:
        channel, now = self._outlets[place].channel, self._clock()
        last = await self._leases.since(place)
        since = max(last - OVERLAP, now - LONGEST_LOOK) if last else now - FIRST_LOOK
        try:
            inbounds = await channel.missed(since) if isinstance(channel, Lists) else []
            for first in range(0, len(inbounds), AT_ONCE):  # more would fill the queue, and be refused for ever
                await self.hear(place[0], Heard(tuple(inbounds[first : first + AT_ONCE])))
        except Exception as error:
            log.warning("intake.missed_failed", line=place[1], error=_name(error))
            return 0
        await self._leases.fetched(place, now)
        return len(inbounds)

    async def _attend(self, place: Place) -> None:
        """Prepare a line until it is prepared, then poll it where it is polled; trouble only slows this down."""
        tries, ready = 0, place not in self._prepared
        while not ready or self._outlets[place].polled:
            wait = 0.0
            try:
                if not ready:
                    await self._prepared[place]()
                    ready = True
                elif not await self.poll(place):
                    wait = SOON[1] / 4
                tries = 0
            except Exception as error:
                wait = await self._trouble(place, error, tries)
                tries += 1
            await asyncio.sleep(wait)

    async def _trouble(self, place: Place, error: Exception, tries: int) -> float:
        """How long to wait: as long as the vendor said, else longer each time. Staff hear once of a refused account."""
        log.warning("intake.trouble", line=place[1], error=_name(error), tries=tries)
        if isinstance(error, SendFailed) and error.failure is Failure.CREDENTIALS and not tries:
            await self._alert(place)
        told = error.retry_after if isinstance(error, SendFailed) else None
        return backoff(tries, *SOON, 0.0).total_seconds() if told is None else told

    async def _alert(self, place: Place) -> None:
        """A task for staff; where it cannot be written now the poll goes on all the same."""
        try:
            async with self._memory.unit() as unit:
                await tell_line_down(unit, *place, self._clock())
        except Exception as error:
            log.error("intake.alert_failed", error=type(error).__name__)


def _name(error: Exception) -> str:
    """What may be said of an error: its word, never what it holds."""
    return error.failure.value if isinstance(error, SendFailed) else type(error).__name__
