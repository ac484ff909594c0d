"""Each kind of answer: how it is read, when it is complete, how it is shown, and what is said where it is wrong."""

from dataclasses import replace
from typing import Any, assert_never

from conversations import arabic
from conversations.events import Said
from conversations.fields import choices, dates, documents, identity, numbers, words
from conversations.fields.documents import ALL_LATER, DATE, LATER, NEXT, UNDATED, in_hand
from conversations.fields.reading import Context, Good, Reading, Wrong
from conversations.fields.showing import entry, shown
from conversations.forms import Document, Kind, Question
from conversations.messages import Line

__all__ = [
    "ALL_LATER",
    "DATE",
    "LATER",
    "NEXT",
    "SAMPLES",
    "UNDATED",
    "VALUES",
    "WRONG",
    "Context",
    "Good",
    "Reading",
    "Wrong",
    "complete",
    "entry",
    "in_hand",
    "read",
    "shown",
]


# Kinds that are answered by a tap.
TAPPED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})


def read(question: Question, said: Said, context: Context) -> Reading:
    """What the person's words, taps or files mean as an answer to this question; never raises."""
    if (clean := arabic.clean(said.text)) != said.text:
        said = replace(said, text=clean)
    if question.kind is Kind.DOCUMENTS:
        return documents.papers(question, said, context)
    taps = said.choices if question.kind in TAPPED else ()
    if not taps and not arabic.legible(said.text):
        return Wrong(Line("wrong.any.file" if said.files else "wrong.any.empty"))
    return _read(question, said.text, taps, context)


def complete(question: Question, value: Any, documents_asked: tuple[Document, ...]) -> bool:
    """Whether the value answers the question wholly: for papers, each of those that apply has a state."""
    if question.kind is Kind.DOCUMENTS:
        return documents.complete(value, documents_asked)
    return value is not None


def _read(question: Question, text: str, taps: tuple[str, ...], context: Context) -> Reading:
    match question.kind:
        case Kind.TEXT:
            return words.text(question, text, context)
        case Kind.NAME:
            return words.name(question, text, context)
        case Kind.PLACE:
            return words.place(question, text, context)
        case Kind.NUMBER:
            return numbers.number(question, text, context)
        case Kind.MONEY:
            return numbers.money(question, text, context)
        case Kind.DATE:
            return dates.day(question, text, context)
        case Kind.NATIONAL_ID:
            return identity.national_id(question, text, context)
        case Kind.IBAN:
            return identity.iban(question, text, context)
        case Kind.PHONE:
            return identity.phone(question, text, context)
        case Kind.CHOICE:
            return choices.choice(question, text, taps, context)
        case Kind.CHOICES:
            return choices.choices(question, text, taps, context)
        case Kind.YES_NO:
            return choices.yes_no(question, text, taps, context)
        case Kind.DOCUMENTS:
            return documents.papers(question, Said(text, taps), context)
    assert_never(question.kind)


# Every key a reading may give back, for the catalogues to hold.
WRONG: tuple[str, ...] = (
    "wrong.any.empty",
    "wrong.any.file",
    "wrong.text.short",
    "wrong.text.long",
    "wrong.name.single",
    "wrong.name.digits",
    "wrong.name.signs",
    "wrong.name.long",
    "wrong.place.format",
    "wrong.place.long",
    "wrong.number.words",
    "wrong.number.format",
    "wrong.number.fraction",
    "wrong.number.small",
    "wrong.number.large",
    "wrong.money.words",
    "wrong.money.format",
    "wrong.money.fraction",
    "wrong.money.small",
    "wrong.money.large",
    "wrong.date.format",
    "wrong.date.short_year",
    "wrong.date.year",
    "wrong.date.hijri_year",
    "wrong.date.month",
    "wrong.date.day",
    "wrong.date.hijri_day",
    "wrong.date.calendar",
    "wrong.date.future",
    "wrong.date.past",
    "wrong.date.early",
    "wrong.date.late",
    "wrong.phone.format",
    "wrong.phone.length",
    "wrong.phone.landline",
    "wrong.phone.country",
    "wrong.phone.invalid",
    "wrong.national_id.letters",
    "wrong.national_id.length",
    "wrong.national_id.start",
    "wrong.national_id.check",
    "wrong.iban.account",
    "wrong.iban.country",
    "wrong.iban.format",
    "wrong.iban.length",
    "wrong.iban.check",
    "wrong.choice.unknown",
    "wrong.choice.number",
    "wrong.choice.ambiguous",
    "wrong.choice.several",
    "wrong.choices.unknown",
    "wrong.choices.number",
    "wrong.choices.ambiguous",
    "wrong.yes_no.unknown",
    "wrong.documents.unknown",
)
# Every example that may stand under such a sentence, and every key that `shown` may use but choices and papers.
SAMPLES: tuple[str, ...] = tuple(
    f"example.{kind}"
    for kind in ("name", "number", "money", "date", "phone", "national_id", "iban", "choice", "choices", "yes_no")
)
VALUES: tuple[str, ...] = ("value.yes", "value.no", "document.state.later", "document.state.given")
