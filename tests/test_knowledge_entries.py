"""What each association brings to answer with: enough of it, in both languages, and nothing that it may not say."""

import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from conversations.answers import AnswerKind
from conversations.arabic import digits, fold
from organisations import Profile, judge, load, load_all, names
from organisations.profile import Known

FEWEST, MISCONCEPTIONS, WAYS = 25, 5, {"ar": 3, "en": 1}
CLOSED = {"delegates": ("مندوب", "مناديب", "delegate"), "interview": ("مقابلة", "interview")}
A_NUMBER_TO_CALL = re.compile(r"[0-9]{5,}")


@pytest.fixture(params=names())
def profile(request: pytest.FixtureRequest) -> Profile:
    return load(request.param)


def told(entry: Known) -> list[str]:
    """Everything that an entry says to a person."""
    return [words for by in (entry.title, entry.text, entry.source) for words in by.values()]


def test_there_is_enough_to_answer_in_both_languages(profile: Profile) -> None:
    kinds = Counter(entry.kind for entry in profile.knowledge)
    assert len(profile.knowledge) >= FEWEST
    assert kinds[AnswerKind.MISCONCEPTION] >= MISCONCEPTIONS and set(kinds) == set(AnswerKind)
    for entry in profile.knowledge:
        for language, fewest in WAYS.items():
            assert len(entry.questions.get(language, ())) >= fewest, (entry.id, language)


def test_no_way_to_ask_leads_to_two_entries(profile: Profile) -> None:
    leads: dict[str, set[str]] = defaultdict(set)
    for entry in profile.knowledge:
        for words in (*entry.title.values(), *(one for several in entry.questions.values() for one in several)):
            leads[fold(words)].add(entry.id)
    assert not {words: ids for words, ids in leads.items() if len(ids) > 1}


def test_no_number_to_call_no_shouting_and_no_closed_channel(profile: Profile) -> None:
    closed = [word for channel, words in CLOSED.items() if not profile.channels[channel] for word in words]
    for entry in profile.knowledge:
        for words in told(entry):
            assert not A_NUMBER_TO_CALL.search(digits(words)) and not re.search("[!！]", words), entry.id
            assert not [word for word in closed if fold(word) in fold(words)], entry.id


def test_what_the_association_never_published_says_so(profile: Profile) -> None:
    for entry in profile.knowledge:
        assert entry.sample == ("trial" in entry.source["en"]) == ("تجريبي" in entry.source["ar"]), entry.id
    assert all((f"entry «{entry.id}»", "sample") in profile.samples for entry in profile.knowledge if entry.sample)


def test_an_entry_that_names_another_association_is_found() -> None:
    house = load_all(("ishraqa", "qalb"))
    mine, other = house["ishraqa"], house["qalb"]
    foreign = other.wording["ar"]["organisation.name"]
    wrong = replace(mine.knowledge[0], text={**mine.knowledge[0].text, "ar": f"اكتبي إلى {foreign}."})
    assert not judge(mine, [other])
    problems = judge(replace(mine, knowledge=(wrong, *mine.knowledge[1:])), [other])
    assert any(foreign in problem.sentence for problem in problems)
    assert all(f"entry «{wrong.id}» (ar)" in problem.sentence for problem in problems)
