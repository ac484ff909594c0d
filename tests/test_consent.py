"""Stopping and starting what comes unasked: on a channel, for one purpose, in every state; and nothing comes after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from conversations import purposes
from conversations.effects import SetMessages, StopAddress
from conversations.events import Inbound, Left, Opened, Said, TimePassed
from conversations.facts import CaseState, Slot
from conversations.failures import Failure
from conversations.handling import AskStaff
from conversations.purposes import SetPurpose
from conversations.state import Mode
from handlers import ways
from services import consenting
from services.evidence import faults
from tests.delivery_world import HOUSE, failed, world
from tests.mind import Mind
from tests.mind_world import NAMES, WEB, WHATSAPP
from tests.test_step_commands import PLACES
from tests.test_step_survey import helped
from tests.turns_world import Clock, Guest, house, rows

WORDS = {
    "ar": ("إيقاف", "وقف الرسائل", "لا ترسلون لي", "إلغاء الاشتراك", "أوقفوا الرسائل"),
    "en": ("STOP", "stop", "StopAll", "Unsubscribe", "opt out", "STOP."),
}
KINDS = {  # what the bell rings for, and where a case stands when it means something
    "draft": CaseState.DRAFT,
    "returned": CaseState.RETURNED,
    "floor": CaseState.DECIDED,
    "ceiling": CaseState.SUBMITTED,
    "survey": CaseState.CLOSED,
    "interview": CaseState.SUBMITTED,
}
MORNING = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("mode", list(PLACES))
@pytest.mark.parametrize("word", ["إيقاف", "STOP"])
def test_bad_input_32_stop_is_heard_in_every_state_once_and_takes_nothing(mode: Mode, word: str) -> None:
    name = "kafl"
    mind = PLACES[mode](name)
    answers = {id: dict(case.answers) for id, case in mind.cases.items()}
    mind.contact = replace(mind.contact, stopped=False)
    mind.say(word)
    assert mind.of(SetMessages) == [SetMessages(allowed=False)]
    assert mind.keys.count("stop.done") == 1 and len(mind.told) == 1 + (mode is Mode.NEW)
    assert {id: dict(case.answers) for id, case in mind.cases.items()} == answers
    told = [task.reason for task in mind.of(AskStaff)]
    assert told == (["messages_stopped"] if mind.cases else [])
    assert not mind.say(word).of(AskStaff)  # once is enough
    assert mind.say("ابدأ").of(SetMessages) == [SetMessages(allowed=True)]


@pytest.mark.parametrize("channel", [WEB, WHATSAPP, ways()["sms"], ways()["telegram"]])
@pytest.mark.parametrize("word", [word for words in WORDS.values() for word in words])
def test_the_words_of_stopping_in_both_languages_on_every_channel(channel: object, word: str) -> None:
    mind = Mind("labas", channel)  # type: ignore[arg-type]
    assert mind.send(Opened("ar")).say(word).of(SetMessages) == [SetMessages(allowed=False)]


@pytest.mark.parametrize(
    "words",
    [
        "the END of the month",
        "please CANCEL my last message",
        "I do not want to STOP my request",
        "في نهاية الشهر",
        "متى إلغاء الكفالة",
        "لا توقفوا طلبي",
        "stop by tomorrow to see me",
        "END",
        "CANCEL",
        "إلغاء",
    ],
)
def test_bad_input_33_such_a_word_inside_a_sentence_or_of_another_meaning_stops_nothing(words: str) -> None:
    for mind in (Mind("kafl").send(Opened("ar")), Mind("kafl").start().until("full_name")):
        assert not mind.say(words).of(SetMessages)
        assert not mind.contact.stopped


def test_one_purpose_ends_on_all_channels_and_the_rest_comes_on() -> None:
    mind = Mind("labas").start().good().say("إيقاف").tap("only:followup")
    assert mind.of(SetPurpose) == [SetPurpose("followup", given=False)]
    assert mind.of(SetMessages) == [SetMessages(allowed=True)] and mind.keys[0] == "stop.some.followup"
    mind.say("ابدأ")
    assert mind.of(SetPurpose) == [SetPurpose("followup", given=True)]


def test_reminders_can_be_stopped_by_their_name_in_the_middle_of_a_form() -> None:
    for word in ("وقف التذكير", "no more reminders"):
        mind = Mind("labas").start().until("full_name")
        asking = mind.state.asking
        mind.say(word)
        assert mind.keys == ["stop.which"] and mind.live == ["only:followup", "only:survey"]
        mind.tap("only:survey")
        assert mind.of(SetPurpose) == [SetPurpose("survey", given=False)]
        assert (mind.state.mode, mind.state.asking) == (Mode.FORM, asking)


def test_after_that_no_survey_is_asked_and_no_draft_is_called_to_mind_though_it_lapses() -> None:
    mind = helped().say("بدون تقييم").tap("only:survey")
    mind.state = replace(mind.state, surveyed=0)
    assert "survey.ask" not in mind.say("هل يلزم تقرير طبي").tap("yes").keys
    left = Mind("labas").start().good().say("لا تذكروني").tap("only:followup").say("احفظ واخرج")
    (case,) = left.cases
    left.wait(days=20)
    for _ in range(20):
        left.wait(hours=5).send(TimePassed("draft", case))
        assert left.told == []
    assert left.cases[case].state is CaseState.LAPSED


def test_who_blocks_us_with_a_request_open_is_for_staff_and_comes_back_by_the_word() -> None:
    mind = Mind("kafl").start().good().send(Left(asked=True))
    assert [task.reason for task in mind.of(AskStaff)] == ["messages_stopped"]
    mind.say("إيقاف").send(Left(back=True))
    assert mind.contact.stopped
    mind.send(Left(back=True, asked=True))
    assert not mind.contact.stopped and StopAddress(stopped=False) in mind.last


def situations(count: int) -> Iterator[tuple[Mind, str, str]]:
    """Somebody with a case anywhere in its life, who withdrew something; and what the bell rings for."""
    chance = Random(33)  # noqa: S311  the same situations each time
    slot = Slot("s" * 32, MORNING + timedelta(days=1), 30, "visit")
    minds = {name: Mind(name).start().good().say("احفظ واخرج") for name in NAMES}
    for _ in range(count):
        mind = minds[chance.choice(NAMES)]
        refused = frozenset(chance.sample(purposes.PURPOSES, chance.randint(0, 3)))
        stopped = chance.random() < 0.3
        id = next(iter(mind.cases))
        born = replace(mind.cases[id], state=CaseState.DRAFT)
        kind = chance.choice(list(KINDS))
        state = chance.choice([KINDS[kind], KINDS[kind], *CaseState])
        case = replace(born, state=state, reference="472193807", verdict=True, reason="نعم", slot=slot, told_at=None)
        fresh = Mind(mind.name, state=mind.state, cases={id: case}, contact=mind.contact, deterministic=False)
        fresh.contact = replace(fresh.contact, stopped=stopped, refused=refused)
        fresh.now = MORNING + timedelta(days=chance.choice([0, 0, 3, 20]), hours=chance.randint(0, 12))
        yield fresh, id, kind


def test_after_a_withdrawal_none_of_a_thousand_messages_comes_unasked() -> None:
    told = 0
    for mind, case, kind in situations(1000):
        keys = mind.send(TimePassed(kind, case)).keys
        told += len(keys)
        assert not (keys and mind.contact.stopped), (kind, keys)
        assert not [key for key in keys if purposes.refused(key, mind.contact.refused)], (kind, mind.contact.refused)
    assert told > 100  # who withdrew nothing of that is told


async def test_what_waits_when_a_purpose_is_withdrawn_is_never_sent_and_start_brings_the_next(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await Guest(home).start()
        await guest.good()
        await guest.say("لا تذكروني")
        await guest.tap("only:followup")
        (row,) = await rows(home, "contacts")
        assert row["messages_stopped"] == ["followup"]
        assert await home.consenting.withdraw("labas", guest.contact, "survey", by="s1")
        assert not await home.consenting.withdraw("labas", guest.contact, "survey")
        (row,) = await rows(home, "contacts")
        assert row["messages_stopped"] == ["followup", "survey"]
        clock.now += timedelta(days=2)
        before = len(await rows(home, "messages", direction="out"))
        await home.ringing.ring()
        assert len(await rows(home, "messages", direction="out")) == before
        await guest.say("ابدأ")
        (row,) = await rows(home, "contacts")
        assert row["messages_stopped"] == []
        ledger = [(one["purpose"], one["given"]) for one in await home.consenting.ledger("labas", guest.contact)]
        after = [("followup", False), ("survey", False), ("followup", True), ("survey", True)]
        assert ledger == [("request", True), *after]
        assert faults(await rows(home, "evidence", chain=guest.contact)) == []
        async with home.memory.reading() as unit:
            stands = await consenting.standing(unit, "labas", [guest.contact], "followup")
        assert stands == {guest.contact: True}
        clock.now += timedelta(days=1, hours=1)
        await home.ringing.ring()
        assert len(await rows(home, "messages", direction="out")) > before + 1


async def test_what_was_planned_before_a_withdrawal_is_not_sent_after_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        sent = len(here.vendors["telegram"].calls)
        for key in ("remind.draft", "survey.case", "remind.interview", "case.update"):
            await here.unasked(taken, key, key)
        assert await here.household.consenting.withdraw(HOUSE, taken.contact, "followup")
        assert await here.household.consenting.withdraw(HOUSE, taken.contact, "survey")
        for _ in range(4):  # a round that only finds what was withdrawn rests
            await here.post.delivery.drain()
        assert here.vendors["telegram"].texts[sent:] == ["case.update"]  # a decision is told by promise
        assert await here.tasks() == []  # and nobody has to do anything about the others
        assert {r["reason"] for r in await here.rows(state="failed")} == {"withdrawn"}


async def test_bad_input_32_the_vendors_refusal_mid_form_leaves_the_request_open_and_staff_hear_once(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        await here.write("+966500000001", Opened("ar", "request"), "sms")
        taken = await here.write("+966500000001", "موافق", "sms")
        await here.second_address(taken, "telegram", "77")
        await here.post.delivery.drain()
        here.vendors["sms"].script = [failed(Failure.OPTED_OUT, "21610")] * 9
        await here.write("+966500000001", "STOP", "sms")
        await here.post.delivery.drain()
        assert here.vendors["telegram"].calls == []  # what was stopped there is not confirmed elsewhere
        assert await here.tasks() == [("call", "messages_stopped")]
        async with here.memory.reading() as unit:
            (case,) = await unit.select("cases", {"organisation": HOUSE})
        assert case["state"] == "draft"
        here.vendors["sms"].script = []
        await here.write("+966500000001", "START", "sms")
        await here.post.delivery.drain()
        assert "عادت الرسائل" in " ".join(here.vendors["sms"].texts[-2:])


async def test_the_vendors_start_and_ours_are_one(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        phone = Guest(home, line="whatsapp", key="+966500000001")
        await phone.send(Opened("ar"))
        inbound = Inbound("labas", "whatsapp", (phone.key,), "s1", Left(asked=True))
        await home.reception.receive(inbound, ways()["whatsapp"])
        (address,) = await rows(home, "addresses")
        assert address["stopped_at"] is not None
        await phone.send(Said("START"))
        (address,) = await rows(home, "addresses")
        assert address["stopped_at"] is None
