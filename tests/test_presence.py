"""Who is there for a person: told on the socket as it changes, also when nobody wrote."""

from pathlib import Path
from uuid import uuid4

from conversations.acts import HandedBack, Noted, TakenOver, Wrote
from services.members import Member
from services.presence import Standing
from tests.mind_world import NOW
from tests.real_house import furnished, open_house, page
from tests.turns_world import Clock, Guest, house
from tests.web_house import hear, send

NORA = Member("labas", "s-nora", "نورة", frozenset({"relations_officer"}))


async def test_a_queue_says_how_many_wait_since_longer_and_when_staff_are_back(tmp_path: Path) -> None:
    clock = Clock(NOW)
    async with house(tmp_path, clock) as home:
        guests = [Guest(home, key=f"g{n}") for n in range(3)]
        for guest in guests:
            await guest.say("مرحبا")
            assert await home.presence.of("labas", guest.contact) == Standing()
            await guest.say("موظف")
        assert [(await home.presence.of("labas", g.contact)).ahead for g in guests] == [0, 1, 2]
        await home.casework.chat(NORA, uuid4().hex, guests[0].contact, TakenOver(NORA.staff, NORA.name))
        assert await home.presence.of("labas", guests[0].contact) == Standing("staff", "نورة")
        waits = await home.presence.of("labas", guests[2].contact)
        assert (waits.state, waits.ahead, waits.next) == ("queued", 1, None)
        clock.now = NOW.replace(hour=20)
        later = (await home.presence.of("labas", guests[2].contact)).next
        assert later is not None and later > clock.now


async def test_the_page_hears_who_came_what_they_wrote_and_that_they_left(tmp_path: Path) -> None:
    async with open_house(await furnished(tmp_path), Clock(NOW)) as (home, port), page(port, "labas") as line:
        await send(line, "hello", token=None, last=0, language="ar")
        assert (await hear(line, "presence"))["state"] == "bot"
        await send(line, "message", id=str(uuid4()), text="موظف")
        assert (await hear(line, "presence"))["state"] == "queued"
        casework, memory = home.household.casework, home.household.memory
        async with memory.reading() as unit:
            (contact,) = await unit.select("contacts", {"organisation": "labas"})
        await casework.chat(NORA, uuid4().hex, contact["contact"], TakenOver(NORA.staff, NORA.name))
        assert await hear(line, "presence") == {"type": "presence", "state": "staff", "name": "نورة"}
        assert "نورة" in (await hear(line, "message"))["text"]
        await casework.chat(NORA, uuid4().hex, contact["contact"], Noted(NORA.staff, NORA.name, "لا تراه الصفحة"))
        await casework.chat(
            NORA, uuid4().hex, contact["contact"], Wrote(NORA.staff, NORA.name, "السلام عليكم\nمعك نورة")
        )
        said = await hear(line, "message")
        assert (said["from"], said["name"], said["text"]) == ("staff", "نورة", "السلام عليكم\nمعك نورة")
        await casework.chat(NORA, uuid4().hex, contact["contact"], HandedBack(NORA.staff, NORA.name))
        assert (await hear(line, "presence"))["state"] == "bot"
        assert (await hear(line, "message"))["from"] == "bot"
