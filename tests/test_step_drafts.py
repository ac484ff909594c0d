"""A draft is left and found again: after days, among others, and after its form changed overnight."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from conversations.effects import Accept, DropAnswer, OpenCase, PutAnswer, Remind
from conversations.events import Opened, Said
from conversations.facts import CaseState
from conversations.forms import Choice, Form, Question
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES


def change(mind: Mind, *questions: Question, version: str = "2") -> Mind:
    """The form is another one from now on."""
    form = replace(mind.form, version=version, questions=questions)
    mind.organisation = replace(mind.organisation, forms={form.id: form})
    return mind


def without(form: Form, *gone: str) -> tuple[Question, ...]:
    return tuple(q for q in form.questions if q.id not in gone)


@pytest.mark.parametrize("name", NAMES)
def test_leaving_keeps_everything_and_tells_the_day_and_the_way_back(name: str) -> None:
    mind = Mind(name).start().until("city").say("احفظ واخرج")
    case = next(iter(mind.cases.values()))
    assert mind.state.mode is Mode.MENU and mind.keys == ["form.left"]
    assert mind.told[0].parts[0].line.params["until"] == date(2026, 12, 6)
    assert mind.live == ["resume", "menu"]
    mind.wait(days=3).tap("resume")
    assert mind.keys[:3] == ["form.welcome_back", "form.resume_done", "form.resume_left"]
    assert (mind.state.asking, mind.draft.id, mind.draft.answers) == ("city", case.id, case.answers)


def test_the_day_told_when_leaving_is_the_day_of_the_house() -> None:
    late = Mind(now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC)).start().until("city").say("احفظ واخرج")
    assert late.told[0].parts[0].line.params["until"] == date(2026, 12, 7)
    late = Mind(now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC)).declared().tap("refuse")
    assert late.told[0].parts[0].line.params["until"] == date(2026, 12, 7)
    late.say("القائمة").tap("request")
    assert late.told[0].options[0].label.params["opened"] == date(2026, 11, 23)


def test_whoever_writes_after_days_is_welcomed_back_and_a_good_answer_is_filed() -> None:
    mind = Mind().start().until("full_name").wait(days=2).say("السلام عليكم")
    assert mind.keys[0] == "form.welcome_back" and mind.state.misses == 0
    mind.wait(days=2).say("سالم بن محمد العتيبي")
    assert [e.field for e in mind.of(PutAnswer)] == ["full_name"]
    mind.wait(days=2).say("x")
    assert mind.keys[0] == "form.welcome_back"


def test_a_draft_is_opened_once_with_its_reminder() -> None:
    mind = Mind().start()
    (opened,), (due,) = mind.of(OpenCase), mind.of(Remind)
    assert (due.kind, due.case) == ("draft", opened.case)
    mind.say("إكمال", "القائمة", "إكمال", "القائمة")
    assert len([e for e in mind.every if isinstance(e, OpenCase)]) == 1


def test_two_drafts_on_one_phone_are_listed_and_kept_apart() -> None:
    mind = Mind().start().until("national_id", full_name="سالم بن محمد العتيبي").say("احفظ واخرج").tap("menu")
    first = next(iter(mind.cases))
    mind.wait(days=1).tap("request").tap("new")
    assert mind.state.asking == "who"
    second = mind.draft.id
    mind.until("national_id", who="2", full_name="نورة بنت سالم العتيبي").say("القائمة").tap("request")
    assert mind.live == ["draft1", "draft2", "new"]
    assert mind.say("2").draft.id == first
    assert mind.draft.answers["full_name"] == "سالم بن محمد العتيبي"
    mind.say("القائمة").tap("request").tap("draft1")
    assert mind.draft.id == second and mind.draft.answers["full_name"] == "نورة بنت سالم العتيبي"
    people = [{c.applicant, c.beneficiary} for c in mind.cases.values()]
    assert not people[0] & people[1]


def test_another_request_after_the_first_was_submitted_is_a_new_one() -> None:
    mind = Mind().declared().tap("accept").say("القائمة").tap("request")
    assert len(mind.cases) == 1
    assert mind.tap("new").state.asking == "who" and len(mind.cases) == 2
    assert "notice.text" not in mind.keys


def test_a_second_opening_of_the_page_loses_no_draft() -> None:
    mind = Mind().start().good().send(Opened("ar"))
    assert mind.state.mode is Mode.MENU and mind.live[0] == "resume"


def test_the_status_names_every_request_and_its_earliest_day() -> None:
    mind = Mind().declared().tap("accept").say("حالة طلبي")
    (line,) = [p.line for m in mind.told for p in m.parts if p.line.key == "case.line"]
    assert line.params["next"].params["earliest"] == date(2026, 12, 6)  # type: ignore[union-attr]
    mind.start().say("حالة طلبي")
    assert {"case.line", "case.draft"} <= set(mind.keys) and mind.state.asking == "who"
    assert "case.none" in Mind().say("حالة طلبي").keys


def test_a_draft_that_lapsed_meanwhile_is_told_and_the_words_reach_no_other() -> None:
    mind = Mind().start().until("mobile")
    id = mind.draft.id
    mind.cases[id] = replace(mind.draft, state=CaseState.LAPSED)
    mind.say("0512345678")
    assert "form.no_draft" in mind.keys and mind.state.mode is Mode.MENU
    assert not mind.of(PutAnswer)


def test_a_question_that_was_removed_while_it_was_asked_is_told_once() -> None:
    mind = Mind().start().until("mobile")
    change(mind, *without(mind.form, "mobile")).say("0512345678")
    assert mind.keys[0] == "form.changed" and mind.state.asking == "city"
    assert not mind.of(PutAnswer)
    assert "form.changed" not in mind.good().keys
    assert mind.state.version == "2"


def test_the_answer_to_a_question_that_was_removed_goes_with_it() -> None:
    mind = Mind().start().until("city")
    change(mind, *without(mind.form, "mobile")).good()
    assert [e.field for e in mind.of(DropAnswer)] == ["mobile"]
    assert mind.review().tap("confirm").tap("accept").of(Accept)


def test_a_question_that_was_inserted_is_asked_and_nothing_is_misfiled() -> None:
    mind = Mind().start().until("mobile")
    first, *rest = without(mind.form, "city")
    city = mind.form.question("city")
    assert city is not None
    change(mind, first, city, *rest).say("0512345678")
    assert [e.field for e in mind.of(PutAnswer)] == ["mobile"]
    assert mind.state.asking == "city"


@pytest.mark.parametrize("place", ["review", "declaration"])
def test_a_question_inserted_before_the_acceptance_is_asked_first(place: str) -> None:
    mind = Mind().start()
    everything = mind.form.questions
    change(mind, *without(mind.form, "city"), version="1").review()
    if place == "declaration":
        mind.tap("confirm")
    change(mind, *everything).tap("confirm" if place == "review" else "accept")
    assert not mind.of(Accept)
    assert mind.keys[0] == "form.changed" and mind.state.asking == "city"
    assert mind.good().state.mode is Mode.REVIEW
    assert mind.tap("confirm").tap("accept").of(Accept)


def test_a_choice_that_was_removed_overnight_is_chosen_anew() -> None:
    mind = Mind().start().review(kind="2")
    kind = mind.form.question("kind")
    assert kind is not None
    fewer = replace(kind, choices=(Choice("treatment"), Choice("travel")))
    change(mind, *(fewer if q.id == "kind" else q for q in mind.form.questions)).tap("confirm")
    assert mind.state.asking == "kind" and mind.live == ["treatment", "travel"]
    assert [e.field for e in mind.of(DropAnswer)] == ["kind"]


def test_an_old_tap_of_a_choice_that_was_removed_is_no_answer() -> None:
    mind = Mind().start().until("kind")
    kind = mind.form.question("kind")
    assert kind is not None
    fewer = replace(kind, choices=(Choice("treatment"),))
    change(mind, *(fewer if q.id == "kind" else q for q in mind.form.questions)).tap("medicine")
    assert not mind.of(PutAnswer) and mind.state.asking == "kind"


def test_a_notice_of_a_new_version_is_acknowledged_before_the_draft_goes_on() -> None:
    mind = Mind().start().until("city").say("احفظ واخرج")
    mind.organisation = replace(mind.organisation, notice_version="2")
    mind.say("إكمال")
    assert mind.state.mode is Mode.NOTICE
    mind.say("كلام")
    assert "notice.needed" in mind.keys
    assert mind.tap("agree").state.asking == "city"
    assert mind.contact.notice == "2"


def test_a_draft_of_another_days_device_is_found_by_its_words() -> None:
    mind = Mind().start().until("city").say("احفظ واخرج")
    assert mind.wait(days=10).say("أكمل الطلب").state.asking == "city"
    assert mind.send(Said("القائمة")).live[0] == "resume"
