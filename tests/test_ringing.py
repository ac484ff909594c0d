"""What is due, on a real SQLite file and a clock that is moved: nothing early, nothing twice, late things once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.household import Household, furnish
from bot.talk import MovedClock, Terminal
from conversations.effects import Remind
from conversations.events import Event, Opened, Said, TimePassed
from conversations.facts import Facts, Outcome
from conversations.state import Conversation
from conversations.step import step
from services import ringing, turns
from services.seating import Arrival
from storage import Memory
from tests.delivery_world import world
from tests.mind_world import NAMES, NOW, profiles
from tests.turns_world import KEY, Clock, Guest, house, rows

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Told = list[tuple[datetime, str]]


async def leave(home: Household, clock: Clock, name: str = "labas", key: str = "guest") -> Guest:
    """Somebody leaves a request half-way, exactly at the clock's time."""
    now = clock.now
    guest = await Guest(home, name, key=key).start()
    await guest.good()
    clock.now = now
    await guest.say("احفظ واخرج")
    return guest


async def ring(home: Household, name: str = "labas") -> list[str]:
    """One ring: the keys of what was told."""
    before = len(await rows(home, "messages", name, direction="out"))
    await home.ringing.ring()
    told = await rows(home, "messages", name, direction="out")
    told.sort(key=lambda m: (m["at"], int(m["number"])))
    return [m["content"]["keys"]["parts"][0]["key"] for m in told[before:]]


async def pass_time(home: Household, clock: Clock, until: datetime, every: timedelta, name: str = "labas") -> Told:
    """Ring again and again while time passes; what was told and at which hour."""
    told: Told = []
    while clock.now < until:
        clock.now += every
        now = clock.now.replace(microsecond=0)
        told += [(now, key) for key in await ring(home, name)]
    return told


@pytest.mark.parametrize("name", NAMES)
async def test_a_draft_of_every_association_is_reminded_of_warned_and_lapses(tmp_path: Path, name: str) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock, name)
        told = await pass_time(home, clock, NOW + 20 * DAY, HOUR, name)
        days = [(1, "remind.draft"), (3, "remind.draft"), (13, "remind.last"), (14, "remind.lapsed")]
        assert told == [(NOW + n * DAY, key) for n, key in days]
        (case,) = await rows(home, "cases", name)
        assert case["state"] == "lapsed"
        assert [row["done_at"] is not None for row in await rows(home, "due", name)] == [True]
        await guest.say("إكمال")
        assert "لا يوجد طلب محفوظ" in guest.words.text or "لا يوجد طلب محفوظ" in "".join(guest.told[-2:])


async def test_what_comes_unasked_gets_its_seq_and_is_no_word_of_the_person(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock)
        (before,) = await rows(home, "contacts")
        heard = len(await rows(home, "messages", direction="in"))
        clock.now = NOW + 25 * HOUR
        assert await ring(home) == ["remind.draft"]
        (after,) = await rows(home, "contacts")
        assert after["last_at"] == before["last_at"] and after["state"] == before["state"]
        assert after["told"] == before["told"] + 1
        assert len(await rows(home, "messages", direction="in")) == heard
        newest = max(await rows(home, "outbox"), key=lambda row: int(row["number"]))
        assert not newest["interactive"] and newest["seq"] == after["told"]
        shown = await home.transcript.told("labas", guest.contact, before["told"])
        assert [line.words["text"] for line in shown] == ["لاباس: يوجد طلب محفوظ لم يكتمل. لإكماله تُكتب كلمة «إكمال»."]


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        (datetime(2026, 11, 22, 20, 30, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 26, 7, 0, tzinfo=UTC), datetime(2026, 11, 27, 11, 0, tzinfo=UTC)),
    ],
)
async def test_nothing_leaves_at_night_nor_on_friday_before_two(
    tmp_path: Path, opened: datetime, told: datetime
) -> None:
    clock = Clock(opened)
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
        assert await pass_time(home, clock, told - HOUR, HOUR / 2) == []
        clock.now = told
        assert await ring(home) == ["remind.draft"]


async def test_who_writes_meanwhile_moves_the_reminder(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock)
        clock.now = NOW + 22 * HOUR
        await guest.say("إكمال")
        told = await pass_time(home, clock, NOW + 60 * HOUR, HOUR)
        assert told == [(NOW + 46 * HOUR, "remind.draft")]


