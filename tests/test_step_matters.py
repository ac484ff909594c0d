"""Complaints, suggestions, offers to help and rights: begun anywhere, sent with a number and a day, answered once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversations import calendar
from conversations.acts import Answered, CaseClosed, CommitteeAsked, Registered
from conversations.effects import Accept, OpenCase, PutAnswer, Remind, Submit
from conversations.events import Opened, TimePassed
from conversations.facts import CaseState
from conversations.forms import Matter
from conversations.handling import AskStaff, Decide, TellDecision
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, NOW, profiles

SENT = {
    "complaint": ("شكوى", "3", "موظف الاستقبال", "انتظرت أسبوعًا ولم يرد أحد", "تخطي"),
    "suggestion": ("عندي اقتراح", "1", "إرسال تذكير قبل الموعد بيوم"),
    "volunteering": ("ابغى اتطوع", "سالم بن محمد العتيبي", "الرياض", "تخطي", "1 و3", "2", "تخطي"),
    "rights": ("بياناتي", "2", "1", "رقم الجوال، الصحيح 0512345678"),
}
ID = "complaint"


def sent(matter: str, name: str = "labas") -> Mind:
    """Sent by somebody who reads the notice on the way."""
    first, *rest = SENT[matter]
    mind = Mind(name).send(Opened("ar")).say(first).tap("agree")
    return mind.say(*rest).tap("confirm")


def answered(mind: Mind, text: str = "نعتذر، وقد أُعيد الاتصال بكم.") -> Mind:
    case = next(iter(mind.cases))
    return mind.send(Answered("s1", case, text))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("matter", SENT)
def test_it_is_sent_without_a_declaration_with_a_number_and_a_day(matter: str, name: str) -> None:
    mind = sent(matter, name)
    (submitted,) = mind.of(Submit)
    (case,) = mind.cases.values()
    days = mind.organisation.forms[matter].days
    assert (case.state, case.form, case.reference) == (CaseState.SUBMITTED, matter, submitted.reference)
    assert submitted.until == calendar.working_day(mind.organisation.schedule, NOW, days) > NOW + timedelta(days=days)
    assert mind.of(Remind)[-1] == Remind("ceiling", case.id, submitted.until)
    assert not mind.of(Accept)
    assert "sent.reference" in mind.text or submitted.reference[:3] in mind.text
    assert mind.state.mode is Mode.MENU


def test_a_suggestion_or_a_complaint_is_chosen_behind_one_door() -> None:
    mind = Mind("labas").send(Opened("ar")).tap("voice")
    assert mind.live == ["complaint", "suggestion", "menu"]
    mind.tap("suggestion").tap("agree")
    assert mind.form.matter is Matter.SUGGESTION


def test_leaving_a_request_for_a_complaint_keeps_its_draft_and_says_so() -> None:
    mind = Mind("labas").start().good().good()
    draft = mind.draft
    mind.say("شكوى")
    assert "form.kept" in mind.keys
    assert mind.draft.form == "complaint"
    mind.say("القائمة").tap("request")
    assert {"draft1", "new"} <= set(mind.live), "only requests are offered behind the request's door"
    mind.tap("draft1")
    assert mind.draft.id == draft.id
    assert mind.draft.answers == draft.answers


def test_a_complaint_that_was_left_goes_on_where_it_stood() -> None:
    mind = Mind("labas").send(Opened("ar")).say("شكوى").tap("agree").say("1", "القائمة", "شكوى")
    assert len(mind.cases) == 1
    assert mind.asked.id == "complaint_text"


def test_the_review_of_a_complaint_is_changed_by_its_own_labels() -> None:
    mind = Mind("labas").send(Opened("ar")).say("شكوى").tap("agree").say("1", "تأخر الرد كثيرًا علينا", "تخطي")
    mind.say("تعديل ما حدث")
    assert mind.asked.id == "complaint_text"
    mind.say("تأخر الرد أسبوعين كاملين")
    assert mind.draft.answers["complaint_text"] == "تأخر الرد أسبوعين كاملين"
    assert mind.state.mode is Mode.REVIEW


def test_it_is_about_the_person_that_the_contact_already_is() -> None:
    mind = Mind("labas").send(Opened("ar"))
    mind.contact = replace(mind.contact, person="p" * 32)
    mind.say("شكوى").tap("agree")
    assert mind.of(OpenCase)[0].applicant == "p" * 32


def test_staff_answer_once_and_the_person_reads_it_where_it_stands() -> None:
    mind = answered(sent(ID))
    case = next(iter(mind.cases))
    assert [e.accepted for e in mind.of(Decide)] == [True]
    assert mind.of(TellDecision) == [TellDecision(case)]
    assert mind.keys == ["matter.answered"]
    assert "نعتذر" not in mind.text, "whoever glances at the phone reads only that there is an answer"
    mind.send(Answered("s1", case, "مرة أخرى"))
    assert mind.refused == "state"
    mind.say("طلباتي")
    assert "نعتذر، وقد أُعيد الاتصال بكم." in mind.text
    mind.send(CaseClosed("s1", case))
    assert mind.cases[case].state is CaseState.CLOSED


@pytest.mark.parametrize("text", ["", "   ", "س" * 5000])
def test_an_empty_or_endless_answer_is_refused(text: str) -> None:
    assert answered(sent(ID), text).refused


@pytest.mark.parametrize("act", [CommitteeAsked, Registered])
def test_no_committee_decides_about_a_complaint(act: type) -> None:
    mind = sent(ID)
    mind.send(act("s1", next(iter(mind.cases))))
    assert mind.refused == "state"


def test_a_request_for_support_is_decided_and_never_answered() -> None:
    mind = Mind("labas").declared().tap("accept")
    mind.send(Answered("s1", next(iter(mind.cases)), "نعم"))
    assert mind.refused == "state"


def test_a_late_answer_is_owned_up_to_once_and_its_supervisor_hears_of_it() -> None:
    mind = sent(ID)
    case = next(iter(mind.cases))
    mind.now = mind.cases[case].ceiling_at or mind.now
    mind.send(TimePassed("ceiling", case))
    assert mind.keys == ["matter.longer"]
    assert [task.role for task in mind.of(AskStaff)] == ["supervisor"]


def test_a_status_line_names_what_it_is_and_until_when() -> None:
    mind = sent("volunteering").say("طلباتي")
    assert "طلب تطوع" in mind.text
    assert "وصل وينظر فيه" in mind.text
    assert "لجنة" not in mind.text.split("كيف نخدمكم")[0]


def test_who_is_meant_is_asked_only_where_staff_are_and_may_be_passed_over() -> None:
    mind = Mind("labas").send(Opened("ar")).say("شكوى").tap("agree").say("2")
    assert mind.asked.id == "complaint_text"
    mind.say("رجوع", "3")
    assert mind.asked.id == "complaint_who"
    mind.tap("skip")
    assert [e.field for e in mind.of(PutAnswer)] == ["complaint_who"]


@pytest.mark.parametrize("name", NAMES)
def test_what_an_association_does_not_offer_leads_to_its_menu(name: str) -> None:
    if "interview" in profiles()[name].organisation.forms:
        return
    mind = Mind(name).send(Opened("ar")).say("مقابلة")
    assert mind.state.mode is Mode.MENU
    assert not mind.of(OpenCase)


def test_working_days_pass_over_the_weekend_and_holidays() -> None:
    schedule = profiles()["labas"].organisation.schedule
    thursday = datetime(2026, 5, 21, 9, tzinfo=UTC)
    assert calendar.working_day(schedule, thursday, 1) == datetime(2026, 5, 24, 13, tzinfo=UTC)
    assert calendar.working_day(schedule, thursday, 2) == datetime(2026, 5, 25, 13, tzinfo=UTC)
    assert calendar.working_day(schedule, thursday, 3) == datetime(2026, 5, 31, 13, tzinfo=UTC), "a feast lies between"
