"""Slots for interviews as rows: which are free, and whose one is. A slot is booked by one row of its own key, so that
two who choose it at once cannot both have it."""

from collections.abc import Sequence
from datetime import datetime

from conversations.facts import Slot
from services.ports import Reading, Row

OFFERED = 8
WINDOW = 200


async def free(unit: Reading, organisation: str, kind: str, now: datetime) -> tuple[Slot, ...]:
    """The next free slots of this kind."""
    where = {"organisation": organisation, "kind": kind, "closed_at": None}
    rows = await unit.select("slots", where, after={"at": now}, order=["at", "slot"], limit=WINDOW)
    taken = await _taken(unit, organisation, rows)
    return tuple(slot_of(row) for row in rows if row["slot"] not in taken)[:OFFERED]


async def of_cases(unit: Reading, organisations: Sequence[str], cases: Sequence[str]) -> dict[str, Slot]:
    """The slot of each of these cases that has one."""
    where = {"organisation": list(organisations)}
    bookings = await unit.select("bookings", {**where, "case": list(cases)}) if cases else []
    if not bookings:
        return {}
    rows = await unit.select("slots", {**where, "slot": [b["slot"] for b in bookings]})
    slots = {row["slot"]: slot_of(row) for row in rows}
    return {b["case"]: slots[b["slot"]] for b in bookings if b["slot"] in slots}


async def _taken(unit: Reading, organisation: str, rows: Sequence[Row]) -> set[str]:
    where = {"organisation": organisation, "slot": [row["slot"] for row in rows]}
    return {row["slot"] for row in await unit.select("bookings", where)} if rows else set()


def slot_of(row: Row) -> Slot:
    """A slot as the mind sees it."""
    return Slot(row["slot"], row["at"], row["minutes"], row["kind"])
