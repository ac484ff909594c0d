"""Which words mean the same, read from `LANGUAGE.toml` and folded; a charity may add its own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conversations.arabic import fold
from conversations.thesaurus import LONG, Thesaurus, shortened

FOLDER = Path(__file__).parent
AFFIXES = ("articles", "particles", "endings", "heads", "tails", "weak")
NOTHING: Mapping[str, Any] = {"affixes": dict.fromkeys(AFFIXES, ()), "concepts": {}}


@cache
def thesaurus(languages: tuple[str, ...]) -> Thesaurus:
    """The words of these languages together."""
    sheets = [_sheet(language) for language in languages]
    affixes: dict[str, Any] = {name: _folded(w for s in sheets for w in s["affixes"][name]) for name in AFFIXES}
    bare = Thesaurus(**affixes)
    meanings: dict[str, dict[str, None]] = {}
    for concept, words in (pair for sheet in sheets for pair in sheet["concepts"].items()):
        for word in fold(words).split():
            for form in (word, bare.stem(word)):
                meanings.setdefault(form, {})[concept] = None
    concepts = {word: tuple(found) for word, found in meanings.items()}
    return Thesaurus(**affixes, concepts=concepts, slips=_slips(concepts))


def _slips(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Every long word under itself and under itself with one letter left out."""
    found: dict[str, dict[str, None]] = {}
    for word in words:
        if len(word) >= LONG:
            for cut in (word, *shortened(word)):
                found.setdefault(cut, {})[word] = None
    return {cut: tuple(near) for cut, near in found.items()}


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word) for word in words))


def _sheet(language: str) -> Mapping[str, Any]:
    path = FOLDER / f"{language}.toml"
    return (
        tomllib.loads(path.read_text("utf-8"))
        if path.exists()
        else {"affixes": dict.fromkeys(AFFIXES, ()), "concepts": {}}
    )
