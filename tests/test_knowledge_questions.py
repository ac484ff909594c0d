"""What people ask each association in dialect and with slips finds its entry, and what no entry answers is hardly told."""

import csv
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from bot.shelves import learner, shelf
from conversations.arabic import fold
from conversations.facts import Found
from organisations import load, names
from services.knowledge import Knowledge
from services.ports import Memory

FOLDER = Path(__file__).parent / "questions"
ASKED = sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem in names())
LEAST, STRANGE = 40, 10
FIRST, THREE, SURE_OF_STRANGE = 0.85, 0.95, 0.1
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@cache
def questions(name: str) -> tuple[tuple[str, str], ...]:
    """The association's questions with the entry that each asks for; none where no entry answers."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return tuple((row["question"], row["entry"]) for row in csv.DictReader(rows))


@cache
def known(name: str) -> Knowledge:
    """The association's knowledge as the product finds in it; nothing is opened, so that no memory is asked."""
    profile = load(name)
    of = learner(profile.organisation.languages)
    return Knowledge(cast(Memory, None), {name: shelf(profile)}, of, lambda: NOW)


def found(name: str, words: str) -> Found:
    return known(name).find(name, "ar", words)


def candidates(name: str, words: str) -> list[str]:
    return [answer.id for answer in found(name, words).answers]


def test_every_association_of_the_house_is_asked() -> None:
    assert set(ASKED) == set(names())


@pytest.mark.parametrize("name", ASKED)
def test_the_questions_are_enough_and_none_was_copied_from_an_entry(name: str) -> None:
    asked, entries = questions(name), known(name).all(name)
    assert sum(bool(entry) for _, entry in asked) >= LEAST
    assert sum(not entry for _, entry in asked) >= STRANGE
    assert {entry for _, entry in asked if entry} <= {entry.id for entry in entries}
    assert not {fold(words) for words, _ in asked} & {fold(words) for entry in entries for words, _ in entry.pairs()}


@pytest.mark.parametrize("name", ASKED)
def test_questions_find_their_entry(name: str) -> None:
    told = [(words, entry, candidates(name, words)) for words, entry in questions(name) if entry]
    missed = [each for each in told if each[2][:1] != [each[1]]]
    assert len(missed) <= (1 - FIRST) * len(told), missed
    assert sum(entry in three for _, entry, three in told) >= THREE * len(told), missed


@pytest.mark.parametrize("name", ASKED)
def test_what_no_entry_answers_is_hardly_ever_told_as_sure(name: str) -> None:
    strange = [words for words, entry in questions(name) if not entry]
    told = [(words, candidates(name, words)[0]) for words in strange if found(name, words).sure]
    assert len(told) <= SURE_OF_STRANGE * len(strange), told
