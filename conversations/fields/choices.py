"""Answers chosen from a list: by tap, by number in any digits, by label or nearly so; one, several, or yes and no."""

import re

from conversations import arabic
from conversations.fields.reading import Context, Good, Reading, Wrong, wrong
from conversations.forms import Question
from conversations.messages import Line

YES, NO = "yes", "no"

# A longer text is no list of choices.
LONGEST = 300
# In a list, a label is looked for in so many words.
LONGEST_LABEL = 12

_BREAK = re.compile(r"[,،;؛\n/+&|]")
_NUMBER = re.compile("[0-9]+")
_NUMBERED = re.compile("([0-9]+) (.+)")
_RANGE = re.compile(r"\d\s*[-\u2010-\u2015\u2212]\s*\d")
_GLUED_AND = re.compile(f"(?<=[0-9]){arabic.AND}|{arabic.AND}(?=[0-9])")
_JOINERS = (arabic.AND, "and")


def choice(question: Question, text: str, taps: tuple[str, ...], context: Context) -> Reading:
    """The key of the one choice that was tapped, numbered or named."""
    keys = _keys(question, text, taps, context)
    if isinstance(keys, Wrong):
        return keys
    typed = text or ", ".join(taps)
    return Good(keys[0], typed) if len(keys) == 1 else wrong("choice", "several", typed)


def choices(question: Question, text: str, taps: tuple[str, ...], context: Context) -> Reading:
    """The keys of all choices that were tapped, numbered or named, in the question's order."""
    keys = _keys(question, text, taps, context)
    return keys if isinstance(keys, Wrong) else Good(list(keys), text or ", ".join(taps))


def yes_no(question: Question, text: str, taps: tuple[str, ...], context: Context) -> Reading:
    """Yes or no by tap, by number (1 yes, 2 no), or by words of the lexicon, once or more."""
    folded = arabic.fold(text[:LONGEST])
    said = {_said(folded, context)} if not taps else {{YES: True, NO: False}.get(tap) for tap in taps}
    answer = said.pop() if len(said) == 1 else None
    typed = text or ", ".join(taps)
    return wrong("yes_no", "unknown", typed) if answer is None else Good(answer, typed)


def _said(folded: str, context: Context) -> bool | None:
    key = {"1": YES, "2": NO}.get(folded) or context.labels.get(folded)
    if key in (YES, NO):
        return key == YES
    for answer, phrases in ((True, context.lexicon.yes), (False, context.lexicon.no)):
        if folded in phrases or (folded and all(word in phrases for word in folded.split())):
            return answer
    return None


def _keys(question: Question, text: str, taps: tuple[str, ...], context: Context) -> tuple[str, ...] | Wrong:
    """The keys meant, each once, in the question's order and at least one; or the first that is not understood."""
    order = tuple(each.key for each in context.choices)
    if taps:
        known = all(tap in order for tap in taps)
        return tuple(key for key in order if key in taps) if known else _unknown(question, text or ", ".join(taps))
    meant: set[str] = set()
    phrases = _phrases(text, context) if len(text) <= LONGEST else []
    for phrase in phrases:
        keys = _exact(phrase, context) or _close(phrase, context)
        if len(keys) != 1:
            return _misread(question, phrase, text, keys, context)
        meant.update(keys)
    return tuple(key for key in order if key in meant) if meant else _unknown(question, text)


def _unknown(question: Question, text: str) -> Wrong:
    return wrong(question.kind.value, "unknown", text)


def _misread(question: Question, phrase: str, text: str, keys: tuple[str, ...], context: Context) -> Wrong:
    kind = question.kind.value
    if keys:
        lines = tuple(Line(f"choice.{question.id}.{key}") for key in keys)
        return wrong(kind, "ambiguous", text, choices=lines)
    if _NUMBER.fullmatch(phrase):
        return wrong(kind, "number", phrase, most=len(context.choices))
    return _unknown(question, text)


def _exact(phrase: str, context: Context) -> tuple[str, ...]:
    """The choice of this number or folded label; a number before its own label counts once."""
    if _NUMBER.fullmatch(phrase) and len(phrase) <= 3:
        return tuple(each.key for each in context.choices[int(phrase) - 1 : int(phrase)]) if int(phrase) else ()
    numbered = _NUMBERED.fullmatch(phrase)
    key = context.labels.get(phrase) or (context.labels.get(numbered[2]) if numbered else None)
    return tuple(each.key for each in context.choices if each.key == key)


def _close(phrase: str, context: Context) -> tuple[str, ...]:
    if _NUMBER.fullmatch(phrase):
        return ()
    meant = {context.labels[label] for label in arabic.nearest(phrase, context.labels)}
    return tuple(each.key for each in context.choices if each.key in meant)


def _phrases(text: str, context: Context) -> list[str]:
    """The text taken apart, so that each part names one choice where it names any."""
    whole = arabic.fold(text)
    if _exact(whole, context) or _close(whole, context):
        return [whole]
    if _RANGE.search(text):
        return []
    pieces = (_GLUED_AND.sub(f" {arabic.AND} ", arabic.fold(piece)) for piece in _BREAK.split(text))
    return [phrase for piece in pieces for phrase in _apart(piece.split(), context)]


def _apart(words: list[str], context: Context) -> list[str]:
    """Words as the longest phrases that name choices, without the «and» between or before them, a rest as one."""
    if words and words[0] in _JOINERS:
        return _apart(words[1:], context)
    for end in range(min(len(words), LONGEST_LABEL), 0, -1):
        phrase = " ".join(words[:end])
        for spelling in (phrase, phrase.removeprefix(arabic.AND)):
            if _exact(spelling, context) or _close(spelling, context):
                return [spelling, *_apart(words[end:], context)]
    return [" ".join(words)] if words else []
