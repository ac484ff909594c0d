"""Receipts: how far a message has come, as its vendor tells it late, twice and out of order."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from conversations.channels import Receipt
from conversations.failures import Delivery, Failure
from services.consequences import Consequences
from services.errands import key_of
from services.ports import Clock, Memory, Row, Unit

KEPT = timedelta(hours=24)
HAVE = frozenset({Delivery.DELIVERED, Delivery.READ})
DROPPED = Counter("wasl_receipts_dropped", "Receipts for messages that nobody knew within a day.")
log = structlog.get_logger(__name__)


class Receipts:
    """Moves messages on by what vendors tell; repeats and disorder do no harm."""

    def __init__(self, memory: Memory, consequences: Consequences, clock: Clock) -> None:
        self._memory = memory
        self._consequences = consequences
        self._clock = clock

    async def take(self, organisation: str, receipts: Sequence[Receipt]) -> None:
        """Take what a call told; returns after the commit."""
        if not receipts:
            return
        async with self._memory.unit() as unit:
            for receipt in receipts:
                await self._one(unit, organisation, receipt)

    async def match(self, unit: Unit, sent: Sequence[tuple[str, bytes]], now: datetime) -> None:
        """Apply receipts that came before their messages' ids were known."""
        if not sent:
            return
        where = {"organisation": sorted({house for house, _ in sent}), "hash": [hash for _, hash in sent]}
        for stray in await unit.select("strays", where):
            named = {"organisation": stray["organisation"], "vendor_hash": stray["hash"]}
            receipt = Receipt(
                Delivery(stray["state"]),
                failure=Failure(stray["failure"]) if stray["failure"] else None,
                code=stray["code"] or "",
            )
            for row in await unit.select("outbox", named):
                await self._apply(unit, row, receipt, now)
            await unit.delete("strays", [stray])

    async def sweep(self, organisations: Sequence[str]) -> int:
        """Drop receipts that nobody claimed in a day; how many."""
        where = {"organisation": list(organisations)}
        async with self._memory.reading() as unit:
            old = await unit.select("strays", where, upto={"at": self._clock() - KEPT})
        if old:
            async with self._memory.unit() as unit:
                await unit.delete("strays", old)
            DROPPED.inc(len(old))
            log.warning("receipts.dropped", count=len(old))
        return len(old)

    async def _one(self, unit: Unit, organisation: str, receipt: Receipt) -> None:
        names = {}
        if receipt.token:
            names["token_hash"] = unit.index(organisation, "outbox", receipt.token)
        if receipt.vendor_id:
            names["vendor_hash"] = unit.index(organisation, "vendor", receipt.vendor_id)
        for column, hash in names.items():
            rows = await unit.select("outbox", {"organisation": organisation, column: hash})
            for row in rows:
                return await self._apply(unit, row, receipt, self._clock())
        for hash in list(names.values())[-1:]:
            told = {"state": receipt.state.value, "failure": receipt.failure, "code": receipt.code}
            await unit.insert_new("strays", [{"organisation": organisation, "hash": hash, "at": self._clock(), **told}])

    async def _apply(self, unit: Unit, row: Row, receipt: Receipt, now: datetime) -> None:
        """Move the row on where that is forward, and what hangs on it."""
        if receipt.state is Delivery.FAILED:
            failure = Failure.ODD if receipt.failure in (None, Failure.UNKNOWN) else receipt.failure
            key = {"organisation": row["organisation"], "address": row["address"]}
            (address,) = await unit.select("addresses", key)
            await self._consequences.fail(unit, row, address["line"], failure, receipt.code, now)
            return
        settled: Row = {"settled_at": now} if row["state"] == Delivery.UNKNOWN else {}
        if receipt.vendor_id and row["vendor_hash"] is None:  # else a look-up would take it for another of these words
            settled |= {"vendor_hash": unit.index(row["organisation"], "vendor", receipt.vendor_id)}
        await unit.advance(receipt.state, [{**key_of(row), "changed_at": now, **settled}])
        if receipt.state in HAVE:
            await _spare(unit, row, now)


async def _spare(unit: Unit, row: Row, now: datetime) -> None:
    """The person has it after all: what would send it again is not sent."""
    same = {name: row[name] for name in ("organisation", "contact", "number", "piece")}
    for other in await unit.select("outbox", {**same, "state": Delivery.NEW.value}, after={"attempt": row["attempt"]}):
        await unit.advance(Delivery.DELIVERED, [{**key_of(other), "changed_at": now}])
