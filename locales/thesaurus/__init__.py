"""Which words mean the same, read from `LANGUAGE.toml` and `LANGUAGE_*.toml` and folded; a charity may add its own."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus

FOLDER = Path(__file__).parent
AFFIXES = ("articles", "particles", "endings", "heads", "tails", "weak")
TYPING = ("alike", "rows", "latin_articles")
Sheet = Mapping[str, Any]


@cache
def thesaurus(languages: tuple[str, ...]) -> Thesaurus:
    """The words of these languages together."""
    sheets = [sheet for language in languages for sheet in _sheets(language)]
    affixes: dict[str, Any] = {name: _together(sheets, "affixes", name) for name in AFFIXES}
    typing: dict[str, Any] = {name: _together(sheets, "typing", name) for name in TYPING}
    light = frozenset(concept for sheet in sheets for concept in sheet.get("light", ()))
    latin = {typed: sign for sheet in sheets for typed, sign in sheet.get("latin", {}).items()}
    concepts = _concepts(sheets, Thesaurus(**affixes))
    return Thesaurus(**affixes, **typing, concepts=concepts, light=light, latin=latin)


def _concepts(sheets: Iterable[Sheet], bare: Thesaurus) -> Mapping[str, tuple[str, ...]]:
    """The concepts of each word and of its stem; what several sheets say of a concept is said together."""
    meanings: dict[str, dict[str, None]] = {}
    for concept, words in (pair for sheet in sheets for pair in sheet.get("concepts", {}).items()):
        for word in fold(words).split():
            for form in (word, bare.stem(word)):
                meanings.setdefault(form, {})[concept] = None
    return {word: tuple(found) for word, found in meanings.items()}


def _together(sheets: Iterable[Sheet], table: str, name: str) -> tuple[str, ...]:
    """A list that several sheets have, folded, each word once."""
    return tuple(dict.fromkeys(fold(word) for sheet in sheets for word in sheet.get(table, {}).get(name, ())))


def _sheets(language: str) -> Iterator[Sheet]:
    for path in (FOLDER / f"{language}.toml", *sorted(FOLDER.glob(f"{language}_*.toml"))):
        if path.exists():
            yield tomllib.loads(path.read_text("utf-8"))
