"""The times that staff keep for interviews: added in a row, listed with whose they are, closed while they are free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversations.organisation import Organisation
from services.members import Member
from services.ports import Clock, Memory
from services.seating import fresh_id

KINDS = ("visit", "phone")
MOST = 40  # at once
AHEAD = timedelta(days=180)
SHORTEST, LONGEST = 10, 180
LISTED = 300


@dataclass(frozen=True, slots=True)
class Kept:
    """A time that is still to come; `case` is whose it is, empty where it is free."""

    slot: str
    kind: str
    at: datetime
    minutes: int
    case: str = ""


class Slots:
    """Keeps the times of one house's associations."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def coming(self, member: Member) -> list[Kept]:
        """Every time that is still to come and is not closed, the nearest first."""
        where = {"organisation": member.organisation, "closed_at": None}
        async with self._memory.reading() as unit:
            rows = await unit.select("slots", where, after={"at": self._clock()}, order=["at", "slot"], limit=LISTED)
            ids = {"organisation": member.organisation, "slot": [row["slot"] for row in rows]}
            taken = {b["slot"]: b["case"] for b in await unit.select("bookings", ids)} if rows else {}
        return [Kept(r["slot"], r["kind"], r["at"], r["minutes"], taken.get(r["slot"], "")) for r in rows]

    async def add(self, member: Member, kind: str, day: str, first: str, minutes: int, count: int) -> str:
        """So many times one after the other, from an hour of a day on; a fault's word where they cannot be kept."""
        at = self._moment(member.organisation, day, first)
        if kind not in KINDS or at is None:
            return "time"
        if not SHORTEST <= minutes <= LONGEST or not 1 <= count <= MOST:
            return "count"
        if not self._clock() < at < self._clock() + AHEAD:
            return "past"
        known = {(kept.kind, kept.at) for kept in await self.coming(member)}
        times = [at + n * timedelta(minutes=minutes) for n in range(count)]
        rows = [
            {"organisation": member.organisation, "slot": fresh_id(), "kind": kind, "at": one}
            | {"minutes": minutes, "by": member.staff, "closed_at": None}
            for one in times
            if (kind, one) not in known
        ]
        async with self._memory.unit() as unit:
            await unit.insert("slots", rows)
        return "" if rows else "known"

    async def close(self, member: Member, slot: str) -> str:
        """Offer it to nobody any more; one that is booked is cancelled by answering whose it is."""
        where = {"organisation": member.organisation, "slot": slot}
        async with self._memory.unit() as unit:
            rows = await unit.select("slots", where)
            if not rows:
                return "gone"
            if await unit.select("bookings", where):
                return "booked"
            await unit.update("slots", [{**where, "closed_at": self._clock()}])
        return ""

    def _moment(self, organisation: str, day: str, first: str) -> datetime | None:
        zone = ZoneInfo(self._organisations[organisation].schedule.zone)
        try:
            return datetime.combine(date.fromisoformat(day), time.fromisoformat(first), zone)
        except ValueError:
            return None
