"""What was said unasked on a page that nobody opened is planned again: by another proven way, else for staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from conversations.failures import Delivery, Failure
from services import kinship
from services.errands import again, first_key, key_of
from services.outlets import Outlets
from services.planner import OTHERS, REMINDER
from services.ports import Clock, Memory, Row, Unit
from services.tasks import tell_staff

SHOWN_WITHIN = timedelta(minutes=10)
UNSEEN = "unseen"


class Unseen:
    """Looks for such rows now and then; one that is shown later is delivered after all."""

    def __init__(self, memory: Memory, outlets: Outlets, organisations: Sequence[str], clock: Clock) -> None:
        self._memory = memory
        self._outlets = outlets
        self._organisations = organisations
        self._clock = clock

    async def judge(self) -> int:
        """Plan again what nobody saw for ten minutes; how many rows that were."""
        now = self._clock()
        async with self._memory.reading() as unit:
            if not await unit.unseen(self._organisations, now - SHOWN_WITHIN):
                return 0
        async with self._memory.unit() as unit:
            rows = await unit.unseen(self._organisations, now - SHOWN_WITHIN)
            for row in rows:
                await self._again(unit, row, now)
        return len(rows)

    async def _again(self, unit: Unit, row: Row, now: datetime) -> None:
        other = await self._other(unit, row)
        told = {"failure": Failure.NOT_THERE.value, "code": UNSEEN, "changed_at": now}
        await unit.advance(Delivery.FAILED, [{**key_of(row), **told}])
        if other is not None:
            fresh = again(row, now, UNSEEN, holds=False, content=None)
            await unit.insert_new("outbox", [{**fresh, "address": other["address"]}])
        elif not await self._reminder(unit, row):
            await tell_staff(unit, row, UNSEEN, now)

    async def _other(self, unit: Unit, row: Row) -> Mapping[str, object] | None:
        """Another proven address of the contact on a line that is open, in the planner's order."""
        everybody = await kinship.family(unit, row["organisation"], row["contact"])
        found = await unit.select("addresses", {"organisation": row["organisation"], "contact": everybody})
        good = [a for a in found if a["proven_at"] and not a["stopped_at"] and not a["doubted_at"]]
        able = [a for a in good if a["line"] in OTHERS and (row["organisation"], a["line"]) in self._outlets]
        return min(able, key=lambda a: OTHERS.index(a["line"]), default=None)

    async def _reminder(self, unit: Unit, row: Row) -> bool:
        """A reminder of a draft that cannot be told is nobody's task."""
        where = {"organisation": row["organisation"], "contact": row["contact"], "number": row["message"]}
        messages = await unit.select("messages", where)
        return not messages or first_key(messages[0]["content"] or {}).startswith(REMINDER)
