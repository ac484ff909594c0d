"""The five requests for support as the policies' reading gives them: what each asks, of what class, how long it is."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conversations.agenda import applicable
from conversations.events import Said
from conversations.fields import Good, read
from conversations.fields.reading import Context
from conversations.forms import Form, Kind, Privacy, Question
from locales import lexicon
from organisations import load

SENSITIVE, PERSONAL = Privacy.SENSITIVE, Privacy.PERSONAL
# The part of each form that is its own, as section 4 of the reading of the policies gives it.
OWN: dict[str, dict[str, tuple[Kind, Privacy]]] = {
    "labas": {
        "kind": (Kind.CHOICE, PERSONAL),
        "hospital": (Kind.TEXT, PERSONAL),
        "appointment": (Kind.DATE, PERSONAL),
        "condition": (Kind.TEXT, SENSITIVE),
    },
    "qurainah": {
        "kind": (Kind.CHOICE, PERSONAL),
        "members": (Kind.NUMBER, PERSONAL),
        "income_sources": (Kind.CHOICES, PERSONAL),
        "income": (Kind.MONEY, PERSONAL),
        "debts": (Kind.MONEY, PERSONAL),
        "housing": (Kind.CHOICE, PERSONAL),
    },
    "kafl": {
        "kind": (Kind.CHOICE, PERSONAL),
        "provider": (Kind.CHOICE, PERSONAL),
        "children": (Kind.NUMBER, PERSONAL),
        "income": (Kind.MONEY, PERSONAL),
        "housing": (Kind.CHOICE, PERSONAL),
        "relation": (Kind.CHOICE, SENSITIVE),
    },
    "qalb": {
        "kind": (Kind.CHOICE, PERSONAL),
        "hospital": (Kind.TEXT, PERSONAL),
        "procedure_date": (Kind.DATE, PERSONAL),
        "income": (Kind.MONEY, PERSONAL),
        "condition": (Kind.TEXT, SENSITIVE),
    },
    "ishraqa": {
        "session": (Kind.CHOICE, SENSITIVE),
        "description": (Kind.TEXT, SENSITIVE),
        "specialist": (Kind.CHOICE, PERSONAL),
        "times": (Kind.CHOICES, PERSONAL),
        "safe_contact": (Kind.CHOICE, PERSONAL),
        "nobody_knows": (Kind.YES_NO, PERSONAL),
    },
}
KINDS = {
    "labas": ("treatment", "medicine", "device", "travel"),
    "qurainah": ("food", "repair", "marriage", "study", "device"),
    "kafl": ("monthly", "study", "repair", "training", "work"),
    "qalb": ("procedure", "medicine", "device", "transport", "home_equipment"),
    "ishraqa": ("psychological", "family", "medical", "group"),
}
# The papers that each form names, with their class.
PAPERS = {
    "labas": {"report": SENSITIVE, "guardianship": PERSONAL},
    "qurainah": {"salary_slip": PERSONAL, "lease": PERSONAL, "guardianship": PERSONAL},
    "kafl": {"court_paper": SENSITIVE, "guardianship": PERSONAL},
    "qalb": {"report": SENSITIVE, "guardianship": PERSONAL},
    "ishraqa": {"report": SENSITIVE, "guardianship": PERSONAL},
}
# The kinds of support for which an account number is asked.
PAID = {
    "labas": {"travel"},
    "qurainah": {"marriage", "study"},
    "kafl": {"monthly"},
    "qalb": {"transport"},
    "ishraqa": set(),
}
TODAY = date(2026, 11, 21)
ADULT, CHILD = "1980-01-01", "2015-01-01"

every = pytest.mark.parametrize("name", tuple(OWN))


def form(name: str) -> Form:
    return load(name).organisation.forms["support"]


def asked(name: str, id: str) -> Question:
    question = form(name).question(id)
    assert question is not None, f"{name} does not ask for {id}"
    return question


@every
def test_the_own_part_of_the_form(name: str) -> None:
    found = {id: (asked(name, id).kind, asked(name, id).privacy) for id in OWN[name]}
    assert found == OWN[name]
    wanted = "session" if name == "ishraqa" else "kind"
    assert tuple(choice.key for choice in asked(name, wanted).choices) == KINDS[name]


@every
def test_the_common_part_of_the_form(name: str) -> None:
    common = ("who", "full_name", "national_id", "birth_date", "mobile", "city", "reach", "reach_safe", "papers")
    conditional = [id for id in common if asked(name, id).when]
    assert conditional == (["papers"] if name == "ishraqa" else [])
    assert (form(name).question("iban") is not None) == bool(PAID[name])


@every
def test_the_papers_and_their_classes(name: str) -> None:
    papers = {document.key: document for document in asked(name, "papers").documents}
    assert {key: papers[key].privacy for key in PAPERS[name]} == PAPERS[name]
    assert papers["guardianship"].when
    assert all(papers[key].expires for key in ("report",) if key in papers)


@every
def test_sensitive_questions_stand_together(name: str) -> None:
    places = [place for place, q in enumerate(form(name).questions) if q.privacy is Privacy.SENSITIVE]
    assert places == list(range(places[0], places[0] + len(places))) if places else name == "qurainah"


def paths(whole: Form, answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every whole way through the form from these answers on, taking each answer that a condition looks at."""
    question = next((q for q in applicable(whole, answers, TODAY) if q.id not in answers), None)
    if question is None:
        yield answers
        return
    for value in values(whole, question):
        yield from paths(whole, {**answers, question.id: value})


