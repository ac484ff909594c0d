"""Bad inputs that no other page of tests holds, each by its number; `docs/bad-inputs.md` names the test of every one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conversations.effects import PutAnswer
from conversations.events import Media, MediaKind, Opened, Said
from conversations.failures import Failure
from conversations.forms import Kind
from conversations.handling import CallStaff
from conversations.state import Mode
from tests.delivery_world import HOUSE, failed, world
from tests.mind import Mind
from tests.mind_world import NAMES, answer
from tests.test_joining import asked
from tests.test_step_commands import PLACES
from tests.turns_world import Clock, Guest, house, rows

ROOT = Path(__file__).parent.parent
MOBILE, ID = "0551234567", "1012345672"


def at(kind: Kind, name: str = "labas") -> Mind:
    """Somebody at the first question of a kind."""
    mind = Mind(name).start()
    for _ in range(60):
        if mind.asked.kind is kind:
            return mind
        mind.good()
    raise AssertionError(kind)


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_12_several_answers_in_one_message_are_filed_in_order(name: str) -> None:
    mind = Mind(name).start().until("full_name")
    first, answers = mind.asked, dict(mind.draft.answers)
    probe = Mind(name).start().until("full_name").good()
    second = probe.asked
    lines = [answer(question, mind.now.date()) for question in (first, second)]
    mind.say("\n".join(lines))
    assert [put.field for put in mind.of(PutAnswer)] == [first.id, second.id]
    assert len(mind.told) == 1 and mind.state.asking not in (first.id, second.id)
    assert answers.items() <= mind.draft.answers.items()


def test_bad_input_12_of_several_lines_only_those_that_fit_are_filed_and_the_rest_is_asked() -> None:
    mind = Mind("labas").start().until("full_name")
    mind.say("محمد بن سالم العتيبي\nلا أدري")
    assert [put.field for put in mind.of(PutAnswer)] == ["full_name"]
    assert mind.told and mind.state.mode is Mode.FORM


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_12_an_answer_to_an_earlier_question_offers_to_change_that_one(name: str) -> None:
    mind, others = Mind(name).start(), (Kind.NATIONAL_ID, Kind.TEXT, Kind.DOCUMENTS, Kind.NAME, Kind.PLACE)
    while "national_id" not in mind.draft.answers or mind.asked.kind in others:
        mind.good()
    asking, kept = mind.state.asking, dict(mind.draft.answers)
    mind.say(ID)
    assert mind.keys == ["form.answered_before"] and mind.draft.answers == kept
    assert mind.tap("keep").state.asking == asking


@pytest.mark.parametrize("mode", list(PLACES))
@pytest.mark.parametrize("word", ["رجوع", "إلغاء", "موظف", "back", "cancel", "human"])
def test_bad_input_12_back_cancel_and_a_person_are_intents_in_every_state(mode: Mode, word: str) -> None:
    mind = PLACES[mode]("kafl")
    kept = {id: dict(case.answers) for id, case in mind.cases.items()}
    mind.say(word)
    assert mind.told and not mind.of(PutAnswer)
    if mode is not Mode.REVIEW:  # going back from there goes through the papers anew
        assert {id: dict(case.answers) for id, case in mind.cases.items()} == kept
    assert bool(mind.of(CallStaff)) == (word in ("موظف", "human"))


def test_bad_input_14_of_two_devices_the_first_answer_stands_and_the_second_may_change_it() -> None:
    mind = Mind("kafl").start()
    first, second = mind.option("self"), mind.option("family")
    mind.send(Said(choices=(first,))).send(Said(choices=(second,)))
    assert mind.keys == ["form.answered_before"] and not mind.of(PutAnswer)
    assert mind.draft.answers["who"] == "self"
    assert mind.tap("change:who").state.asking == "who"


async def test_bad_input_14_of_two_channels_the_first_answer_stands(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        page = await Guest(home).start()
        await page.good()
        code = await asked(page)
        other = Guest(home, line="telegram", key="77")
        await other.say(f"ربط {code}")
        shown = (await page.state()).asking
        await other.good()
        before = await rows(home, "answers")
        await page.say("محمد بن سالم العتيبي")
        assert await rows(home, "answers") == before and (await page.state()).asking != shown
        assert "سبق أن أُجيب" in page.told[-1]


@pytest.mark.parametrize("mode", list(PLACES))
@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("يا نصابين", "abuse.text"),
        ("بحرق الجمعية عليكم", "abuse.text"),
        ("you are thieves", "abuse.text"),
        ("ابغى اموت", "danger.text"),
        ("زوجي يضربني", "danger.text"),
        ("I want to kill myself", "danger.text"),
    ],
)
def test_bad_input_15_insults_harm_and_threats_get_the_approved_text_in_every_state(
    mode: Mode, words: str, key: str
) -> None:
    mind = PLACES[mode]("kafl")
    kept, asking = {id: dict(case.answers) for id, case in mind.cases.items()}, mind.state.asking
    mind.say(words)
    assert mind.keys.count(key) == 1
    (call,) = mind.of(CallStaff)
    assert call.urgent and call.reason == key.partition(".")[0]
    assert {id: dict(case.answers) for id, case in mind.cases.items()} == kept
    assert mode is Mode.NEW or (mind.state.mode, mind.state.asking) == (mode, asking)


def test_bad_input_15_what_is_told_of_somebody_else_is_no_insult() -> None:
    told = at(Kind.TEXT, "labas").say("جاري قال لي يا حمار")
    assert "abuse.text" not in told.keys
    long = Mind("labas").send(Opened("ar")).say("هل صحيح ان بعض الناس يقولون عنكم انكم نصابين في التبرعات")
    assert "abuse.text" not in long.keys


async def test_bad_input_15_it_is_never_closed_by_time(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        await guest.send(Opened("ar"))
        await guest.say("ابغى اموت")
        for _ in range(10):
            clock.now += timedelta(days=4)
            await home.ringing.ring()
        (handover,) = await rows(home, "handovers")
        assert handover["ended_at"] is None and (await guest.state()).queued


async def test_bad_input_17_from_another_number_one_goes_on_only_after_proof(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        old = Guest(home, line="whatsapp", key="+966500000001")
        await old.start()
        await old.good()
        new = Guest(home, line="whatsapp", key="+966500000002")
        for line in ("إكمال", "حالة طلبي", "ربط 00000000"):
            await new.say(line)
        assert new.contact != old.contact
        assert len(await rows(home, "cases", contact=new.contact)) == 0
        code = await asked(old)
        await new.say(f"ربط {code}")
        assert new.contact == old.contact and (await new.state()).mode is Mode.FORM


async def test_bad_input_17_a_new_user_name_is_nobody_new(tmp_path: Path) -> None:
    """The identity is the account's number, which alone is read."""
    async with house(tmp_path) as home:
        guest = Guest(home, line="telegram", key="77")
        await guest.start()
        before = guest.contact
        await guest.good()
        assert guest.contact == before and len(await rows(home, "contacts")) == 1


