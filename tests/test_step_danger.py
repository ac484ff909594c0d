"""Words of self-harm or danger: the approved text at once, staff called urgently, and the truth about who is there."""

from datetime import timedelta

import pytest

from conversations.acts import HandedBack, TakenOver
from conversations.effects import PutAnswer
from conversations.events import Opened, Said
from conversations.handling import CallStaff, MarkUrgent
from conversations.messages import Role
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES

DISTRESS = (
    "ابغى اموت",
    "والله تعبت من الحياة وما عاد اقدر",
    "أُفَكِّرُ في الانتحار",
    "زوجي يضربني كل يوم",
    "أنا في خطر الآن",
    "ما ابغى اعيش بعد اليوم",
)
ENGLISH = ("I want to die", "I keep thinking about suicide.", "He beats me", "I don't want to live any more")
HARMLESS = (
    "أبوي مات من سنة وأبغى مساعدة",
    "ابني في خطة علاج",
    "الموت حق علينا",
    "انتحل شخصيتي واحد",
    "هل تدعمون المقابر",
    "my father died last year",
    "the medicine is killing my stomach",
)


@pytest.mark.parametrize("words", DISTRESS + ENGLISH)
@pytest.mark.parametrize("name", NAMES)
def test_the_approved_text_comes_first_with_the_numbers_of_the_profile(name: str, words: str) -> None:
    mind = Mind(name).say(words)
    assert mind.keys[-len(mind.told[-1].parts)] == "danger.text"
    numbers = [p.line.params["value"].text for p in mind.told[-1].parts if p.role is Role.CALL]  # type: ignore[union-attr]
    assert numbers == [number for _, number in mind.organisation.danger]
    assert len(numbers) >= 2
    (call,) = mind.of(CallStaff)
    assert (call.urgent, call.reason, call.role) == (True, "danger", "relations_officer")
    assert mind.state.language == ("en" if words in ENGLISH else "ar")


@pytest.mark.parametrize("words", HARMLESS)
def test_talk_of_death_or_of_a_plan_is_no_distress(words: str) -> None:
    mind = Mind("labas").send(Opened("ar")).say(words)
    assert "danger.text" not in mind.keys
    assert not mind.of(CallStaff)


def test_it_says_truly_whether_anybody_is_there() -> None:
    watched = Mind("labas").send(Opened("ar"))
    watched.watching = True
    assert "danger.watched" in watched.say("ابغى اموت").keys
    hours = Mind("labas").send(Opened("ar"))
    assert "danger.called" in hours.say("ابغى اموت").keys, "in hours, yet nobody is known to look"
    night = Mind("labas").send(Opened("ar")).wait(hours=14)
    night.say("ابغى اموت")
    assert "danger.unwatched" in night.keys
    assert "الأرقام أعلاه أسرع" in night.text


def test_inside_a_form_nothing_is_filed_or_lost_and_the_question_stays_open() -> None:
    mind = Mind("labas").start().good()
    asked, answers = mind.state.asking, dict(mind.draft.answers)
    mind.say("تعبت من الحياة")
    assert mind.state.asking == asked
    assert mind.draft.answers == answers
    mind.good()
    assert len(mind.draft.answers) == len(answers) + 1


def test_within_the_hour_the_same_words_are_heard_as_any_answer() -> None:
    mind = Mind("kafl").start().until("full_name").say("انا في خطر")
    assert "danger.text" in mind.keys
    mind.say("انا في خطر")
    assert "danger.text" not in mind.keys
    mind.wait(minutes=61).say("انا في خطر")
    assert "danger.text" in mind.keys
    assert [e.number for e in mind.of(MarkUrgent)] == [mind.state.call], "one call, made urgent again"


def test_whoever_waits_already_is_moved_before_all_others() -> None:
    mind = Mind("labas").send(Opened("ar")).say("موظف", "ابغى اموت")
    assert not mind.of(CallStaff)
    assert [e.number for e in mind.of(MarkUrgent)] == [mind.state.call]


def test_while_staff_hold_the_conversation_the_text_is_told_beside_them() -> None:
    mind = Mind("labas").start().good().send(TakenOver("s1", "نورة"))
    mind.say("ابغى اموت")
    assert mind.state.mode is Mode.STAFF
    assert "danger.held" in mind.keys
    assert "نورة" in mind.text
    assert mind.of(MarkUrgent)
    assert not mind.of(PutAnswer)
    back = mind.send(HandedBack("s1", "نورة"))
    assert back.state.asking is not None


def test_an_edited_or_tapped_message_is_heard_too() -> None:
    mind = Mind("labas").send(Opened("ar")).wait(minutes=5)
    mind.send(Said("ابغى اموت", edited=True))
    assert "danger.text" in mind.keys
    assert mind.now - timedelta(minutes=5) <= mind.now
