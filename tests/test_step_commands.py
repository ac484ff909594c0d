"""Words that are heard anywhere: each from each mode, and none destroys an answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations.effects import Accept, Acknowledge, DropAnswer, Effect, OpenCase, PutAnswer, SetMessages
from conversations.events import Opened, Said, Switched
from conversations.facts import Contact
from conversations.handling import CallStaff
from conversations.lexicon import Command
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, WHATSAPP


def in_drafts(name: str) -> Mind:
    mind = Mind(name).start().good().say("احفظ واخرج").tap("menu").tap("request")
    assert mind.state.mode is Mode.DRAFTS
    return mind


def in_link(name: str) -> Mind:
    mind = Mind(name, WHATSAPP).start()
    for _ in range(40):
        if mind.state.mode is Mode.LINK:
            break
        mind.good()
    return mind


PLACES: dict[Mode, Callable[[str], Mind]] = {
    Mode.NEW: Mind,
    Mode.MENU: lambda name: Mind(name).send(Opened("ar")),
    Mode.DRAFTS: in_drafts,
    Mode.NOTICE: lambda name: Mind(name).send(Opened("ar", "request")),
    Mode.FORM: lambda name: Mind(name).start().good().good(),
    Mode.LINK: in_link,
    Mode.REVIEW: lambda name: Mind(name).start().review(),
    Mode.DECLARATION: lambda name: Mind(name).declared(),
    Mode.STOPPED: lambda name: Mind(name).send(Opened("ar")).say("إيقاف"),
}
TYPED = {
    Command.MENU: "القائمة",
    Command.BACK: "رجوع",
    Command.CANCEL: "إلغاء",
    Command.HELP: "مساعدة",
    Command.HUMAN: "موظف",
    Command.LANGUAGE: "غير اللغة",
    Command.STATUS: "وين طلبي",
    Command.STOP: "إيقاف",
    Command.STOP_SOME: "وقف التذكير",
    Command.START: "ابدأ",
    Command.SAVE: "احفظ واخرج",
    Command.RESUME: "إكمال",
    Command.SKIP: "تخطي",
    Command.LATER: "لاحقا",
    Command.POLICY: "السياسة",
    Command.WAIT_NO_MORE: "لا حاجة لموظف",
    Command.LINK: "ربط",
    Command.SOMEBODY_ELSE: "شخص آخر",
    Command.COMPLAINT: "ابغى اشتكي",
    Command.SUGGESTION: "عندي اقتراح",
    Command.VOLUNTEERING: "ابي اتطوع",
    Command.INTERVIEW: "ابغى موعد",
    Command.RIGHTS: "بياناتي",
    Command.WITHDRAW: "انسحاب",
}
MATTERS = (Command.COMPLAINT, Command.SUGGESTION, Command.VOLUNTEERING, Command.INTERVIEW, Command.RIGHTS)
HARMFUL = (DropAnswer, Accept, Acknowledge, OpenCase)


@pytest.mark.parametrize("mode", [m for m in PLACES if m is not Mode.LINK])
@pytest.mark.parametrize("word", list(Command))
def test_every_command_is_answered_in_every_mode_and_takes_no_answer(mode: Mode, word: Command) -> None:
    mind = PLACES[mode]("kafl")
    answers = {id: dict(case.answers) for id, case in mind.cases.items()}
    assert mind.state.mode is mode
    mind.say(TYPED[word])
    assert mind.told
    assert not [e for e in mind.last if isinstance(e, HARMFUL) and not _papers_again(mode, word) and not _own(word, e)]
    kept = {id: dict(case.answers) for id, case in mind.cases.items()}
    assert {id: kept[id] for id in answers} == answers or _papers_again(mode, word)


def _own(word: Command, effect: Effect) -> bool:
    """A complaint and its like have a draft of their own."""
    return word in MATTERS and isinstance(effect, OpenCase) and effect.form == word


def _papers_again(mode: Mode, word: Command) -> bool:
    """Going back from the review to the papers goes through their list anew."""
    return mode is Mode.REVIEW and word is Command.BACK


@pytest.mark.parametrize("word", list(Command))
def test_a_command_while_a_link_waits_takes_no_answer(word: Command) -> None:
    mind = PLACES[Mode.LINK]("kafl")
    answers = dict(mind.draft.answers)
    case = mind.draft.id
    mind.say(TYPED[word])
    assert mind.told
    assert mind.cases[case].answers == answers


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", list(PLACES))
def test_a_person_and_the_menu_are_one_message_away(mode: Mode, name: str) -> None:
    mind = Mind(name) if mode is Mode.LINK and name == "qurainah" else PLACES[mode](name)
    mind.say("موظف")
    assert [(e.role, e.reason) for e in mind.of(CallStaff)] == [("relations_officer", "asked")]
    mind.say("القائمة")
    assert mind.state.mode is Mode.MENU
    assert {"request", "human"} <= set(mind.live)


@pytest.mark.parametrize("word", list(Command))
def test_a_command_can_be_tapped_by_its_name(word: Command) -> None:
    mind = Mind().start().good().send(Said(choices=(word.value,)))
    assert mind.told
    assert not mind.of(PutAnswer)


def test_a_word_that_means_nothing_in_the_menu_still_gets_words() -> None:
    for word in ("تخطي", "إكمال", "رجوع", "لاحقا", "احفظ واخرج"):
        mind = Mind().send(Opened("ar")).say(word)
        assert mind.text
        assert mind.state.mode is Mode.MENU


def test_resuming_at_the_notice_shows_the_notice_again() -> None:
    mind = Mind().start().good().say("احفظ واخرج")
    mind.contact = Contact(mind.contact.id, mind.contact.address, mind.now, "older")
    mind.say("إكمال")
    assert mind.state.mode is Mode.NOTICE
    mind.say("إكمال")
    assert "notice.text" in mind.keys and "agree" in mind.live


def test_the_list_of_drafts_is_shown_again_after_a_question_in_between() -> None:
    for line in ("مساعدة", "موظف", "كلام لا يفهم"):
        mind = in_drafts("labas").say(line)
        assert mind.state.mode is Mode.DRAFTS
        assert mind.live[:2] == ["draft1", "new"]


def test_a_newcomer_who_writes_start_is_greeted_and_not_told_that_messages_are_back() -> None:
    for line in ("/start", "ابدأ"):
        mind = Mind().say(line)
        assert mind.keys[0] == "greeting.hello"
        assert "start.done" not in mind.keys


def test_the_first_words_choose_the_language_of_the_greeting() -> None:
    assert Mind().say("hello").state.language == "en"
    assert Mind().say("السلام عليكم").state.language == "ar"
    assert Mind().say("hello مرحبا").state.language == "ar"


def test_the_first_word_may_be_a_command() -> None:
    assert Mind().say("موظف").of(CallStaff)
    assert Mind().say("إيقاف").of(SetMessages) == [SetMessages(allowed=False)]


@pytest.mark.parametrize("mode", [m for m in PLACES if m not in (Mode.NEW, Mode.STOPPED)])
def test_the_language_changes_in_the_middle_and_stands_where_it_stood(mode: Mode) -> None:
    mind = PLACES[mode]("kafl")
    asking, prompt = mind.state.asking, mind.state.prompt
    mind.send(Switched("en"))
    assert (mind.state.language, mind.state.mode, mind.state.asking) == ("en", mode, asking)
    assert "language.changed" in mind.keys
    assert mind.state.prompt > prompt
    assert mind.say("العربية").state.language == "ar"
    assert mind.say("غير اللغة").state.language == "en"


def test_a_language_the_house_does_not_speak_changes_nothing() -> None:
    mind = Mind().start().send(Switched("fr"))
    assert mind.state.language == "ar"
    assert "language.changed" not in mind.keys
    assert mind.told


def test_stop_and_start_stop_messages_and_keep_the_draft() -> None:
    mind = Mind().start().good().say("إيقاف")
    assert (mind.of(SetMessages), mind.state.mode) == ([SetMessages(allowed=False)], Mode.STOPPED)
    mind.say("ابدأ")
    assert mind.of(SetMessages) == [SetMessages(allowed=True)]
    assert "start.done" in mind.keys
    mind.say("إكمال")
    assert (mind.state.mode, mind.state.asking) == (Mode.FORM, "full_name")


def test_a_word_of_stopping_inside_a_sentence_stops_nothing() -> None:
    mind = Mind().start().until("full_name").say("أوقف محمد العتيبي السيارة")
    assert not mind.of(SetMessages)


def test_a_hundred_messages_a_minute_pause_the_flow_once_and_it_goes_on_by_itself() -> None:
    mind = Mind().start()
    spoken = []
    for _ in range(150):
        spoken += mind.say("؟").keys
    assert spoken.count("limit.soft") == 1
    quiet = mind.say("1")
    assert quiet.told == [] and not quiet.of(PutAnswer)
    assert mind.wait(minutes=1).say("1").of(PutAnswer)[0].value == "self"


def test_what_was_live_before_the_pause_is_live_after_it() -> None:
    mind = Mind().start()
    option = mind.option("self")
    mind.state = replace(mind.state, burst=100)
    mind.say("كلام")
    assert mind.keys == ["limit.soft"]
    mind.now += timedelta(minutes=1)
    assert mind.send(Said(choices=(option,))).of(PutAnswer)[0].field == "who"
