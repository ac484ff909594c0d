"""A day in both calendars, as people here say it: Umm al-Qura first in Arabic, Gregorian first in English."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from hijridate import Gregorian

# say(key, values) -> words; the templates of dates stand in the catalogue like any other sentence.
Sayer = Callable[[str, dict[str, str]], str]


class Shown(str):
    """A value in words; in a template `{name:plain}` asks for less: a day without its weekday."""

    less: str | None = None

    def __format__(self, spec: str) -> str:
        return self.less if spec == "plain" and self.less is not None else str(self)


def in_zone(moment: datetime, zone: str) -> datetime:
    """The moment on the organisation's clock; one that names no zone is UTC, as everywhere in the house."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))


def day_words(day: date, language: str, say: Sayer) -> Shown:
    """The day in both calendars, or in the Gregorian alone outside the tables of Umm al-Qura (1343 to 1500)."""
    weekday = get_day_names("wide", locale=language)[day.weekday()]
    plain = _both(day, language, say)
    words = Shown(say("date.weekday", {"weekday": weekday, "date": plain}))
    words.less = plain
    return words


def _both(day: date, language: str, say: Sayer) -> str:
    month = get_month_names("wide", locale=language)[day.month]
    western = {"day": str(day.day), "month": month, "year": str(day.year)}
    hijri = _hijri(day)
    if hijri is None:
        return say("date.gregorian", western)
    year, number, of_month = hijri
    lunar = {"hijri_day": str(of_month), "hijri_month": say(f"hijri.{number}", {}), "hijri_year": str(year)}
    return say("date.both", western | lunar)


def _hijri(day: date) -> tuple[int, int, int] | None:
    try:
        return Gregorian.fromdate(day).to_hijri().datetuple()
    except OverflowError:
        return None
