"""What staff see of numbers in doubt, and of what was said before channels were joined."""

from datetime import UTC, datetime
from pathlib import Path

from services.members import Member
from services.requests import Requests
from tests.inbox_room import room, waiting
from tests.mind_world import profiles
from tests.test_joining import asked, phone
from tests.turns_world import Guest, rows

NOURA = Member("qalb", "s-noura", "نورة", frozenset({"relations_officer"}))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def test_the_thread_marks_a_number_in_doubt_and_leads_to_what_was_said_before_the_joining(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await guest.say("القائمة")
        other = phone(desk.home, "+966500000009", "whatsapp")
        other.name = "qalb"
        await other.say("هل عندكم موعد قبل الربط؟")
        before = other.contact
        _, plain = await desk.get(f"inbox/{guest.contact}")
        assert "قبل الربط</a>" not in plain and "لغير صاحبه" not in plain
        page = Guest(desk.home, "qalb", key="z")
        await page.start()
        await page.good()
        await other.say(f"ربط {await asked(page)}")
        assert other.contact == page.contact != before
        async with desk.home.memory.unit() as unit:
            (row,) = await unit.select("addresses", {"organisation": "qalb", "contact": before})
            await unit.update(
                "addresses", [{"organisation": "qalb", "address": row["address"], "doubted_at": LONG_AGO}]
            )
        _, thread = await desk.get(f"inbox/{page.contact}")
        assert f"/inbox/{before}" in thread and "لغير صاحبه" in thread
        status, earlier = await desk.get(f"inbox/{before}")
        assert status == 200 and "هل عندكم موعد قبل الربط؟" in earlier and f"/inbox/{page.contact}" in earlier


async def test_the_list_of_requests_marks_it_too(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = Guest(desk.home, "qalb", key="s")
        await guest.submit()
        listing = Requests(desk.home.memory, {"qalb": profiles()["qalb"].organisation}, lambda: LONG_AGO)
        (entry,) = (await listing.listed(NOURA)).rows
        assert not entry.doubted
        (row,) = await rows(desk.home, "addresses", "qalb", contact=guest.contact)
        async with desk.home.memory.unit() as unit:
            await unit.update(
                "addresses", [{"organisation": "qalb", "address": row["address"], "doubted_at": LONG_AGO}]
            )
        (entry,) = (await listing.listed(NOURA)).rows
        assert entry.doubted
