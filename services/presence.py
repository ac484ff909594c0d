"""Who is there for a person: the assistant, a queue before staff, or one of them by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conversations import calendar
from conversations.codec import load_state
from conversations.organisation import Organisation
from services.ports import Clock, Memory, Reading

BOT, QUEUED, STAFF = "bot", "queued", "staff"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is there; in the queue how many wait since longer, and when staff are back on where they are away."""

    state: str = BOT
    name: str = ""
    ahead: int = 0
    next: datetime | None = None


class Presence:
    """Reads who is there."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def of(self, organisation: str, contact: str) -> Standing:
        """Who is there for this contact now."""
        async with self._memory.reading() as unit:
            rows = await unit.select("contacts", {"organisation": organisation, "contact": contact})
            state = load_state(rows[0]["state"] if rows else None)
            if state.holder:
                return Standing(STAFF, state.holder_name)
            if not state.queued:
                return Standing()
            return Standing(QUEUED, "", await _ahead(unit, organisation, contact), self._opening(organisation))

    def _opening(self, organisation: str) -> datetime | None:
        schedule, now = self._organisations[organisation].schedule, self._clock()
        return None if calendar.staff_present(schedule, now) else calendar.next_opening(schedule, now)


async def _ahead(unit: Reading, organisation: str, contact: str) -> int:
    """How many began to wait for the same role before."""
    waiting = await unit.select("handovers", {"organisation": organisation, "state": "waiting"})
    own = next((row for row in waiting if row["contact"] == contact), None)
    return sum(row["role"] == own["role"] and row["since"] < own["since"] for row in waiting) if own else 0
