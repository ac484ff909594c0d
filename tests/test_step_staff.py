"""Staff take the conversation, write in it, pass it on and give it back at the very step where it stood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversations.acts import Ended, HandedBack, Noted, Referred, TakenOver, Wrote
from conversations.effects import Fetch, Lapse, ProvePhone, PutAnswer, Remind, Say, SetMessages, StopAddress
from conversations.events import (
    Event,
    Left,
    Media,
    MediaKind,
    Opened,
    Papers,
    Proved,
    Redeemed,
    Said,
    Switched,
    TimePassed,
)
from conversations.facts import CaseState
from conversations.handling import CallStaff, EndCall, GiveStaff, Refuse
from conversations.messages import Quote
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, PHONE, WHATSAPP, profiles

NOURA, SAAD = ("n" * 32, "نورة"), ("s" * 32, "سعد")
TAKE = TakenOver(*NOURA)
BACK = HandedBack(*NOURA)


def wrote(text: str = "أهلًا، كيف نساعد؟", who: tuple[str, str] = NOURA, files: tuple[str, ...] = ()) -> Wrote:
    return Wrote(*who, text, files)


def held(name: str = "labas") -> Mind:
    """Somebody half-way through a form asked for a person, and one came."""
    return Mind(name).start().good().good().say("موظف").send(TAKE)


@pytest.mark.parametrize("name", NAMES)
def test_staff_come_write_and_hand_back_at_the_very_step(name: str) -> None:
    mind = Mind(name).start().good().good()
    asking, prompt = mind.state.asking, mind.state.prompt
    mind.say("موظف").send(TAKE)
    assert mind.of(GiveStaff) == [GiveStaff(1, NOURA[0], mind.state.case)] and mind.keys == ["officer.here"]
    assert "نورة" in mind.text and profiles()[name].wording["ar"]["organisation.short"] in mind.text
    assert (mind.state.mode, mind.state.queued, mind.state.holder_name) == (Mode.STAFF, False, "نورة")
    mind.send(wrote())
    (say,) = mind.of(Say)
    assert (say.by, say.name, mind.text) == (*NOURA, "أهلًا، كيف نساعد؟")
    assert say.message.parts[0].line.params["text"] == Quote("أهلًا، كيف نساعد؟") and not say.message.options
    mind.say("شكرًا لكم").send(BACK)
    assert mind.of(EndCall) == [EndCall(1, "back")] and mind.keys[0] == "officer.back"
    assert (mind.state.mode, mind.state.asking, mind.state.holder) == (Mode.FORM, asking, None)
    assert mind.state.prompt > prompt and len(mind.told) == 1
    assert mind.good().of(PutAnswer)[0].field == asking


def test_nobody_need_have_asked_for_staff_to_come() -> None:
    mind = Mind().send(Opened("ar")).send(TAKE)
    assert mind.of(GiveStaff) == [GiveStaff(1, NOURA[0], None)] and mind.state.call == 1
    assert mind.send(BACK).state.mode is Mode.MENU and "request" in mind.live
    assert mind.say("موظف").of(CallStaff)[0].number == 2


def test_of_two_who_take_over_one_gets_it_and_the_other_reads_who() -> None:
    mind = held()
    before = mind.state
    assert mind.send(TakenOver(*SAAD)).last == (Refuse("held", "نورة"),) and mind.state == before
    assert mind.send(TAKE).last == (Refuse("yours", "نورة"),) and mind.state == before
    mind.send(TakenOver(*SAAD, force=True))
    assert mind.of(GiveStaff) == [GiveStaff(1, SAAD[0], mind.state.case)] and mind.state.paused is Mode.FORM
    assert mind.send(BACK).last == (Refuse("not_yours", "سعد"),)
    assert mind.send(HandedBack(*NOURA, force=True)).state.mode is Mode.FORM


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (wrote(who=SAAD), "not_yours"),
        (wrote(" \n "), "empty"),
        (wrote("ب" * 4_001), "too_long"),
        (Noted(*SAAD, ""), "empty"),
        (Noted(*SAAD, "ب" * 4_001), "too_long"),
        (Referred(*SAAD, "supervisor"), "not_yours"),
        (Referred(*NOURA, "administrator"), "role"),
        (Referred(*NOURA, "supervisor", "ب" * 4_001), "too_long"),
        (HandedBack(*SAAD), "not_yours"),
        (Ended(*SAAD), "not_yours"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_everything_as_it_was(event: Event, code: str) -> None:
    mind = held()
    before = mind.state
    mind.send(event)
    (refused,) = mind.last
    assert isinstance(refused, Refuse) and refused.code == code and mind.state == before
    assert refused.name == ("نورة" if code == "not_yours" else "")


@pytest.mark.parametrize("event", [wrote(), BACK, Ended(*NOURA)])
def test_where_nobody_holds_it_nobody_writes_ends_or_hands_back(event: Event) -> None:
    mind = Mind().start()
    before = mind.state
    assert mind.send(event).last == (Refuse("nobody"),) and mind.state == before


def test_files_go_without_words_and_a_note_goes_nowhere() -> None:
    mind = held().send(wrote("", files=("f" * 32,)))
    assert mind.keys == ["officer.files"] and mind.of(Say)[0].files == ("f" * 32,)
    before = mind.state
    assert mind.send(Noted(*SAAD, "ملاحظة")).last == () and mind.state == before


@pytest.mark.parametrize(
    "event",
    [
        Said("1"),
        Said("موظف"),
        Said("القائمة"),
        Said("لا حاجة لموظف"),
        Said(choices=("2-self",)),
        Said(files=("f" * 32,)),
        Said("تعديل", edited=True),
        Papers(("f" * 32,), ("size",)),
        Opened("ar", "request"),
        Switched("fr"),
        Redeemed("0" * 32),
    ],
)
def test_the_bot_is_silent_while_staff_hold_the_conversation(event: Event) -> None:
    mind = held()
    before = replace(mind.state, minute=0, burst=0)
    assert mind.send(event).last == () and replace(mind.state, minute=0, burst=0, guarded=False) == before


def test_stopping_starting_and_the_language_are_heard_all_the_same() -> None:
    mind = held().say("إيقاف")
    assert mind.of(SetMessages) == [SetMessages(allowed=False)] and mind.keys == ["stop.done"]
    assert mind.say("ابدأ").keys == ["start.done"] and mind.state.mode is Mode.STAFF
    for event, language in ((Said("English"), "en"), (Switched("ar"), "ar"), (Said("غير اللغة"), "en")):
        mind.send(event)
        assert (mind.keys, mind.state.language, mind.state.mode) == (["language.changed"], language, Mode.STAFF)
    assert mind.send(Opened("ar")).keys == [] and mind.state.language == "ar"


def test_what_comes_meanwhile_is_kept_but_read_by_nobody_but_staff() -> None:
    paper, place = Media(MediaKind.PAPER, "r1"), Media(MediaKind.PLACE, "r2")
    mind = held().send(Said("1012345672", media=(paper, place)))
    assert mind.last == (Fetch((paper,)),)
    assert mind.send(Proved(PHONE)).last == (ProvePhone(PHONE),)
    assert mind.send(Left()).last == (StopAddress(stopped=True),)
    for _ in range(150):
        assert mind.say("كلام").last == ()


@pytest.mark.parametrize("waits", [True, False])
def test_a_referral_waits_for_another_role_and_the_person_is_told_when(waits: bool) -> None:
    mind = Mind("kafl").start().good()
    asking, live = mind.state.asking, mind.live
    mind.say("موظف") if waits else None
    mind.send(Referred(*NOURA, "social_researcher", "حالة غير واضحة"))
    assert mind.of(CallStaff) == [CallStaff("social_researcher", "referred", 1, mind.state.case)]
    assert (mind.keys, mind.state.queued, mind.live) == (["officer.referred"], True, live)
    mind.now = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    mind.send(TakenOver(*SAAD)).send(Referred(*SAAD, "supervisor"))
    assert mind.of(CallStaff) == [CallStaff("supervisor", "referred", 1, mind.state.case)] and not mind.of(EndCall)
    assert mind.keys[0] == "officer.later" and (mind.state.mode, mind.state.asking) == (Mode.FORM, asking)
    assert (mind.state.queued, mind.state.holder) == (True, None) and "حالة" not in mind.text


def test_ending_leads_to_the_menu_and_the_draft_stays() -> None:
    mind = held().send(Ended(*NOURA))
    assert mind.of(EndCall) == [EndCall(1, "ended")] and mind.keys[:2] == ["officer.ended", "form.kept"]
    assert mind.state.mode is Mode.MENU and "resume" in mind.live and not mind.state.queued


def test_a_call_that_is_closed_while_the_person_fills_in_leaves_the_question_open() -> None:
    mind = Mind().start().good().say("موظف")
    asking = mind.state.asking
    mind.send(Ended(*SAAD))
    assert mind.of(EndCall) == [EndCall(1, "ended")] and mind.keys == ["officer.closed"]
    assert (mind.state.asking, mind.state.queued) == (asking, False)
    assert mind.good().of(PutAnswer)[0].field == asking


def test_who_waits_no_longer_leaves_the_queue_and_stands_where_they_stood() -> None:
    mind = Mind().start().good().say("موظف")
    asking = mind.state.asking
    mind.say("لا حاجة لموظف")
    assert mind.of(EndCall) == [EndCall(1, "left")] and mind.keys[0] == "human.left"
    assert (mind.state.queued, mind.state.asking) == (False, asking)
    assert mind.say("إلغاء الانتظار").keys[0] == "human.none" and not mind.of(EndCall)
    assert mind.say("موظف").of(CallStaff)[0].number == 2


def test_a_draft_that_lapsed_meanwhile_is_said_to_be_gone() -> None:
    mind = held()
    mind.cases[mind.draft.id] = replace(mind.draft, state=CaseState.LAPSED)
    mind.send(BACK)
    assert mind.keys[:2] == ["officer.back", "form.no_draft"] and mind.state.mode is Mode.MENU


def test_no_draft_is_called_to_mind_while_staff_are_there() -> None:
    mind = held().wait(days=20)
    case = mind.draft.id
    mind.send(TimePassed("draft", case))
    assert mind.of(Remind) == [Remind("draft", case, mind.now + timedelta(hours=1))] and not mind.of(Lapse)
    assert mind.told == []


def test_what_was_live_before_a_word_of_staff_is_live_after_it() -> None:
    mind = Mind().start()
    option = mind.option("self")
    mind.send(TAKE).send(wrote())
    assert mind.told[0].options == ()
    assert "self" in mind.send(BACK).live
    assert mind.send(Said(choices=(option,))).told and mind.state.asking == "who"


def test_a_link_that_is_redeemed_meanwhile_is_gone_on_with_afterwards() -> None:
    mind = Mind("kafl", WHATSAPP).start()
    while mind.state.mode is not Mode.LINK:
        mind.good()
    asking, case = mind.state.asking, mind.state.case
    mind.send(TAKE)
    assert mind.redeem().told == []
    mind.send(BACK)
    assert (mind.state.mode, mind.state.asking, mind.state.case) == (Mode.FORM, asking, case)


@pytest.mark.parametrize("name", NAMES)
def test_a_newcomer_can_be_taken_over_before_any_greeting(name: str) -> None:
    mind = Mind(name).send(TAKE).send(Said("السلام عليكم")).send(BACK)
    assert mind.state.mode is Mode.MENU and "request" in mind.live
