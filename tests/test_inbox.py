"""The inbox and its threads over real turns: who waits, why, what was said, and to whom it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.household import Household
from conversations.events import Media, MediaKind, Said
from services.inbox import PAGE, Inbox, Show
from services.threads import Threads
from tests.mind_world import NOW, profiles
from tests.overheard import overheard
from tests.turns_world import Clock, Guest, house, rows

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Officer:
    """Somebody who looks."""

    organisation: str = "labas"
    staff: str = "noura"
    name: str = "نورة"
    roles: frozenset[str] = frozenset({"relations_officer"})


NOURA = Officer()


def organisations() -> dict[str, Any]:
    return {name: profile.organisation for name, profile in profiles().items()}


def inbox(home: Household, clock: Clock) -> Inbox:
    return Inbox(home.memory, organisations(), clock)


def threads(home: Household, clock: Clock) -> Threads:
    return Threads(home.memory, organisations(), clock, {"whatsapp": DAY})


async def called(home: Household, key: str, line: str = "web", name: str = "labas") -> Guest:
    """Somebody who asked for a person."""
    guest = Guest(home, name=name, key=key, line=line)
    await guest.say("السلام عليكم")
    await guest.say("موظف")
    return guest


async def change(home: Household, guest: Guest, **columns: Any) -> None:
    """Change the guest's newest handover, as a verb of staff would."""
    (row,) = await rows(home, "handovers", guest.name, contact=guest.contact)
    key = {k: row[k] for k in ("organisation", "contact", "number")}
    async with home.memory.unit() as unit:
        await unit.update("handovers", [{**key, **columns}])


async def employ(home: Household, staff: str, name: str) -> None:
    """A member of staff."""
    row = {"organisation": "labas", "staff": staff, "login_hash": uuid4().bytes, "login": staff, "name": name}
    async with home.memory.unit() as unit:
        await unit.insert("staff", [{**row, "roles": ["relations_officer"], "created_at": NOW}])


