"""Which words mean the same, read from `LANGUAGE.toml` and folded; a charity may add its own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus

FOLDER = Path(__file__).parent


@cache
def thesaurus(languages: tuple[str, ...]) -> Thesaurus:
    """The words of these languages together."""
    sheets = [_sheet(language) for language in languages]
    affixes = {name: _folded(word for sheet in sheets for word in sheet["affixes"][name]) for name in AFFIXES}
    bare = Thesaurus(**affixes)
    meanings: dict[str, dict[str, None]] = {}
    for sheet in sheets:
        for concept, words in sheet["concepts"].items():
            for word in fold(words).split():
                for form in dict.fromkeys((word, bare.stem(word))):
                    meanings.setdefault(form, {})[concept] = None
    return Thesaurus(**affixes, concepts={word: tuple(found) for word, found in meanings.items()})


AFFIXES = ("articles", "particles", "endings", "heads", "tails")


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word) for word in words))


def _sheet(language: str) -> Mapping[str, Any]:
    path = FOLDER / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {"affixes": dict.fromkeys(AFFIXES, ()), "concepts": {}}
