"""The interview: a time is chosen, confirmed, called to mind, changed and cancelled; a taken one is never given twice."""

from datetime import timedelta

import pytest

from conversations.effects import Book, OpenCase, Remind, Submit
from conversations.events import Opened, TimePassed
from conversations.facts import CaseState, Slot
from conversations.messages import Role
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NOW

TIMES = [NOW + timedelta(days=3, hours=n) for n in range(10)]


def kept(kind: str = "visit") -> list[Slot]:
    return [Slot(f"s{n}", at, 30, kind) for n, at in enumerate(TIMES)]


def offered(slots: list[Slot] | None = None) -> Mind:
    mind = Mind("labas", slots=kept() if slots is None else slots).send(Opened("ar")).tap("interview").tap("agree")
    return mind.say("1", "سالم بن محمد العتيبي", "شرح الأوراق").tap("confirm")


def booked() -> Mind:
    return offered().tap("slot2")


def test_the_next_free_times_are_offered_and_one_is_booked() -> None:
    mind = offered()
    assert mind.state.mode is Mode.SLOT
    assert mind.live == [*(f"slot{n}" for n in range(1, 9)), "menu"]
    mind.say("٢")
    case = next(iter(mind.cases))
    assert mind.of(Book) == [Book(case, "s1")]
    assert mind.of(Submit)[0].until == TIMES[1]
    (remind,) = [e for e in mind.of(Remind) if e.kind == "interview"]
    assert TIMES[1] - timedelta(days=1) <= remind.at < TIMES[1]
    assert "sent.interview.heading" in mind.keys
    assert any(p.role is Role.CODE for p in mind.told[-1].parts)


def test_a_time_that_was_taken_meanwhile_is_not_given_twice() -> None:
    mind = offered()
    mind.slots = mind.slots[2:]
    mind.tap("slot1")
    assert not mind.of(Book)
    assert "slot.taken" in mind.keys
    mind.tap("slot1")
    assert [e.slot for e in mind.of(Book)] == ["s2"]


def test_only_times_of_the_chosen_kind_are_offered() -> None:
    mind = offered([*kept("phone"), Slot("v", TIMES[3], 30, "visit")])
    assert mind.live == ["slot1", "menu"]


def test_where_there_are_no_times_the_wish_itself_is_sent() -> None:
    mind = offered([])
    (case,) = mind.cases.values()
    assert case.state is CaseState.SUBMITTED
    assert "slot.none" in mind.keys
    assert "sent.wish.heading" in mind.keys
    assert mind.of(Submit)
    assert not mind.of(Book)


def test_whoever_has_an_appointment_sees_it_and_changes_it() -> None:
    mind = booked().say("موعدي")
    assert mind.live == ["slot_change", "slot_cancel", "menu"]
    assert "الساعة" in Mind.say(booked(), "طلباتي").text, "its line names the time"
    case = next(iter(mind.cases))
    mind.tap("slot_change").tap("slot3")
    assert [(e.case, e.before) for e in mind.of(Book)] == [(case, "s1")]
    assert not mind.of(Submit), "it keeps its number and the moment it was sent"
    assert len(mind.cases) == 1


def test_a_cancelled_one_is_withdrawn_and_another_can_be_begun() -> None:
    mind = booked().say("موعدي").tap("slot_cancel")
    case = next(iter(mind.cases.values()))
    assert case.state is CaseState.WITHDRAWN
    mind.say("موعد")
    assert mind.of(OpenCase)


def test_the_day_before_it_is_called_to_mind_once_without_a_word_of_what_it_is_about() -> None:
    mind = booked()
    case = next(iter(mind.cases))
    mind.now = TIMES[1] - timedelta(days=1)
    mind.send(TimePassed("interview", case))
    assert mind.keys == ["remind.interview"]
    assert "الأوراق" not in mind.text
    assert mind.text.startswith("لاباس")
    mind.now = TIMES[1] + timedelta(minutes=1)
    mind.send(TimePassed("interview", case))
    assert not mind.told, "what is over is not called to mind"
    mind.say("موعدي")
    assert mind.of(OpenCase), "and a new one can be asked for"


def test_a_stopped_line_hears_nothing_and_kafl_has_no_interviews() -> None:
    mind = booked().say("إيقاف")
    mind.contact = type(mind.contact)(mind.contact.id, mind.contact.address, stopped=True)
    mind.now = TIMES[1] - timedelta(days=1)
    assert not mind.send(TimePassed("interview", next(iter(mind.cases)))).told
    other = Mind("kafl").send(Opened("ar")).say("موعد")
    assert other.state.mode is Mode.MENU
    assert other.keys == ["slot.not_given", "menu.ask"]
    assert "interview" not in other.live


@pytest.mark.parametrize("words", ["لا", "9", "12", "موعد آخر", "🙂"])
def test_anything_else_books_nothing(words: str) -> None:
    assert not offered(kept()[:3]).say(words).of(Book)


def test_a_question_of_ones_own_is_heard_while_times_are_offered() -> None:
    mind = offered().say("هل الموعد مجاني عندكم يا جماعة")
    assert not mind.of(Book)
    assert mind.told
