"""How a canonical value is shown to people, and what the composer is for while it is asked."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, assert_never

from conversations.fields import documents
from conversations.forms import Kind, Question
from conversations.messages import Code, Entry, Line, Money, Param


def shown(question: Question, value: Any) -> Param:
    """The value as a parameter of a line; a value of another shape is shown as the text it is."""
    try:
        return _shown(question, value)
    except (ValueError, TypeError, InvalidOperation):
        return str(value)


def entry(question: Question) -> Entry:
    """The keyboard and field that suit the answer."""
    match question.kind:
        case Kind.NUMBER | Kind.MONEY | Kind.NATIONAL_ID:
            return Entry.NUMBER
        case Kind.PHONE:
            return Entry.PHONE
        case Kind.DATE:
            return Entry.DATE
        case Kind.DOCUMENTS:
            return Entry.FILE
        case Kind.TEXT | Kind.NAME | Kind.PLACE | Kind.IBAN | Kind.CHOICE | Kind.CHOICES | Kind.YES_NO:
            return Entry.TEXT
    assert_never(question.kind)


def _shown(question: Question, value: Any) -> Param:
    match question.kind:
        case Kind.TEXT | Kind.NAME | Kind.PLACE:
            return str(value)
        case Kind.NUMBER:
            return int(value)
        case Kind.MONEY:
            return Money(Decimal(value))
        case Kind.DATE:
            return date.fromisoformat(value)
        case Kind.PHONE:
            return Code(_dialled(str(value)))
        case Kind.NATIONAL_ID:
            return Code(str(value))
        case Kind.IBAN:
            return Code(_in_fours(str(value)))
        case Kind.CHOICE:
            return Line(f"choice.{question.id}.{value}")
        case Kind.CHOICES:
            return tuple(Line(f"choice.{question.id}.{key}") for key in value)
        case Kind.YES_NO:
            return Line("value.yes" if value else "value.no")
        case Kind.DOCUMENTS:
            return documents.shown(question, value)
    assert_never(question.kind)


def _dialled(number: str) -> str:
    """A Saudi mobile as people dictate it; others as they are."""
    return f"0{number.removeprefix('+966')}" if number.startswith("+966") else number


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
