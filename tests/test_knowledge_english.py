"""Questions in English find their entry in the knowledge of the associations that are asked in it, and nothing else does."""

import csv
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from bot.shelves import learner, shelf
from conversations.arabic import fold
from conversations.facts import Found
from locales.thesaurus import thesaurus
from organisations import load, names
from services.knowledge import Knowledge
from services.ports import Memory

FOLDER = Path(__file__).parent / "questions"
ASKED = sorted(path.name.removesuffix(".en.csv") for path in FOLDER.glob("*.en.csv"))
LEAST, STRANGE = 20, 10
FIRST, THREE, SURE_OF_STRANGE = 0.85, 0.95, 0.1
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@cache
def questions(name: str) -> tuple[tuple[str, str], ...]:
    """The association's questions with the entry that each asks for; none where no entry answers."""
    with (FOLDER / f"{name}.en.csv").open(encoding="utf-8", newline="") as rows:
        return tuple((row["question"], row["entry"]) for row in csv.DictReader(rows))


@cache
def known(name: str) -> Knowledge:
    """The association's knowledge as the product finds in it; nothing is opened, so that no memory is asked."""
    profile = load(name)
    of = learner(profile.organisation.languages)
    return Knowledge(cast(Memory, None), {name: shelf(profile)}, of, lambda: NOW)


def found(name: str, words: str) -> Found:
    return known(name).find(name, "en", words)


def test_every_association_is_asked_in_english_too() -> None:
    assert set(ASKED) == set(names())


@pytest.mark.parametrize("name", ASKED)
def test_the_questions_are_enough_and_none_was_copied_from_an_entry(name: str) -> None:
    asked, entries = questions(name), known(name).all(name)
    assert sum(bool(entry) for _, entry in asked) >= LEAST
    assert sum(not entry for _, entry in asked) >= STRANGE
    assert {entry for _, entry in asked if entry} <= {entry.id for entry in entries}
    assert not {fold(words) for words, _ in asked} & {fold(words) for entry in entries for words, _ in entry.pairs()}


@pytest.mark.parametrize("name", ASKED)
def test_english_questions_find_their_entry(name: str) -> None:
    asked = [(words, entry) for words, entry in questions(name) if entry]
    offered = [(words, entry, [answer.id for answer in found(name, words).answers]) for words, entry in asked]
    missed = [each for each in offered if each[2][:1] != [each[1]]]
    assert len(missed) <= (1 - FIRST) * len(asked), missed
    assert sum(entry in three for _, entry, three in offered) >= THREE * len(asked), missed


@pytest.mark.parametrize("name", ASKED)
def test_what_no_entry_answers_is_hardly_ever_told_as_sure(name: str) -> None:
    strange = [words for words, entry in questions(name) if not entry]
    assert sum(found(name, words).sure for words in strange) <= SURE_OF_STRANGE * len(strange)


def test_a_meaning_has_one_name_in_both_languages() -> None:
    both = thesaurus(("ar", "en"))
    pairs = (("medicine", "دواء"), ("hospital", "مستشفى"), ("complaint", "شكوى"), ("when", "متى"), ("husband", "زوج"))
    assert all(set(both.meanings(english)) & set(both.meanings(fold(arabic))) for english, arabic in pairs)