async def test_the_longest_wait_stands_first_with_what_was_said_and_why(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        first = await called(home, "a", "telegram")
        second = await called(home, "b")
        await second.say("هل توفرون أجهزة؟")
        found = await inbox(home, clock).listed(NOURA, Show.WAITING)
        assert [r.contact for r in found.rows] == [first.contact, second.contact]
        assert [r.line for r in found.rows] == ["telegram", "web"]
        assert [r.last.text for r in found.rows] == ["موظف", "هل توفرون أجهزة؟"]
        assert {r.reason for r in found.rows} == {"asked"} and found.rows[0].since < found.rows[1].since
        assert (found.counted.waiting, found.counted.mine, found.counted.all) == (2, 0, 2)
        assert found.counted.lines == {"telegram": 1, "web": 1}
        assert [r.contact for r in (await inbox(home, clock).listed(NOURA, line="web")).rows] == [second.contact]


async def test_danger_comes_before_all_and_what_is_held_after_all(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await employ(home, "hind", "هند")
        held, calm, danger = [await called(home, key) for key in "abc"]
        await change(home, held, state="held", holder="hind", taken_at=NOW)
        await change(home, danger, urgent=True, reason="danger")
        found = await inbox(home, clock).listed(NOURA)
        assert [r.contact for r in found.rows] == [danger.contact, calm.contact, held.contact]
        assert (found.rows[-1].holder, found.rows[-1].holder_name) == ("hind", "هند")
        assert [r.contact for r in (await inbox(home, clock).listed(Officer(staff="hind"), Show.MINE)).rows] == [
            held.contact
        ]
        assert (await inbox(home, clock).counted(Officer(staff="hind"))).mine == 1


async def test_the_researcher_sees_first_what_was_referred_to_them(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        older, referred = await called(home, "a"), await called(home, "b")
        await change(home, referred, role="social_researcher", reason="referred")
        researcher = Officer(staff="r", roles=frozenset({"social_researcher"}))
        seen = [r.contact for r in (await inbox(home, clock).listed(researcher)).rows]
        assert seen == [referred.contact, older.contact]
        seen = [r.contact for r in (await inbox(home, clock).listed(NOURA)).rows]
        assert seen == [older.contact, referred.contact]


async def test_a_contact_is_called_as_the_case_in_hand_says(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        await (await guest.start()).review()
        await guest.say("موظف")
        stranger = await called(home, "b")
        found = {r.contact: r for r in (await inbox(home, clock).listed(NOURA)).rows}
        thread = await threads(home, clock).thread(NOURA, guest.contact)
        assert found[guest.contact].name and found[stranger.contact].name == ""
        assert thread and thread.name == found[guest.contact].name


async def test_the_list_is_paged_by_key_and_asks_no_more_of_the_memory_for_a_longer_one(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guests = [await called(home, f"g{n}") for n in range(PAGE + 3)]
        with overheard(home.memory) as asked:
            first = await inbox(home, clock).listed(NOURA)
            many = len(asked)
            rest = await inbox(home, clock).listed(NOURA, after=first.after)
        assert len(asked) == 2 * many < 18
        assert [r.contact for r in (*first.rows, *rest.rows)] == [g.contact for g in guests]
        assert len(first.rows) == PAGE and rest.after == ""


async def test_other_associations_see_nothing_of_it(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await called(home, "a")
        kafl = Officer(organisation="kafl")
        assert (await inbox(home, clock).listed(kafl)).rows == ()
        assert await threads(home, clock).thread(kafl, guest.contact) is None
        assert await threads(home, clock).acquaintance(kafl, guest.contact) is None


async def test_a_thread_tells_lines_taps_acts_and_how_far_each_message_came(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        await guest.start()
        await guest.say("موظف")
        thread = await threads(home, clock).thread(NOURA, guest.contact)
        assert thread is not None
        shown = [(e.by, e.act) for e in thread.entries]
        assert shown[0] == ("act", "opened") and ("person", "") in shown and ("bot", "") in shown
        (tapped,) = [e for e in thread.entries if e.choices]
        assert all(tapped.choices), "a tap is told by its label"
        assert {e.delivery for e in thread.entries if e.by == "bot"} == {"unseen"}
        assert {e.line for e in thread.entries} == {"web"}
        assert (thread.hold.state, thread.hold.reason, thread.older) == ("waiting", "asked", None)
        await home.transcript.seen("labas", guest.contact, 99)
        again = await threads(home, clock).thread(NOURA, guest.contact)
        assert again and {e.delivery for e in again.entries if e.by == "bot"} == {"seen"}


async def test_older_rows_come_by_key_and_news_from_a_number_on(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        for n in range(40):
            await guest.say(f"سطر {n}")
        read = threads(home, clock)
        newest = await read.thread(NOURA, guest.contact)
        assert newest and newest.older == newest.first and newest.entries[-1].number == newest.newest
        older = await read.thread(NOURA, guest.contact, before=newest.older)
        assert older and older.older is None and older.first == 1
        numbers = [e.number for e in (*older.entries, *newest.entries)]
        assert numbers == list(range(1, newest.newest + 1))
        news = await read.thread(NOURA, guest.contact, after=newest.newest - 3)
        assert news and [e.number for e in news.entries] == numbers[-3:]


async def test_the_window_of_a_line_is_told_before_anybody_types(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await called(home, "+966500000001", "whatsapp")
        (address,) = await rows(home, "addresses", contact=guest.contact)
        await wrote(home, address, clock.now)
        thread = await threads(home, clock).thread(NOURA, guest.contact)
        assert thread and thread.window and thread.window.open and thread.line == "whatsapp"
        clock.now += DAY
        thread = await threads(home, clock).thread(NOURA, guest.contact)
        assert thread and thread.window and not thread.window.open


async def wrote(home: Household, address: dict[str, Any], at: datetime) -> None:
    """The address wrote at that time."""
    key = {k: address[k] for k in ("organisation", "address")}
    async with home.memory.unit() as unit:
        await unit.update("addresses", [{**key, "last_inbound_at": at}])


async def test_a_voice_note_is_a_file_of_its_message(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await called(home, "77", "telegram")
        await guest.send(Said(media=(Media(MediaKind.VOICE, "ref-1"),)))
        found = await inbox(home, clock).listed(NOURA)
        assert found.rows[0].last.kind == "voice"
        thread = await threads(home, clock).thread(NOURA, guest.contact)
        assert thread is not None
        (entry,) = [e for e in thread.entries if e.files or e.media]
        assert [f.kind for f in entry.files] == ["voice"] or entry.media == ("voice",)


async def test_what_is_known_of_a_person_depends_on_the_roles(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        await (await guest.start()).good()
        read = threads(home, clock)
        known = await read.acquaintance(NOURA, guest.contact)
        assert known and known.draft and known.draft.place and known.draft.place[0] == 2
        assert known.draft.until and known.draft.until > NOW.date() and not known.cases
        await guest.review()
        await guest.say("نعم")
        await guest.say("أقر وأوافق")
        known = await read.acquaintance(NOURA, guest.contact)
        assert known and known.draft is None and [c.state for c in known.cases] == ["submitted"]
        assert known.identity and known.phone and known.identity not in repr(known)
        stranger = await read.acquaintance(Officer(roles=frozenset({"administrator"})), guest.contact)
        assert stranger and (stranger.identity, stranger.phone, stranger.beneficiary) == ("", "", "")
