"""What follows from what a vendor said: states move on, messages are tried again, ways and lines are closed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import random

import structlog
from prometheus_client import Counter

from conversations.failures import CONSEQUENCES, Consequence, Delivery, Failure, Then
from services.errands import Done, Errand, again, carries_receipt, key_of, loose
from services.pacing import Pacing
from services.ports import Row, Unit
from services.tasks import tell_line_down, tell_staff, tell_stopped

ONCE_MORE = "once_more"
RETRIED = "retry"
REPLANNED = "plan_again"
ONCE_MORE_AFTER = timedelta(seconds=60)
DOWN_FOR = timedelta(minutes=5)
SOON = (2.0, 300.0)  # the first wait in seconds, and the longest
PATIENTLY = (600.0, 7200.0)
SOON_UNTIL = timedelta(hours=6)
PATIENTLY_UNTIL = timedelta(hours=24)
SENT = Counter("wasl_outbound", "Calls to vendors, by what became of them.", ["channel", "outcome"])
log = structlog.get_logger(__name__)


def backoff(tries: int, first: float, most: float, chance: float) -> timedelta:
    """How long to wait after so many tries: twice as long each time, less up to half of it by `chance` (0 to 1)."""
    return timedelta(seconds=min(most, first * 2 ** min(tries, 30)) * (1 - chance / 2))


class Consequences:
    """Writes results into the unit of a round."""

    def __init__(self, pacing: Pacing, chance: Callable[[], float] = random) -> None:
        self._pacing = pacing
        self._chance = chance

    async def write(self, unit: Unit, done: Sequence[Done], now: datetime) -> list[tuple[str, bytes]]:
        """Note every result; returns (organisation, vendor's hash) of what was sent, for receipts that came early."""
        sent = [
            {
                **key_of(one.errand.row),
                "vendor_hash": vendor_hash(unit, one.errand, one.sent.vendor_id),
                "parts": one.sent.parts,
                "changed_at": now,
            }
            for one in done
            if one.sent
        ]
        await unit.update("outbox", sent)
        await unit.advance(Delivery.SENT, [key_of(row) for row in sent])
        await unit.put_back([one.errand.row for one in done if not one.called], now)
        for one in done:
            if not one.called:
                continue
            channel = one.errand.outlet.channel.line
            SENT.labels(channel, one.failed.failure.value if one.failed else "sent").inc()
            if one.failed:
                wait = one.failed.retry_after
                await self.fail(unit, one.errand.row, channel, one.failed.failure, one.failed.code, now, wait=wait)
        return [(row["organisation"], row["vendor_hash"]) for row in sent]

    async def fail(
        self,
        unit: Unit,
        row: Row,
        line: str,
        failure: Failure,
        code: str,
        now: datetime,
        *,
        wait: float | None = None,
    ) -> bool:
        """A call failed, or a receipt says that it did; False where it is too late for that."""
        follows = CONSEQUENCES[failure]
        state = Delivery.UNKNOWN if follows.then is Then.HOLD else Delivery.FAILED
        told = {**key_of(row), "failure": failure.value, "code": code[:80], "changed_at": now}
        if not await unit.advance(state, [told]):
            return False
        log.info("delivery.failed", line=line, failure=failure.value, code=code[:20])
        if follows.stop_address:
            key = {"organisation": row["organisation"], "address": row["address"]}
            await unit.update("addresses", [{**key, "stopped_at": now}])
        if failure is Failure.OPTED_OUT:
            await tell_stopped(unit, row, now)
        await self._alert(unit, row, line, failure, follows, now)
        if wait is not None:
            self._pacing.pause((row["organisation"], line), now + timedelta(seconds=wait))
        if new := self._next(row, follows, now, wait, await _said_at(unit, row)):
            await unit.insert_new("outbox", [new])
        elif carries_receipt(row):
            await tell_staff(unit, row, failure.value, now)  # its words were told; the paper goes no other way
        return True

    async def _alert(
        self, unit: Unit, row: Row, line: str, failure: Failure, follows: Consequence, now: datetime
    ) -> None:
        if follows.line_down:
            self._pacing.pause((row["organisation"], line), now + DOWN_FOR)
            await tell_line_down(unit, row["organisation"], line, now)
        elif follows.alert:
            await tell_staff(unit, row, failure.value, now)

    def _next(self, row: Row, follows: Consequence, now: datetime, wait: float | None, said_at: datetime) -> Row | None:
        """The row that tries it again, if any."""
        match follows.then:
            case Then.RETRY if now - said_at < SOON_UNTIL:
                delay = DOWN_FOR if follows.line_down else backoff(row["attempt"], *SOON, self._chance())
                return self._retry(row, now, delay, wait, holds=True)
            case Then.PATIENT if now - said_at < PATIENTLY_UNTIL:
                delay = backoff(row["attempt"], *PATIENTLY, self._chance())
                return self._retry(row, now, delay, wait, holds=False)
            case Then.ONCE_MORE if row["reason"] != ONCE_MORE:
                return {**self._retry(row, now, ONCE_MORE_AFTER, wait, holds=True), "reason": ONCE_MORE}
            case Then.GIVE_UP | Then.HOLD:
                return None
        if carries_receipt(row):
            return None
        content = loose(row["content"])
        return again(row, now, REPLANNED, holds=row["interactive"], content=content)

    def _retry(self, row: Row, now: datetime, delay: timedelta, wait: float | None, *, holds: bool) -> Row:
        """The same call later: exactly when the vendor said, else after a while; unasked messages hold nobody up."""
        at = now + (delay if wait is None else timedelta(seconds=wait))
        return again(row, at, RETRIED, holds=holds and row["interactive"], content=row["content"])


async def _said_at(unit: Unit, row: Row) -> datetime:
    """When the message was said for the first time."""
    where = {"organisation": row["organisation"], "contact": row["contact"], "number": row["number"], "attempt": 0}
    first = await unit.select("outbox", {**where, "piece": row["piece"]})
    return first[0]["at"] if first else row["at"]  # type: ignore[no-any-return]


def vendor_hash(unit: Unit, errand: Errand, vendor_id: str) -> bytes:
    """The keyed hash under which a vendor's message id is found."""
    return unit.index(errand.row["organisation"], "vendor", vendor_id)
