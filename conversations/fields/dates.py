"""A date as people write it, in either calendar, filed as a Gregorian day."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from zoneinfo import ZoneInfo

from hijridate import Hijri

from conversations import arabic
from conversations.fields.reading import Context, Good, Reading, Wrong, wrong
from conversations.forms import Question
from conversations.lexicon import Lexicon
from conversations.messages import Code

# A year in this range is read as Hijri; the Umm al-Qura tables hold fewer.
HIJRI_YEARS = range(1300, 1501)
TABLED_YEARS = range(1343, 1501)
GREGORIAN_YEARS = range(1900, 2101)
# A longer text is no date.
LONGEST = 100
# The oldest date where the question names none: 120 years before today, in days.
OLDEST = -43_830

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+(?: [^\W\d_]+)*")
_ACCEPTED = {
    "hijri_least": Code(str(TABLED_YEARS[0])),
    "hijri_most": Code(str(TABLED_YEARS[-1])),
}


class Calendar(Enum):
    """The two calendars of the Kingdom."""

    HIJRI = auto()
    GREGORIAN = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word beside the numbers says: a calendar, and perhaps a month of it."""

    calendar: Calendar
    month: int | None = None


def day(question: Question, text: str, context: Context) -> Reading:
    """A day in either calendar within the question's bounds, counted from today in the zone; ISO Gregorian."""
    found = _parse(text, context.lexicon)
    if isinstance(found, Wrong):
        return found
    return _bounded(question, found, text, context)


def _parse(text: str, lexicon: Lexicon) -> date | Wrong:
    folded = "" if len(text) > LONGEST or arabic.odd_numbers(text) else arabic.fold(text)
    tokens = _TOKEN.findall(folded)
    numbers = [token for token in tokens if token[0].isdigit()]
    words = [_word(token, lexicon) for token in tokens if not token[0].isdigit()]
    if any(word is None for word in words):
        return wrong("date", "format", text)
    known = [word for group in words if group for word in group]
    months = [word for word in known if word.month]
    if len(months) > 1 or len(numbers) + len(months) != 3:
        return wrong("date", "format", text)
    parts = _ordered(numbers, months[0].month if months else None)
    if isinstance(parts, str):
        return wrong("date", parts, text)
    return _placed(parts, {word.calendar for word in known}, text)


def _word(phrase: str, lexicon: Lexicon) -> tuple[_Word, ...] | None:
    """The months and marks that make up a run of words, None where it holds anything else."""
    whole = _known(phrase, lexicon)
    if whole is not None:
        return (whole,)
    words = phrase.split()
    for at in range(1, len(words)):
        pair = _known(" ".join(words[:at]), lexicon), _known(" ".join(words[at:]), lexicon)
        if pair[0] and pair[1]:
            return pair[0], pair[1]
    return None


def _known(phrase: str, lexicon: Lexicon) -> _Word | None:
    if phrase in lexicon.hijri_marks:
        return _Word(Calendar.HIJRI)
    if phrase in lexicon.gregorian_marks:
        return _Word(Calendar.GREGORIAN)
    if phrase in lexicon.hijri_months:
        return _Word(Calendar.HIJRI, lexicon.hijri_months[phrase])
    if phrase in lexicon.gregorian_months:
        return _Word(Calendar.GREGORIAN, lexicon.gregorian_months[phrase])
    close = _near(phrase, lexicon.hijri_months, Calendar.HIJRI) | _near(
        phrase, lexicon.gregorian_months, Calendar.GREGORIAN
    )
    return close.pop() if len(close) == 1 else None


def _near(phrase: str, months: Mapping[str, int], calendar: Calendar) -> set[_Word]:
    return {_Word(calendar, months[name]) for name in arabic.nearest(phrase, months)}


def _ordered(numbers: list[str], month: int | None) -> tuple[int, int, int] | str:
    """Year, month, day; the code of what is wrong where no year stands at an end."""
    long = [len(number) for number in numbers]
    if max(long) > 4 or 3 in long or long.count(4) > 1 or (len(long) == 3 and long[1] > 2):
        return "format"
    if 4 not in long:
        return "short_year"
    forward = numbers if long[0] == 4 else numbers[::-1]
    values = [int(number) for number in forward]
    return (values[0], values[1], values[2]) if month is None else (values[0], month, values[1])


def _placed(parts: tuple[int, int, int], said: set[Calendar], text: str) -> date | Wrong:
    year, month, day_of_month = parts
    guessed = Calendar.HIJRI if year in HIJRI_YEARS else Calendar.GREGORIAN
    if len(said) > 1 or (said and guessed not in said and (year in HIJRI_YEARS or year in GREGORIAN_YEARS)):
        return wrong("date", "calendar", text)
    calendar = said.pop() if said else guessed
    if calendar is Calendar.HIJRI:
        return _hijri(year, month, day_of_month, text)
    return _gregorian(year, month, day_of_month, text)


def _hijri(year: int, month: int, day_of_month: int, text: str) -> date | Wrong:
    if year not in TABLED_YEARS:
        return wrong("date", "hijri_year", text, **_ACCEPTED)
    if not 1 <= month <= 12:
        return wrong("date", "month", text)
    length = Hijri(year, month, 1).month_length()
    if not 1 <= day_of_month <= length:
        return wrong("date", "hijri_day", text, count=length)
    return date(*Hijri(year, month, day_of_month).to_gregorian().datetuple())


def _gregorian(year: int, month: int, day_of_month: int, text: str) -> date | Wrong:
    if year not in GREGORIAN_YEARS:
        bounds = {"least": Code(str(GREGORIAN_YEARS[0])), "most": Code(str(GREGORIAN_YEARS[-1]))}
        return wrong("date", "year", text, **_ACCEPTED, **bounds)
    if not 1 <= month <= 12:
        return wrong("date", "month", text)
    length = monthrange(year, month)[1]
    if not 1 <= day_of_month <= length:
        return wrong("date", "day", text, count=length)
    return date(year, month, day_of_month)


def _bounded(question: Question, found: date, text: str, context: Context) -> Reading:
    today = context.now.astimezone(ZoneInfo(context.zone)).date()
    least = _shifted(today, OLDEST if question.least is None else question.least)
    most = date.max if question.most is None else _shifted(today, question.most)
    if found > most:
        return wrong("date", "future", text) if question.most == 0 else wrong("date", "late", text, most=most)
    if found < least:
        return wrong("date", "past", text) if question.least == 0 else wrong("date", "early", text, least=least)
    return Good(found.isoformat(), text)


def _shifted(today: date, days: int) -> date:
    return date.fromordinal(min(max(today.toordinal() + days, 1), date.max.toordinal()))
