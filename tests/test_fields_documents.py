"""The list of papers: one after the other, sent page by page or brought later."""

from dataclasses import replace
from typing import Any

import pytest

from conversations.events import Said
from conversations.fields import ALL_LATER, LATER, Good, Wrong, complete, read, shown
from conversations.forms import Document, Kind
from conversations.messages import Line
from tests.fields_world import PAPERS, context, question

PAPER = {"state": "later"}
ASKED = question(Kind.DOCUMENTS)


@pytest.mark.parametrize("said", [Said(choices=(LATER,)), Said("لاحقًا"), Said("سأحضرها لاحقاً"), Said("١")])
def test_a_paper_for_later_one_after_the_other(said: Said) -> None:
    value: Any = None
    for settled in range(1, 4):
        assert not complete(ASKED, value, PAPERS)
        got = read(ASKED, said, context(partial=value))
        assert isinstance(got, Good)
        value = got.value
        assert value == {paper.key: PAPER for paper in PAPERS[:settled]}
    assert complete(ASKED, value, PAPERS)


@pytest.mark.parametrize("said", [Said(choices=(ALL_LATER,)), Said("كلها لاحقا"), Said("2")])
def test_all_the_rest_for_later(said: Said) -> None:
    got = read(ASKED, said, context({"كلها لاحقا": ALL_LATER}, partial={"report": PAPER}))
    assert isinstance(got, Good)
    assert list(got.value) == ["report", "lease", "slip"]
    assert complete(ASKED, got.value, PAPERS)


def test_a_paper_that_no_longer_applies_is_dropped_and_a_settled_list_stays() -> None:
    full = {paper.key: PAPER for paper in PAPERS}
    got = read(ASKED, Said("أي شيء"), context(partial={"gone": PAPER} | full))
    assert got == Good(full, "أي شيء")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said("ماذا؟"), "unknown"),
        (Said(""), "unknown"),
        (Said("3"), "unknown"),
        (Said("②"), "unknown"),
        (Said(choices=("self",)), "unknown"),
        (Said(choices=(LATER, ALL_LATER)), "unknown"),
    ],
)
def test_anything_else_names_the_paper_that_is_wanted(said: Said, code: str) -> None:
    got = read(ASKED, said, context(partial={"report": PAPER}))
    assert isinstance(got, Wrong)
    assert got.line.key == f"wrong.documents.{code}"
    assert got.line.params["document"] == Line("document.lease")


def said(value: Any, *turns: Said, documents: tuple[Document, ...] = PAPERS) -> Any:
    """The value after these turns, each of which must be good."""
    for turn in turns:
        got = read(ASKED, turn, replace(context(partial=value), documents=documents))
        assert isinstance(got, Good)
        value = got.value
    return value


def test_pages_come_one_by_one_until_the_person_goes_on() -> None:
    open_one = said(None, Said(files=("f1",)), Said(files=("f2", "f1")))
    assert open_one == {"report": {"state": "given", "files": ["f1", "f2"], "open": "pages"}}
    assert not complete(ASKED, open_one, PAPERS[:1])
    for word in (Said(choices=("next",)), Said("1"), Said("لاحقًا")):
        assert said(open_one, word) == {"report": {"state": "given", "files": ["f1", "f2"]}}


def test_another_paper_follows_the_one_that_was_closed() -> None:
    value = said(None, Said(files=("f1",)), Said(choices=("next",)), Said(files=("f2",)), Said(choices=("next",)))
    assert list(value) == ["report", "lease"]
    assert complete(ASKED, said(value, Said(choices=("later",))), PAPERS)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        (Said("1 يناير 2030"), {"state": "given", "files": ["f1"], "until": "2030-01-01"}),
        (Said("1/1/2020"), {"state": "expired", "files": ["f1"], "until": "2020-01-01"}),
        (Said(choices=("undated",)), {"state": "given", "files": ["f1"]}),
    ],
)
def test_a_paper_that_expires_is_asked_for_its_day(typed: Said, state: Any) -> None:
    report = (Document("report", expires=True),)
    value = said(None, Said(files=("f1",)), Said(choices=("next",)), documents=report)
    assert value["report"]["open"] == "date"
    assert said(value, typed, documents=report) == {"report": state}


def test_a_day_that_is_none_is_said_to_be_none() -> None:
    value = {"report": {"state": "given", "files": ["f1"], "open": "date"}}
    got = read(ASKED, Said("قريبًا"), replace(context(partial=value), documents=(Document("report", expires=True),)))
    assert isinstance(got, Wrong)
    assert got.line.key == "wrong.date.format"


def test_papers_are_shown_with_their_state_in_the_order_of_the_question() -> None:
    lines = shown(ASKED, {"slip": PAPER, "report": PAPER, "gone": PAPER})
    assert lines == tuple(
        Line("document.state.later", {"document": Line(f"document.{key}")}) for key in ("report", "slip")
    )


@pytest.mark.parametrize("value", [None, "later", ["report"], {"report": PAPER}])
def test_a_list_with_a_paper_missing_is_not_complete(value: Any) -> None:
    assert not complete(ASKED, value, PAPERS)
    assert complete(ASKED, {}, ())
