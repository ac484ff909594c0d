"""The organisation's hours: when staff work, and when a message may leave unasked. All times in and out are aware."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.organisation import Schedule

FRIDAY = 4
HORIZON_DAYS = 370


def local(schedule: Schedule, at: datetime) -> datetime:
    """The same moment on the organisation's clock."""
    return at.astimezone(ZoneInfo(schedule.zone))


def staff_present(schedule: Schedule, at: datetime) -> bool:
    """Whether the profile's hours say that staff work now."""
    here = local(schedule, at)
    if here.date() in schedule.holidays:
        return False
    return any(h.weekday == here.weekday() and h.opens <= here.time() < h.closes for h in schedule.hours)


def next_opening(schedule: Schedule, at: datetime) -> datetime | None:
    """The next moment at which staff begin to work, UTC; None where the profile has no hours within a year."""
    here = local(schedule, at)
    for days in range(HORIZON_DAYS):
        day = here.date() + timedelta(days=days)
        opens = [h.opens for h in schedule.hours if h.weekday == day.weekday() and day not in schedule.holidays]
        starts = [datetime.combine(day, opening, here.tzinfo) for opening in sorted(opens)]
        later = next((start for start in starts if start > here), None)
        if later is not None:
            return later.astimezone(UTC)
    return None


def next_sending(schedule: Schedule, at: datetime) -> datetime:
    """The first moment not before `at` at which a proactive message may leave, UTC."""
    here = local(schedule, at)
    for days in range(HORIZON_DAYS):
        day = here.date() + timedelta(days=days)
        opens = schedule.friday_from if day.weekday() == FRIDAY else schedule.send_from
        if day in schedule.holidays or opens >= schedule.send_until:
            continue
        start = max(datetime.combine(day, opens, here.tzinfo), here)
        if start.time() < schedule.send_until and start.date() == day:
            return start.astimezone(UTC)
    return at


def working_day(schedule: Schedule, at: datetime, days: int) -> datetime:
    """The close of the last of so many days on which staff work, not counting the one of `at`, UTC."""
    here, left = local(schedule, at), days
    for ahead in range(1, HORIZON_DAYS):
        day = here.date() + timedelta(days=ahead)
        closes = [h.closes for h in schedule.hours if h.weekday == day.weekday() and day not in schedule.holidays]
        left -= bool(closes)
        if left <= 0:
            return datetime.combine(day, max(closes), here.tzinfo).astimezone(UTC)
    return at + timedelta(days=days)


def floor(schedule: Schedule, accepted: datetime, days: int) -> datetime:
    """The earliest moment a decision may be told: days of 24 hours after the acceptance, then the sending window."""
    return next_sending(schedule, accepted + timedelta(days=days))