async def test_bad_input_31_a_closed_window_is_met_by_a_template_or_another_way(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        here.vendors["whatsapp"].script = [failed(Failure.WINDOW_CLOSED, "63016")]
        await here.unasked(taken)
        for _ in range(3):
            await here.post.delivery.drain()
        assert here.vendors["whatsapp"].calls[-1][1].template is not None
        here.clock.move(2 * 86_400)
        await here.second_address(taken, "sms", "+966500000001")
        await here.unasked(taken, key="case.longer")  # no template stands for it
        for _ in range(3):
            await here.post.delivery.drain()
        assert len(here.vendors["sms"].calls) == 1


async def test_bad_input_34_a_number_that_is_none_is_dead_and_another_channel_is_used(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open("+966112345678", "sms")
        await here.post.delivery.drain()
        await here.second_address(taken, "telegram", "77")
        here.vendors["sms"].script = [failed(Failure.BAD_ADDRESS, "21614")]
        await here.unasked(taken)
        for _ in range(3):
            await here.post.delivery.drain()
        assert [parcel.to for _, parcel in here.vendors["telegram"].calls] == ["77"]
        calls = len(here.vendors["sms"].calls)
        await here.unasked(taken)
        await here.post.delivery.drain()
        assert len(here.vendors["sms"].calls) == calls and len(here.vendors["telegram"].calls) == 2
        async with here.memory.reading() as unit:
            (address,) = await unit.select("addresses", {"organisation": HOUSE, "address": taken.address})
        assert address["stopped_at"] is not None


@pytest.mark.parametrize("kind", [MediaKind.OTHER, MediaKind.VOICE, MediaKind.PLACE, MediaKind.CARD])
def test_bad_input_35_what_is_no_text_is_named_kindly_and_the_question_repeated(kind: MediaKind) -> None:
    mind = at(Kind.NAME)
    asking = mind.state.asking
    mind.send(Said(media=(Media(kind, "ref"),)))
    assert mind.keys[0] in ("voice.kept", "media.other") and mind.state.asking == asking
    assert not mind.of(PutAnswer)


def test_bad_input_36_an_edited_message_changes_no_answer_and_says_how() -> None:
    mind = at(Kind.NAME).good()
    kept = dict(mind.draft.answers)
    mind.send(replace(Said("اسم آخر تماما هنا"), edited=True))
    assert mind.draft.answers.items() >= kept.items()


def test_every_bad_input_is_listed_with_a_test_that_exists() -> None:
    rows_of = [
        line for line in (ROOT / "docs" / "bad-inputs.md").read_text("utf-8").splitlines() if line.startswith("| *")
    ]
    written = "".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    named = [name for row in rows_of for name in row.split("`")[1::2] if name.startswith("test_")]
    assert [int(row.split("|")[1].strip(" *")) for row in rows_of] == list(range(1, 68))
    assert not [name for name in named if f"def {name}(" not in written]
    assert all("`test_" in row or "not yet" in row for row in rows_of)
