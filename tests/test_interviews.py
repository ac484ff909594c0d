"""Interview times on a real memory: kept by staff, booked by one of two who choose at once, free again when given up."""

from datetime import timedelta

import pytest

from conversations.acts import Answered
from conversations.events import Inbound, Opened, Said
from conversations.forms import Matter
from handlers import WAYS
from services.seating import Arrival
from services.slots import Slots
from services.voices import Voices
from tests.casework_world import NORA, Desk, desk  # noqa: F401
from tests.mind_world import profiles
from tests.turns_world import Guest, rows


@pytest.fixture
def slots(desk: Desk) -> Slots:  # noqa: F811
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    return Slots(desk.home.memory, organisations, desk.clock)


async def at_the_times(desk: Desk, key: str) -> Guest:  # noqa: F811
    guest = Guest(desk.home, key=key)
    await guest.send(Opened("ar"))
    await guest.say("موعد")
    await guest.tap("agree")
    for line in ("1", "سالم بن محمد العتيبي", "تخطي"):
        await guest.say(line)
    await guest.tap("confirm")
    return guest


def day(desk: Desk, ahead: int) -> str:  # noqa: F811
    return f"{desk.clock.now + timedelta(days=ahead):%Y-%m-%d}"


async def test_two_who_choose_the_same_time_at_once_do_not_both_get_it(desk: Desk, slots: Slots) -> None:  # noqa: F811
    assert await slots.add(NORA, "visit", day(desk, 3), "10:00", 30, 2) == ""
    guests = [await at_the_times(desk, key) for key in ("one", "two")]
    taps = [next(o["id"] for o in guest.words.options if o["id"].endswith("-slot1")) for guest in guests]
    arrivals = [
        Arrival(Inbound("labas", "web", (guest.key,), f"tap-{guest.key}", Said(choices=(tap,))), WAYS["web"])
        for guest, tap in zip(guests, taps, strict=True)
    ]
    taken = await desk.home.turns.take(arrivals)
    assert not any(one.parked for one in taken)
    (booking,) = await rows(desk.home, "bookings")
    first, second = (" ".join(told.words.text for told in one.told) for one in taken)
    assert "حُجز الموعد" in first
    assert "حُجز هذا الموعد قبل قليل" in second
    cases = {case["case"]: case["contact"] for case in await rows(desk.home, "cases")}
    assert cases[booking["case"]] == taken[0].contact


async def test_a_time_is_free_again_when_its_wish_is_given_up_or_answered(desk: Desk, slots: Slots) -> None:  # noqa: F811
    await slots.add(NORA, "visit", day(desk, 3), "10:00", 30, 1)
    guest = await at_the_times(desk, "one")
    await guest.tap("slot1")
    (kept,) = await slots.coming(NORA)
    assert kept.case, guest.told[-3:]
    assert await slots.close(NORA, kept.slot) == "booked"
    await guest.say("موعدي")
    await guest.tap("slot_cancel")
    assert [one.case for one in await slots.coming(NORA)] == [""]
    other = await at_the_times(desk, "two")
    await other.tap("slot1")
    (kept,) = await slots.coming(NORA)
    voices = Voices(desk.home.memory, slots._organisations, desk.clock)
    assert [v.slot.at for v in await voices.listed(NORA, Matter.INTERVIEW) if v.slot] == [kept.at]
    assert await desk.rule(NORA, Answered(NORA.staff, kept.case, "نعتذر، تغيّر الموعد.")) is None
    (kept,) = await slots.coming(NORA)
    assert kept.case == ""
    assert await slots.close(NORA, kept.slot) == ""
    assert not await slots.coming(NORA)


async def test_the_reminder_leaves_once_the_day_before(desk: Desk, slots: Slots) -> None:  # noqa: F811
    await slots.add(NORA, "visit", day(desk, 3), "10:00", 30, 1)
    guest = await at_the_times(desk, "one")
    await guest.tap("slot1")
    await desk.pass_(days=4)
    assert sum("تذكير بالموعد" in told for told in desk.told) == 1


@pytest.mark.parametrize(
    ("kind", "ahead", "first", "minutes", "count", "fault"),
    [
        ("dream", 3, "10:00", 30, 1, "time"),
        ("visit", 3, "25:00", 30, 1, "time"),
        ("visit", -1, "10:00", 30, 1, "past"),
        ("visit", 900, "10:00", 30, 1, "past"),
        ("visit", 3, "10:00", 5, 1, "count"),
        ("visit", 3, "10:00", 30, 41, "count"),
        ("visit", 3, "10:00", 30, 0, "count"),
    ],
)
async def test_times_that_make_no_sense_are_not_kept(
    desk: Desk,  # noqa: F811
    slots: Slots,
    kind: str,
    ahead: int,
    first: str,
    minutes: int,
    count: int,
    fault: str,
) -> None:
    assert await slots.add(NORA, kind, day(desk, ahead), first, minutes, count) == fault
    assert not await slots.coming(NORA)


async def test_the_same_times_are_kept_once(desk: Desk, slots: Slots) -> None:  # noqa: F811
    assert await slots.add(NORA, "phone", day(desk, 3), "10:00", 30, 3) == ""
    assert await slots.add(NORA, "phone", day(desk, 3), "10:30", 30, 3) == ""
    assert await slots.add(NORA, "phone", day(desk, 3), "10:00", 30, 4) == "known"
    assert len(await slots.coming(NORA)) == 4