@pytest.mark.parametrize("jump", [-DAY, -2 * HOUR, 2 * HOUR, 40 * DAY])
async def test_a_clock_that_jumps_and_a_restart_make_nothing_early_and_nothing_twice(
    tmp_path: Path, jump: timedelta
) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
        clock.now = NOW + DAY + HOUR
        told = await ring(home)
        clock.now += jump
        told += await ring(home)
    async with house(tmp_path, clock) as home:
        told += await ring(home)
        told += [key for _, key in await pass_time(home, clock, NOW + 60 * DAY, 6 * HOUR)]
    late = jump > 14 * DAY
    between = [] if late else ["remind.draft", "remind.last"]
    assert told == ["remind.draft", *between, "remind.lapsed"]


async def test_a_ring_that_comes_late_is_made_up_once(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
    clock.now = NOW + 5 * DAY
    async with house(tmp_path, clock) as home:
        assert await ring(home) == [] and await ring(home) == []  # Friday noon
        clock.now += 3 * HOUR
        assert await ring(home) == ["remind.draft"]
        told = await pass_time(home, clock, NOW + 12 * DAY, HOUR)
        assert told == []


async def test_two_who_ring_at_once_ring_once(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        for n in range(5):
            clock.now = NOW
            await leave(home, clock, key=f"guest{n}")
        clock.now = NOW + DAY + HOUR
        before = len(await rows(home, "messages", direction="out"))
        taken = await asyncio.gather(*(home.ringing.ring() for _ in range(4)))
        assert sorted(len(one) for one in taken) == [0, 0, 0, 5]
        assert len(await rows(home, "messages", direction="out")) == before + 5


async def test_what_was_claimed_by_a_house_that_died_rings_when_the_claim_is_over(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
        clock.now = NOW + DAY + HOUR
        async with home.memory.unit() as unit:
            found = await unit.claim_due(("labas",), ringing.KINDS, clock(), clock() + ringing.LEASE, 9)
        assert [row["kind"] for row in found] == ["draft"]
    async with house(tmp_path, clock) as home:
        assert await ring(home) == []
        clock.now += ringing.LEASE
        assert await ring(home) == ["remind.draft"]
        assert await ring(home) == []


async def test_a_claim_of_a_clock_that_was_set_back_holds_nobody(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
        clock.now = NOW + DAY + HOUR
        async with home.memory.unit() as unit:
            later = clock() + 40 * DAY
            assert await unit.claim_due(("labas",), ringing.KINDS, later, later + ringing.LEASE, 9)
        assert await ring(home) == ["remind.draft"]


async def test_a_row_that_moved_between_its_claim_and_its_turn_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock)
        clock.now = NOW + DAY + HOUR
        take = home.turns.take

        async def slowly(arrivals: list[Arrival]) -> list[turns.Taken]:
            monkeypatch.setattr(home.turns, "take", take)
            (row,) = await rows(home, "due")
            async with home.memory.unit() as unit:
                await unit.update("due", [{"organisation": "labas", "id": row["id"], "at": NOW + 9 * DAY}])
            return await take(arrivals)

        monkeypatch.setattr(home.turns, "take", slowly)
        assert await ring(home) == []
        (row,) = await rows(home, "due")
        assert row["done_at"] is None and guest.contact == row["contact"]


async def test_two_drafts_of_one_person_are_one_message(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock)
        await guest.say("القائمة")
        await guest.tap("request")
        await guest.tap("new")
        assert len(await rows(home, "due", done_at=None)) == 2
        told = await pass_time(home, clock, NOW + 20 * DAY, HOUR)
        assert [key for _, key in told] == ["remind.draft", "remind.draft", "remind.last", "remind.lapsed"]
        assert {case["state"] for case in await rows(home, "cases")} == {"lapsed"}
        assert await rows(home, "due", done_at=None) == []


async def test_who_stopped_messages_hears_nothing_more(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await leave(home, clock)
        await guest.say("إيقاف")
        assert await pass_time(home, clock, NOW + 16 * DAY, 6 * HOUR) == []
        assert [case["state"] for case in await rows(home, "cases")] == ["lapsed"]


async def test_on_day_30_without_a_decision_it_is_told_once_and_a_supervisor_called(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await Guest(home).submit()
        first = await pass_time(home, clock, NOW + 29 * DAY + 18 * HOUR, 6 * HOUR)
        assert first == [] and not await rows(home, "tasks")
    async with house(tmp_path, clock) as home:
        told = await pass_time(home, clock, NOW + 60 * DAY, 6 * HOUR)
        assert [(at.date(), key) for at, key in told] == [((NOW + 30 * DAY).date(), "case.longer")]
        (task,) = await rows(home, "tasks")
        (case,) = await rows(home, "cases")
        assert (task["role"], task["reason"], task["case"]) == ("supervisor", "ceiling", case["case"])
        left = {row["kind"]: row["done_at"] is None for row in await rows(home, "due")}
        assert left == {"draft": False, "ceiling": False, "floor": False}
        newest = max(await rows(home, "messages", direction="out"), key=lambda m: int(m["number"]))
        assert newest["owner"] == case["beneficiary"] and newest["case"] == case["case"]


async def test_a_ring_on_which_the_mind_stumbles_is_parked_in_silence_and_replayed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
        if isinstance(event, TimePassed):
            raise ZeroDivisionError
        return step(conversation, event, facts)

    clock = Clock()
    async with house(tmp_path, clock) as home:
        await leave(home, clock)
        clock.now = NOW + DAY + HOUR
        with monkeypatch.context() as context:
            context.setattr(turns, "step", stumbling)
            assert await ring(home) == [] and await ring(home) == []
        (parked,) = await home.parking.waiting("labas")
        taken = await home.parking.replay("labas", parked.id)
        assert taken is not None and [e.kind for e in taken.effects if isinstance(e, Remind)] == ["draft"]
        assert len(taken.told) == 1 and await home.parking.replay("labas", parked.id) is None


async def test_a_reminder_goes_by_the_persons_own_line_and_is_nobodys_task(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for who, line in (("900", "telegram"), ("whatsapp:+966500000001", "whatsapp")):
            await here.write(who, Opened("ar", "request"), line)
            await here.write(who, Said("موافق"), line)
        await here.post.delivery.drain()
        calls = {line: len(vendor.calls) for line, vendor in here.vendors.items()}
        here.clock.move(86_400)
        await here.household.ringing.ring()
        await here.post.delivery.drain()
        assert len(here.vendors["telegram"].calls) == calls["telegram"] + 1
        assert "محفوظ" in here.vendors["telegram"].texts[-1]
        assert len(here.vendors["whatsapp"].calls) == calls["whatsapp"]  # a day later its window is closed
        assert {(r["reason"], r["state"]) for r in await here.rows(interactive=False)} == {
            ("open", "sent"),
            ("no_way", "failed"),
        }
        assert await here.tasks() == []


async def test_waiting_in_the_terminal_shows_each_thing_at_its_hour() -> None:
    clock = MovedClock(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))
    memory = Memory("sqlite+aiosqlite://", KEY)
    await memory.open(["labas"])
    shown: list[tuple[datetime, str]] = []
    try:
        home = furnish(memory, {"labas": profiles()["labas"]}, clock, "https://wasl.example")
        terminal = Terminal(home, "labas", "telegram", clock, lambda text: shown.append((clock(), text)))
        await terminal.open("ar")
        for line in ("طلب دعم", "موافق"):
            await terminal.hear(line)
        talked = len(shown)
        await terminal.hear("/wait 2d")
        assert clock() == datetime(2026, 11, 24, 20, 0, 3, tzinfo=UTC)
        await terminal.hear("/wait 20d")
    finally:
        await memory.close()
    said = [(at.astimezone(UTC).strftime("%d %H:%M"), text.strip()[:11]) for at, text in shown[talked:]]
    days = ["24 06:00", "26 06:00", "06 06:00", "07 06:00"]
    assert said == [(day, "لاباس: يوجد") for day in days[:2]] + [(days[2], "لاباس: الطل"), (days[3], "لاباس: انته")]


async def test_what_was_held_up_until_night_leaves_in_the_morning_and_replies_go_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.write("900", Opened("ar", "request"))
        await here.write("900", Said("موافق"))
        await here.post.delivery.drain()
        here.clock.move(86_400)
        await here.household.ringing.ring()
        here.clock.move(11 * 3_600)  # 23:00
        await here.post.delivery.drain()
        vendor = here.vendors["telegram"]
        before = len(vendor.calls)
        await here.write("900", "مساعدة")
        await here.post.delivery.drain()
        assert len(vendor.calls) > before and not any("محفوظ لم يكتمل" in text for text in vendor.texts)
        here.clock.move(10 * 3_600)
        await here.post.delivery.drain()
        assert "محفوظ لم يكتمل" in vendor.texts[-1]
