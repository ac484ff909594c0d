"""The clock of a request in days: from its acceptance over its floor to its ceiling, and the days it stood still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SOON = timedelta(days=7)
LONGEST = 99  # days that are drawn
Rest = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of a request. `at` is now, or when it was told; `still` are the days on which its clock stood."""

    accepted: datetime
    floor: datetime
    ceiling: datetime
    at: datetime
    zone: str
    told: bool = False
    standing: bool = False
    still: tuple[date, ...] = ()

    @property
    def number(self) -> int:
        """What day it is, counted from the acceptance, which is day one."""
        return (self.local(self.at) - self.local(self.accepted)).days + 1

    @property
    def left(self) -> int:
        """How many days are left until the ceiling; below zero it is passed."""
        return (self.local(self.ceiling) - self.local(self.at)).days

    @property
    def late(self) -> bool:
        """Whether the ceiling is near or passed while the clock runs."""
        return not self.told and not self.standing and self.ceiling - self.at <= SOON

    def local(self, moment: datetime) -> date:
        """The day where the association is."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def days(self) -> list[tuple[date, str]]:
        """Each day until the ceiling, and how it stands: on, rest, now, after the floor, or ahead of it."""
        first, last, today = self.local(self.accepted), self.local(self.ceiling), self.local(self.at)
        count = min((max(last, today) - first).days + 1, LONGEST)
        return [(day, self._stands(day, today)) for day in (first + n * DAY for n in range(max(count, 1)))]

    def _stands(self, day: date, today: date) -> str:
        if day == today:
            return "now"
        if day in self.still:
            return "rest"
        if day < today:
            return "on"
        return "after" if day >= self.local(self.floor) else ""


def rests(returned: Sequence[datetime], renewed: Sequence[datetime], until: datetime) -> list[Rest]:
    """The times between what was returned and the next renewal, or until now."""
    found: list[Rest] = []
    for start in sorted(returned):
        if found and start < found[-1][1]:
            continue
        found.append((start, next((end for end in sorted(renewed) if end > start), until)))
    return found


def still(found: Sequence[Rest], zone: str) -> tuple[date, ...]:
    """The days of these times, each once."""
    days: list[date] = []
    for start, end in found:
        first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (start, end))
        days += [first + n * DAY for n in range((last - first).days + 1)]
    return tuple(dict.fromkeys(days))
