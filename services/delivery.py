"""Delivery: claims what waits in the outbox, sends it through the channels, and writes what became of it.

A round is one commit: the results of calls that have ended, and the claim of what may go next. Calls are made after it,
many at once, while the order of each contact is held by the claim itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from conversations.channels import SendFailed
from conversations.failures import Failure
from conversations.messages import Document
from services.claiming import Clerk
from services.consequences import Consequences
from services.errands import KEY, Done, Errand
from services.outlets import Outlets
from services.pacing import Pacing
from services.ports import Clock, Memory, Row, Unit
from services.receipts import Receipts
from services.tenure import Tenure

# Makes the receipt of a case; None where there is none any more.
Printing = Callable[[str, str], Awaitable[Document | None]]
IN_FLIGHT = 64
STOPPING_S = 0.5
PRINT_S, CALL_S = 10.0, 40.0  # all of a call, the making of its receipt among it
CUT = "cut"
NEVER = datetime.max.replace(tzinfo=UTC)
AFTER_TROUBLE_S = 1.0
BREATH_S = 0.02  # at least from round to round: whoever wrote alone waits for none, many share a commit
log = structlog.get_logger(__name__)


class Delivery:
    """Sends what the house has to say on every line but web chat."""

    def __init__(
        self,
        memory: Memory,
        outlets: Outlets,
        clerk: Clerk,
        consequences: Consequences,
        receipts: Receipts,
        pacing: Pacing,
        clock: Clock,
        receipts_of: Printing | None = None,
        tenure: Tenure | None = None,
    ) -> None:
        self._memory = memory
        self._outlets = outlets
        self._clerk = clerk
        self._consequences = consequences
        self._receipts = receipts
        self._pacing = pacing
        self._clock = clock
        self._print = receipts_of
        self._tenure = tenure or Tenure(memory, sorted({house for house, _ in outlets}), clock)
        self._bell = asyncio.Event()
        self._flying: dict[tuple[object, ...], asyncio.Task[None]] = {}
        self._done: list[Done] = []
        self._next: datetime | None = None
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()

    def wake(self) -> None:
        """Something may wait to be sent."""
        self._bell.set()

    def in_hand(self, row: Row) -> bool:
        """Whether this process is about to say what became of a row."""
        key = tuple(row[name] for name in KEY)
        return key in self._flying or any(tuple(one.errand.row[name] for name in KEY) == key for one in self._done)

    async def run(self) -> None:
        """Deliver until `stop`; the bell rings at the latest every second, for whatever a crash or a restart left."""
        self._ended.clear()
        try:
            while not self._stopping:
                self._bell.clear()
                await self._once()
        finally:
            self._ended.set()

    async def _once(self) -> None:
        """A round, and rest where nothing was to be done; a breath where something was, so that more comes together."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            if await self.round():
                await asyncio.sleep(max(0.0, BREATH_S - (clock() - began)))
            else:
                await self._rest()
        except Exception as error:
            log.exception("delivery.failed", error=type(error).__name__)
            await asyncio.sleep(AFTER_TROUBLE_S)

    async def stop(self) -> None:
        """Claim nothing more, wait a moment for the calls that were made, write what became of them, let others send.

        A call that is cut then is *unknown*, as if the vendor had cut it; one that was not made waits again.
        """
        self._stopping = True
        self.wake()
        await self._ended.wait()
        calls = list(self._flying.values())
        if calls:
            _, open_still = await asyncio.wait(calls, timeout=STOPPING_S)
            for task in open_still:
                task.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        await self._settle(frozenset())
        await self._tenure.release()

    async def drain(self) -> None:
        """Deliver until nothing more can be sent at this moment."""
        while await self.round() or self._flying or self._done:
            if self._flying:
                await asyncio.wait(self._flying.values(), return_when=asyncio.FIRST_COMPLETED)

    async def round(self) -> int:
        """One commit, and the calls that follow from it; how many results were written and calls begun."""
        ended = len(self._done)
        mine = frozenset() if self._stopping else await self._tenure.mine(self._begin)
        waiting = bool(mine) and await self._waits(mine)
        if not waiting and not self._done:
            return 0
        errands = await self._settle(mine if waiting else frozenset())
        for errand in errands:
            key = tuple(errand.row[name] for name in KEY)
            self._flying[key] = asyncio.create_task(self._send(errand, key))
        return ended + len(errands)

    def _begin(self, organisation: str) -> None:
        self._pacing.begin(organisation, self._clock())

    async def _waits(self, houses: frozenset[str]) -> bool:
        """Whether anything is due; asked of a reader, so that nobody's commit waits for it."""
        async with self._memory.glance() as unit:
            self._next = await unit.next_at(sorted(houses))
        return self._next is not None and self._next <= self._clock()

    async def _settle(self, houses: frozenset[str]) -> list[Errand]:
        """Write the results, and claim on those lines of the houses that are open after them."""
        now, done, self._done = self._clock(), self._done, []
        try:
            async with self._memory.unit() as unit:
                sent = await self._consequences.write(unit, done, now)
                await self._receipts.match(unit, sent, now)
                return await self._claim(unit, now, houses) if houses else []
        except BaseException:
            self._done = done + self._done
            raise

    async def _claim(self, unit: Unit, now: datetime, houses: frozenset[str]) -> list[Errand]:
        """No more than may be called at once: what a kill finds claimed is unknown, called or not."""
        rooms = self._pacing.rooms(houses, now)
        most = min(IN_FLIGHT - len(self._flying), sum(rooms.values()))
        return await self._clerk.claim(unit, now, rooms, most) if most > 0 else []

    async def _send(self, errand: Errand, key: tuple[object, ...]) -> None:
        """Make one call; where its line was paused meanwhile, or this process stops before it, it waits again."""
        place = (errand.row["organisation"], errand.outlet.channel.line)
        done = Done(errand)
        try:
            async with asyncio.timeout(CALL_S):
                call = await self._whole(errand)
                if not self._pacing.pause_left(place, self._clock()):
                    done = Done(errand, failed=SendFailed(Failure.UNKNOWN, CUT))
                    done = await _call(call)
        except SendFailed as failed:
            done = Done(errand, failed=failed)
        except TimeoutError:
            log.error("delivery.endless", line=place[1])
        finally:
            self._done.append(done)
            self._flying.pop(key, None)
            self._bell.set()

    async def _whole(self, errand: Errand) -> Errand:
        """The call with its receipt where it carries one: that is made only now, and lies nowhere."""
        if errand.parcel.receipt is None:
            return errand
        try:
            house = errand.row["organisation"]
            async with asyncio.timeout(PRINT_S):
                document = await self._print(house, errand.parcel.receipt) if self._print else None
        except Exception as error:
            log.error("delivery.unprinted", error=type(error).__name__)
            document = None
        if document is None:
            raise SendFailed(Failure.MEDIA, "receipt")
        return replace(errand, parcel=replace(errand.parcel, document=document))

    async def _rest(self) -> None:
        """Wait to be woken, or until the next row is due."""
        now = self._clock()
        due = self._next is not None and self._next <= now
        until = self._pacing.next_free(now) if due else min(now + timedelta(seconds=1), self._next or NEVER)
        try:
            async with asyncio.timeout(max(0.001, (until - now).total_seconds())):
                await self._bell.wait()
        except TimeoutError:
            return


async def _call(errand: Errand) -> Done:
    """The one call to the vendor; where it breaks in an unforeseen way nobody can tell whether it was taken."""
    try:
        return Done(errand, sent=await errand.outlet.channel.send(errand.parcel))
    except SendFailed as failed:
        return Done(errand, failed=failed)
    except Exception as error:
        log.error("delivery.broken", line=errand.outlet.channel.line, error=type(error).__name__)
        return Done(errand, failed=SendFailed(Failure.UNKNOWN, type(error).__name__))
