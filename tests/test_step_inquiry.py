"""A question in anybody's words: told with its source, offered, or honestly not known; a form is never disturbed."""

import pytest

from conversations.acts import HandedBack, TakenOver
from conversations.answers import AskedInquiry, Became, SettleInquiry
from conversations.events import Opened, Said
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_knowledge import CLOSE, FEES, KNOWN, NONE, PAPERS, SURE, TIME


def asker(name: str = "labas") -> Mind:
    return Mind(name, knowledge=dict(KNOWN))


def test_free_words_at_the_menu_are_a_question_and_the_source_is_named() -> None:
    mind = asker().send(Opened("ar")).say(SURE)
    assert TIME.text in mind.text and f"المصدر: {TIME.source}" in mind.text
    assert mind.of(AskedInquiry) == [AskedInquiry(1, SURE, "time", Became.TOLD)]
    assert mind.state.mode is Mode.INQUIRY and mind.live == ["yes", "no"]
    mind.say("نعم")
    assert mind.of(SettleInquiry) == [SettleInquiry(1, "time", Became.TOLD, True)]
    assert mind.live[0] == "rate1" and mind.keys == ["inquiry.thanks", "survey.ask", "survey.right"]


def test_the_very_first_words_may_be_a_question() -> None:
    mind = asker().say(SURE)
    assert mind.keys[0] == "greeting.hello" and TIME.text in mind.text
    assert Mind().say("أحمد من الرياض").state.mode is Mode.MENU
    assert "inquiry.none" in Mind().say(NONE).keys


def test_a_misconception_is_told_as_belief_and_truth() -> None:
    mind = asker().send(Opened("ar")).say("الخدمة بفلوس صح؟")
    assert mind.keys == ["answer.belief", "answer.truth", "answer.source", "inquiry.helped"]


def test_no_offers_the_others_and_then_a_person() -> None:
    mind = asker().send(Opened("ar")).say(SURE, "لا")
    assert mind.live == ["entry1", "none"] and "inquiry.others" in mind.keys
    mind.tap("entry1")
    assert PAPERS.text in mind.text and mind.of(SettleInquiry) == [SettleInquiry(1, "papers", Became.TOLD)]
    mind.tap("no")
    assert mind.of(SettleInquiry) == [SettleInquiry(1, "papers", Became.NONE, False)]
    assert mind.tap("human").state.queued


def test_near_ones_are_offered_by_their_titles_and_chosen_by_number() -> None:
    mind = asker().send(Opened("ar")).say(CLOSE)
    assert mind.live == ["entry1", "entry2", "none"]
    assert [a.title for a in (PAPERS, FEES)] == [
        o["label"].strip("\u2068\u2069") for o in mind.rendered()[-1].options[:2]
    ]
    assert "answer.truth" in mind.say("2").keys
    assert mind.send(Said(CLOSE)).state.question == 2
    assert "inquiry.not_helped" in mind.say("لا").keys


def test_a_question_nobody_answered_is_noted_and_a_person_offered() -> None:
    mind = asker().send(Opened("ar")).say(NONE)
    assert mind.keys == ["inquiry.none", "inquiry.person"] and mind.live == ["human", "menu"]
    assert mind.of(AskedInquiry) == [AskedInquiry(1, NONE, None, Became.NONE)]
    assert mind.say("هل هناك سؤال آخر؟").state.question == 2
    assert mind.tap("menu").state.mode is Mode.MENU


def test_an_entry_that_was_withdrawn_meanwhile_leads_to_a_person() -> None:
    mind = asker().send(Opened("ar")).say(CLOSE)
    mind.knowledge.clear()
    assert "inquiry.not_helped" in mind.tap("entry1").keys
    mind = asker().send(Opened("ar")).say(SURE)
    mind.knowledge.clear()
    assert "inquiry.not_helped" in mind.tap("no").keys


def test_the_door_asks_for_the_question() -> None:
    mind = asker().send(Opened("ar")).tap("question")
    assert mind.keys == ["inquiry.ask"]
    assert TIME.text in mind.say(SURE).text


@pytest.mark.parametrize("words", ["القائمة", "السلام عليكم", "موظف", "9", "؟"])
def test_commands_greetings_and_what_is_no_words_are_no_question(words: str) -> None:
    assert asker().send(Opened("ar")).say(words).state.question == 0


def test_inside_a_form_a_question_is_answered_and_the_forms_question_restated() -> None:
    mind = asker("qalb").start().until("national_id")
    before = dict(mind.draft.answers)
    mind.say(SURE)
    assert TIME.text in mind.text and "question.national_id.ask" in mind.keys and len(mind.told) == 1
    assert (mind.state.mode, mind.state.asking, mind.state.misses) == (Mode.FORM, "national_id", 0)
    assert mind.draft.answers == before and mind.state.question == 1
    mind.good()
    assert mind.state.asking != "national_id"


def test_inside_a_form_what_is_no_known_question_is_the_error_it_was() -> None:
    mind = asker("qalb").start().until("national_id")
    for words in (NONE, CLOSE.replace("وش", "شيء"), "كلام لا معنى له"):
        mind.say(words)
        assert mind.state.asking == "national_id" and not mind.of(AskedInquiry)
    assert mind.state.misses == 3


def test_while_staff_hold_the_question_goes_to_them_only() -> None:
    mind = asker().send(Opened("ar")).say("موظف")
    mind.send(TakenOver("s" * 32, "سارة"))
    assert not mind.say(SURE).told and not mind.of(AskedInquiry)


def test_whoever_waits_for_staff_hears_that_they_will_read_the_question() -> None:
    mind = asker().send(Opened("ar")).say("موظف", NONE)
    assert mind.keys == ["inquiry.none", "inquiry.waiting"] and mind.live == ["menu"]
    assert TIME.text in mind.say(SURE).text and mind.state.queued


def test_handed_back_the_open_question_stands_where_it_stood() -> None:
    mind = asker().send(Opened("ar")).say(SURE).send(TakenOver("s" * 32, "سارة"))
    mind.send(HandedBack("s" * 32, "سارة"))
    assert mind.state.mode is Mode.INQUIRY and mind.live == ["yes", "no"]
    assert mind.say("English").keys == ["language.changed", "inquiry.helped"]
    assert mind.say("no").live == ["entry1", "none"]


@pytest.mark.parametrize("words", ["شكرا", "يعطيكم العافية", "الله يجزاكم خير", "thank you", "مع السلامة"])
def test_thanks_are_thanks_and_no_question(words: str) -> None:
    mind = asker().send(Opened("ar")).say(words)
    assert mind.keys[0] == "thanks.back"
    assert not mind.of(AskedInquiry)
    inside = asker().start().good().say(words)
    assert not inside.of(AskedInquiry), "and inside a form the question is simply asked again"
    assert inside.state.asking is not None
