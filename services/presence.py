"""Who is there for a person: the assistant, a queue before staff, or one of them by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations import calendar
from conversations.organisation import Organisation
from services.ports import Clock, Memory, Reading
from services.roles import Right, may

BOT, QUEUED, STAFF = "bot", "queued", "staff"
WATCHING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is there; in the queue how many wait since longer, and when staff are back on where they are away. `joined`
    says that the conversation is one with another, so that a page may have to begin anew."""

    state: str = BOT
    name: str = ""
    ahead: int = 0
    next: datetime | None = None
    joined: bool = False


class Presence:
    """Reads who is there."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def of(self, organisation: str, contact: str) -> Standing:
        """Who is there for this contact now."""
        async with self._memory.glance() as unit:
            rows = await unit.select("contacts", {"organisation": organisation, "contact": contact})
            if known := standing(rows[0]) if rows else Standing():
                return known
            ahead = await _ahead(unit, organisation, contact)
            return Standing(QUEUED, "", ahead, self._opening(organisation), _joined(rows[0]))

    def _opening(self, organisation: str) -> datetime | None:
        schedule, now = self._organisations[organisation].schedule, self._clock()
        return None if calendar.staff_present(schedule, now) else calendar.next_opening(schedule, now)


def standing(row: Mapping[str, Any]) -> Standing | None:
    """Who is there as the contact's own row says; None where it waits, for others' rows say how long."""
    state = row["state"] or {}  # as the codec keeps it: what stands at its default is left out
    if state.get("holder"):
        return Standing(STAFF, state.get("holder_name", ""), joined=_joined(row))
    return None if state.get("queued") else Standing(joined=_joined(row))


def _joined(row: Mapping[str, Any]) -> bool:
    return bool(row["merged_into"] or row["kin"])


async def watched(unit: Reading, organisation: str, now: datetime) -> bool:
    """Whether somebody who may take a conversation did something at the desk in the last minutes."""
    since = {"seen_at": now - WATCHING}
    seen = await unit.select("sessions", {"organisation": organisation, "ended_at": None}, after=since)
    if not seen:
        return False
    staff = {"organisation": organisation, "staff": sorted({row["staff"] for row in seen}), "disabled_at": None}
    return any(may(row["roles"], Right.HOLD_CHATS) for row in await unit.select("staff", staff))


async def _ahead(unit: Reading, organisation: str, contact: str) -> int:
    """How many began to wait for the same role before."""
    waiting = await unit.select("handovers", {"organisation": organisation, "state": "waiting"})
    own = next((row for row in waiting if row["contact"] == contact), None)
    return sum(row["role"] == own["role"] and row["since"] < own["since"] for row in waiting) if own else 0
