"""Status by number and withdrawal on a real database: what is counted, what is told to whom, and what is kept."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.household import Household
from conversations import calendar
from conversations.acts import CommitteeAsked, Voted
from conversations.events import Opened
from conversations.handling import Refuse
from conversations.reference import number, shown
from conversations.state import Mode
from services import lookups
from services.evidence import faults
from services.stories import story
from tests.casework_world import NORA, RAED, Desk, desk
from tests.mind_world import NOW, profiles
from tests.storage_world import Place
from tests.turns_world import Clock, Guest, arrival, house, rows

__all__ = ["desk"]
HOUR = timedelta(hours=1)
MOST = lookups.MOST
NOBODY = number(98765432)
RIGHT, WRONG = "1/5/1990", "1/5/1991"
FAILED, SPENT, STUDIED = "لا يطابق ما لدينا. يمكن", "كثرت المحاولات", "قيد الدراسة"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def home(tmp_path: Path, clock: Clock) -> AsyncIterator[Household]:
    async with house(tmp_path, clock) as opened:
        yield opened


async def sent(home: Household, key: str = "guest", line: str = "web") -> tuple[Guest, str]:
    """Somebody who handed in a request, and its number."""
    guest = Guest(home, key=key, line=line)
    await guest.submit()
    return guest, await number_of(home, guest)


async def number_of(home: Household, guest: Guest) -> str:
    (case,) = await rows(home, "cases", contact=guest.contact)
    return str(case["reference"])


async def tried(guest: Guest, reference: str, factor: str) -> str:
    """What somebody hears who gives this number and this factor."""
    await guest.say(shown(reference))
    await guest.say(factor)
    return guest.told[-1]


def stranger(home: Household, key: str = "966500000009", line: str = "whatsapp") -> Guest:
    return Guest(home, key=key, line=line)


async def test_another_address_hears_neutral_words_once_the_factor_fits(home: Household) -> None:
    guest, reference = await sent(home)
    other = stranger(home)
    for factor in (RIGHT, "8 شوال ١٤١٠", "5672", "٥٦٧٢"):
        words = await tried(other, reference, factor)
        if factor == "8 شوال ١٤١٠":
            assert FAILED in words, "two days off"
            continue
        assert STUDIED in words and "6 ديسمبر 2026" in words, words
        for secret in ("طلب دعم", "محمد", "العتيبي", "1012345672", "علاج", "لجنة", "قبول", "رفض"):
            assert secret not in words
    assert other.contact != guest.contact
    assert "طلب دعم" in await own(guest, reference), "who made it reads it whole"


async def own(guest: Guest, reference: str) -> str:
    await guest.say(reference)
    return guest.told[-1]


async def test_a_wrong_number_a_wrong_factor_and_an_erased_case_sound_the_same(home: Household) -> None:
    _, reference = await sent(home)
    _, gone = await sent(home, "gone")
    (case,) = [c for c in await rows(home, "cases") if c["reference"] == gone]
    async with home.memory.unit() as unit:
        await unit.update("cases", [{"organisation": "labas", "case": case["case"], "erased_at": NOW}])
    told, shapes = set(), set()
    for n, (reference_, factor) in enumerate(((reference, WRONG), (NOBODY, RIGHT), (NOBODY, WRONG), (gone, RIGHT))):
        guest = stranger(home, f"96650000001{n}")
        told.add(re.sub(r"\d{3} \d{3} \d{3}", "", await tried(guest, reference_, factor)))
        shapes.add(tuple(option["id"].partition("-")[2] for option in guest.words.options))
    assert len(told) == 1 and FAILED in told.pop() and shapes == {("human", "menu")}


async def test_the_same_is_asked_of_the_memory_whatever_there_is_to_find(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, reference = await sent(home)
    asked: list[tuple[str, ...]] = []
    find = lookups.find

    async def noted(unit: Any, *args: Any) -> Any:
        seen: list[str] = []
        for name in ("select", "insert_new", "delete"):
            real = getattr(unit, name)

            async def counted(table: str, *a: Any, _name: str = name, _real: Any = real, **more: Any) -> Any:
                seen.append(f"{_name} {table}")
                return await _real(table, *a, **more)

            monkeypatch.setattr(unit, name, counted, raising=False)
        found = await find(unit, *args)
        asked.append(tuple(seen))
        return found

    monkeypatch.setattr(lookups, "find", noted)
    await tried(stranger(home, "966500000021"), reference, WRONG)
    await tried(stranger(home, "966500000022"), NOBODY, RIGHT)
    assert len(asked) == 2 and len(set(asked)) == 1 and "select answers" in asked[0]


async def test_five_wrong_tries_an_hour_of_one_contact_then_a_person(home: Household, clock: Clock) -> None:
    _, reference = await sent(home)
    other = stranger(home)
    for n in range(MOST - 1):
        assert FAILED in await tried(other, number(20000000 + n), "0000")
    words = await tried(other, NOBODY, WRONG)
    assert SPENT in words and "13:0" in words, words
    assert SPENT in await tried(other, reference, RIGHT), "also the right one, until the hour is over"
    await other.tap("human")
    assert [row["reason"] for row in await rows(home, "handovers", contact=other.contact)] == ["asked"]
    clock.now += HOUR + timedelta(minutes=1)
    assert STUDIED in await tried(other, reference, RIGHT)
    assert len(await rows(home, "tries")) == 2 * (MOST - 1) + 2
    clock.now += 3 * HOUR
    await tried(other, NOBODY, WRONG)
    assert len(await rows(home, "tries")) == 2, "old ones are swept"


async def test_five_wrong_tries_an_hour_of_one_number_over_all_contacts(place: Place, clock: Clock) -> None:
    async with house(place, clock) as home:
        await _over_all_contacts(home, clock)


async def _over_all_contacts(home: Household, clock: Clock) -> None:
    guest, reference = await sent(home)
    guests = [stranger(home, f"9665000001{n:02}") for n in range(12)]
    for other in guests:
        await other.say(reference)
    batch = [arrival(WRONG, other.key, line="whatsapp") for other in guests]
    taken = await home.turns.take(batch)
    failed = [one for one in taken if any(SPENT not in told.words.text for told in one.told)]
    assert len(failed) == MOST - 1, "the fifth says so already, and tries at the same moment do not outrun the count"
    assert SPENT in await tried(stranger(home), reference, RIGHT)
    assert "طلب دعم" in await own(guest, reference), "whoever made it is not in the way of it"
    clock.now += HOUR + timedelta(minutes=1)
    assert STUDIED in await tried(stranger(home), reference, RIGHT)


async def test_right_factors_cost_no_try_and_unreadable_ones_neither(home: Household) -> None:
    _, reference = await sent(home)
    other = stranger(home)
    for _ in range(MOST + 2):
        assert STUDIED in await tried(other, reference, "5672")
        assert "المطلوب تاريخ الميلاد" in await tried(other, reference, "12")
    assert await rows(home, "tries") == []


async def test_a_sliding_hour_not_that_of_the_clock(home: Household, clock: Clock) -> None:
    clock.now = NOW.replace(minute=55)
    other = stranger(home)
    for n in range(3):
        await tried(other, number(20000000 + n), "0000")
    clock.now += timedelta(minutes=10)
    await tried(other, number(20000003), "0000")
    assert SPENT in await tried(other, number(20000004), "0000")
    clock.now = NOW.replace(minute=55) + HOUR + timedelta(minutes=1)
    assert FAILED in await tried(other, number(20000005), "0000")


async def test_nobody_proves_a_complaint_a_draft_or_another_house(home: Household) -> None:
    _, reference = await sent(home)
    other = Guest(home, name="qalb", key="966500000009", line="whatsapp")
    assert FAILED in await tried(other, reference, RIGHT)
    voice = Guest(home, key="voice")
    await voice.send(Opened("ar", "suggestion"))
    await voice.tap("agree")
    for _ in range(9):
        if (await voice.state()).mode is Mode.REVIEW:
            break
        options = [o["id"].partition("-")[2] for o in voice.words.options]
        await (voice.tap("skip") if "skip" in options else voice.say("1" if options else "اقتراح واضح ومفيد"))
    await voice.tap("confirm")
    number_ = await number_of(home, voice)
    assert FAILED in await tried(stranger(home), number_, RIGHT)


async def test_a_withdrawal_is_evidence_settles_the_bell_and_ends_the_work(desk: Desk) -> None:
    guest = Guest(desk.home)
    await desk.carried(guest)
    assert await desk.rule(RAED, Voted(RAED.staff, desk.case, False, "الدخل أعلى من الحد")) is None
    assert await desk.state() == "decided"
    other = stranger(desk.home)
    await tried(other, await number_of(desk.home, guest), RIGHT)
    await other.say("انسحاب")
    assert "لا يوجد طلب يمكن سحبه" in "\n".join(other.told) and await desk.state() == "decided"
    await guest.say("ابغى اسحب طلبي")
    await guest.tap("withdraw")
    assert await desk.state() == "withdrawn" and "سُحب الطلب رقم" in guest.told[-1]
    links = await rows(desk.home, "evidence", chain=desk.case)
    last = max(links, key=lambda link: link["number"])
    assert last["kind"] == "withdrawn" and last["body"]["phrase"] == "withdraw" and faults(links) == []
    assert story(links, [], None, {})[0].what == "withdrawn"
    open_ones = [row["kind"] for row in await rows(desk.home, "due", case=desk.case) if row["done_at"] is None]
    assert open_ones == []
    assert await desk.rule(NORA, CommitteeAsked(NORA.staff, desk.case)) == Refuse("state")
    await desk.pass_(days=40)
    assert desk.told == [] and (await rows(desk.home, "decisions"))[0]["told_at"] is None
    assert "الدخل" not in await own(guest, await number_of(desk.home, guest))


async def test_a_withdrawn_draft_leaves_no_answer(home: Household, clock: Clock) -> None:
    guest = await Guest(home).start()
    await guest.good()
    await guest.good()
    assert len(await rows(home, "answers")) == 2
    await guest.say("انسحاب")
    await guest.tap("withdraw")
    (case,) = await rows(home, "cases")
    assert (case["state"], await rows(home, "answers")) == ("withdrawn", [])
    assert [row for row in await rows(home, "due") if row["done_at"] is None] == []
    assert await rows(home, "evidence", chain=case["case"]) == []


async def test_two_who_withdraw_at_once_do_it_once(home: Household) -> None:
    guest, _ = await sent(home)
    await guest.say("انسحاب")
    twice = [Guest(home, key=guest.key) for _ in range(2)]
    await asyncio.gather(*(one.say("1") for one in twice))
    links = await rows(home, "evidence")
    assert [link["kind"] for link in links].count("withdrawn") == 1 and faults(
        [link for link in links if link["kind"] in ("answers", "papers", "accepted", "withdrawn")]
    ) == []


async def test_the_clock_that_is_told_is_the_houses_own(home: Household, clock: Clock) -> None:
    other = stranger(home)
    clock.now = NOW.replace(hour=20, minute=59, second=30)
    for n in range(MOST):
        await tried(other, number(20000000 + n), "0000")
    zone = profiles()["labas"].organisation.schedule
    again = calendar.local(zone, clock.now + HOUR + timedelta(minutes=1))
    assert f"{again:%H:%M}" in other.told[-1]
