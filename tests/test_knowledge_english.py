"""Questions in English find their entry in the knowledge of the associations that are asked in it, and nothing else does."""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.shelves import learner, shelf
from conversations.arabic import fold
from locales.thesaurus import thesaurus
from organisations import load
from services.knowledge import Matcher

FOLDER = Path(__file__).parent / "questions"
ASKED = sorted(path.name.removesuffix(".en.csv") for path in FOLDER.glob("*.en.csv"))
LEAST, STRANGE = 20, 10
FIRST, THREE, SURE_OF_STRANGE = 0.85, 0.95, 0.1


@cache
def questions(name: str) -> tuple[tuple[str, str], ...]:
    """The association's questions with the entry that each asks for; none where no entry answers."""
    with (FOLDER / f"{name}.en.csv").open(encoding="utf-8", newline="") as rows:
        return tuple((row["question"], row["entry"]) for row in csv.DictReader(rows))


@cache
def known(name: str) -> tuple[tuple[str, str], ...]:
    """Every way to ask that its knowledge holds."""
    return tuple(sorted({pair for entry in shelf(load(name)) for pair in entry.pairs()}))


def matcher(name: str) -> Matcher:
    return learner(load(name).organisation.languages)(known(name))


def test_two_associations_at_least_are_asked_in_english() -> None:
    assert {"ishraqa", "qalb"} <= set(ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_the_questions_are_enough_and_none_was_copied_from_an_entry(name: str) -> None:
    asked = questions(name)
    assert sum(bool(entry) for _, entry in asked) >= LEAST
    assert sum(not entry for _, entry in asked) >= STRANGE
    assert {entry for _, entry in asked if entry} <= {entry for _, entry in known(name)}
    assert not {words.casefold() for words, _ in asked} & {words.casefold().strip("?") for words, _ in known(name)}


@pytest.mark.parametrize("name", ASKED)
def test_english_questions_find_their_entry(name: str) -> None:
    mine = matcher(name)
    found = [(words, entry, mine.match(words).candidates) for words, entry in questions(name) if entry]
    missed = [each for each in found if each[2][:1] != (each[1],)]
    assert len(missed) <= (1 - FIRST) * len(found), missed
    assert sum(entry in three for _, entry, three in found) >= THREE * len(found), missed


@pytest.mark.parametrize("name", ASKED)
def test_what_no_entry_answers_is_hardly_ever_told_as_sure(name: str) -> None:
    mine = matcher(name)
    strange = [words for words, entry in questions(name) if not entry]
    assert sum(mine.match(words).sure for words in strange) <= SURE_OF_STRANGE * len(strange)


def test_a_meaning_has_one_name_in_both_languages() -> None:
    both = thesaurus(("ar", "en"))
    pairs = (("medicine", "دواء"), ("hospital", "مستشفى"), ("complaint", "شكوى"), ("when", "متى"), ("husband", "زوج"))
    assert all(set(both.meanings(english)) & set(both.meanings(fold(arabic))) for english, arabic in pairs)
