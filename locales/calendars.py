"""A day in both calendars, as people here say it: Umm al-Qura first in Arabic, Gregorian first in English."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from hijridate import Gregorian

# say(key, values) -> words; the templates of dates stand in the catalogue like any other sentence.
Sayer = Callable[[str, dict[str, str]], str]


class Shown(str):
    """A value in words; a template may ask for less of a day: `{name:plain}` is without its weekday, `{name:short}`
    its weekday, day and month, `{name:lunar}` day and month of Umm al-Qura."""

    less: Mapping[str, str] = MappingProxyType({})

    def __format__(self, spec: str) -> str:
        return self.less.get(spec, str(self))

    def within(self, closed: Callable[[str], str]) -> "Shown":
        """The same words, each form of them closed off from what stands around it."""
        words = Shown(closed(self))
        words.less = {name: closed(form) for name, form in self.less.items()}
        return words


def in_zone(moment: datetime, zone: str) -> datetime:
    """The moment on the organisation's clock; one that names no zone is UTC, as everywhere in the house."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))


def day_words(day: date, language: str, say: Sayer) -> Shown:
    """The day in both calendars, or in the Gregorian alone outside the tables of Umm al-Qura (1343 to 1500)."""
    weekday = _weekdays(language)[day.weekday()]
    plain = _both(day, language, say)
    words = Shown(say("date.weekday", {"weekday": weekday, "date": plain}))
    words.less = {"plain": plain, **_brief(day, weekday, language, say)}
    return words


@cache  # asked anew, a language's data is opened and parsed each time
def _weekdays(language: str) -> Mapping[int, str]:
    return MappingProxyType(dict(get_day_names("wide", locale=language)))


@cache
def _months(language: str) -> Mapping[int, str]:
    return MappingProxyType(dict(get_month_names("wide", locale=language)))


def _brief(day: date, weekday: str, language: str, say: Sayer) -> dict[str, str]:
    """The day without its year, in either calendar."""
    month = _months(language)[day.month]
    short = say("date.short", {"weekday": weekday, "day": str(day.day), "month": month})
    hijri = _hijri(day)
    if hijri is None:
        return {"short": short, "lunar": short}
    _, number, of_month = hijri
    return {"short": short, "lunar": say("date.lunar", {"day": str(of_month), "month": say(f"hijri.{number}", {})})}


def _both(day: date, language: str, say: Sayer) -> str:
    month = _months(language)[day.month]
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
