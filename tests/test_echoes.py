"""What a turn tells the pages of its process at once is what its rows say, and a gap is looked up."""

import json
from pathlib import Path

from conversations.acts import HandedBack, TakenOver, Wrote
from conversations.events import Opened
from services.echoes import Echo
from services.members import Member
from services.transcript import Mine, Passage, Told
from tests.turns_world import Guest, house, rows
from tests.web_house import AT, Played, hear, hello, serving

NORA = Member("labas", "s-nora", "نورة", frozenset({"relations_officer"}))


def plain(passage: Passage) -> str:
    """As it goes over the wire: rows hold lists where a turn holds tuples."""
    told = [(t.seq, t.at, t.by, t.words, t.select, t.entry, t.progress, t.name, t.receipt) for t in passage.told]
    mine = [(m.after, m.id, m.text, m.choices, m.at, m.files) for m in passage.mine]
    return json.dumps([told, mine, passage.number], default=str)


def row(number: int, seq: int) -> dict[str, object]:
    """A message as a turn files it."""
    words = {"text": f"line {seq}", "parts": (), "options": ()}
    content = {"words": words, "select": "one", "entry": "text", "progress": None}
    return {"number": number, "seq": seq, "at": AT, "by": "bot", "address": "a", "direction": "out", "content": content}


async def test_an_echo_is_what_a_look_would_have_found(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = Guest(home)
        await guest.send(Opened("ar"), "o")
        known = await home.transcript.since("labas", guest.contact, 0)
        with home.memory.wakeups.subscribe("labas", guest.contact) as bell:
            await guest.say("1", "first")
            await guest.tap("agree")
            await guest.good(who="1")
            await home.casework.chat(NORA, "1", guest.contact, TakenOver(NORA.staff, NORA.name))
            await home.casework.chat(NORA, "2", guest.contact, Wrote(NORA.staff, NORA.name, "السلام عليكم"))
            last, heard = known.told[-1].seq, bell.taken()
            assert len(heard) == 5 and heard[-1].standing == await home.presence.of("labas", guest.contact)
            found = await home.transcript.since("labas", guest.contact, last, known.number)
            told: list[Told] = []
            mine: list[Mine] = []
            number = known.number
            for echo in heard:
                assert echo.before == number
                passage = echo.said(last)
                last, number = passage.told[-1].seq if passage.told else last, passage.number
                told, mine = [*told, *passage.told], [*mine, *passage.mine]
            assert plain(Passage(told, mine, number)) == plain(found)
            await home.casework.chat(NORA, "3", guest.contact, HandedBack(NORA.staff, NORA.name))
            await guest.say("موظف")
            assert [echo.standing and echo.standing.state for echo in bell.taken()] == ["bot", None]


async def test_a_page_tells_an_echo_that_follows_and_looks_where_something_came_between() -> None:
    played = Played()
    async with serving(played) as street, street.socket() as page:
        await hello(page)
        assert (await hear(page, "message"))["seq"] == 1
        staff = {"state": {"holder": "s-nora", "holder_name": "نورة"}, "merged_into": None, "kin": None}
        played.wakeups.wake("labas", "c0", Echo(0, [row(1, 2)], staff, "web"))
        assert await hear(page) == {"type": "presence", "state": "staff", "name": "نورة"}
        assert (await hear(page))["text"] == "line 2"  # which no transcript holds here: nobody looked
        for text in ("passed over", "looked", "up"):
            played.tell("c0", text)
        played.wakeups.wake("labas", "c0", 1)  # as far as it is told already
        played.wakeups.wake("labas", "c0", Echo(7, [row(8, 9)], staff, "web"))
        assert await hear(page) == {"type": "presence", "state": "bot"}
        assert [(await hear(page))["text"] for _ in range(2)] == ["looked", "up"]


async def test_what_pages_show_is_gathered_and_written_at_the_latest_when_the_house_closes(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guests = [Guest(home, key=key) for key in ("one", "two")]
        for guest in guests:
            await guest.send(Opened("ar"))
            await guest.say("1")
            for upto in (3, 2):
                home.transcript.shown("labas", guest.contact, upto)
        await home.transcript.close()
        for guest in guests:
            states = {r["seq"]: r["state"] for r in await rows(home, "outbox", contact=guest.contact)}
            assert states == {1: "delivered", 2: "delivered", 3: "delivered", 4: "new"}
