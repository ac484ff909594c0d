"""One human on several channels: a code told on one and written on the other makes two conversations one."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.household import Household
from conversations.acts import TakenOver, Wrote
from conversations.events import Opened
from conversations.state import Mode
from services import homes, joining
from services.members import Member
from services.threads import Threads
from tests.mind_world import profiles
from tests.turns_world import Clock, Guest, house, rows

CODE = re.compile(r"\d{4} \d{4}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def home(tmp_path: Path, clock: Clock) -> AsyncIterator[Household]:
    async with house(tmp_path, clock) as opened:
        yield opened


async def asked(guest: Guest) -> str:
    """The code that the guest was told."""
    await guest.say("ربط")
    return str(CODE.findall(guest.told[-1])[0])


async def begun(home: Household) -> Guest:
    """Somebody on the page who has given the first two answers."""
    guest = await Guest(home).start()
    await guest.good()
    await guest.good()
    return guest


def phone(home: Household, key: str = "966500000001", line: str = "telegram") -> Guest:
    return Guest(home, line=line, key=key)


async def test_a_code_of_the_page_brings_its_conversation_to_another_channel(home: Household) -> None:
    web = await begun(home)
    other = phone(home)
    await other.say(f"ربط {await asked(web)}")
    assert other.contact == web.contact
    assert "رُبطت هذه القناة" in "\n".join(other.told)
    assert (await other.state()).mode is Mode.FORM
    before = (await other.state()).asking
    await other.good()
    assert (await other.state()).asking != before
    (case,) = await rows(home, "cases")
    assert len(await rows(home, "answers", case=case["case"])) == 3
    own, joined = sorted(await rows(home, "contacts"), key=lambda c: c["merged_into"] or "")
    assert joined["merged_into"] == own["contact"] == web.contact
    assert own["kin"] == [joined["contact"]]


async def test_both_channels_are_told(home: Household) -> None:
    web = await begun(home)
    before = len(await home.transcript.told("labas", web.contact, 0))
    await phone(home).say(f"ربط {await asked(web)}")
    told = await home.transcript.told("labas", web.contact, 0)
    assert len(told) == before + 2, "the code, and that it was used"
    assert "تيليجرام" in told[-1].words["text"]


async def test_a_code_is_good_once_and_for_ten_minutes(home: Household, clock: Clock) -> None:
    web = await begun(home)
    code = await asked(web)
    await phone(home).say(f"ربط {code}")
    late = phone(home, "966500000002")
    await late.say(f"ربط {code}")
    assert late.contact != web.contact
    code = await asked(web)
    clock.now += joining.LIFE + timedelta(seconds=1)
    await late.say(f"ربط {code}")
    assert late.contact != web.contact
    assert "غير صحيح" in "\n".join(late.told)


async def test_five_tries_an_hour(home: Household, clock: Clock) -> None:
    web, other = await begun(home), phone(home)
    for n in range(5):
        await other.say(f"ربط 0000000{n}")
    code = await asked(web)
    await other.say(f"ربط {code}")
    assert other.contact != web.contact
    assert "كثرت المحاولات" in "\n".join(other.told)
    clock.now += timedelta(hours=1)
    await other.say(f"ربط {await asked(web)}")
    assert other.contact == web.contact


async def test_the_whole_house_tires_of_wrong_codes(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_MISSES", 2)
    web = await begun(home)
    for n in range(2):
        await phone(home, f"9665000000{n}").say("ربط 00000000")
    other = phone(home)
    await other.say(f"ربط {await asked(web)}")
    assert other.contact != web.contact


async def test_digits_alone_are_a_code_only_where_one_was_asked_for(home: Household) -> None:
    web, other = await begun(home), phone(home)
    code = await asked(web)
    await other.say("السلام عليكم")
    await other.say(code)
    assert other.contact != web.contact
    await other.say("ربط")
    assert "يُكتب هنا الرمز" in other.told[-1]
    await other.say(code)
    assert other.contact == web.contact


async def test_who_has_requests_of_their_own_is_asked_before_both_become_one(home: Household) -> None:
    web, other = await begun(home), phone(home, line="whatsapp")
    await other.send(Opened("ar", "request"))
    await other.tap("agree")
    await other.good()
    await other.say(f"ربط {await asked(web)}")
    assert (await other.state()).mode is Mode.JOIN
    await other.tap("no")
    assert (await other.state()).mode is Mode.MENU
    assert {row["merged_into"] for row in await rows(home, "contacts")} == {None}
    await other.say(f"ربط {await asked(web)}")
    await other.say("نعم")
    assert other.contact == web.contact
    everybody = {row["contact"] for row in await rows(home, "cases")}
    assert len(everybody) == 2, "rows are not rewritten"
    await other.say("القائمة")
    await other.tap("request")
    assert len([o for o in other.words.options if "draft" in o["id"]]) == 2


async def test_the_draft_in_hand_comes_along(home: Household) -> None:
    telegram = phone(home)
    await telegram.send(Opened("ar", "request"))
    await telegram.tap("agree")
    await telegram.good()
    web = Guest(home)
    await web.send(Opened("ar"))
    await web.say("ربط")
    assert "الرمز" in web.told[-1]
    code = await asked(telegram)
    await web.say(code)
    assert web.contact == telegram.contact
    assert (await web.state()).mode is Mode.FORM


async def test_words_for_a_question_that_was_shown_elsewhere_are_no_answer_to_it(home: Household) -> None:
    web = await begun(home)
    stale = (await web.state()).asking
    other = phone(home)
    await other.say(f"ربط {await asked(web)}")
    await other.good()
    now = (await web.state()).asking
    assert now != stale
    before = await rows(home, "answers")
    await web.say("محمد بن سالم العتيبي")
    assert len(await rows(home, "answers")) == len(before)
    assert "سبق أن أُجيب" in web.told[-1]
    await web.tap("keep")
    assert (await web.state()).asking == now
    await web.good()
    assert len(await rows(home, "answers")) == len(before) + 1


async def test_a_link_of_the_channel_carries_the_code(home: Household) -> None:
    web, other = await begun(home), phone(home)
    code = (await asked(web)).replace(" ", "")
    await other.send(Opened("ar", f"link{code}"))
    assert other.contact == web.contact


async def test_staff_see_and_answer_where_the_person_wrote_last(home: Household) -> None:
    web, other = await begun(home), phone(home)
    await other.say(f"ربط {await asked(web)}")
    await other.say("موظف")
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    threads = Threads(home.memory, organisations, Clock(), {})
    noura = Member("labas", "s-noura", "نورة", frozenset({"relations_officer"}))
    assert await home.casework.chat(noura, "take", web.contact, TakenOver(noura.staff, noura.name)) is None
    assert await home.casework.chat(noura, "say", web.contact, Wrote(noura.staff, noura.name, "أهلًا")) is None
    thread = await threads.thread(noura, web.contact)
    assert thread is not None
    assert {entry.line for entry in thread.entries if entry.line} >= {"web", "telegram"}
    newest = (await rows(home, "outbox"))[-1]
    (address,) = await rows(home, "addresses", line="telegram")
    assert max(await rows(home, "outbox"), key=lambda row: row["number"])["address"] == address["address"], newest
    known = await threads.acquaintance(noura, web.contact)
    assert known is not None and known.draft is not None


async def test_a_complaint_of_the_other_channel_stays_hidden_where_the_conversations_are_one(home: Household) -> None:
    web, other = await begun(home), phone(home)
    await other.send(Opened("ar"))
    await other.say("ابغى اشتكي")
    if "agree" in {option["id"].partition("-")[2] for option in other.words.options}:
        await other.tap("agree")
    await other.say(f"ربط {await asked(web)}")
    await other.say("نعم")
    await other.say("ابغى اشتكي")
    (complaint,) = [row for row in await rows(home, "cases") if row["form"] == "complaint"]
    assert complaint["contact"] != web.contact
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    threads = Threads(home.memory, organisations, Clock(), {})
    noura = Member("labas", "s-noura", "نورة", frozenset({"relations_officer"}))
    filed = {row["number"] for row in await rows(home, "messages", contact=web.contact, case=complaint["case"])}
    thread = await threads.thread(noura, web.contact)
    assert filed and thread is not None
    assert not filed & {entry.number for entry in thread.entries}


async def test_what_comes_unasked_goes_to_the_channel_that_was_joined(home: Household, clock: Clock) -> None:
    web, other = await begun(home), phone(home)
    await other.say(f"ربط {await asked(web)}")
    (address,) = await rows(home, "addresses", line="telegram")
    clock.now += timedelta(days=2)
    assert await home.ringing.ring()
    newest = max(await rows(home, "outbox", contact=web.contact), key=lambda row: row["number"])
    assert (newest["interactive"], newest["address"]) == (False, address["address"])
    (way,) = (await homes_of(home, newest)).values()
    assert way["address"] == address["address"]


async def homes_of(home: Household, row: dict[str, Any]) -> dict[Any, Any]:
    """Where the contact of a row is best reached."""
    async with home.memory.reading() as unit:
        return dict(await homes.best(unit, [row]))
