"""The words that people type, read from `lexicon/LANGUAGE.toml` and folded for matching."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from babel import Locale

from conversations.arabic import fold
from conversations.lexicon import Command, Lexicon

FOLDER = Path(__file__).parent / "lexicon"
DATES = ("hijri_marks", "gregorian_marks")
SAID = ("greetings", "thanks", "questions", "danger", "abuse")
SINGLE = (*SAID, "yes", "no", "change", "accept", "refuse", *DATES, "currency")
TABLES = ("commands", "hijri_months", "gregorian_months", "languages", "cities")
# Which lists may not share a phrase: a word must never mean two things at one place of a conversation.
APART = (
    ("yes", "no"),
    ("yes", "accept"),
    ("accept", "refuse"),
    ("hijri_marks", "gregorian_marks"),
    ("hijri_months", "gregorian_months"),
)


@cache
def sheet(language: str) -> Mapping[str, Any]:
    """What one language's file holds, as written; nothing where the language has no file."""
    path = FOLDER / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def lexicon(languages: Iterable[str]) -> Lexicon:
    """The words of these languages, merged; where two claim a phrase the first language keeps it."""
    return _merged(tuple(languages))


@cache
def _merged(languages: tuple[str, ...]) -> Lexicon:
    words = {name: _phrases(languages, name) for name in SINGLE}
    named = {code: str(Locale.parse(code).get_display_name(code)) for code in languages}
    return Lexicon(
        commands={phrase: Command(name) for phrase, name in _table(languages, "commands").items()},
        hijri_months=_months(languages, "hijri_months"),
        gregorian_months=_months(languages, "gregorian_months"),
        cities=_table(languages, "cities"),
        languages={**{fold(name): code for code, name in named.items()}, **_table(languages, "languages")},
        names=named,
        gendered=frozenset(code for code in languages if sheet(code).get("gendered")),
        **words,
    )


def _words(language: str, name: str) -> Sequence[str]:
    """A list of one language's file; a language without a file is typed with the words of the others."""
    found: Sequence[str] = sheet(language).get("words", {}).get(name, ())
    return found


def _phrases(languages: Sequence[str], name: str) -> frozenset[str]:
    return frozenset(fold(phrase) for language in languages for phrase in _words(language, name))


def _table(languages: Sequence[str], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for phrase, meaning in _entries(languages, name):
        found.setdefault(phrase, meaning)
    return found


def _entries(languages: Iterable[str], name: str) -> Iterator[tuple[str, str]]:
    """Folded phrase and what it stands for; a city's own name is one of its phrases."""
    for language in languages:
        for meaning, phrases in sheet(language).get(name, {}).items():
            own = [meaning] if name == "cities" else []
            yield from ((fold(phrase), meaning) for phrase in own + phrases)


def _months(languages: Sequence[str], name: str) -> dict[str, int]:
    """Months as people name them, also after words like «month of» of the same language."""
    found: dict[str, int] = {}
    for language in languages:
        prefixes = ["", *map(fold, _words(language, "month_prefixes"))]
        for phrase, number in _entries([language], name):
            found |= {f"{prefix} {phrase}".strip(): int(number) for prefix in prefixes}
    return found


def conflicts(languages: Iterable[str]) -> list[str]:
    """Phrases that mean two things, as sentences; none is the only good answer."""
    codes = tuple(languages)
    lists = {name: set(_phrases(codes, name)) for name in SINGLE}
    lists |= {name: set(_table(codes, name)) for name in TABLES}
    doubled = [fault for name in TABLES for fault in _doubled(codes, name)]
    pairs = (*APART, *(("commands", name) for name in SINGLE))
    shared = [f"lexicon: «{both}» is in {one} and in {two}" for one, two in pairs for both in lists[one] & lists[two]]
    return doubled + shared + [f"lexicon: {name} holds an empty phrase" for name, held in lists.items() if "" in held]


def _doubled(languages: Sequence[str], name: str) -> list[str]:
    pairs = combinations(sorted(set(_entries(languages, name))), 2)
    return [f"lexicon: «{a}» means {one} and {two} in {name}" for (a, one), (b, two) in pairs if a == b]
