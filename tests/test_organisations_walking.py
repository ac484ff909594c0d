"""The walk tells the truth: random people who answer as the mind asks always fall within what it found."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conversations import agenda
from conversations.forms import About, Choice, Document, Form, Kind, Op, Privacy, Question
from conversations.forms import Test as Comparison
from organisations import load, names
from organisations.drawing import draw_form, draw_modes
from organisations.walking import answers, comparisons, for_oneself, walk
from tests.organisations_world import FORM, World

TODAY = date(2027, 3, 1)


def question(id: str, kind: Kind = Kind.TEXT, **given: Any) -> Question:
    return Question(
        id, kind, "part", About.APPLICANT, Privacy.PERSONAL, "identity", "5y", ("committee",), "sample", **given
    )


def form(*questions: Question) -> Form:
    return Form("support", "1", 5, questions)


def is_one_of(field: str, *values: Any) -> tuple[tuple[Comparison, ...], ...]:
    return ((Comparison(field, Op.IS, values),),)


def random_walk(of: Form, dice: random.Random) -> tuple[list[str], dict[str, Any]]:
    """Somebody who answers by chance whatever the agenda asks, to the review."""
    given: dict[str, Any] = {}
    asked: list[str] = []
    while (now := agenda.waiting(of, given, (), TODAY)) is not None:
        tests = tuple(test for each in of.questions for test in comparisons(each) if test.field == now.id)
        given[now.id] = dice.choice(answers(now, tests, given, TODAY))
        if now.kind is Kind.DOCUMENTS:
            given[now.id] = {paper.key: {"state": "later"} for paper in agenda.documents(now, given, TODAY)}
        asked.append(now.id)
    return asked, given


@pytest.mark.parametrize("name", names())
def test_chance_never_leaves_the_bounds_that_were_found(name: str) -> None:
    dice = random.Random(name)  # noqa: S311
    for of in load(name).organisation.forms.values():
        _stays_inside(of, dice, 300 if of.id == "support" else 30)


def _stays_inside(of: Form, dice: random.Random, times: int) -> None:
    ends = walk(of, TODAY).ends
    for _ in range(times):
        asked, given = random_walk(of, dice)
        like = [end for end in ends if all(given.get(id) == value for id, value in end.live.items())]
        assert any(end.shortest[0] <= len(asked) <= end.longest[0] for end in like), (asked, given)


def test_numbers_are_tried_on_both_sides_of_a_bound() -> None:
    above = ((Comparison("debts", Op.ABOVE, (1000,)),),)
    found = walk(form(question("debts", Kind.MONEY), question("creditor", when=above)), TODAY)
    assert [(end.shortest[0], end.longest[0]) for end in found.ends] == [(1, 2)]


def test_a_bound_beyond_the_most_is_out_of_reach() -> None:
    above = ((Comparison("debts", Op.ABOVE, (1000,)),),)
    found = walk(form(question("debts", Kind.NUMBER, most=1000), question("creditor", when=above)), TODAY)
    assert found.met == {"debts"}


def test_several_choices_are_tried_together() -> None:
    sources = question("sources", Kind.CHOICES, choices=tuple(Choice(key) for key in "abcd"))
    first, second = (question(f"about_{key}", when=is_one_of("sources", key)) for key in "ab")
    (end,) = walk(form(sources, first, second), TODAY).ends
    assert (end.shortest[0], end.longest[0]) == (1, 3)
    assert set(end.longest[1]["sources"]) == {"a", "b"}


def test_a_skipped_question_opens_nothing() -> None:
    sure = question("sure", Kind.YES_NO, optional=True)
    (end,) = walk(form(sure, question("more", when=is_one_of("sure", True, False))), TODAY).ends
    assert (end.shortest[0], end.longest[0]) == (1, 2)


def test_papers_are_asked_only_where_one_is_wanted() -> None:
    sick = question("sick", Kind.YES_NO)
    papers = question("papers", Kind.DOCUMENTS, documents=(Document("report", when=is_one_of("sick", True)),))
    found = walk(form(sick, papers), TODAY)
    assert [(end.shortest[0], end.longest[0]) for end in found.ends] == [(1, 2)]
    assert "papers.report" in found.met


def test_the_young_do_not_ask_for_themselves() -> None:
    young = ((Comparison("birth_date", Op.YOUNGER, (18,)),),)
    who = question("who", Kind.CHOICE, choices=(Choice("self"), Choice("family")))
    found = walk(form(who, question("birth_date", Kind.DATE), question("guardian", when=young)), TODAY)
    lengths = {
        (end.live["who"], end.live["birth_date"]): (end.longest[0], for_oneself(end, TODAY)) for end in found.ends
    }
    assert lengths == {
        ("self", "1997-03-01"): (2, True),
        ("self", "2010-03-01"): (3, False),
        ("family", "1997-03-01"): (2, False),
        ("family", "2010-03-01"): (3, False),
    }


def test_a_form_is_drawn_with_a_fork_before_each_question_that_may_not_apply() -> None:
    profile = load("qurainah")
    lines = draw_form(profile, profile.organisation.forms["support"], "ar").splitlines()
    assert lines[0] == "flowchart TD"
    assert '    if_repair_need{"نوع الدعم: ترميم المسكن"}' in lines
    assert "    if_repair_need -- ✓ --> q_repair_need" in lines
    assert "    if_repair_need --> if_device" in lines
    assert "    q_papers --> review" in lines


def test_a_drawing_shows_ages_amounts_and_quotes_safely(tmp_path: Path) -> None:
    world = World(tmp_path).spoil(FORM, 'when = { kind = ["repair"] }', "when = { birth_date = { younger = 60 } }")
    world.add("wording.en.toml", '"question.birth_date.label" = "The \\"day\\" of birth"')
    profile = world.load()
    drawn = draw_form(profile, profile.organisation.forms["support"], "en")
    assert 'if_repair_need{"The #quot;day#quot; of birth: younger than 60"}' in drawn


def test_the_modes_are_drawn() -> None:
    lines = draw_modes().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> new"]
    assert "    review --> declaration" in lines
    assert "    anywhere --> stopped" in lines
