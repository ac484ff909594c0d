"""The judge of names: no text of one association shows the name of another."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from conversations.arabic import fold
from organisations.problem import Problem, error
from organisations.profile import Profile

STRANGERS = Path(__file__).parent / "common" / "strangers.toml"
SENDER = "organisation.short"
ATTACHED = 2  # letters that may be written before a word: «ولجمعية»
Phrase = tuple[str, ...]


def judge_names(profile: Profile, others: Sequence[Profile]) -> Iterator[Problem]:
    """Every place where a name of another association stands."""
    names, titles = _strangers()
    full = {name: phrase(name) for name in (*names, *_spoken(others, "organisation.name"))}
    short = {name: phrase(name) for name in _spoken(others, SENDER)}
    for place, text in _texts(profile):
        words = phrase(text)
        for name, wanted in full.items():
            if _stands(words, wanted):
                yield error(f"{place} names «{name}», another association; remove it.")
        for name, wanted in short.items():
            if _called(words, wanted, titles) or (SENDER in place and words == wanted):
                yield error(f"{place} names «{name}», the short name of another association; remove it.")


def phrase(text: str) -> Phrase:
    """The folded words of a text of any length."""
    return tuple(word for line in text.splitlines() for word in fold(line).split())


@cache
def _strangers() -> tuple[tuple[str, ...], frozenset[str]]:
    table = tomllib.loads(STRANGERS.read_text(encoding="utf-8"))
    return tuple(table["names"]), frozenset(fold(title) for title in table["titles"])


def _spoken(others: Iterable[Profile], key: str) -> list[str]:
    return [words[key] for other in others for words in other.wording.values() if key in words]


def _texts(profile: Profile) -> Iterator[tuple[str, str]]:
    for language, words in profile.wording.items():
        yield from ((f"`{key}` ({language})", text) for key, text in words.items())
        yield f"policy.{language}.md", profile.policy.get(language, "")
    for entry in profile.knowledge:
        for words in (entry.title, entry.text, entry.source):
            yield from ((f"entry «{entry.id}» ({language})", text) for language, text in words.items())
        for language, asked in entry.questions.items():
            yield from ((f"entry «{entry.id}» ({language})", question) for question in asked)


def _stands(words: Phrase, wanted: Phrase) -> bool:
    return any(_begins(words[place:], wanted) for place in range(len(words) - len(wanted) + 1))


def _begins(words: Phrase, wanted: Phrase) -> bool:
    return bool(wanted) and _same(words[0], wanted[0]) and words[1 : len(wanted)] == wanted[1:]


def _same(word: str, wanted: str) -> bool:
    """The word, perhaps with a letter or two attached before it."""
    return word.endswith(wanted) and len(word) - len(wanted) <= ATTACHED


def _called(words: Phrase, wanted: Phrase, titles: frozenset[str]) -> bool:
    """Whether a short name stands right after or before a word such as «association»."""
    for place in range(len(words) - len(wanted) + 1):
        if not wanted or words[place : place + len(wanted)] != wanted:
            continue
        beside = (*words[max(place - 1, 0) : place], *words[place + len(wanted) : place + len(wanted) + 1])
        if any(_same(word, title) for word in beside for title in titles):
            return True
    return False
