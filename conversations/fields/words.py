"""Answers in a person's own words: a text, a full name, a place."""

import unicodedata

from conversations import arabic
from conversations.fields.reading import Context, Good, Reading, Wrong, wrong
from conversations.forms import Question
from conversations.messages import Line

SHORTEST_TEXT, LONGEST_TEXT = 2, 1_000
LONGEST_NAME = 100

_JOINS_NAMES = f"'’ʼ`.-‐–{arabic.TATWEEL}\u200c\u200d"
_JOINS_PLACES = _JOINS_NAMES + ',،/()"'


def text(question: Question, text: str, context: Context) -> Reading:
    """The person's words within the question's bounds in characters, kept as typed."""
    kept = arabic.steady(text)
    least = question.least if question.least is not None else SHORTEST_TEXT
    most = question.most if question.most is not None else LONGEST_TEXT
    if len(kept) < least:
        return Wrong(wrong("text", "short", text, count=least).line)
    if len(kept) > most:
        return Wrong(Line("wrong.text.long", {"length": len(kept), "count": most}))
    return Good(kept, text)


def name(question: Question, text: str, context: Context) -> Reading:
    """A full name: two words of letters of any script at least, no digits, kept as typed."""
    kept = arabic.name(text)
    if len(kept) > LONGEST_NAME:
        return Wrong(Line("wrong.name.long", {"count": LONGEST_NAME}), Line("example.name"))
    if any(unicodedata.category(sign)[0] == "N" for sign in kept):
        return wrong("name", "digits", text)
    if not all(_fits(sign, _JOINS_NAMES) for sign in kept):
        return wrong("name", "signs", text)
    if sum(map(_has_letter, kept.split())) < 2:
        return wrong("name", "single", text)
    return Good(kept, text)


def place(question: Question, text: str, context: Context) -> Reading:
    """A known city by its name or nearly so, else a place of two letters at least as typed."""
    kept = arabic.name(text)
    if len(kept) > LONGEST_NAME:
        return Wrong(Line("wrong.place.long", {"count": LONGEST_NAME}))
    city = _city(arabic.fold(kept), context)
    if city is not None:
        return Good(city, text)
    letters = sum(unicodedata.category(sign)[0] == "L" for sign in kept)
    fits = all(_fits(sign, _JOINS_PLACES) or unicodedata.category(sign) == "Nd" for sign in kept)
    return Good(kept, text) if fits and letters >= 2 else Wrong(wrong("place", "format", text).line)


def _city(folded: str, context: Context) -> str | None:
    cities = context.lexicon.cities
    if folded in cities:
        return cities[folded]
    close = {cities[name] for name in arabic.nearest(folded, cities)}
    return close.pop() if len(close) == 1 else None


def _fits(sign: str, joins: str) -> bool:
    return sign == " " or sign in joins or unicodedata.category(sign)[0] in "LM"


def _has_letter(word: str) -> bool:
    return any(unicodedata.category(sign)[0] == "L" for sign in word)