def values(whole: Form, question: Question) -> tuple[Any, ...]:
    tests = [test for q in whole.questions for tests in q.when for test in tests if test.field == question.id]
    if question.kind is Kind.DATE and tests:
        return (ADULT, CHILD)
    keys = tuple(choice.key for choice in question.choices)
    if not keys or not tests:
        return ("?",)
    return tuple((key,) for key in keys) if question.kind is Kind.CHOICES else keys


@every
def test_each_way_through_the_form_is_as_long_as_it_should_be(name: str) -> None:
    whole = form(name)
    for answers in paths(whole, {}):
        own_adult = answers["who"] == "self" and answers["birth_date"] == ADULT
        low, high = (10, 16) if own_adult else (12, 18)
        assert low <= len(answers) <= high, answers


@every
def test_an_account_number_is_asked_only_where_money_is_given(name: str) -> None:
    whole = form(name)
    field = "session" if name == "ishraqa" else "kind"
    ways = list(paths(whole, {}))
    assert {way[field] for way in ways if "iban" in way} == PAID[name]
    assert all("iban" in way for way in ways if way[field] in PAID[name])


@every
def test_a_minor_and_a_guardian_open_the_guardian_questions(name: str) -> None:
    for way in paths(form(name), {}):
        elder = way["who"] != "self" or way["birth_date"] == CHILD
        assert ("applicant_name" in way) == elder
        assert way["who"] != "guardian" or "applicant_id" in way
        assert way["who"] != "self" or ("applicant_id" in way) == (way["birth_date"] == CHILD)


def examples(words: Mapping[str, str], question: Question) -> list[str]:
    """What the question shows as an example; a date may show one in each calendar. Papers need their list."""
    text = words.get(f"question.{question.id}.example", "")
    if question.kind is Kind.DATE:
        return re.split(" أو | or ", text)
    return [text] if text and question.kind is not Kind.DOCUMENTS else []


@every
def test_every_example_that_is_shown_would_be_taken_as_an_answer(name: str) -> None:
    context = Context(datetime(2026, 11, 21, 12, tzinfo=UTC), "Asia/Riyadh", lexicon(("ar", "en")))
    answers = {
        (question.id, example): read(question, Said(example), context)
        for words in load(name).wording.values()
        for question in form(name).questions
        for example in examples(words, question)
    }
    assert len(answers) >= 10
    assert {shown: answer for shown, answer in answers.items() if not isinstance(answer, Good)} == {}
