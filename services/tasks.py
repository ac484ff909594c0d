"""Tasks that delivery leaves for staff: each once, with a reason that is a key and never a person's words."""

from datetime import datetime
from typing import Any

from conversations.consent import OPEN_WITH_COMMITTEE, REASON
from conversations.failures import Delivery, Failure
from services.errands import key_of
from services.ports import Row, Unit

ROLE = "relations_officer"
KIND = "delivery"


async def tell_staff(unit: Unit, row: Row, reason: str, now: datetime) -> None:
    """A task for this message, once however often it fails."""
    id = f"delivery.{row['contact']}.{row['number']}"
    await _once(unit, row["organisation"], id, now, reason=reason, contact=row["contact"])


async def tell_line_down(unit: Unit, organisation: str, line: str, now: datetime) -> None:
    """A task for a line that does not take our word any more; a new one only after the last was done."""
    where = {"organisation": organisation, "kind": KIND, "reason": f"line_down:{line}", "done_at": None}
    if not await unit.select("tasks", where, limit=1):
        await _once(unit, organisation, f"line.{line}.{now:%Y%m%d%H%M%S%f}", now, reason=where["reason"], contact=None)


async def tell_stopped(unit: Unit, row: Row, now: datetime) -> None:
    """A task where somebody let us write to them no more while a request of theirs is open; one is enough."""
    where = {"organisation": row["organisation"], "contact": row["contact"]}
    known = {"reason": [REASON, Failure.OPTED_OUT.value], "done_at": None}
    if await unit.select("tasks", {**where, **known}, limit=1):
        return
    if any(case["state"] in OPEN_WITH_COMMITTEE for case in await unit.select("cases", where)):
        await tell_staff(unit, row, Failure.OPTED_OUT.value, now)


async def hopeless(unit: Unit, row: Row, reason: str, now: datetime, *, silent: bool) -> None:
    """A row that no call can be made for: it fails, and staff hear of it where somebody should act."""
    await unit.advance(Delivery.FAILED, [{**key_of(row), "reason": reason, "changed_at": now}])
    if not silent:
        await tell_staff(unit, row, reason, now)


async def _once(unit: Unit, organisation: str, id: str, now: datetime, **more: Any) -> None:
    row = {"organisation": organisation, "id": id, "kind": KIND, "role": ROLE, "at": now, **more}
    await unit.insert_new("tasks", [row])
