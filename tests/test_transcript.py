"""The transcript as a page needs it, and no readable trace of it in any file."""

from pathlib import Path

from conversations.events import Opened
from tests.mind_world import NAMES
from tests.turns_world import Guest, house, rows

CANARIES = {
    "full_name": "كناري بن طائر الأصفر",
    "applicant_name": "عصفور بن طائر الأزرق",
    "national_id": "1045827365",
    "applicant_id": "1012345672",
    "mobile": "0598765432",
    "city": "قرية الكناري البعيدة",
    "iban": "SA0380000000608010167519",
    "income": "173418.25",
    "condition": "مرض الكناري النادر",
    "description": "حزن الكناري العميق",
    "hospital": "مستشفى الكناري",
    "birth_date": "3/7/2013",
}
SEALED = (
    "كناري",
    "الكناري",
    "طائر",
    "1045827365",
    "1012345672",
    "598765432",
    "608010167519",
    "173418.25",
    "2013-07-03",
    "محرك الكناري",
    "أقر وأوافق",
    "guardianship",
    'full_name": "',
)


def traces(folder: Path) -> list[tuple[str, str]]:
    """Which canary stands readable in which file of the data folder."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            held = file.read_bytes()
            forms = {c: (c.encode(), c.encode("utf-16-le"), c.encode("unicode_escape")) for c in SEALED}
            found += [(file.name, c) for c, spelt in forms.items() if any(form in held for form in spelt)]
    return found


async def test_nothing_a_person_gives_is_readable_in_any_file_at_any_moment(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with house(tmp_path) as home:
        for name in NAMES:
            guest = await Guest(home, name, key="canary-key-of-a-browser").start()
            await guest.say("محرك الكناري")
            for _ in range(40):
                state = await guest.state()
                if state.asking is None:
                    break
                await guest.good(**CANARIES, who="3")
                assert traces(data) == []
            await guest.say("نعم")
            taken = await guest.say("أقر وأوافق")
            assert taken.effects and traces(data) == []
        assert {"wasl.db", "wasl.db-wal"} <= {f.name for f in data.iterdir()}
        assert any(b"submitted" in f.read_bytes() for f in data.iterdir()), "the files are read where they are written"
    assert traces(data) == []


async def test_the_page_is_told_by_seq_and_the_persons_lines_stand_where_they_followed(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = Guest(home)
        await guest.send(Opened("ar"), "o")
        await guest.say("1", "first")
        await guest.tap("agree")
        transcript = home.transcript
        told = await transcript.told("labas", guest.contact, 0)
        assert [t.seq for t in told] == list(range(1, len(told) + 1))
        assert [t.words["text"] for t in told] == guest.told
        assert told[-1].progress == (1, told[-1].progress[1] if told[-1].progress else 0)
        assert [t.seq for t in await transcript.told("labas", guest.contact, 3)] == [4, 5]
        mine = (await transcript.since("labas", guest.contact, 0)).mine
        assert [(m.after, m.text) for m in mine] == [(2, "1"), (4, "")]
        assert mine[0].id == "first" and mine[1].choices[0].endswith("-agree")
        assert [m.after for m in (await transcript.since("labas", guest.contact, 3)).mine] == [4]
        assert await transcript.told("kafl", guest.contact, 0) == []


async def test_what_was_seen_is_delivered_and_stays_so(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = Guest(home)
        await guest.send(Opened("ar"))
        await guest.say("1")
        for upto in (3, 1, 3):
            await home.transcript.seen("labas", guest.contact, upto)
            states = {r["seq"]: r["state"] for r in await rows(home, "outbox", contact=guest.contact)}
            assert states == {1: "delivered", 2: "delivered", 3: "delivered", 4: "new"}


async def test_lines_of_another_channel_are_not_the_pages(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = Guest(home, line="whatsapp")
        await guest.say("مرحبا")
        assert await home.transcript.told("labas", guest.contact, 0) == []
        assert (await home.transcript.since("labas", guest.contact, 0)).mine == []
