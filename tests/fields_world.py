"""A small world for the tests of readers: a lexicon as `locales` folds it, and questions of each kind."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from conversations import arabic
from conversations.events import Said
from conversations.fields import Context, Good, Reading, Wrong, read
from conversations.forms import About, Choice, Document, Kind, Privacy, Question
from conversations.lexicon import Command, Lexicon
from conversations.messages import Code

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)

HIJRI = "محرم،صفر،ربيع الأول،ربيع الآخر،جمادى الأولى،جمادى الآخرة،رجب،شعبان،رمضان،شوال،ذو القعدة،ذو الحجة"
GREGORIAN = "يناير،فبراير،مارس،أبريل،مايو،يونيو،يوليو،أغسطس،سبتمبر،أكتوبر،نوفمبر،ديسمبر"
ENGLISH = "January,February,March,April,May,June,July,August,September,October,November,December"


def folded(*phrases: str) -> frozenset[str]:
    return frozenset(map(arabic.fold, phrases))


def months(*lists: str) -> dict[str, int]:
    return {arabic.fold(name): i for names in lists for i, name in enumerate(names.replace("،", ",").split(","), 1)}


LEXICON = Lexicon(
    commands={arabic.fold("سأحضرها لاحقًا"): Command.LATER, arabic.fold("لاحقا"): Command.LATER},
    greetings=frozenset(),
    yes=folded("نعم", "ايه", "yes", "تمام"),
    no=folded("لا", "لأ", "لا شكرا", "no"),
    change=frozenset(),
    accept=frozenset(),
    refuse=frozenset(),
    hijri_months=months(HIJRI) | {arabic.fold("ربيع الثاني"): 4},
    gregorian_months=months(GREGORIAN, ENGLISH),
    hijri_marks=folded("هـ", "هجري", "AH"),
    gregorian_marks=folded("م", "ميلادي", "AD"),
    currency=folded("ريال", "ريالا", "ريال سعودي", "ر.س", "SAR", "SR"),
    cities={arabic.fold(city): city for city in ("الرياض", "القنفذة", "بريدة", "جدة", "مكة المكرمة")},
    languages={},
)
CHOICES = tuple(map(Choice, ("self", "family", "guardian", "work")))
LABELS = {
    arabic.fold(label): key
    for label, key in {
        "لنفسي": "self",
        "لأحد أفراد أسرتي": "family",
        "بصفتي وليًا": "guardian",
        "دراسة وتدريب": "work",
        "وظيفة": "work",
        "myself": "self",
    }.items()
}
PAPERS = (Document("report"), Document("lease"), Document("slip"))


def question(kind: Kind, least: int | None = None, most: int | None = None) -> Question:
    return Question(
        id="it",
        kind=kind,
        section="one",
        about=About.APPLICANT,
        privacy=Privacy.PERSONAL,
        purpose="test",
        retention="test",
        roles=("officer",),
        source="sample",
        choices=CHOICES,
        documents=PAPERS,
        least=least,
        most=most,
    )


def context(labels: Mapping[str, str] = LABELS, partial: Any = None, now: datetime = NOW) -> Context:
    return Context(
        now=now,
        zone="Asia/Riyadh",
        lexicon=LEXICON,
        choices=CHOICES,
        documents=PAPERS,
        labels=labels,
        partial=partial,
    )


def reading(kind: Kind, text: str, least: int | None = None, most: int | None = None) -> Reading:
    return read(question(kind, least, most), Said(text), context())


def outcome(kind: Kind, text: str, least: int | None = None, most: int | None = None) -> Any:
    """The canonical value, or the code of what is wrong behind `wrong.`."""
    got = reading(kind, text, least, most)
    return got.value if isinstance(got, Good) else got.line.key.removeprefix("wrong.")


def said_back(got: Reading) -> str:
    """What a sentence of error says was read."""
    assert isinstance(got, Wrong)
    named = got.line.params["read"]
    return named.text if isinstance(named, Code) else str(named)
