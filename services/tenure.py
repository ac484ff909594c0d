"""Tenure: of several processes one sends for an association, so that a vendor's pace holds over all of them.

The right is a row with a short life, renewed while its holder lives. It goes by the association and not by the line,
for the planner may send by another line than the one that a row names. It orders nothing: a row of the outbox is
claimed by one process whoever holds the right, so a clock that goes wrong can cost pace and never a second message.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.ports import Clock, Memory, Row, Unit
from services.seating import fresh_id

LINE = "sending"  # beside the lines that are polled
FOR = timedelta(seconds=6)
RENEWED_EVERY = timedelta(seconds=2)
TRIED_EVERY = timedelta(seconds=1)  # while another holds one


class Tenure:
    """The associations that this process sends for. `alone`: no other can, and nothing is written."""

    def __init__(self, memory: Memory, organisations: Sequence[str], clock: Clock, *, alone: bool = True) -> None:
        self._memory = memory
        self._all = sorted(organisations)
        self._clock = clock
        self._alone = alone
        self._me = fresh_id()
        self._mine: frozenset[str] = frozenset()
        self._until: datetime | None = None
        self._renew_at: datetime | None = None

    async def mine(self, taken: Callable[[str], None] = lambda _: None) -> frozenset[str]:
        """Those that are this process's now; `taken` hears of each that was another's, or nobody's, just before."""
        if self._alone:
            return frozenset(self._all)
        now = self._clock()
        if self._renew_at is None or now >= self._renew_at:
            before = self._mine if self._until and now < self._until else frozenset()
            async with self._memory.unit() as unit:
                self._mine = await self._renew(unit, now)
            wait = RENEWED_EVERY if len(self._mine) == len(self._all) else TRIED_EVERY
            self._until, self._renew_at = now + FOR, now + wait
            for organisation in sorted(self._mine - before):
                taken(organisation)
        return self._mine

    async def release(self) -> None:
        """Let others send at once."""
        rows = [{**_key(organisation), "holder": None, "until": None} for organisation in sorted(self._mine)]
        self._mine, self._renew_at = frozenset(), None
        if rows:
            async with self._memory.unit() as unit:
                held = await unit.select("polls", self._where(), lock=True)
                ours = {row["organisation"] for row in held if row["holder"] == self._me}
                await unit.update("polls", [row for row in rows if row["organisation"] in ours])

    async def _renew(self, unit: Unit, now: datetime) -> frozenset[str]:
        """Take what is free, over or ours; what another has just locked is left to it."""
        rows = await unit.select("polls", self._where(), claim=True)
        free = [row["organisation"] for row in rows if self._free(row, now)]
        mine = {"holder": self._me, "until": now + FOR}
        await unit.update("polls", [{**_key(organisation), **mine} for organisation in free])
        absent = [{**_key(name), **mine} for name in self._all if name not in {row["organisation"] for row in rows}]
        new = await unit.insert_new("polls", absent)
        return frozenset([*free, *(row["organisation"] for row, fresh in zip(absent, new, strict=True) if fresh)])

    def _free(self, row: Row, now: datetime) -> bool:
        return row["holder"] in (None, self._me) or row["until"] is None or row["until"] <= now

    def _where(self) -> Row:
        return {"organisation": self._all, "line": LINE}


def _key(organisation: str) -> Row:
    return {"organisation": organisation, "line": LINE}
