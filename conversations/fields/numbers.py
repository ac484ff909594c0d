"""Counts and amounts: digits of any script, thousands separators, a decimal point, the currency around an amount."""

import re
import unicodedata
from decimal import Decimal

from conversations import arabic
from conversations.fields.reading import Context, Good, Reading, Wrong, wrong
from conversations.forms import Question
from conversations.messages import Money

# A longer text is no number, and the most where the form names none.
LONGEST = 40
MOST = 999_999_999

_RUN = re.compile(r"[+\-\u2212]?[0-9]+(?:[,\u066c\u060c'\u2019 .\u066b][0-9]+)*")
_NUMBER = re.compile(
    r"(?P<sign>[+\-\u2212]?)"
    r"(?P<whole>[0-9]{1,3}(?P<comma>[,\u066c\u060c'\u2019 ])[0-9]{3}(?:(?P=comma)[0-9]{3})*|[0-9]+)"
    r"(?:[.\u066b](?P<part>[0-9]+))?"
)
_AROUND = re.compile(r"[\s.,:;!?\u060c\u061b\u061f()\"'«»]*")
_WORD = re.compile(r"[^\W\d_]{2}")


def number(question: Question, text: str, context: Context) -> Reading:
    """A whole number within the question's bounds (0 at least where it names none)."""
    amount = _amount("number", text, frozenset())
    if isinstance(amount, Wrong):
        return amount
    if amount != amount.to_integral_value():
        return wrong("number", "fraction", text)
    least, most = _bounds(question)
    if amount < least:
        return wrong("number", "small", text, least=least)
    if amount > most:
        return wrong("number", "large", text, most=most)
    return Good(int(amount), text)


def money(question: Question, text: str, context: Context) -> Reading:
    """An amount in riyals and halalas within the question's bounds, as the text of a Decimal."""
    amount = _amount("money", text, context.lexicon.currency)
    if isinstance(amount, Wrong):
        return amount
    least, most = _bounds(question)
    if amount < least:
        return wrong("money", "small", text, least=Money(Decimal(least)))
    if amount > most:
        return wrong("money", "large", text, most=Money(Decimal(most)))
    if amount != round(amount, 2):
        return wrong("money", "fraction", text)
    return Good(f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}", text)


def _bounds(question: Question) -> tuple[int, int]:
    return (
        question.least if question.least is not None else 0,
        question.most if question.most is not None else MOST,
    )


def _amount(kind: str, text: str, currency: frozenset[str]) -> Decimal | Wrong:
    if len(text) > LONGEST:
        return wrong(kind, "format", text)
    plain = arabic.plain(text)
    runs = list(_RUN.finditer(plain))
    around = [plain[: runs[0].start()], plain[runs[0].end() :]] if len(runs) == 1 else []
    fits = _NUMBER.fullmatch(runs[0][0]) if around and all(_is_around(part, currency) for part in around) else None
    if fits is None:
        return wrong(kind, "words" if _WORD.search(plain) else "format", text)
    return _decimal(fits)


def _is_around(text: str, currency: frozenset[str]) -> bool:
    if _AROUND.fullmatch(text):
        return True
    return arabic.fold(text) in currency and all(
        unicodedata.category(sign)[0] in "LM" or _AROUND.fullmatch(sign) for sign in text
    )


def _decimal(fits: re.Match[str]) -> Decimal:
    whole = re.sub(r"[^0-9]", "", fits["whole"])
    sign = "-" if fits["sign"] in ("-", "\u2212") else ""
    return Decimal(f"{sign}{whole}.{fits['part'] or 0}") or Decimal(0)
