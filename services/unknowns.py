"""Unknowns: messages whose call was cut, so that nobody can tell whether the vendor took them.

None is ever sent again blindly. A receipt may settle it, else a look-up at the vendor; where the vendor offers none, a
question is asked once more and marked as a repeat, for that harms nobody. Whatever is left is for staff.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from conversations.channels import SendFailed, Sent
from conversations.codec import load_state
from conversations.failures import Delivery, Failure
from conversations.messages import Line
from services.errands import again, asks, key_of, packed, unpack
from services.outlets import Outlet, Outlets
from services.ports import Clock, Memory, Reading, Row, Tongues, Unit
from services.tasks import tell_staff

TOGETHER = 64
LEFT_AFTER = timedelta(seconds=50)  # longer than a living process calls (`delivery.CALL_S`)
LOOK_UP_AFTER = timedelta(seconds=60)
REPEAT_AFTER = timedelta(seconds=5)
LOOK_UP_UNTIL = timedelta(minutes=10)
REPEAT = "repeat"
log = structlog.get_logger(__name__)


class Unknowns:
    """Finds what a crash left, and judges what is unknown. `in_hand` tells the rows that this process still sends."""

    def __init__(
        self, memory: Memory, outlets: Outlets, tongues: Tongues, clock: Clock, in_hand: Callable[[Row], bool]
    ) -> None:
        self._memory = memory
        self._outlets = outlets
        self._tongues = tongues
        self._clock = clock
        self._in_hand = in_hand
        self._houses = sorted({house for house, _ in outlets})

    async def find(self, *, alone: bool = False) -> int:
        """Make *unknown* what is *sending* for too long; at once where no other process can be sending it."""
        upto = self._clock() - (timedelta() if alone else LEFT_AFTER)
        async with self._memory.reading() as unit:
            rows = await unit.unfinished(self._houses, Delivery.SENDING, upto)
        left = [row for row in rows if not self._in_hand(row)]
        if left:
            told = {"failure": Failure.UNKNOWN.value, "code": "left", "changed_at": self._clock()}
            async with self._memory.unit() as unit:
                await unit.advance(Delivery.UNKNOWN, [{**key_of(row), **told} for row in left])
            log.warning("delivery.left", count=len(left))
        return len(left)

    async def judge(self) -> int:
        """Settle what has been unknown long enough, some at a time, so that much of it is not all begun and none
        ended; how many were."""
        now = self._clock()
        async with self._memory.reading() as unit:
            rows = await unit.unfinished(self._houses, Delivery.UNKNOWN, now)
        parts = (rows[first : first + TOGETHER] for first in range(0, len(rows), TOGETHER))
        return sum([await self._judged(part, now) for part in parts])

    async def _judged(self, rows: Sequence[Row], now: datetime) -> int:
        async with self._memory.reading() as unit:
            lines = await _lines(unit, rows)
            due = [row for row in rows if await self._due(unit, row, lines[row["address"]][0], now)]
        places: dict[tuple[str, str], list[Row]] = {}
        for row in due:
            places.setdefault((row["organisation"], lines[row["address"]][0]), []).append(row)
        ended = await asyncio.gather(
            *(self._in_turn(self._outlets[place], of, lines) for place, of in places.items()), return_exceptions=True
        )
        for one in ended:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in ended if isinstance(one, int))

    async def _in_turn(self, outlet: Outlet, rows: Sequence[Row], lines: Mapping[str, tuple[str, str]]) -> int:
        """One after another on a line; other lines need not wait for a vendor that is slow."""
        return sum([await self._one(row, outlet, lines[row["address"]][1]) for row in rows])

    async def _due(self, unit: Reading, row: Row, line: str, now: datetime) -> bool:
        """Whether a row has been unknown long enough; where nothing can be looked up, whoever wrote since tells."""
        outlet = self._outlets.get((row["organisation"], line))
        if outlet is None:
            return False
        age = now - row["changed_at"]
        if outlet.repeats:
            return bool(age >= REPEAT_AFTER or await _wrote_since(unit, row))
        return bool(age >= LOOK_UP_AFTER)

    async def _one(self, row: Row, outlet: Outlet, to: str) -> bool:
        """Look it up, outside of any transaction, and write what follows; False where the vendor cannot be asked."""
        now = self._clock()
        try:
            found = await self._look_up(row, outlet, to)
        except SendFailed:
            if now - row["changed_at"] < LOOK_UP_UNTIL:
                return False
            found = None
        async with self._memory.unit() as unit:
            await self._settle(unit, row, outlet, found, now)
        return True

    async def _look_up(self, row: Row, outlet: Outlet, to: str) -> Sent | None:
        if outlet.repeats or not packed(row["content"]):
            return None
        return await outlet.channel.look_up(unpack(row["content"], to, ""), row["claimed_at"])

    async def _settle(self, unit: Unit, row: Row, outlet: Outlet, found: Sent | None, now: datetime) -> None:
        (fresh,) = await unit.select("outbox", key_of(row), lock=True)
        if fresh["state"] != Delivery.UNKNOWN or fresh["settled_at"]:
            return
        if found and await self._is_new(unit, row, found):
            return
        if outlet.repeats and await self._asked_again(unit, row, now):
            return
        await unit.update("outbox", [{**key_of(row), "settled_at": now}])
        await tell_staff(unit, row, Failure.UNKNOWN.value, now)

    async def _is_new(self, unit: Unit, row: Row, found: Sent) -> bool:
        """Note what the look-up found, unless it is another message of the same words.

        What is in doubt is asked first: a call that ends between the two questions has its id by the second.
        """
        if await _same_words(unit, row):
            return False
        house = row["organisation"]
        hash = unit.index(house, "vendor", found.vendor_id)
        if await unit.select("outbox", {"organisation": house, "vendor_hash": hash}, limit=1):
            return False
        now = self._clock()
        told = {"vendor_hash": hash, "parts": found.parts, "changed_at": now, "settled_at": now}
        return bool(await unit.advance(Delivery.SENT, [{**key_of(row), **told}]))

    async def _asked_again(self, unit: Unit, row: Row, now: datetime) -> bool:
        """Ask a question once more; whoever has written since was not left waiting."""
        if not row["interactive"] or row["reason"] == REPEAT:
            return False
        who = {"organisation": row["organisation"], "contact": row["contact"]}
        (message,) = await unit.select("messages", {**who, "number": row["message"]})
        if message["content"] is None or not asks(message["content"]):
            return False
        if not await _wrote_since(unit, row):
            await unit.insert_new("outbox", [await self._repeat(unit, row, now)])
        await unit.update("outbox", [{**key_of(row), "settled_at": now}])
        return True

    async def _repeat(self, unit: Unit, row: Row, now: datetime) -> Row:
        (contact,) = await unit.select("contacts", {"organisation": row["organisation"], "contact": row["contact"]})
        tongue = self._tongues(row["organisation"], load_state(contact["state"]).speech)
        content = {**row["content"], "text": f"{tongue.say(Line('repeat.lead'))}\n{row['content']['text']}"}
        return again(row, now, REPEAT, holds=True, content=content)


async def _same_words(unit: Reading, row: Row) -> bool:
    """Whether another call with these words is in doubt too, so that nobody can tell which of them was found."""
    doubtful = {"state": [Delivery.SENDING.value, Delivery.UNKNOWN.value], "vendor_hash": None}
    where = {"organisation": row["organisation"], "contact": row["contact"], "address": row["address"], **doubtful}
    others = [other for other in await unit.select("outbox", where) if key_of(other) != key_of(row)]
    return any((other["content"] or {}).get("text") == row["content"]["text"] for other in others)


async def _wrote_since(unit: Reading, row: Row) -> bool:
    """Whether the person has written after this message was said."""
    where = {"organisation": row["organisation"], "contact": row["contact"], "direction": "in"}
    return bool(await unit.select("messages", where, after={"number": row["message"]}, limit=1))


async def _lines(unit: Reading, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Line and account of the rows' addresses."""
    if not rows:
        return {}
    where = {"organisation": sorted({r["organisation"] for r in rows}), "address": [r["address"] for r in rows]}
    return {a["address"]: (a["line"], a["value"] or "") for a in await unit.select("addresses", where)}
